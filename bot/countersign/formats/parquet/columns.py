"""A column's type in one set of words, whichever of the files it was read from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from countersign.formats.marked import Unreadable
from countersign.formats.source import is_mark
from countersign.model.contract import Field, Place, canonical
from countersign.model.profile import TableFormat

#: Bounds of what a file may describe; a column of a table that people use is far within them.
MAX_FIELDS = 20_000
MAX_DEPTH = 100
#: Words of units of time, from coarse to fine.
UNITS = ("seconds", "millis", "micros", "nanos")


def scalar(word: str, **limits: Any) -> Field:
    """A type without parts, to be named by `named`. limits: JSON values that narrow it, such as ``precision``.

    word: one of `model.contract.Field`'s, or ``byte short int long ubyte ushort uint ulong half float double fixed json bson int96
    interval variant geometry geography``: integers and floating-point numbers by their width, the others as their format calls them.
    """
    constraints = {name: canonical(value) for name, value in limits.items() if value is not None}
    return Field(name="", place=Place(file="", line=1), type=word, type_text=_written(word, limits), required=True, constraints=constraints)


def named(column: Field, name: str, place: Place, **said: Any) -> Field:
    """The type as the type of a field. Every line of a column that is a single line says all that there is to say."""
    return replace(column, name=name, place=place, **said)


def decimal(precision: int, scale: int) -> Field:
    return scalar("decimal", precision=precision, scale=scale)


def timestamp(unit: str, *, adjusted: bool) -> Field:
    """adjusted: a point in time; else what a calendar and a clock show, wherever they are."""
    return scalar("timestamp", timeUnit=unit, adjustedToUTC=adjusted)


def limit(field: Field, name: str) -> Any:
    """The JSON value of a constraint; None if there is none."""
    text = field.constraints.get(name)
    return None if text is None else json.loads(text)


def key_text(key: Field) -> Any:
    """The type of a map's key as the JSON value of the map's ``keyType``, from which `key_type` makes a type again."""
    if key.fields or key.items:
        return {"type": key.type, "fields": [[one.name, key_text(one)] for one in [*key.fields, *([key.items] if key.items else [])]]}
    limits = {name: json.loads(text) for name, text in (*key.constraints.items(), *key.unread.items()) if name != "fieldId"}
    return {"type": key.type, **limits} if limits else key.type


def key_type(text: str) -> Field | None:
    """The key's type; None if it has parts."""
    read = json.loads(text)
    said: Mapping[str, Any] = {"type": read} if isinstance(read, str) else read
    return None if "fields" in said else scalar(said["type"], **{name: value for name, value in said.items() if name != "type"})


def table_type(field: Field, table: TableFormat) -> str:
    """The type in the words that `formats.promotion` reads."""
    delta = table is TableFormat.DELTA
    match field.type:
        case "decimal":
            return f"decimal({limit(field, 'precision')},{limit(field, 'scale')})"
        case "fixed":
            return f"fixed[{limit(field, 'size')}]"
        case "bytes":
            return "binary"
        case "null":
            return "void" if delta else "unknown"
        case "timestamp" if delta:
            return "timestamp" if limit(field, "adjustedToUTC") else "timestamp_ntz"
        case "timestamp":
            zone = "timestamptz" if limit(field, "adjustedToUTC") else "timestamp"
            return zone + ("_ns" if limit(field, "timeUnit") == "nanos" else "")
        case "geometry" | "geography":
            arguments = [str(one) for one in (limit(field, "crs"), limit(field, "algorithm")) if one]
            return f"{field.type}({', '.join(arguments)})" if arguments else field.type
    return field.type


def members(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields of one struct. Raises `Unreadable` where two have one name, or one has a name that paths use as a mark."""
    found: dict[str, Field] = {}
    for one in fields:
        if one.name in found or is_mark(one.name):
            trouble = "is given twice in one struct" if one.name in found else "has a name that paths use as a mark"
            raise Unreadable(one.place.file, one.place.line, f"the field `{one.name}` {trouble}", "Rename it")
        found[one.name] = one
    return tuple(found.values())


class Count:
    """How many fields have been read, and how deep they lie. Raises `Unreadable` beyond the bounds."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._fields = 0

    def one_more(self, depth: int, line: int = 1) -> None:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise Unreadable(self._file, line, f"the schema has more than {MAX_FIELDS:,} fields", "Split it into several contracts")
        if depth > MAX_DEPTH:
            raise Unreadable(self._file, line, f"types are nested more than {MAX_DEPTH} deep", "Flatten the schema")


def _written(word: str, limits: Mapping[str, Any]) -> str:
    """For people: ``decimal(10,2)``, ``timestamp(micros, UTC)``."""
    said = [value for name, value in limits.items() if name != "adjustedToUTC" and value is not None]
    zone = ["UTC" if limits["adjustedToUTC"] else "local"] if "adjustedToUTC" in limits else []
    text = (", " if zone else ",").join([*map(str, said), *zone])
    return f"{word}({text})" if text else word
