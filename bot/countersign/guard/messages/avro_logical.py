"""Avro's logical types: what was read, as Python's own type. What Python cannot say (a date in the year 12000) stays as it was read, so
that it is a value of another type, at its place, and the rest of the record is looked at all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from countersign.guard.messages.checker import Undecodable

#: Bytes of a decimal, 2,466 digits: the work grows with their square.
_LONGEST = 1024
_DAY_ONE = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MIDNIGHT = datetime(1970, 1, 1)  # a local timestamp has no zone
_DAY = 24 * 60 * 60 * 10**6

_Convert = Callable[[Any], Any]


def _date(_: Any) -> _Convert:
    return _or_itself(lambda days: date.fromordinal(_DAY_ONE + days))


def _timestamp(begin: datetime, unit: int) -> Callable[[Any], _Convert]:
    """unit: of microseconds so many, or minus so many of it in one."""
    return lambda _: _or_itself(lambda value: begin + timedelta(microseconds=value * unit if unit > 0 else value // -unit))


def _time(unit: int) -> Callable[[Any], _Convert]:
    def convert(value: int) -> time:
        if not 0 <= value * unit < _DAY:
            raise ValueError
        return (_MIDNIGHT + timedelta(microseconds=value * unit)).time()

    return lambda _: _or_itself(convert)


def _decimal(schema: Mapping[str, Any]) -> _Convert:
    scale = schema.get("scale", 0)

    def convert(value: bytes) -> Decimal:
        if len(value) > _LONGEST:
            raise Undecodable("a decimal in it has more than 2,466 digits")
        return Decimal(f"{int.from_bytes(value, signed=True)}E-{scale}")

    return convert


def _duration(_: Any) -> _Convert:
    """Months, days and milliseconds: none of them can be said by the others."""
    return lambda value: tuple(int.from_bytes(value[at : at + 4], "little") for at in (0, 4, 8))


def _or_itself(convert: _Convert) -> _Convert:
    def converted(value: Any) -> Any:
        try:
            return convert(value)
        except (ValueError, OverflowError):
            return value

    return converted


#: (type, logical type) -> schema -> what makes the value. A UUID in a text stays one, and is looked at as such.
LOGICAL: Mapping[tuple[str, str], Callable[[Any], _Convert]] = {
    ("int", "date"): _date,
    ("int", "time-millis"): _time(1000),
    ("long", "time-micros"): _time(1),
    ("long", "timestamp-millis"): _timestamp(_EPOCH, 1000),
    ("long", "timestamp-micros"): _timestamp(_EPOCH, 1),
    ("long", "timestamp-nanos"): _timestamp(_EPOCH, -1000),
    ("long", "local-timestamp-millis"): _timestamp(_MIDNIGHT, 1000),
    ("long", "local-timestamp-micros"): _timestamp(_MIDNIGHT, 1),
    ("long", "local-timestamp-nanos"): _timestamp(_MIDNIGHT, -1000),
    ("bytes", "decimal"): _decimal,
    ("fixed", "decimal"): _decimal,
    ("fixed", "uuid"): lambda _: lambda value: UUID(bytes=value) if len(value) == 16 else value,
    ("fixed", "duration"): lambda schema: _duration(schema) if schema["size"] == 12 else lambda value: value,
}
