"""Data products: what they are built on, and who answers for them."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.path import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A contract that a product is built on. reference: without a repository, it is an id that has still to be looked up.

    fields: as in `Registration`; empty means all of the contract.
    """

    reference: Reference
    place: Place
    fields: tuple[Path, ...] = ()

    @property
    def written(self) -> str:
        """As its file has it: ``org/repo#id``, or an id alone."""
        return str(self.reference).removeprefix("#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One ``products:`` entry. manager, team: ``@org/team`` or ``@login``; team: who reads the inputs, "" where only the manager signs.

    odps: its Open Data Product Standard file, "" if it has none; the file's input ports are among ``inputs`` once it was read.
    unread: why that file cannot be read, and at which line. until: as in `Registration`. repository: the one that holds the entry.
    """

    name: str
    manager: str
    place: Place
    inputs: tuple[Input, ...] = ()
    team: str = ""
    odps: str = ""
    until: str = ""
    repository: str = ""
    unread: str = ""
    unread_line: int = 1

    def registrations(self) -> tuple[Registration, ...]:
        """Its manager on every input; where it names a team, that too, on behalf of the product."""
        managed = tuple(self._registration(one, self.manager, product=self.name) for one in self.inputs)
        if not self.team:
            return managed
        return managed + tuple(self._registration(one, self.team, on_behalf_of=self.name) for one in self.inputs)

    def _registration(self, one: Input, who: str, *, product: str = "", on_behalf_of: str = "") -> Registration:
        return Registration(
            reference=one.reference,
            team=who,
            place=one.place,
            fields=one.fields,
            until=self.until,
            on_behalf_of=on_behalf_of,
            product=product,
            repository=self.repository,
        )
