"""Which field of the old contract is which field of the new one. `relate` and `diff` both ask here, so that they never disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from countersign.formats.likeness import renames
from countersign.model.contract import Dataset, Enum, EnumValue, Field

_T = TypeVar("_T", Field, Dataset)


def pair(old: Sequence[Field], new: Sequence[Field]) -> list[tuple[Field | None, Field | None]]:
    """Old fields in their order with their new selves (None: gone), then the new fields that are nobody's (None: added).

    By identity first, so that a rename is seen through; then by name; then by an alias that either side gives; what is left, by likeness
    (`formats.likeness`).
    """
    return _pair(old, new)


def pair_datasets(old: Sequence[Dataset], new: Sequence[Dataset]) -> list[tuple[Dataset | None, Dataset | None]]:
    """The same for datasets."""
    return _pair(old, new)


def pair_values(old: Enum, new: Enum) -> list[tuple[EnumValue | None, EnumValue | None]]:
    """The same for an enum's values: by name; then what is left by number, so that a rename is seen through. Without numbers, by name."""
    before, after = ({value.value: value for value in enum.values} for enum in (old, new))
    left = {value.number: value for name, value in after.items() if value.number and name not in before}
    taken = {value.number for name, value in after.items() if name in before}
    pairs: list[tuple[EnumValue | None, EnumValue | None]] = []
    for name, value in before.items():
        same = value.number not in taken
        pairs.append((value, after.get(name) or (left.pop(value.number, None) if same else None)))
    found = {other.value for _, other in pairs if other}
    return pairs + [(None, value) for name, value in after.items() if name not in found]


def _pair(old: Sequence[_T], new: Sequence[_T]) -> list[tuple[_T | None, _T | None]]:
    if not old and not new:
        return []
    found: dict[int, int] = {}  # position in old -> position in new
    taken: set[int] = set()

    def match(one: int, other: int | None) -> None:
        if one not in found and other is not None and other not in taken:
            found[one] = other
            taken.add(other)

    by_identity = {item.identity: at for at, item in enumerate(new) if item.identity}
    by_name = {item.name: at for at, item in enumerate(new)}
    by_alias = {alias: at for at, item in enumerate(new) for alias in item.aliases}
    for at, item in enumerate(old):
        if item.identity:
            match(at, by_identity.get(item.identity))
    for at, item in enumerate(old):
        match(at, by_name.get(item.name))
    for at, item in enumerate(old):
        match(at, by_alias.get(item.name))
        for alias in item.aliases:
            match(at, by_name.get(alias))
    gone = [at for at in range(len(old)) if at not in found]
    come = [at for at in range(len(new)) if at not in taken]
    for one, other in renames([old[at] for at in gone], [new[at] for at in come]):
        match(gone[one], come[other])
    pairs: list[tuple[_T | None, _T | None]] = [(item, new[found[at]] if at in found else None) for at, item in enumerate(old)]
    return pairs + [(None, item) for at, item in enumerate(new) if at not in taken]
