"""JSON Schema -> fields. Schemas are written out where they are referred to; inside themselves they are a ``ref``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from countersign.formats.enums import enum_text
from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import BLOCKERS, NESTED, PLACES, READ, REMARKS, beside_reference, parts
from countersign.formats.jsonschema.normal import Normal
from countersign.formats.marked import Unreadable
from countersign.model.contract import Enum, EnumValue, Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

#: A schema referred to from many places is written out in each.
MAX_FIELDS = 20_000
MAX_DEPTH = 100
#: Fields below keywords like ``anyOf``, all together. What is beyond is unread all the same, and records are not held to it.
MAX_NESTED = 10_000
#: Fields and references between the root and a field.
MAX_OPEN = 250
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_EVERYTHING = frozenset(_TYPES - {"integer"})


class _TooMuch(Exception):
    """Written out, what stands below keywords like ``anyOf`` is too much; the contract is readable all the same."""


class Reading:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._normal = Normal(documents)
        self._open: dict[Target, int] = {}  # schemas that are being read -> how deep they stand
        self._fields = 0
        self._nested_fields = 0
        self._within = 0  # keywords like ``anyOf`` around what is being read

    def field(self, target: Target, name: str, place: Place, depth: int = 0) -> Field:
        """The field that the schema at ``target`` describes. depth: steps from the root."""
        if self._within:
            self._nested_fields += 1
            if self._nested_fields > MAX_NESTED or depth > MAX_DEPTH or len(self._open) > MAX_OPEN:
                raise _TooMuch
        else:
            self._fields += 1
        if self._fields > MAX_FIELDS or depth > MAX_DEPTH:
            what = f"has more than {MAX_FIELDS:,} fields" if self._fields > MAX_FIELDS else f"is nested more than {MAX_DEPTH} fields deep"
            raise self._documents.refuse(target, "", f"written out, the schema {what}", "Split it into several contracts")
        return self._referred(target, name, place, depth, {})

    def _referred(self, target: Target, name: str, place: Place, depth: int, over: Mapping[str, str]) -> Field:
        """Follow ``$ref`` where it stands alone. over: the description beside a ``$ref``, which comes before the target's own."""
        schema = self._documents.schema(target)
        if target in self._open:
            levels = canonical(depth - self._open[target])
            return Field(
                name=name, place=place, type="ref", type_text=self._documents.label(target), constraints={"levelsUp": levels}, meaning=over
            )
        beside = beside_reference(schema) if isinstance(schema, dict) else []
        if len(self._open) > MAX_OPEN:
            raise self._documents.refuse(target, "$ref", f"more than {MAX_OPEN} references lead here", "Refer to the schema directly")
        self._open[target] = depth
        try:
            if isinstance(schema, dict) and "$ref" in schema and (self._documents.ref_stands_alone or not beside):
                inner = self._documents.resolve(target)
                field = self._referred(inner, name, place, depth, {**_description(schema), **over})
                field = replace(field, unread={**field.unread, **{key: self._normal.text(target, key) for key in beside}})
                default = canonical(schema["default"]) if "default" in schema else field.default
                return replace(field, default=default, idle=frozenset(beside))
            field = self._read(target, schema, name, place, depth)
            return replace(field, meaning={**field.meaning, **over})
        finally:
            del self._open[target]

    def _read(self, target: Target, schema: Any, name: str, place: Place, depth: int) -> Field:
        if not isinstance(schema, dict):
            return Field(name=name, place=place, type="any" if schema else "never", type_text=canonical(schema), nullable=schema)
        values = _values(schema)
        types = _types(schema, values)
        rest = types - {"null"}
        word = "any" if types == _EVERYTHING else "union" if len(rest) > 1 else next(iter(rest), "null" if types else "never")
        unread = {key for key in schema if key not in READ and key not in PLACES and key not in REMARKS}
        if "$ref" in schema:
            unread.add("$ref")
        items = None
        if isinstance(schema.get("items"), dict | bool) and "array" in rest:
            items = self._child(target, ("items",), ELEMENT, depth)
        elif "items" in schema:
            unread.add("items")
        extra = schema.get("additionalProperties", True)
        if isinstance(extra, dict) and extra and word == "object":
            word, items = "map", self._child(target, ("additionalProperties",), VALUE, depth)
        elif (isinstance(extra, dict) and extra) or ("unevaluatedProperties" in schema and "additionalProperties" in schema):
            unread.add("additionalProperties")
        document = self._documents.document(target)
        said = {"type": "type", "nullable": "type", "default": "default", "open": "additionalProperties", "description": "description"}
        return Field(
            name=name,
            place=place,
            type=word,
            type_text=canonical(schema["type"]) if isinstance(schema.get("type"), list) else word,
            nullable="null" in types,
            default=canonical(schema["default"]) if "default" in schema else None,
            enum=self._enum(target, schema, values, rest),
            fields=self._members(target, schema, depth),
            items=items,
            branches=tuple(Field(name=one, place=place, type=one, type_text=one) for one in sorted(rest)) if word == "union" else (),
            open=extra is not False,
            meaning=_description(schema),
            unread={key: self._normal.text(target, key) for key in sorted(unread)},
            nested=self._nested(target, schema, unread, depth),
            places={
                **{of: document.place(*target.at, key) for of, key in said.items() if key in schema},
                **{key: document.place(*target.at, key) for key in unread},
                **({"members": document.place(*target.at)} if document.place(*target.at).file != place.file else {}),
            },
        )

    def _nested(self, target: Target, schema: Mapping[str, Any], unread: set[str], depth: int) -> dict[str, tuple[Field, ...]]:
        """keyword -> what its schemas describe. A keyword that cannot be told wholly is left out; it is unread in any case."""
        found = {}
        for keyword in sorted(unread & NESTED - {"then", "else"}):
            if keyword == "items" and not isinstance(schema["items"], list):
                continue  # of no array
            self._within += 1
            try:
                found[keyword] = self._parts(target, schema, keyword, depth)
            except (Unreadable, _TooMuch):
                continue
            finally:
                self._within -= 1
        return found

    def _parts(self, target: Target, schema: Mapping[str, Any], keyword: str, depth: int) -> tuple[Field, ...]:
        document = self._documents.document(target)
        if keyword == "$ref":
            return (self.field(self._documents.resolve(target), "", document.place(*target.at, keyword), depth + 1),)
        if keyword == "if":
            anything = Field(name="", place=document.place(*target.at, keyword), nullable=True)
            named = ("if", "then", "else")
            return tuple(self._child(target, (one,), "", depth) if one in schema else anything for one in named)
        return tuple(
            self._child(target, (keyword, *below), str(below[-1]) if below else "", depth) for below, _ in parts(keyword, schema[keyword])
        )

    def _child(self, target: Target, below: tuple[str | int, ...], name: str, depth: int) -> Field:
        at = (*target.at, *below)
        return self.field(Target(target.file, at), name, self._documents.document(target).place(*at), depth + 1)

    def _members(self, target: Target, schema: Mapping[str, Any], depth: int) -> tuple[Field, ...]:
        """What ``properties`` lists, and what ``required`` names besides: described by ``additionalProperties``, which may forbid it."""
        document = self._documents.document(target)
        required = schema.get("required", ())
        asked = {name: document.place(*target.at, "required", index) for index, name in enumerate(required)}
        found: list[Field] = []
        for name in (*schema.get("properties", ()), *asked):
            document.check_name(name, *target.at, "properties", name)
        for name in schema.get("properties", ()):
            field = self._child(target, ("properties", name), name, depth)
            if name in asked:
                field = replace(field, required=True, places={**field.places, "required": asked[name]})
            found.append(field)
        for name in (name for name in asked if name not in schema.get("properties", ())):
            if "additionalProperties" in schema and not BLOCKERS & schema.keys() - {"additionalProperties"}:
                field = self._child(target, ("additionalProperties",), name, depth)
            else:
                unread = {key: self._normal.text(target, key) for key in sorted(BLOCKERS & schema.keys())}
                field = Field(name=name, place=asked[name], type="any", nullable=True, unread=unread)
            found.append(replace(field, place=asked[name], required=True))
        return tuple(found)

    def _enum(self, target: Target, schema: Mapping[str, Any], values: list[Any] | None, rest: frozenset[str]) -> Enum | None:
        if values is None or not rest:
            return None  # of null alone the type says it
        document = self._documents.document(target)
        keyword = "const" if "const" in schema else "enum"
        lines = {canonical(value): document.place(*target.at, "enum", index) for index, value in enumerate(schema.get("enum", ()))}
        place = document.place(*target.at, keyword)
        allowed = {
            enum_text(value, only_strings=rest == {"string"}): value for value in values if _word(value) in rest or _fits(value, rest)
        }
        return Enum(
            values=tuple(EnumValue(value=text, place=lines.get(canonical(value), place)) for text, value in allowed.items()), place=place
        )


def _description(schema: Mapping[str, Any]) -> dict[str, str]:
    description = schema.get("description")
    return {"description": description} if isinstance(description, str) and description else {}


def _values(schema: Mapping[str, Any]) -> list[Any] | None:
    """What ``enum`` and ``const`` leave: each value once; None if neither is there."""
    lists = [{canonical(value): value for value in schema["enum"]}] if "enum" in schema else []
    if "const" in schema:
        lists.append({canonical(schema["const"]): schema["const"]})
    if not lists:
        return None
    return [value for text, value in lists[0].items() if all(text in other for other in lists[1:])]


def _types(schema: Mapping[str, Any], values: list[Any] | None) -> frozenset[str]:
    """The types that values can have, ``integer`` left out beside ``number``. An enum leaves only the types of its values."""
    written = schema.get("type", sorted(_EVERYTHING))
    declared = frozenset([written] if isinstance(written, str) else written)
    if "number" in declared:
        declared -= {"integer"}
    if values is None:
        return declared
    return frozenset(_word(value) for value in values if _word(value) in declared or _fits(value, declared))


def _fits(value: Any, declared: frozenset[str]) -> bool:
    return _word(value) == "integer" and "number" in declared


def _word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    words: dict[type, str] = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return words[type(value)]
