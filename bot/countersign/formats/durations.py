"""Lengths of time in one spelling: ``24 h``, ``1 d`` and ``PT24H`` are one promise.

ODCS leaves a service level's unit to the author ("d, day, days for days; y, yr, years for years, etc."). Months and years have no fixed
length, so they keep their own unit and are compared by the shortest and longest that they can be.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
    **dict.fromkeys(("mo", "month", "months"), "mo"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "y"),
}
#: Unit -> shortest and longest, in milliseconds.
_HOUR, _DAY = 3_600_000, 86_400_000
_LENGTHS = {
    "ms": (1, 1),
    "s": (1000, 1000),
    "min": (60_000, 60_000),
    "h": (_HOUR, _HOUR),
    "d": (_DAY, _DAY),
    "w": (7 * _DAY, 7 * _DAY),
    "mo": (28 * _DAY, 31 * _DAY),
    "y": (365 * _DAY, 366 * _DAY),
}
#: In which a length is written, if it is a whole number of them.
_WRITTEN_IN = ("d", "h", "min", "s")
_WITH_UNIT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([a-zA-Z]{1,12})\Z")
_ISO = re.compile(r"P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?\Z")
_ISO_LONG = re.compile(r"P([0-9]{1,9})([YMW])\Z")


def duration(value: object, unit: str) -> tuple[Decimal, str] | None:
    """(amount, ``ms s min h d mo y``) of a length of time, in the largest unit of which it is a whole number; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    long = _ISO_LONG.match(text)
    if long and not unit:
        return _written(Decimal(long[1]), {"Y": "y", "M": "mo", "W": "w"}[long[2]])
    iso = _ISO.match(text)
    if iso and not unit and any(iso.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return _written(Decimal(((days * 24 + hours) * 60 + minutes) * 60 + seconds), "s")
    together = _WITH_UNIT.match(text)
    if together and not unit:
        text, unit = together[1], together[2]
    known = _UNITS.get(unit.lower())
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return _written(amount, known) if known and amount.is_finite() and abs(amount) < 10**15 else None


def bounds(amount: Decimal, unit: str) -> tuple[Decimal, Decimal] | None:
    """The shortest and the longest that it can be, in milliseconds; None if the unit is none of time."""
    if unit not in _LENGTHS:
        return None
    low, high = (amount * length for length in _LENGTHS[unit])
    return min(low, high), max(low, high)


def _written(amount: Decimal, unit: str) -> tuple[Decimal, str]:
    if unit in ("mo", "y"):
        return amount, unit
    milliseconds = amount * _LENGTHS[unit][0]
    for larger in _WRITTEN_IN:
        parts = milliseconds / _LENGTHS[larger][0]
        if parts and parts == parts.to_integral_value():
            return parts.to_integral_value(), larger
    return milliseconds, "ms"
