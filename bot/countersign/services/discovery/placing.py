"""Which contract a sighting is about: names of stores against what contracts and policies say of where their data is.

A name fits if its parts are the contract's, whatever their case, or if one of the two only lacks outer parts and at least two are the
same: ``shop.orders`` is ``warehouse.shop.orders``, and a bare ``orders`` is neither. What fits several contracts is placed with none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countersign.model.path import Path
from countersign.model.suspect import EvidenceKind, Sighting, StoredDataset
from countersign.services.discovery.naming import parts_of

#: So many parts at the end of two names must be the same for one to stand for the other.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """A sighting, and what it may be about: one dataset; several if that cannot be told."""

    sighting: Sighting
    datasets: tuple[StoredDataset, ...]

    @property
    def ambiguous(self) -> bool:
        return len({(one.reference.repository, one.reference.contract) for one in self.datasets}) > 1


class Places:
    """What is known of where contracts' datasets are."""

    def __init__(self, stored: Iterable[StoredDataset]) -> None:
        self._by_end: dict[str, list[tuple[tuple[str, ...], StoredDataset]]] = {}
        self._by_package: dict[str, list[StoredDataset]] = {}
        for one in stored:
            for name in one.names:
                parts = tuple(part.lower() for part in parts_of(name))
                if parts:
                    self._by_end.setdefault(parts[-1], []).append((parts, one))
            for package in one.packages:
                self._by_package.setdefault(package, []).append(one)

    @property
    def words(self) -> tuple[str, ...]:
        """The last parts of all names, in lower case: what holds none of them is of no interest."""
        return tuple(self._by_end)

    @property
    def packages(self) -> tuple[str, ...]:
        """The longest first, so that the most exact one is found."""
        return tuple(sorted(self._by_package, key=lambda name: (-len(name), name)))

    def place(self, sighting: Sighting) -> Placed | None:
        """None: it is about nothing that is known here."""
        if sighting.kind is EvidenceKind.IMPORTS:
            found = tuple(self._by_package.get(sighting.dataset[0], ()))
        else:
            found = self._named(tuple(part.lower() for part in sighting.dataset))
        return Placed(sighting, found) if found else None

    def _named(self, parts: tuple[str, ...]) -> tuple[StoredDataset, ...]:
        """Those of exactly that name; failing that, those that it may be short for, or that may be short for it."""
        near = self._by_end.get(parts[-1], []) if parts else []
        exact = {one.reference: one for known, one in near if known == parts}
        if exact:
            return tuple(exact.values())
        fitting = {one.reference: one for known, one in near if _fits(known, parts)}
        return tuple(fitting.values())


def fields_of(dataset: StoredDataset, columns: Sequence[str]) -> tuple[Path, ...]:
    """The contract's fields that columns are, as full paths. A column that the contract does not have is another table's, or no promise."""
    known = {dataset.columns[column.lower()]: None for column in columns if column.lower() in dataset.columns}
    return tuple((dataset.reference.dataset, name) for name in known)


def _fits(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short = min(len(one), len(other))
    return short >= _LEAST and one[-short:] == other[-short:]
