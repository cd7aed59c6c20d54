"""What a value is: the canonical types of a check, and the words by which a value is told without saying it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from countersign.guard.shapes import is_date, is_decimal, is_duration, is_time, is_timestamp, is_uuid


def kind(value: Any) -> str:
    """What a value is, and how large, without saying it: ``string of 12``, ``integer``, ``array of 3``."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float() | Decimal():
            return "number" if _finite(value) else "number that is not finite"
        case str():
            return f"string of {len(value)}"
        case bytes() | bytearray() | memoryview():
            return f"bytes, {len(value)}"
        case Mapping():
            return f"object of {len(value)}"
        case datetime():
            return "timestamp"
        case _ if isinstance(value, Sequence):
            return f"array of {len(value)}"
    return type(value).__name__


def frozen(value: Any) -> Hashable:
    """Equal for two values if, and only if, JSON takes them for equal: 1 is 1.0, and true is no 1."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, Mapping):
        return ("object", frozenset((name, frozen(one)) for name, one in value.items()))
    if isinstance(value, list | tuple):
        return ("array", *map(frozen, value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return bytes(value) if isinstance(value, bytearray | memoryview) else value


def _integer(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _number(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float | Decimal) and _finite(value))


def _finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def _text(shape: Callable[[str], bool], *native: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, native) or (isinstance(value, str) and shape(value))


#: The type's word -> whether a value is of it. A null is asked for before, and a ``ref`` and a ``union`` are looked into.
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "ref": lambda value: True,
    "union": lambda value: True,
    "never": lambda value: False,
    "null": lambda value: False,
    "string": lambda value: isinstance(value, str),
    "integer": _integer,
    "number": _number,
    # Of IEEE 754, to which infinity and "not a number" belong: Avro's and Protobuf's
    "float": lambda value: _number(value) or isinstance(value, float),
    "boolean": lambda value: isinstance(value, bool),
    "bytes": lambda value: isinstance(value, bytes | bytearray | str),
    "date": lambda value: not isinstance(value, datetime) and _text(is_date, date)(value),
    "time": _text(is_time, time),
    "timestamp": _text(is_timestamp, datetime),
    "duration": _text(is_duration, timedelta, tuple),
    "uuid": _text(is_uuid, UUID),
    # Written as a number, or as a text so that no digit is lost
    "decimal": lambda value: is_decimal(value) if isinstance(value, str) else _number(value),
    "object": lambda value: isinstance(value, Mapping),
    "map": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, Sequence) and not isinstance(value, str | bytes),
}
