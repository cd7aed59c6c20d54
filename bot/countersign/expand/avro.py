"""The old beside the new in an Avro schema: fields of a record and symbols of an enum are put back as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from countersign.expand.surgery import CannotEdit, Piece, Pointer, Text
from countersign.model.path import ELEMENT, VALUE, Path, show

_NAMED = ("record", "error", "enum", "fixed")


class Avro:
    """text: the schema as it would land, edited step by step. base: as it was. Avro has no place for a dated end."""

    announces = False

    def __init__(self, base: Text, text: Text) -> None:
        self._base = base
        self.text = text

    def put_back(self, path: Path) -> None:
        *above, last = _find(self._base, path)
        assert isinstance(last, int), "an item of a list"
        there = (*_inside(self.text, path[:-1]), above[-1])
        names = [_name(item) for item in self._base.at(*above)[:last]]
        here = [_name(item) for item in self.text.at(*there) or []]
        before = max((here.index(name) for name in names if name in here), default=-1)
        self.text.insert(there, before + 1, self._base.cut(*above, last), after=True)

    def beside(self, path: Path, now: str, name: str, *, optional: bool) -> None:
        """A type that is defined inside the field is defined in the old one as well, so the new one gets a name of its own."""
        if len(path) < 2:
            raise CannotEdit("a schema has one record at its root")
        new = _find(self.text, (*path[:-1], now))
        old = _find(self._base, path)
        taken = {full for full, _ in _types(self._base.at(*old))}
        if now != path[-1]:
            self._forget(new, path[-1])
        for full, at in list(_types(self.text.at(*new))):
            if full in taken:
                self.text.write((*new, *at, "name"), full + name.removeprefix(path[-1]).title().replace("_", ""))
        if name != now:
            self.text.write((*new, "name"), name)
        if optional:
            self._make_optional(new)
        *above, last = new
        assert isinstance(last, int), "an item of a list"
        self.text.insert(tuple(above), last, self._base.cut(*old))

    def names(self, path: Path) -> set[str]:
        found: set[str] = set()
        for text in (self._base, self.text):
            try:
                found |= {_name(item) for item in text.at(*_inside(text, path[:-1]), "fields") or []}
            except CannotEdit:
                continue
        return found

    def announce(self, path: Path, remove_after: str, replacement: Path) -> None:
        raise CannotEdit("an Avro schema has no place for a date")

    def version(self, text: str) -> None:
        """Avro has none."""

    def _forget(self, new: Pointer, old: str) -> None:
        """The alias by which the new field was taken for the old one, which is there again."""
        aliases = self.text.at(*new, "aliases") or []
        if aliases == [old]:
            self.text.drop(*new, "aliases")
        elif old in aliases:
            self.text.drop(*new, "aliases", aliases.index(old))

    def _make_optional(self, new: Pointer) -> None:
        """Old data has no such field, so whoever reads it takes null."""
        if self.text.at(*new, "default") is not None:
            return
        written = self.text.at(*new, "type")
        branches = [one for one in written if one != "null"] if isinstance(written, list) else [written]
        piece = Piece(json.dumps(["null", *branches]), 0, None)
        members = list(self.text.at(*new))
        at = members.index("type")
        self.text.drop(*new, "type")
        self.text.insert_member(new, at, "type", piece, after=True)
        if "default" not in members:
            self.text.insert_member(new, at + 1, "default", Piece("null", 0, None), after=True)


def _find(text: Text, path: Path) -> Pointer:
    """The field, or enum's symbol, of a path; for a record's own path the record. Raises `CannotEdit`."""
    at = _record(text, ())
    for index, step in enumerate(path[1:], 1):
        if step[:1] == "=":
            symbols = text.at(*_body(text, at), "symbols") or []
            if step[1:] not in symbols:
                raise CannotEdit(f"`{show(path)}` is not there")
            return (*_body(text, at), "symbols", symbols.index(step[1:]))
        if step in (ELEMENT, VALUE):
            at = (*_body(text, at), "items" if step == ELEMENT else "values")
            continue
        fields = text.at(*_body(text, at), "fields") or []
        number = next((number for number, field in enumerate(fields) if _name(field) == step), None)
        if number is None:
            raise CannotEdit(f"`{show(path)}` is not there")
        at = (*_body(text, at), "fields", number)
        if index == len(path) - 1:
            return at
        at = (*at, "type")
    return _body(text, at)


def _inside(text: Text, path: Path) -> Pointer:
    """The definition of the record or enum that the thing of this path is or holds. Raises `CannotEdit`."""
    at = _find(text, path)
    return at if len(path) < 2 or path[-1] in (ELEMENT, VALUE) else _body(text, (*at, "type"))


def _record(text: Text, at: Pointer) -> Pointer:
    if not isinstance(text.at(*at) if at else text.value, dict):
        raise CannotEdit("the schema is no record")
    return at


def _body(text: Text, at: Pointer) -> Pointer:
    """The definition that a type leads to: through what may be null, and through an object whose ``type`` is one. Raises `CannotEdit`."""
    for _ in range(20):
        schema = text.at(*at) if at else text.value
        if isinstance(schema, list):
            rest = [index for index, branch in enumerate(schema) if branch != "null"]
            if len(rest) != 1:
                break
            at = (*at, rest[0])
        elif isinstance(schema, dict) and isinstance(schema.get("type"), dict | list):
            at = (*at, "type")
        elif isinstance(schema, dict):
            return at
        else:
            break
    raise CannotEdit("a type that is defined elsewhere, or one of several, stands in several places")


def _types(schema: Any, at: Pointer = ()) -> Iterator[tuple[str, Pointer]]:
    """The named types that are defined in a field or schema, with where."""
    if isinstance(schema, dict):
        if schema.get("type") in _NAMED and isinstance(schema.get("name"), str):
            yield schema["name"], at
        for key in ("type", "items", "values", "fields"):
            if isinstance(schema.get(key), dict | list):
                yield from _types(schema[key], (*at, key))
    elif isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from _types(item, (*at, index))


def _name(item: Any) -> str:
    return str(item.get("name", "")) if isinstance(item, dict) else str(item)
