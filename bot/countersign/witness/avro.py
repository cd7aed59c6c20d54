"""fastavro: a record is written with one schema and read with the other, as its libraries do it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from countersign.model.witness import Side
from countersign.witness.referee import Documents, Objection, Opinion, Plain, Spot

_MOST_DEEP = 40
_WORDS = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    **dict.fromkeys(("int", "long"), lambda value: isinstance(value, int) and not isinstance(value, bool)),
    **dict.fromkeys(("float", "double"), lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    **dict.fromkeys(("string", "bytes", "fixed"), lambda value: isinstance(value, str)),
    "array": lambda value: isinstance(value, list),
    **dict.fromkeys(("map", "record", "error"), lambda value: isinstance(value, dict)),
}


class AvroSchemas(Plain):
    """Bytes are written as texts whose characters stand for one byte each, as in Avro's own JSON encoding."""

    name = "fastavro"
    every = True

    def __init__(self, old: Documents, new: Documents) -> None:
        self._schemas = {side: _Schema(json.loads(each.source.text)) for side, each in ((Side.OLD, old), (Side.NEW, new))}

    def judge(self, value: Any, side: Side) -> Opinion:
        writer, reader = self._schemas[side], self._schemas[side.other]
        written = writer.write(writer.root, value)
        if written is None or _read(written, writer.root, writer.root) is not None:
            return Opinion(False)
        said = _read(written, writer.root, reader.root)
        if said is None:
            return Opinion(True)
        parts = tuple(_parts(value, writer, writer.root, reader, reader.root, ()))
        return Opinion(True, parts or (Objection(said, ()),))


class _Schema:
    """One side, with names written out in full."""

    def __init__(self, schema: Any) -> None:
        from fastavro import parse_schema

        self._named: dict[str, Any] = {}
        self.root = parse_schema(schema, self._named)

    def resolved(self, schema: Any) -> Any:
        """A type that is given by its name."""
        return self._named.get(schema, schema) if isinstance(schema, str) else schema

    def part(self, schema: Any) -> Any:
        """A part of the schema as a schema of its own."""
        record = {"type": "record", "name": "part", "fields": [{"name": "value", "type": schema}]}
        return {**record, "__fastavro_parsed": True, "__named_schemas": self._named}

    def write(self, schema: Any, value: Any) -> bytes | None:
        """None if the value is none of this type. schema: the root or a `part`."""
        from fastavro import schemaless_writer

        buffer = io.BytesIO()
        try:
            schemaless_writer(buffer, schema, self.native(schema, value, _MOST_DEEP), strict=True)
        except Exception:  # whatever it raises, it does not write the value
            return None
        return buffer.getvalue()

    def native(self, schema: Any, value: Any, depth: int) -> Any:
        """A JSON value as fastavro takes it: bytes, and each value of a union with its branch. Raises ValueError if it is of no branch."""
        schema = self.resolved(schema)
        if depth == 0:
            raise ValueError("nested too deep")
        if isinstance(schema, list):
            for branch in schema:
                if self._suits(branch, value):
                    name = self._word(branch)
                    native = self.native(branch, value, depth - 1)
                    return native if name == "null" else (name, native)
            raise ValueError("of no branch")
        word = self._word(schema)
        if isinstance(schema, Mapping) and isinstance(schema.get("type"), Mapping | list):
            return self.native(schema["type"], value, depth - 1)
        if word in ("bytes", "fixed") or (isinstance(schema, Mapping) and schema.get("type") == "fixed"):
            return value.encode("latin-1")
        if isinstance(schema, Mapping) and schema.get("type") in ("record", "error"):
            known = {field["name"]: field["type"] for field in schema["fields"]}
            return {key: self.native(known[key], inner, depth - 1) if key in known else inner for key, inner in value.items()}
        if isinstance(schema, Mapping) and schema.get("type") in ("array", "map"):
            inner = schema["items" if schema["type"] == "array" else "values"]
            if schema["type"] == "array":
                return [self.native(inner, one, depth - 1) for one in value]
            return {key: self.native(inner, one, depth - 1) for key, one in value.items()}
        return value

    def _word(self, schema: Any) -> str:
        """What a branch is called: a primitive's name, ``array``, ``map``, or a full name."""
        schema = self.resolved(schema)
        if isinstance(schema, str):
            return schema
        return str(schema["name"]) if "name" in schema else str(schema["type"])

    def _suits(self, branch: Any, value: Any) -> bool:
        branch = self.resolved(branch)
        kind = branch["type"] if isinstance(branch, Mapping) else branch
        if kind == "enum":
            return value in branch["symbols"]
        if kind == "fixed":
            return isinstance(value, str) and len(value) == branch["size"]
        if kind in ("record", "error"):
            return isinstance(value, dict) and all(field["name"] in value or "default" in field for field in branch["fields"])
        suits = _WORDS.get(kind)
        return suits is not None and suits(value)


def _read(written: bytes, writer: Any, reader: Any) -> str | None:
    """What is said when bytes of one schema are read with another; None if they are read."""
    from fastavro import schemaless_reader

    try:
        schemaless_reader(io.BytesIO(written), writer, reader)
    except Exception as error:  # resolution fails with errors of many kinds
        return str(error) or type(error).__name__
    return None


def _refused(value: Any, writer: _Schema, one: Any, reader: _Schema, other: Any) -> str | None:
    """The same of a part and its value."""
    written = writer.write(writer.part(one), {"value": value})
    return None if written is None else _read(written, writer.part(one), reader.part(other))


def _parts(value: Any, writer: _Schema, one: Any, reader: _Schema, other: Any, at: Spot) -> Iterator[Objection]:
    """What is wrong, part by part, down to the smallest that cannot be read: fastavro itself names no place."""
    one, other = writer.resolved(one), reader.resolved(other)
    kinds = [schema.get("type") if isinstance(schema, Mapping) else None for schema in (one, other)]
    found: list[Objection] = []
    if len(at) < _MOST_DEEP and kinds == ["record", "record"] and isinstance(value, dict):
        written = {field["name"]: field["type"] for field in one["fields"]}
        for field in other["fields"]:
            name = next((name for name in (field["name"], *field.get("aliases", ())) if name in written), None)
            if name is None and "default" not in field:
                said = _refused(value, writer, one, reader, {**other, "fields": [field]})
                found += [Objection(said, (*at, field["name"]))] if said else []
            elif name is not None and name in value:
                found += _parts(value[name], writer, written[name], reader, field["type"], (*at, name))
    elif kinds == ["array", "array"] and isinstance(value, list):
        for index, inner in enumerate(value):
            found += _parts(inner, writer, one["items"], reader, other["items"], (*at, index))
    elif kinds == ["map", "map"] and isinstance(value, dict):
        for key, inner in value.items():
            found += _parts(inner, writer, one["values"], reader, other["values"], (*at, key))
    if found:
        yield from found
        return
    said = _refused(value, writer, one, reader, other)
    if said is not None:
        yield Objection(said, at)
