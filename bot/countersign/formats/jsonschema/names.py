"""The names that a schema mentions, with all the schemas that speak of the same place: ``allOf``, ``anyOf``, ``$ref`` and their like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from countersign.formats.enums import enum_text
from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import not_yet, parts
from countersign.formats.jsonschema.walk import below
from countersign.formats.source import Pointer
from countersign.model.contract import Place
from countersign.model.mentions import Names
from countersign.model.path import ELEMENT, VALUE, Path, enum_step

#: Schemas looked at, each once for every place it speaks of.
MAX_STEPS = 50_000
#: Steps of a path.
MAX_DEPTH = 100
#: They speak of the same place.
_SAME = ("allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "oneOf", "then")
_BELOW = {
    "additionalItems": ELEMENT,
    "additionalProperties": VALUE,
    "contains": ELEMENT,
    "items": ELEMENT,
    "patternProperties": VALUE,
    "prefixItems": ELEMENT,
    "unevaluatedItems": ELEMENT,
    "unevaluatedProperties": VALUE,
}
_CONDITIONS = frozenset({"contains", "if"})


class _At(NamedTuple):
    """A schema at a path. types: that the schemas around it leave; None for all. said: not only in a condition. opened: by references."""

    target: Target
    path: Path
    types: frozenset[str] | None
    said: bool
    opened: tuple[tuple[Target, Path], ...]


def names(documents: Documents, root: Target, dataset: str) -> Names | None:
    """None if there are more than anyone can look at."""
    return _Walk(documents).names(_At(root, (dataset,), None, True, ((root, (dataset,)),)))


class _Walk:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._later = not_yet(documents.draft)
        self._said: dict[Path, Place] = {}
        self._asked: set[Path] = set()
        self._around: dict[Path, Place] = {}
        self._valued: set[Path] = set()
        self._loops: dict[Path, frozenset[Path]] = {}

    def names(self, root: _At) -> Names | None:
        waiting, seen = [root], set()
        self._said[root.path] = self._place(root.target)
        while waiting:
            at = waiting.pop()
            if at[:4] in seen:
                continue
            seen.add(at[:4])
            if len(seen) > MAX_STEPS or len(at.path) > MAX_DEPTH:
                return None
            waiting += self._inside(at)
        return Names(said=self._said, asked=frozenset(self._asked), around=self._around, valued=frozenset(self._valued), loops=self._loops)

    def _inside(self, at: _At) -> Iterator[_At]:
        schema = self._documents.schema(at.target)
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            yield from self._referred(at)
            if self._documents.ref_stands_alone:
                return
        types = _left(at.types, schema)
        at = at._replace(types=types)
        known = {keyword: value for keyword, value in schema.items() if keyword not in self._later}
        self._values(at, known)
        for keyword in _SAME:
            for steps, _ in parts(keyword, known.get(keyword)):
                yield at._replace(target=below(at.target, keyword, *steps), said=at.said and keyword not in _CONDITIONS)
        for keyword, step in _BELOW.items():
            if types is None or ("array" if step == ELEMENT else "object") in types:
                for steps, part in parts(keyword, known.get(keyword)):
                    if part is not False:
                        yield self._named(at, step, below(at.target, keyword, *steps), said=at.said and keyword not in _CONDITIONS)
        if types is None or "object" in types:
            yield from self._members(at, known)

    def _referred(self, at: _At) -> Iterator[_At]:
        inner = self._documents.resolve(at.target)
        back = [path for target, path in at.opened if target == inner]
        if not back:
            yield at._replace(target=inner, opened=(*at.opened, (inner, at.path)))
        self._loops[at.path] = self._loops.get(at.path, frozenset()) | (frozenset(back) - {at.path})

    def _members(self, at: _At, schema: Mapping[str, Any]) -> Iterator[_At]:
        self._asked |= {(*at.path, name) for name in schema.get("required", ()) if isinstance(name, str)}
        if "properties" in schema:
            self._around.setdefault(at.path, self._place(below(at.target, "properties")))
        for name in schema.get("properties", ()):
            member = below(at.target, "properties", name)
            if not self._never(member):
                yield self._named(at, name, member, said=at.said)

    def _named(self, at: _At, step: str, target: Target, *, said: bool) -> _At:
        path = (*at.path, step)
        if said and step not in (ELEMENT, VALUE):
            self._said.setdefault(path, self._place(target))
        else:
            self._asked.add(path)
        return _At(target, path, None, said, at.opened)

    def _values(self, at: _At, schema: Mapping[str, Any]) -> None:
        keyword = "const" if "const" in schema else "enum"
        if keyword not in schema:
            return
        listed: list[tuple[Pointer, Any]] = (
            [((index,), value) for index, value in enumerate(schema["enum"])] if keyword == "enum" else [((), schema["const"])]
        )
        listed = [(steps, value) for steps, value in listed if value is not None]
        only_strings = all(isinstance(value, str) for _, value in listed)
        for steps, value in listed:
            path = (*at.path, enum_step(enum_text(value, only_strings=only_strings)))
            self._valued.add(at.path)
            place = self._place(below(at.target, keyword, *steps))
            self._around.setdefault(at.path, self._place(below(at.target, keyword)))
            if at.said:
                self._said.setdefault(path, place)
            else:
                self._asked.add(path)

    def _never(self, target: Target) -> bool:
        """Whether no value is allowed, as it is plainly written."""
        schema = self._documents.schema(self._documents.settled(target))
        if not isinstance(schema, dict):
            return schema is False
        return schema.get("not") in (True, {}) or schema.get("enum") == [] or schema.get("type") == []

    def _place(self, target: Target) -> Place:
        return self._documents.document(target).place(*target.at)


def _left(types: frozenset[str] | None, schema: Mapping[str, Any]) -> frozenset[str] | None:
    if "type" not in schema:
        return types
    written = frozenset([schema["type"]] if isinstance(schema["type"], str) else schema["type"])
    return written if types is None else types & written
