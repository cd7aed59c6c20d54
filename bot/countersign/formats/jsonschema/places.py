"""The line on which a keyword with schemas in it differs: the innermost place that holds all of the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import REMARKS, UNREAD
from countersign.formats.jsonschema.normal import Normal
from countersign.formats.jsonschema.walk import below, documents_of, pairs
from countersign.formats.marked import Unreadable
from countersign.formats.source import NeedsFiles
from countersign.model.change import Aspect
from countersign.model.contract import Contract, Place
from countersign.model.path import Path

#: Steps down, and references followed, on the way to one difference.
_MOST_STEPS = 300


def exact_places(old: Contract, new: Contract) -> Mapping[tuple[Path, Aspect, str], tuple[Place, Place]]:
    """The keys of `relate` for keywords that differ and are on both sides -> where on either side."""
    sides = _Side(documents_of(old)), _Side(documents_of(new))
    found = {}
    for both in pairs(old, new):
        for keyword in UNREAD & both.old.unread.keys() & both.new.unread.keys():
            if both.old.unread[keyword] == both.new.unread[keyword]:
                continue
            places = below(both.before, keyword), below(both.after, keyword)
            if all(side.has(at) for side, at in zip(sides, places, strict=True)):
                found[both.path, Aspect.UNREAD, keyword] = _innermost(*sides, *places)
    return found


class _Side:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._normal = Normal(documents)

    def has(self, at: Target) -> bool:
        schema = self._documents.schema(Target(at.file, at.at[:-1]))
        return isinstance(schema, dict) and at.at[-1] in schema

    def value(self, at: Target) -> Any:
        return self._documents.schema(at)

    def place(self, at: Target) -> Place:
        return self._documents.document(at).place(*at.at)

    def references(self, at: Target) -> list[Target]:
        """Where the references in a value lead, in the order of the value; none if something only looks like one."""
        try:
            return [self._documents.resolve(owner) for owner in _owners(at, self.value(at))]
        except (Unreadable, NeedsFiles):
            return []

    def digest(self, at: Target) -> str:
        return self._normal.digest(at)


def _innermost(one: _Side, other: _Side, before: Target, after: Target) -> tuple[Place, Place]:
    """Step by step into what differs; where the words are the same, behind the one reference that leads to a difference."""
    for _ in range(_MOST_STEPS):
        step = _only_difference(one.value(before), other.value(after))
        if step is not None:
            before, after = below(before, step), below(after, step)
            continue
        ways = one.references(before), other.references(after)
        apart = [way for way in zip(*ways, strict=False) if one.digest(way[0]) != other.digest(way[1])]
        if len(ways[0]) != len(ways[1]) or len(set(apart)) != 1:
            break
        before, after = apart[0]
    return one.place(before), other.place(after)


def _owners(at: Target, value: Any) -> Iterator[Target]:
    """The schemas in a value that refer to others."""
    waiting = [(at, value)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield at
            waiting += [(below(at, name), inner) for name, inner in value.items() if name not in ("const", "enum") and name not in REMARKS]
        elif isinstance(value, list):
            waiting += [(below(at, index), inner) for index, inner in enumerate(value)]


def _only_difference(old: Any, new: Any) -> str | int | None:
    """The one part in which two values differ, if it is there on both sides."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = (old.keys() | new.keys()) - REMARKS
        apart: list[str | int] = [key for key in keys if key not in old or key not in new or old[key] != new[key]]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        apart = [index for index, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    else:
        return None
    if len(apart) != 1:
        return None
    (step,) = apart
    return step if not isinstance(old, dict) or (step in old and step in new) else None
