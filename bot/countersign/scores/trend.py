"""Month by month, in one pass over the facts: as `scoring.score` counts, but only what a chart shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from countersign.model.fact import Facts
from countersign.model.score import Month, Period
from countersign.scores.owners import Domains
from countersign.scores.shares import whose
from countersign.scores.spread import spread


def trends(facts: Facts, domains: Domains, until: datetime, now: datetime, *, months: int = 12) -> Mapping[str, tuple[Month, ...]]:
    """domain -> its last ``months`` calendar months up to ``until``, oldest first; "" for the organisation. Months that are not over count
    until now."""
    spans = last_months(until, months)
    held = [one for one in facts.catches if one.counts]
    caught = _sorted_in(spans, ((one.held_at, domains.of(one.repository, one.contract)) for one in held))
    opened = [one for one in facts.outages if one.counts]
    outages = _sorted_in(spans, ((one.opened_at, domains.of(one.repository, one.contract)) for one in opened))
    landed = _sorted_in(
        spans, ((one.at, domain) for one in facts.past_gate for domain in whose(domains, one.repository, one.contracts)), total=False
    )
    passed = _sorted_in(spans, ((one.at, "") for one in facts.past_gate), total=False)
    times: dict[str, list[list[tuple[datetime, datetime | None]]]] = defaultdict(lambda: [[] for _ in spans])
    for one in opened:
        at = _index(spans, one.opened_at)
        if at is not None:
            for name in {"", domains.of(one.repository, one.contract)}:
                taken, then = one.acknowledged_at or one.ended_at, min(now, spans[at].until)
                times[name][at].append((one.opened_at, taken if taken and taken <= then else None))
    return {
        name: tuple(
            Month(
                period=span,
                caught=caught[name][at],
                escaped=outages[name][at] + (landed if name else passed)[name][at],
                acknowledge=spread(times[name][at], min(now, span.until)),
            )
            for at, span in enumerate(spans)
        )
        for name in ("", *domains.names)
    }


def last_months(until: datetime, count: int) -> tuple[Period, ...]:
    """Calendar months, oldest first; the last is the one that ``until`` ends, or falls in."""
    last = until - timedelta(seconds=1)
    since = last.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found: list[Period] = []
    for _ in range(count):
        found.append(Period(since, (since + timedelta(days=32)).replace(day=1)))
        since = (since - timedelta(days=1)).replace(day=1)
    return tuple(reversed(found))


def _sorted_in(spans: Sequence[Period], events: Iterable[tuple[datetime, str]], *, total: bool = True) -> Mapping[str, list[int]]:
    """domain -> how many in each span. total: all of them are counted for "" as well."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(spans))
    for when, domain in events:
        at = _index(spans, when)
        if at is not None:
            counts[domain][at] += 1
            if total and domain:
                counts[""][at] += 1
    return counts


def _index(spans: Sequence[Period], when: datetime) -> int | None:
    first = spans[0].since
    at = (when.year - first.year) * 12 + when.month - first.month
    return at if 0 <= at < len(spans) else None
