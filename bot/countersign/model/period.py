"""A stretch of time that numbers are counted in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_QUARTER = re.compile(r"(\d{4})[qQ]([1-4])")
#: Of the rolling periods that a page offers.
ROLLING_DAYS = (30, 90, 365)
#: Longer ones are asked for by mistake.
_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` up to, but not including, ``until``; both in UTC. name: as addresses have it, such as ``2026Q4`` or ``90d``."""

    since: datetime
    until: datetime
    name: str

    def before(self) -> Period:
        """The period that this one is compared with: the quarter before it, or as long a time just before it."""
        quarter = _QUARTER.fullmatch(self.name)
        if quarter:
            return quarter_of(self.since - timedelta(days=1))
        return Period(self.since - (self.until - self.since), self.since, f"before {self.name}")


def quarter_of(when: datetime) -> Period:
    """The calendar quarter that ``when`` is in."""
    number = (when.month - 1) // 3
    since = datetime(when.year, number * 3 + 1, 1, tzinfo=UTC)
    until = datetime(when.year + number // 3, (number * 3 + 3) % 12 + 1, 1, tzinfo=UTC)
    return Period(since, until, f"{when.year}Q{number + 1}")


def last_days(days: int, now: datetime) -> Period:
    """Whole days up to the end of today."""
    until = _day(now) + timedelta(days=1)
    return Period(until - timedelta(days=days), until, f"{days}d")


def named(name: str, now: datetime) -> Period:
    """``2026Q4``, ``90d`` or ``2026-01-01..2026-03-31`` (both days counted). Raises ValueError, with what is right, for anything else."""
    quarter, days, dates = _QUARTER.fullmatch(name), re.fullmatch(r"(\d{1,4})d", name), name.split("..")
    if quarter and int(quarter[1]) >= 1970:
        return quarter_of(datetime(int(quarter[1]), int(quarter[2]) * 3, 1, tzinfo=UTC))
    if days and 0 < int(days[1]) <= _MOST_DAYS:
        return last_days(int(days[1]), now)
    if len(dates) == 2:
        return _between(*dates)
    raise ValueError(f"{name!r} is no period. Write 2026Q4, 90d, or 2026-01-01..2026-03-31.")


def _between(first: str, last: str) -> Period:
    try:
        since, until = (datetime.strptime(one, "%Y-%m-%d").replace(tzinfo=UTC) for one in (first, last))
    except ValueError:
        raise ValueError(f"{first}..{last} are no dates. Write 2026-01-01..2026-03-31.") from None
    if not timedelta(0) <= until - since < timedelta(days=_MOST_DAYS):
        raise ValueError("The first day of a period comes before its last, by ten years at most.")
    return Period(since, until + timedelta(days=1), f"{first}..{last}")


def _day(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
