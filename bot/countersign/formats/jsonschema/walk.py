"""Two contracts side by side: each pair of fields with the schemas that describe it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.match import pair, pair_datasets
from countersign.model.contract import Contract, Field
from countersign.model.path import ELEMENT, VALUE, Path

#: The keyword that describes what has no name of its own.
UNNAMED = {ELEMENT: "items", VALUE: "additionalProperties"}


class Pair(NamedTuple):
    """A field on either side. path: by its old name; new_path: by its new one. before, after: its schemas, references followed."""

    old: Field
    new: Field
    path: Path
    new_path: Path
    before: Target
    after: Target


def documents_of(contract: Contract) -> Documents:
    assert isinstance(contract.native, Documents), "`parse` has made it"
    return contract.native


def pairs(old: Contract, new: Contract, apart: Callable[[Path], bool] = lambda path: False) -> Iterator[Pair]:
    """Every field that is on both sides. apart: after a pair has been looked at, whether nobody compares its parts."""
    one_side, other_side = documents_of(old), documents_of(new)
    waiting = [
        Pair(before.root, after.root, (before.name,), (after.name,), Target(old.file, ()), Target(new.file, ()))
        for before, after in pair_datasets(old.datasets, new.datasets)
        if before is not None and after is not None
    ]
    while waiting:
        found = waiting.pop()
        found = found._replace(before=one_side.settled(found.before), after=other_side.settled(found.after))
        yield found
        if not apart(found.path):
            waiting += _below(found, one_side, other_side)


def _below(both: Pair, one_side: Documents, other_side: Documents) -> Iterator[Pair]:
    for one, other in pair(both.old.fields, both.new.fields):
        if one is None or other is None:
            continue
        before, after = _member(one_side, both.before, one.name), _member(other_side, both.after, other.name)
        if before is not None and after is not None:
            yield Pair(one, other, (*both.path, one.name), (*both.new_path, other.name), before, after)
    one, other = both.old.items, both.new.items
    if one is not None and other is not None and (both.old.type == "map") == (both.new.type == "map"):
        step = VALUE if both.old.type == "map" else ELEMENT
        before, after = below(both.before, UNNAMED[step]), below(both.after, UNNAMED[step])
        yield Pair(one, other, (*both.path, step), (*both.new_path, step), before, after)


def _member(documents: Documents, at: Target, name: str) -> Target | None:
    """Where a member is described: one that is only required, by what describes the rest; None if nothing does."""
    schema = documents.schema(at)
    if name in schema.get("properties", ()):
        return below(at, "properties", name)
    return below(at, "additionalProperties") if "additionalProperties" in schema else None


def below(at: Target, *steps: str | int) -> Target:
    return Target(at.file, (*at.at, *steps))
