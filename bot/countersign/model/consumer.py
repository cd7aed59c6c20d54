"""Who reads a contract, and what of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from countersign.model.contract import Place
from countersign.model.path import Path, related

#: GATE §4: a lease is at most 12 months long.
LEASE = timedelta(days=366)

#: How bad a break would be, as a registration says.
CRITICALITIES = ("low", "medium", "high")


class Reference(NamedTuple):
    """``org/repo#id`` or ``org/repo#id/dataset``."""

    repository: str
    contract: str
    dataset: str = ""

    def __str__(self) -> str:
        return f"{self.repository}#{self.contract}" + (f"/{self.dataset}" if self.dataset else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """What breaks downstream: ``kind`` (dashboard, report, model, …), its name, where to see it."""

    kind: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a reader relies on of one of its fields; it is asked only when one of these stops holding (GATE §4.1).

    field: the path, as in `Registration.fields`. type, unit: "" where nothing is expected. nullable: None where nothing is.
    values: those that must stay; () where nothing is expected. new_values: ``ask`` about any that is added, or ``ignore`` them.
    """

    field: Path
    type: str = ""
    unit: str = ""
    nullable: bool | None = None
    values: tuple[str, ...] = ()
    new_values: str = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A team (``@org/team``) or a person (``@login``) on a contract, as one ``reads:`` entry states it, its names in lower case.

    fields: paths as written, without the dataset where the reference names it or the contract has only one; empty means all.
    expects: of fields for which it states something; about any break of the others it is asked.
    until: ISO date of the lease's end, "" if none is written. criticality: low, medium or high.
    reads_with: a word of `model.engine.Engine`; "" where the contract's own verdict is meant.
    repository: the one that holds the entry. received_at: when we received the push that brought it; None offline.
    delegates: teams and people who may sign, or object, for the team.
    private: its repository cannot be read by everybody who can read the contract's, so its assets are not shown there.
    product: the data product that is built on the contract, if this is its manager's say (``team`` is then the manager).
    owns_line: CODEOWNERS of its repository gives the file of the entry to the team. claims: a criticality that nobody agreed to yet.
    taken_out_at: when the entry went, or was narrowed, without its team's signature: it counts until its lease ends.
    number: GitHub's of the team that was meant when the entry came; 0 if that is not known.
    home_gone: how its repository went at that time, if it did: ``deleted``, ``transferred`` (to another organisation), or ``removed``
    (from those that Countersign may read); "" otherwise. Nobody can say there any more who may write, so it counts as it did then.
    """

    reference: Reference
    team: str
    place: Place
    fields: tuple[Path, ...] = ()
    expects: tuple[Expectation, ...] = ()
    reads_with: str = ""
    criticality: str = "medium"
    assets: tuple[Asset, ...] = ()
    until: str = ""
    on_behalf_of: str = ""
    product: str = ""
    delegates: tuple[str, ...] = ()
    repository: str = ""
    received_at: datetime | None = None
    private: bool = False
    owns_line: bool = False
    claims: str = ""
    taken_out_at: datetime | None = None
    number: int = 0
    home_gone: str = ""

    @property
    def party(self) -> tuple[str, str, str]:
        """Whose say it is: a team may read for several others, and a manager may be a reader as well."""
        return self.team, self.on_behalf_of, self.product

    @property
    def identity(self) -> tuple[Reference, str, str, str]:
        """By which it is the same entry when its fields, its lease or anything else that it asks for changes."""
        return self.reference, *self.party

    @property
    def ends_at(self) -> datetime | None:
        """When its lease is over: the start of the day after ``until``, or 12 months after its receipt; None if neither is known."""
        if self.until:
            end = date.fromisoformat(self.until) + timedelta(days=1)
            return datetime(end.year, end.month, end.day, tzinfo=UTC)
        return self.received_at + LEASE if self.received_at else None

    def reads(self, path: Path) -> tuple[Path, ...]:
        """Its fields that ``path`` hits: the same, an ancestor or a descendant (GATE §4.1). A registration without fields reads all.

        ``path`` starts with the dataset; a field may leave the dataset out.
        """
        if self.reference.dataset and path and path[0] != self.reference.dataset:
            return ()
        if not self.fields or len(path) < 2:
            return self.fields or ((),)
        return tuple(f for f in self.fields if related(f, path[1:]) or (f[0] == path[0] and related(f, path)))
