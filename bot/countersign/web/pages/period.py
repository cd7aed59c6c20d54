"""The period and the domain that an address asks for: ``?period=2026Q4&domain=payments``, or ``?since=2026-10-01&until=2026-11-15``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import abort, request

from countersign.model.quarter import QUARTER, before, name_of, quarter, quarter_of
from countersign.model.score import Period

#: Days of the rolling periods that a page offers.
_ROLLING = (30, 90, 365)
#: Longer ones are asked for by mistake.
_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose, and what else is offered. name: as addresses have it. label: for people. offered: (name, label).

    domains: () where a page has no choice of them.
    """

    period: Period
    now: datetime
    name: str
    offered: Sequence[tuple[str, str]]
    domain: str = ""
    domains: Sequence[str] = ()

    @property
    def label(self) -> str:
        known = dict(self.offered).get(self.name)
        return f"the last {known}" if known and self.name.endswith("d") else known or f"{self.first_day} to {self.last_day}"

    @property
    def compared(self) -> str:
        """``Q4 2026 so far, day 54 of 92, beside the whole period before it``; ``Q3 2026, beside the period before it``.

        Half a quarter beside a whole one looks better than it is, so that is said.
        """
        days, day = (self.period.until - self.period.since).days, (self.now - self.period.since).days + 1
        if not 0 < day < days:
            return f"{self.label}, beside the period before it"
        return f"{self.label} so far, day {day} of {days}, beside the whole period before it"

    @property
    def first_day(self) -> str:
        return f"{self.period.since:%Y-%m-%d}"

    @property
    def last_day(self) -> str:
        return f"{self.period.until - timedelta(days=1):%Y-%m-%d}"


def chosen(now: datetime, domains: Sequence[str] = ()) -> Choice:
    """This quarter, if the address says nothing. Ends the request with 400 for a period or a domain that is none."""
    this = quarter_of(now)
    last = before(this)
    since, until = request.args.get("since", ""), request.args.get("until", "")
    name = request.args.get("period", "") or (f"{since}..{until}" if since or until else name_of(this))
    try:
        period = named(name, now)
    except ValueError as error:
        abort(400, str(error))
    domain = request.args.get("domain", "")
    if domain and domains and domain not in domains:
        abort(400, f"There is no domain called {domain}. There are: {', '.join(domains)}.")
    quarters = [(name_of(one), f"{name_of(one)[4:]} {one.since.year}") for one in (this, last)]
    return Choice(period, now, name, [*quarters, *((f"{days}d", f"{days} days") for days in _ROLLING)], domain, domains)


def named(name: str, now: datetime) -> Period:
    """``2026Q4``, ``90d`` or ``2026-01-01..2026-03-31`` (both days counted). Raises ValueError, with what is right, for anything else."""
    days, dates = re.fullmatch(r"(\d{1,4})d", name), name.split("..")
    if QUARTER.fullmatch(name):
        return quarter(name)
    if days and 0 < int(days[1]) <= _MOST_DAYS:
        until = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return Period(until - timedelta(days=int(days[1])), until)
    if len(dates) == 2:
        return _between(*dates)
    raise ValueError(f"{name!r} is no period. Write 2026Q4, 90d, or 2026-01-01..2026-03-31.")


def _between(first: str, last: str) -> Period:
    try:
        since, until = (datetime.strptime(one, "%Y-%m-%d").replace(tzinfo=UTC) for one in (first, last))
    except ValueError:
        raise ValueError(f"{first}..{last} are no two days. Write 2026-01-01..2026-03-31.") from None
    if since.year < 1970 or not timedelta(0) <= until - since < timedelta(days=_MOST_DAYS):
        raise ValueError("The first day of a period comes before its last, by ten years at most.")
    return Period(since, until + timedelta(days=1))
