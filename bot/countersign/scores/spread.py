"""Median and 90th percentile of what took some time, with what is not over yet beside them and never inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from countersign.model.score import Spread


def spread(stretches: Iterable[tuple[datetime, datetime | None]], now: datetime) -> Spread:
    """stretches: (from, to), to None for what lasts. Nearest rank: each percentile is a time that something really took; the median of
    an even number is the lower of the two in the middle."""
    over: list[timedelta] = []
    lasting: list[timedelta] = []
    for since, until in stretches:
        (lasting if until is None else over).append((until or now) - since)
    over.sort()
    return Spread(
        count=len(over),
        median=over[_rank(50, len(over))] if over else None,
        p90=over[_rank(90, len(over))] if over else None,
        still=len(lasting),
        oldest=max(lasting, default=None),
    )


def _rank(percent: int, count: int) -> int:
    return -(-percent * count // 100) - 1
