"""Texts of a fixed shape, as RFC 3339 and RFC 9562 write them: read by the standard library, never by a pattern."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID


def is_date(text: str) -> bool:
    """``2026-11-23``."""
    return len(text) == 10 and _reads(date.fromisoformat, text)


def is_time(text: str) -> bool:
    """``09:30:00``, with or without a fraction and an offset."""
    return text[2:3] == ":" and text[5:6] == ":" and _reads(time.fromisoformat, text.replace("z", "Z"))


def is_timestamp(text: str) -> bool:
    """``2026-11-23T09:30:00Z``; the offset may be missing, since not every contract promises one."""
    return (
        text[4:5] == "-"
        and text[10:11] in ("T", "t", " ")
        and is_time(text[11:])
        and is_date(text[:10])
        and _reads(datetime.fromisoformat, text.upper())
    )


def is_uuid(text: str) -> bool:
    """Eight, four, four, four and twelve hexadecimal digits; no braces, no URN."""
    return len(text) == 36 and text[8] == text[13] == text[18] == text[23] == "-" and _reads(UUID, text)


def is_duration(text: str) -> bool:
    """ISO 8601's, ``P3DT4H``: at least one part, each once and in order."""
    if text[:1] != "P":
        return False
    days, separator, times = text[1:].partition("T")
    parts = _parts(days, "YMWD"), _parts(times, "HMS")
    return None not in parts and any(parts) and (not separator or bool(parts[1]))


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


def _reads(parse: object, text: str) -> bool:
    try:
        parse(text)  # type: ignore[operator]  # each of them takes one text
    except ValueError:
        return False
    return text.isascii()
