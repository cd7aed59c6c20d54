"""Iceberg's JSON (table specification, appendix C): a schema, or a table's metadata with its current schema -> fields with lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from countersign.formats.marked import Unreadable
from countersign.formats.parquet.columns import Count, decimal, key_text, members, named, scalar, timestamp
from countersign.formats.source import Document, Pointer
from countersign.formats.violations import nearest
from countersign.model.contract import Field, canonical
from countersign.model.path import ELEMENT, VALUE

_PRIMITIVES: Mapping[str, Field] = {
    **{word: scalar(word) for word in ("boolean", "int", "long", "float", "double", "date", "string", "uuid", "variant")},
    "binary": scalar("bytes"),
    "geography": scalar("geography", crs="ogc:crs84", algorithm="spherical"),
    "geometry": scalar("geometry", crs="ogc:crs84"),
    "time": scalar("time", timeUnit="micros", adjustedToUTC=False),
    "timestamp": timestamp("micros", adjusted=False),
    "timestamp_ns": timestamp("nanos", adjusted=False),
    "timestamptz": timestamp("micros", adjusted=True),
    "timestamptz_ns": timestamp("nanos", adjusted=True),
    "unknown": scalar("null"),
}
_DECIMAL = re.compile(r"decimal\(\s*([0-9]{1,2})\s*,\s*([0-9]{1,2})\s*\)\Z")
_FIXED = re.compile(r"fixed\[\s*([0-9]{1,9})\s*\]\Z")
_PLACED = re.compile(r"(geometry|geography)\(\s*([^,()]{1,200}?)\s*(?:,\s*(\w{1,40})\s*)?\)\Z")


class IcebergSchema:
    """Reads one document. Raises `Unreadable`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = Count(document.file)
        self._names: dict[str, str] = {}  # of the columns at the top
        self._ids: set[int] = set()
        self.at, self._partitions = self._current()
        self._schema = self._object(document.value if not self.at else self._value(self.at), self.at)

    def root(self, name: str) -> Field:
        members = self._members(self._schema, self.at, 0)
        return named(replace(scalar("object"), fields=members), name, self._document.place(*self.at))

    def key(self) -> tuple[str, ...]:
        """The names of ``identifier-field-ids``; of a column inside another one its number."""
        ids = self._schema.get("identifier-field-ids", [])
        if not isinstance(ids, list) or not all(_is_number(one) for one in ids):
            raise self._refuse((*self.at, "identifier-field-ids"), "`identifier-field-ids` is no list of field ids", "Write numbers")
        return tuple(self._names.get(str(one), f"#{one}") for one in ids)

    def _current(self) -> tuple[Pointer, dict[int, list[str]]]:
        """Where the schema stands, and the transforms of the partition for each field id."""
        data = self._object(self._document.value, ())
        if "current-schema-id" in data and isinstance(data.get("schemas"), list):
            at = self._chosen(data, "schemas", "schema-id", data["current-schema-id"])
        elif isinstance(data.get("schema"), dict):
            at = ("schema",)
        elif data.get("type") == "struct":
            return (), {}
        else:
            raise self._refuse(
                (), "this is neither an Iceberg schema nor a table's metadata", 'A schema is an object with "type": "struct"'
            )
        transforms: dict[int, list[str]] = {}
        if "default-spec-id" in data and isinstance(data.get("partition-specs"), list):
            spec = self._value(self._chosen(data, "partition-specs", "spec-id", data["default-spec-id"]))
            for part in spec.get("fields", ()) if isinstance(spec.get("fields", ()), list) else ():
                if isinstance(part, dict) and _is_number(part.get("source-id")):
                    transforms.setdefault(part["source-id"], []).append(str(part.get("transform", "")))
        return at, transforms

    def _chosen(self, data: Mapping[str, Any], key: str, id_key: str, wanted: Any) -> Pointer:
        for at, one in enumerate(data[key]):
            if isinstance(one, dict) and one.get(id_key) == wanted:
                return key, at
        raise self._refuse(
            (key,), f"none of `{key}` has the {id_key} {canonical(wanted)[:20]}, which the table is said to have", "Correct it"
        )

    def _value(self, at: Pointer) -> Any:
        value = self._document.value
        for step in at:
            value = value[step]
        return value

    def _members(self, struct: Mapping[str, Any], at: Pointer, depth: int) -> tuple[Field, ...]:
        fields = struct.get("fields")
        if not isinstance(fields, list):
            raise self._refuse((*at, "fields"), "a struct has no list of `fields`", "Add `fields`, empty if there are none")
        found = members(self._member(data, (*at, "fields", index), depth + 1) for index, data in enumerate(fields))
        if depth == 0:
            self._names = {one.identity: one.name for one in found}
        return found

    def _member(self, written: Any, at: Pointer, depth: int) -> Field:
        self._count.one_more(depth, self._document.line(*at))
        data = self._object(written, at)
        name, id_, required = data.get("name"), data.get("id"), data.get("required")
        if not isinstance(name, str) or not _is_number(id_) or not isinstance(required, bool):
            raise self._refuse(at, "a field lacks its `id`, `name` or `required`", "Give it a number, a text, and true or false")
        if id_ in self._ids:
            raise self._refuse((*at, "id"), f"the id {id_} is given to two fields", "Give each field an id that no other ever had")
        self._ids.add(id_)
        found = self._type(data.get("type"), (*at, "type"), depth)
        limits = {**found.constraints, "fieldId": canonical(id_)}
        if "write-default" in data:
            limits["writeDefault"] = canonical(data["write-default"])
        if id_ in self._partitions:
            limits["partitionedBy"] = canonical(sorted(self._partitions[id_]))
        keys = {"type": "type", "nullable": "required", "default": "initial-default", "description": "doc", "writeDefault": "write-default"}
        keys |= dict.fromkeys(found.constraints, "type") | {"fieldId": "id"}
        return named(
            found,
            name,
            self._document.place(*at, "name"),
            identity=str(id_),
            nullable=not required,
            default=canonical(data["initial-default"]) if data.get("initial-default") is not None else None,
            constraints=limits,
            meaning={"description": data["doc"]} if isinstance(data.get("doc"), str) else {},
            places={of: self._document.place(*at, key) for of, key in keys.items() if key in data},
        )

    def _type(self, written: Any, at: Pointer, depth: int) -> Field:
        if isinstance(written, str):
            return self._primitive(written, at)
        data = self._object(written, at)
        if data.get("type") == "struct":
            return replace(scalar("object"), type_text="struct", fields=self._members(data, at, depth))
        if data.get("type") == "list":
            return replace(scalar("array"), type_text="list", items=self._part(data, at, "element", ELEMENT, depth))
        if data.get("type") == "map":
            key = self._part(data, at, "key", "", depth)
            return replace(scalar("map", keyType=key_text(key)), type_text="map", items=self._part(data, at, "value", VALUE, depth))
        raise self._refuse(at, "this is no type that Iceberg has", "Write a primitive type's name, or a struct, list or map")

    def _part(self, data: Mapping[str, Any], at: Pointer, key: str, name: str, depth: int) -> Field:
        self._count.one_more(depth + 1, self._document.line(*at))
        here = (*at, key)
        nullable = key != "key" and data.get(f"{key}-required") is False
        return named(self._type(data.get(key), here, depth + 1), name, self._document.place(*here), nullable=nullable)

    def _primitive(self, written: str, at: Pointer) -> Field:
        known = _PRIMITIVES.get(written)
        if known is not None:
            return known
        if found := _DECIMAL.match(written):
            return decimal(int(found[1]), int(found[2]))
        if found := _FIXED.match(written):
            return scalar("fixed", size=int(found[1]))
        if found := _PLACED.match(written):
            algorithm = (found[3] or "spherical").lower() if found[1] == "geography" else None
            return scalar(found[1], crs=found[2].lower(), algorithm=algorithm)
        hint = nearest(written[:40], _PRIMITIVES.keys())
        raise self._refuse(at, f"`{written[:60]}` is no type that Iceberg has{hint}", "Write one of the specification's types")

    def _object(self, data: Any, at: Pointer) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            raise self._refuse(at, "an object is missing here", "Write it as Iceberg's specification asks (appendix C)")
        return data

    def _refuse(self, at: Pointer, message: str, remedy: str) -> Unreadable:
        return Unreadable(self._document.file, self._document.line(*at), message, remedy)


def _is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
