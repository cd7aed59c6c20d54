"""When digests are written: not all at once, and each within a day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from countersign.services.digest import last_turn

NOW = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


def test_the_digests_of_a_large_organisation_are_spread_over_the_day() -> None:
    hours = Counter(last_turn(f"acme/r{number:03}", NOW).hour for number in range(500))
    assert len(hours) == 24 and max(hours.values()) < 40  # GitHub takes 500 content-creating calls an hour


def test_what_landed_is_told_within_a_day() -> None:
    turns = [last_turn(f"acme/r{number}", NOW) for number in range(50)]
    assert all(NOW - timedelta(days=1) < turn <= NOW for turn in turns)
