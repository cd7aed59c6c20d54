"""The producer's side: every record gets its number, every window its count. No clock of its own, no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from countersign.guard.totals.stamp import Manifest, Stamp
from countersign.guard.totals.windows import Windows

#: Where a record goes: topic and partition.
Lane = tuple[str, str]


@dataclass(slots=True)
class _Open:
    """window: the one that is being counted. first: the number of its first record. last: the number given last."""

    window: int
    first: int
    last: int

    def any(self) -> bool:
        return self.first <= self.last


class Numbering:
    """The numbers of one run of one producer. Not shared between threads: like the order of sending, which it has to be the same as."""

    def __init__(self, producer: str, windows: Windows, clock: Callable[[], datetime]) -> None:
        """producer: a name that no other running producer has. Raises ValueError if it is empty or holds white space."""
        if not producer or producer.split() != [producer]:
            raise ValueError(f"a producer's name has no white space and is not empty: {producer!r}")
        self._producer = producer
        self._windows = windows
        self._clock = clock
        self._epoch = int(clock().timestamp() * 1000)
        self._open: dict[Lane, _Open] = {}
        self._ended: list[Manifest] = []

    def next(self, lane: Lane = ("", "")) -> Stamp:
        """The stamp of the next record to go there."""
        window = self._windows.of(self._clock())
        counted = self._open.get(lane)
        if counted is None:
            counted = self._open[lane] = _Open(window, 1, 0)
        self._turn(lane, counted, window)
        counted.last += 1
        return Stamp(self._producer, self._epoch, counted.window, counted.first, counted.last)

    def take_back(self, lane: Lane = ("", "")) -> None:
        """The record that was given the last number was not sent: the next one there gets it."""
        self._open[lane].last -= 1

    def gave(self, stamp: Stamp) -> bool:
        """True if it is of this run: a record that is sent again keeps its number."""
        return (stamp.producer, stamp.epoch) == (self._producer, self._epoch)

    def ended(self) -> tuple[Manifest, ...]:
        """The counts of the windows that have ended and were not told before."""
        window = self._windows.of(self._clock())
        for lane, counted in self._open.items():
            self._turn(lane, counted, window)
        told, self._ended = tuple(self._ended), []
        return told

    def so_far(self) -> tuple[Manifest, ...]:
        """Those of `ended`, and the counts of the windows that still run: when the producer stops."""
        return self.ended() + tuple(self._manifest(lane, counted) for lane, counted in self._open.items() if counted.any())

    def _turn(self, lane: Lane, counted: _Open, window: int) -> None:
        if window <= counted.window:  # a clock that goes back stays in the window that it was in
            return
        if counted.any():
            self._ended.append(self._manifest(lane, counted))
        counted.window, counted.first = window, counted.last + 1

    def _manifest(self, lane: Lane, counted: _Open) -> Manifest:
        topic, partition = lane
        return Manifest(
            producer=self._producer,
            epoch=self._epoch,
            window=counted.window,
            first=counted.first,
            count=counted.last - counted.first + 1,
            topic=topic,
            partition=partition,
        )
