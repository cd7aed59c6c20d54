"""Which change of a column's type a table format reads through: its readers see old files in the new type, and rewrite none.

Sources: Iceberg's table specification, "Schema Evolution" (the columns for v1 and v2, and for v3 and later); Delta's protocol, "Type
Widening". Iceberg's rule for partitions (a promotion must not change the value of a partition's transform) is about a table and not about
two types: whoever knows the partitions asks `keeps_partition` as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from countersign.model.profile import TableFormat

#: A word of up to four parts, then the arguments, in either kind of brackets: ``decimal(10, 2)``, ``fixed[16]``.
_TYPE = re.compile(r"([a-z][a-z0-9_]*(?: [a-z]+){0,3})\s*(?:[(\[]\s*([^()\[\]]{1,200}?)\s*[)\]])?\Z")
_INTEGERS = ("byte", "short", "int", "long")
#: Digits that hold every value of the integers, as Delta counts them.
_DELTA_DIGITS = {"byte": 10, "short": 10, "int": 10, "long": 20}
MAX_PRECISION = 38

_EVERYWHERE = {
    "bigint": "long",
    "bool": "boolean",
    "bytes": "binary",
    "double precision": "double",
    "int32": "int",
    "int64": "long",
    "integer": "int",
    "numeric": "decimal",
    "real": "float",
    "smallint": "short",
    "text": "string",
    "timestamp_us": "timestamp_ntz",
    "timestamp without time zone": "timestamp_ntz",
    "tinyint": "byte",
    "varbinary": "binary",
}
#: Iceberg has no integers below 32 bits; engines keep theirs as ``int``. A bare ``timestamp`` has no zone.
_ICEBERG = {
    **_EVERYWHERE,
    "byte": "int",
    "short": "int",
    "smallint": "int",
    "tinyint": "int",
    "timestamp_ltz": "timestamptz",
    "timestamp_ntz": "timestamp",
    "timestamp_us": "timestamp",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
}
#: Delta's ``timestamp`` is a point in time.
_DELTA = {
    **_EVERYWHERE,
    "null": "void",
    "timestamp_ltz": "timestamp",
    "timestamptz": "timestamp",
    "timestamp with time zone": "timestamp",
}
_SHARED = {"binary", "boolean", "date", "decimal", "double", "float", "int", "long", "string", "timestamp", "variant"}
_ICEBERG_TYPES = frozenset(
    {*_SHARED, "fixed", "geography", "geometry", "time", "timestamp_ns", "timestamptz", "timestamptz_ns", "unknown", "uuid"}
)
_DELTA_TYPES = frozenset({*_SHARED, "byte", "short", "timestamp_ntz", "void"})
#: What a type without arguments means where the format says so.
_WITHOUT_ARGUMENTS: Mapping[str, tuple[str, ...]] = {"geometry": ("ogc:crs84",), "geography": ("ogc:crs84", "spherical")}


class _Type(NamedTuple):
    word: str
    arguments: tuple[str, ...] = ()


def promoted(old: str, new: str, table: TableFormat) -> bool | None:
    """True if the table format reads values of the type ``old`` as values of the type ``new``; the same type is read as it is.

    old, new: one type without members, in the table format's own words or SQL's, in any case: ``int``, ``BIGINT``, ``decimal(10, 2)``.
    None: no table format is set, or it has no such type, so that its rules say nothing. Members, elements, map keys and map values are
    asked about one by one: both formats promote at any depth.
    """
    if table is TableFormat.NONE:
        return None
    delta = table is TableFormat.DELTA
    before, after = _read(old, delta=delta), _read(new, delta=delta)
    if before is None or after is None:
        return None
    if before == after:
        return True
    return _delta(before, after) if delta else _iceberg(before, after, v3=table is TableFormat.ICEBERG_V3)


def keeps_partition(old: str, new: str, transform: str) -> bool:
    """Whether an Iceberg partition's transform gives the same value before and after a promotion, as the specification demands.

    Only ``date`` to a timestamp can fail: both have the same year, month and day, but another hash and another value of their own.
    """
    before, after = _read(old, delta=False), _read(new, delta=False)
    if before is None or after is None or before.word != "date" or before == after:
        return True
    return transform in ("year", "month", "day", "void")


def _iceberg(old: _Type, new: _Type, *, v3: bool) -> bool:
    match old.word, new.word:
        case ("int", "long") | ("float", "double"):
            return True
        case "decimal", "decimal":
            (precision, scale), (wider, same) = _digits(old), _digits(new)
            return precision < wider <= MAX_PRECISION and scale == same
        case "date", "timestamp" | "timestamp_ns":
            return v3
        case "unknown", _:  # a column of nulls, whose type nobody knows yet
            return v3
    return False


def _delta(old: _Type, new: _Type) -> bool:
    if old.word == "void":  # a column of nulls, whose type nobody knows yet
        return True
    if old.word in _INTEGERS and new.word in _INTEGERS:
        return _INTEGERS.index(old.word) < _INTEGERS.index(new.word)
    if new.word == "decimal" and (old.word in _DELTA_DIGITS or old.word == "decimal"):
        precision, scale = (_DELTA_DIGITS[old.word], 0) if old.word in _DELTA_DIGITS else _digits(old)
        wider, finer = _digits(new)
        return wider <= MAX_PRECISION and wider - precision >= finer - scale >= 0
    return (old.word, new.word) in {
        ("byte", "double"),
        ("short", "double"),
        ("int", "double"),
        ("float", "double"),
        ("date", "timestamp_ntz"),
    }


def _digits(decimal: _Type) -> tuple[int, int]:
    precision, scale = decimal.arguments
    return int(precision), int(scale)


def _read(text: str, *, delta: bool) -> _Type | None:
    """None if the table format has no such type."""
    found = _TYPE.match(" ".join(text.lower().split()))
    if found is None:
        return None
    word = (_DELTA if delta else _ICEBERG).get(found[1], found[1])
    if word not in (_DELTA_TYPES if delta else _ICEBERG_TYPES):
        return None
    arguments = tuple(part.strip() for part in found[2].split(",")) if found[2] else ()
    if word == "decimal":
        return _decimal(arguments, delta=delta)
    if word == "fixed":
        return _Type(word, arguments) if len(arguments) == 1 and arguments[0].isdecimal() else None
    if word in _WITHOUT_ARGUMENTS:
        return _Type(word, (*arguments, *_WITHOUT_ARGUMENTS[word][len(arguments) :]))
    return None if arguments else _Type(word)


def _decimal(arguments: tuple[str, ...], *, delta: bool) -> _Type | None:
    """Spark's SQL takes ``decimal`` for ``decimal(10, 0)``; Iceberg knows none without its digits."""
    if delta:
        arguments = (*arguments, *("10", "0")[len(arguments) :])
    elif len(arguments) == 1:
        arguments = (*arguments, "0")
    if len(arguments) != 2 or not all(one.isdecimal() and len(one) <= 4 for one in arguments):
        return None
    return _Type("decimal", tuple(str(int(one)) for one in arguments))
