"""Calendar quarters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from countersign.model.score import Period

QUARTER = re.compile(r"([12]\d{3})[qQ]([1-4])")


def quarter(name: str) -> Period:
    """``2026Q4``. Raises ValueError, with what is right, for anything else."""
    found = QUARTER.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no quarter. Write 2026Q4.")
    return quarter_of(datetime(int(found[1]), int(found[2]) * 3, 1, tzinfo=UTC))


def quarter_of(when: datetime) -> Period:
    """The calendar quarter that ``when`` is in, in UTC."""
    number = (when.month - 1) // 3
    since = datetime(when.year, number * 3 + 1, 1, tzinfo=UTC)
    return Period(since, datetime(when.year + number // 3, (number * 3 + 3) % 12 + 1, 1, tzinfo=UTC))


def before(period: Period) -> Period:
    """The calendar quarter before, which may be two days shorter or longer."""
    return quarter_of(period.since - timedelta(days=1))


def name_of(period: Period) -> str:
    """``2026Q4``."""
    return f"{period.since.year}Q{(period.since.month + 2) // 3}"
