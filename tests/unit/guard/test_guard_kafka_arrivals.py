"""What of a producer's numbered records counts as missing or late, for a guard that comes to a partition, stands still, or goes on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from countersign.guard.kafka.arrivals import Arrivals
from countersign.guard.kafka.lane import Lane
from countersign.guard.totals import HEADER, Manifest, Stamp, Windows

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WINDOWS = Windows(length=timedelta(seconds=10), grace=timedelta(seconds=5))


class Counted:
    """A guard that adds up what it is told was lost."""

    def __init__(self) -> None:
        self.missing = self.late = 0

    def lost(self, *, missing: int, late: int, **_: Any) -> None:
        self.missing += missing
        self.late += late


class Counts:
    """The producer's own."""

    def __init__(self, *told: Manifest) -> None:
        self._told = told

    def of(self, partition: str) -> Iterable[Manifest]:
        return (one for one in self._told if one.partition == partition)


def lane(since: datetime = NOON) -> Lane:
    return Lane(topic="orders", number=0, since=since)


def record(number: int, at: datetime) -> Any:
    start = WINDOWS.of(at)
    headers = [(HEADER, Stamp("shop", start * 1000, start, 1, number).encode())]
    return SimpleNamespace(headers=lambda: headers, timestamp=lambda: (1, int(at.timestamp() * 1000)), offset=lambda: number)


def manifest(count: int, at: datetime) -> Manifest:
    start = WINDOWS.of(at)
    return Manifest(producer="shop", topic="orders", partition="0", epoch=start * 1000, window=start, first=1, count=count)


def test_what_waited_at_the_broker_before_the_guard_came_is_neither_late_nor_missing() -> None:
    sent = NOON - timedelta(hours=1)
    arrivals, here, guard = Arrivals(WINDOWS, Counts(manifest(100, sent))), lane(), Counted()  # type: ignore[arg-type]  # all it is asked
    for number in range(1, 101):
        arrivals.saw(here, record(number, sent))
    arrivals.tell(here, guard, NOON, lambda: True)  # type: ignore[arg-type]  # all it is told
    assert (guard.missing, guard.late) == (0, 0)


def test_what_was_lost_while_nobody_looked_is_counted_when_somebody_comes() -> None:
    sent = NOON - timedelta(hours=1)
    arrivals, here, guard = Arrivals(WINDOWS, Counts(manifest(100, sent))), lane(), Counted()  # type: ignore[arg-type]
    for number in range(1, 71):
        arrivals.saw(here, record(number, sent))
    arrivals.tell(here, guard, NOON, lambda: True)  # type: ignore[arg-type]
    assert (guard.missing, guard.late) == (30, 0)


def test_after_the_process_stood_still_nothing_is_missing_before_the_broker_says_that_nothing_waits() -> None:
    arrivals, here, guard = Arrivals(WINDOWS, Counts(manifest(100, NOON))), lane(), Counted()  # type: ignore[arg-type]
    for number in range(1, 51):
        arrivals.saw(here, record(number, NOON))
    arrivals.tell(here, guard, NOON + timedelta(minutes=5), lambda: False)  # type: ignore[arg-type]
    assert guard.missing == 0
    for number in range(51, 101):
        arrivals.saw(here, record(number, NOON + timedelta(seconds=1)))
    arrivals.tell(here, guard, NOON + timedelta(minutes=5), lambda: True)  # type: ignore[arg-type]
    assert (guard.missing, guard.late) == (0, 0)


def test_a_producer_of_which_nothing_at_all_arrives_is_missed_by_its_own_count() -> None:
    arrivals, here, guard = Arrivals(WINDOWS, Counts(manifest(100, NOON))), lane(), Counted()  # type: ignore[arg-type]
    arrivals.tell(here, guard, NOON + timedelta(minutes=1), lambda: True)  # type: ignore[arg-type]
    assert guard.missing == 100


def test_the_broker_is_not_asked_while_nothing_hangs_on_it() -> None:
    arrivals, here, guard = Arrivals(WINDOWS), lane(), Counted()
    arrivals.saw(here, record(1, NOON))

    def asked() -> bool:
        raise AssertionError("the window is open still")

    arrivals.tell(here, guard, NOON + timedelta(seconds=9), asked)  # type: ignore[arg-type]
