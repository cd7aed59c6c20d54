"""Texts of a fixed shape, as RFC 3339, ISO 8601 and RFC 9562 write them.

What a date, a time and a timestamp are is left to msgspec, because it is what reads them out of messages: two readings would differ.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from uuid import UUID

import msgspec


def is_date(text: str) -> bool:
    """``2026-11-23``."""
    return _reads(text, date)


def is_time(text: str) -> bool:
    """``09:30:00``, with or without a fraction and an offset."""
    return _reads(text, time)


def is_timestamp(text: str) -> bool:
    """``2026-11-23T09:30:00Z``; the offset may be missing, since not every contract promises one."""
    return _reads(text, datetime)


def is_uuid(text: str) -> bool:
    """Eight, four, four, four and twelve hexadecimal digits; no braces, no URN, none without hyphens."""
    return len(text) == 36 and _reads(text, UUID)


def is_decimal(text: str) -> bool:
    """Digits with a sign, a point and an exponent where there are any; nothing that is no number."""
    if not text.isascii() or "_" in text or text.strip() != text:
        return False
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def is_duration(text: str) -> bool:
    """ISO 8601's, ``P3DT4H``: at least one part, each once and in order."""
    if text[:1] != "P":
        return False
    days, separator, times = text[1:].partition("T")
    parts = _parts(days, "YMWD"), _parts(times, "HMS")
    return None not in parts and any(parts) and (not separator or bool(parts[1]))


def moment(value: object) -> float | None:
    """Seconds by which dates, timestamps and times of day can be put into order, a missing offset being UTC; None if it is none of them."""
    if isinstance(value, str):
        value = next((found for kind in (datetime, date, time) if (found := _read(value, kind)) is not None), None)
    if isinstance(value, time):
        offset = value.utcoffset()
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6 - (offset.total_seconds() if offset else 0)
    if not isinstance(value, date):
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return (aware - _EPOCH).total_seconds()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _parts(text: str, units: str) -> int | None:
    """How many parts there are; None if they are none."""
    found, at = 0, 0
    digits = ""
    for sign in text:
        if sign.isascii() and (sign.isdigit() or (sign in ".," and digits)):
            digits += sign
            continue
        at = units.find(sign, at) + 1 if sign in units[at:] else 0
        if not digits or not at:
            return None
        found, digits = found + 1, ""
    return None if digits else found


def _read(text: str, kind: type) -> object | None:
    try:
        return msgspec.convert(text, kind)
    except msgspec.ValidationError:
        return None


def _reads(text: str, kind: type) -> bool:
    return _read(text, kind) is not None
