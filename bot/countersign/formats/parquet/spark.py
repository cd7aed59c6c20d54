"""Spark's JSON of a StructType, which is Delta's ``schemaString`` too (protocol, "Schema Serialization Format") -> fields with lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from countersign.formats.marked import Unreadable
from countersign.formats.parquet.columns import Count, decimal, key_text, members, named, scalar, timestamp
from countersign.formats.source import Document, Pointer
from countersign.formats.violations import nearest
from countersign.model.contract import Field, canonical
from countersign.model.path import ELEMENT, VALUE

_PRIMITIVES: Mapping[str, Field] = {
    **{word: scalar(word) for word in ("boolean", "byte", "short", "long", "float", "double", "date", "string", "variant")},
    "binary": scalar("bytes"),
    "integer": scalar("int"),
    "timestamp": timestamp("micros", adjusted=True),
    "timestamp_ntz": timestamp("micros", adjusted=False),
    "void": scalar("null"),
}
_DECIMAL = re.compile(r"decimal\(\s*([0-9]{1,2})\s*,\s*(-?[0-9]{1,2})\s*\)\Z")
_SIZED = re.compile(r"(?:var)?char\(\s*([0-9]{1,9})\s*\)\Z")
#: A column's number where the table maps columns by it; what a new row gets where the writer gives nothing.
_ID, _DEFAULT = "delta.columnMapping.id", "CURRENT_DEFAULT"
#: Where Spark keeps the length of a ``VARCHAR``, whose type is ``string`` in the schema.
_BOUNDED = "__CHAR_VARCHAR_TYPE_STRING"


class SparkSchema:
    """Reads one document. Raises `Unreadable`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = Count(document.file)

    def root(self, name: str) -> Field:
        data = self._document.value
        if not isinstance(data, dict) or data.get("type") != "struct":
            raise self._refuse((), "this is no StructType", 'Write an object with "type": "struct" and its "fields"')
        return named(replace(scalar("object"), fields=self._members(data, (), 0)), name, self._document.place())

    def _members(self, struct: Mapping[str, Any], at: Pointer, depth: int) -> tuple[Field, ...]:
        fields = struct.get("fields")
        if not isinstance(fields, list):
            raise self._refuse((*at, "fields"), "a struct has no list of `fields`", "Add `fields`, empty if there are none")
        return members(self._member(data, (*at, "fields", index), depth + 1) for index, data in enumerate(fields))

    def _member(self, data: Any, at: Pointer, depth: int) -> Field:
        self._count.one_more(depth, self._document.line(*at))
        if not isinstance(data, dict) or not isinstance(data.get("name"), str) or not isinstance(data.get("nullable"), bool):
            raise self._refuse(at, "a field lacks its `name` or `nullable`", "Give it a text, and true or false")
        found = self._type(data.get("type"), (*at, "type"), depth)
        metadata: Any = data["metadata"] if isinstance(data.get("metadata"), dict) else {}
        limits, id_ = dict(found.constraints), metadata.get(_ID, "")
        if id_ != "":
            limits["fieldId"] = canonical(id_)
        if found.type == "string" and (sized := _SIZED.match(str(metadata.get(_BOUNDED, "")))):
            limits["maxLength"] = canonical(int(sized[1]))
        if _DEFAULT in metadata:
            limits["writeDefault"] = canonical(metadata[_DEFAULT])
        places = {of: self._document.place(*at, key) for of, key in {"type": "type", "nullable": "nullable"}.items() if key in data}
        places |= {limit: self._document.place(*at, "type") for limit in found.constraints}
        return named(
            found,
            data["name"],
            self._document.place(*at, "name"),
            identity=str(id_),
            nullable=data["nullable"],
            constraints=limits,
            meaning={"description": metadata["comment"]} if isinstance(metadata.get("comment"), str) else {},
            places={**places, "description": self._document.place(*at, "metadata", "comment")},
        )

    def _type(self, written: Any, at: Pointer, depth: int) -> Field:
        if isinstance(written, str):
            return self._primitive(written, at)
        kind = written.get("type") if isinstance(written, dict) else None
        if kind == "struct":
            return replace(scalar("object"), type_text="struct", fields=self._members(written, at, depth))
        if kind == "array":
            return replace(scalar("array"), items=self._part(written, at, "elementType", "containsNull", ELEMENT, depth))
        if kind == "map":
            key = self._part(written, at, "keyType", "", "", depth)
            items = self._part(written, at, "valueType", "valueContainsNull", VALUE, depth)
            return replace(scalar("map", keyType=key_text(key)), type_text="map", items=items)
        raise self._refuse(at, "this is no type that Spark has", "Write a primitive type's name, or a struct, array or map")

    def _part(self, data: Mapping[str, Any], at: Pointer, key: str, null_key: str, name: str, depth: int) -> Field:
        self._count.one_more(depth + 1, self._document.line(*at))
        found = self._type(data.get(key), (*at, key), depth + 1)
        return named(found, name, self._document.place(*at, key), nullable=bool(null_key) and data.get(null_key) is not False)

    def _primitive(self, written: str, at: Pointer) -> Field:
        known = _PRIMITIVES.get(written)
        if known is not None:
            return known
        if found := _DECIMAL.match(written):
            return decimal(int(found[1]), int(found[2]))
        if found := _SIZED.match(written):
            return scalar("string", maxLength=int(found[1]))
        if written.startswith("interval "):
            return scalar("interval", unit=written.removeprefix("interval ")[:60])
        hint = nearest(written[:40], _PRIMITIVES.keys())
        raise self._refuse(at, f"`{written[:60]}` is no type that Spark has{hint}", "Write one of its names for types")

    def _refuse(self, at: Pointer, message: str, remedy: str) -> Unreadable:
        return Unreadable(self._document.file, self._document.line(*at), message, remedy)
