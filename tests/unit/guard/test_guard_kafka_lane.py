"""From which offset on it is in doubt what a halted source sent."""

from __future__ import annotations

from datetime import UTC, datetime

from countersign.guard.kafka.lane import Lane


def lane(position: int) -> Lane:
    return Lane(topic="orders", number=0, since=datetime(2026, 11, 1, tzinfo=UTC), position=position, unsafe=position)


def test_nothing_before_the_first_bad_record_that_the_breaker_looked_at_is_in_doubt() -> None:
    one = lane(5000)
    for offset in (100, 4200, 4900):
        one.was_bad(offset, window=1000)
    assert one.doubted == 4200


def test_a_window_of_which_records_never_came_is_in_doubt_from_its_first_record_on() -> None:
    one = lane(5000)
    one.numbered(60, 4000)
    one.numbered(60, 4001)
    one.numbered(120, 4500)
    one.was_bad(4700, window=1000)
    one.was_short(120)
    assert one.doubted == 4500
    one.was_short(60)
    assert one.doubted == 4000


def test_without_a_bad_record_only_what_comes_next_is_in_doubt() -> None:
    one = lane(5000)
    one.was_short(60)  # it began before this process did
    assert one.doubted == 5000


def test_the_beginnings_of_windows_are_kept_for_a_while_only() -> None:
    one = lane(0)
    for window in range(5000):
        one.numbered(window, window)
    assert len(one.windows) == 1000 and 4999 in one.windows
