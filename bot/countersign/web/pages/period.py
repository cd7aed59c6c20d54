"""The period and the domain that an address asks for: ``?period=2026Q4&domain=payments``, or ``?since=2026-10-01&until=2026-11-15``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, request

from countersign.model.period import ROLLING_DAYS, Period, named, quarter_of


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose, and what else is offered. offered: (name, label). domains: () where a page has no choice of them."""

    period: Period
    offered: Sequence[tuple[str, str]]
    domain: str = ""
    domains: Sequence[str] = ()

    @property
    def first_day(self) -> str:
        return f"{self.period.since:%Y-%m-%d}"

    @property
    def last_day(self) -> str:
        return f"{self.period.until - timedelta(days=1):%Y-%m-%d}"


def chosen(now: datetime, domains: Sequence[str] = ()) -> Choice:
    """This quarter, if the address says nothing. Ends the request with 400 for a period or a domain that is none."""
    this = quarter_of(now)
    since, until = request.args.get("since", ""), request.args.get("until", "")
    name = request.args.get("period", "") or (f"{since}..{until}" if since or until else this.name)
    try:
        period = named(name, now)
    except ValueError as error:
        abort(400, str(error))
    domain = request.args.get("domain", "")
    if domain and domains and domain not in domains:
        abort(400, f"There is no domain called {domain}. There are: {', '.join(domains)}.")
    quarters = [(one.name, f"{one.name[4:]} {one.name[:4]}") for one in (this, this.before())]
    return Choice(period, [*quarters, *((f"{days}d", f"{days} days") for days in ROLLING_DAYS)], domain, domains)
