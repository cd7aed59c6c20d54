"""The way to a change: each step of its path with what stands there on either side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from countersign.formats.match import pair, pair_datasets
from countersign.model.contract import Contract, Dataset, Field
from countersign.model.path import ELEMENT, VALUE, Path
from countersign.model.witness import Side


@dataclass(frozen=True)
class Step:
    """mark: ``[]``, ``{}`` or ``<branch>`` for what has no name; "" for a member, which may have another name on either side."""

    old: Field | None
    new: Field | None
    mark: str = ""

    def on(self, side: Side) -> Field | None:
        return self.old if side is Side.OLD else self.new

    def name(self, side: Side) -> str:
        """The member's name on a side; where it has none there, that of the other side."""
        there = self.on(side) or self.on(side.other)
        return there.name if there is not None else ""


@dataclass(frozen=True)
class Trail:
    """steps: from the dataset's root, which is the first, to the change. value: the enum's value that the path ends in, or None."""

    old: Dataset
    new: Dataset
    steps: tuple[Step, ...]
    value: str | None = None

    @property
    def end(self) -> Step:
        return self.steps[-1]


def trail(old: Contract, new: Contract, path: Path) -> Trail | None:
    """The way to a path of a finding; None if the dataset is on one side only, or nothing is known to be there."""
    if not path:
        return None
    for before, after in pair_datasets(old.datasets, new.datasets):
        if before is None or after is None or path[0] not in (before.name, after.name):
            continue
        steps = [Step(before.root, after.root)]
        for at, name in enumerate(path[1:], start=1):
            step = next((one for one in _below(steps[-1]) if name in _names(one)), None)
            if step is None:
                last = at == len(path) - 1
                return Trail(before, after, tuple(steps), name[1:]) if last and name.startswith("=") else None
            steps.append(step)
        return Trail(before, after, tuple(steps))
    return None


def _names(step: Step) -> tuple[str, ...]:
    """A path goes by the old side's name where the thing existed."""
    if step.mark:
        return (step.mark,)
    return tuple(field.name for field in (step.old, step.new) if field is not None)


def _below(step: Step) -> Iterator[Step]:
    old, new = (() if field is None else field.fields for field in (step.old, step.new))
    for before, after in pair(old, new):
        yield Step(before, after)
    before_parts, after_parts = (dict(_unnamed(field)) for field in (step.old, step.new))
    for mark in dict.fromkeys((*before_parts, *after_parts)):
        yield Step(before_parts.get(mark), after_parts.get(mark), mark)


def _unnamed(field: Field | None) -> Iterator[tuple[str, Field]]:
    if field is None:
        return
    if field.items is not None:
        yield (VALUE if field.type == "map" else ELEMENT), field.items
    yield from ((step, child) for step, child in field.children() if step.startswith("<"))
