"""What arrived of one run of one producer, window by window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

from countersign.guard.totals.intervals import Intervals


@dataclass(frozen=True, slots=True)
class Sum:
    """of: records that were sent in the window. missing: not there when it closed. late: came after that. left: have not come yet."""

    of: int = 0
    missing: int = 0
    duplicate: int = 0
    late: int = 0
    left: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: Sum) -> Sum:
        return Sum(*(one - less for one, less in zip(astuple(self), astuple(other), strict=True)))


@dataclass(slots=True)
class Window:
    """first: the lowest number that it should have. end: one above the highest known of. told: the sum last told, None before the first."""

    first: int
    end: int
    seen: Intervals = field(default_factory=Intervals)
    duplicate: int = 0
    late: int = 0
    told: Sum | None = None

    def saw(self, number: int, late: bool) -> None:
        if not self.seen.add(number):
            self.duplicate += 1
            return
        if late:
            self.late += 1
        if number >= self.end:
            self.end = number + 1

    def sum(self, end: int) -> Sum:
        """end: of the window, as its follower says."""
        of = max(self.end, end) - self.first
        left = of - self.seen.count
        return Sum(of=of, missing=left + self.late, duplicate=self.duplicate, late=self.late, left=left)

    def state(self) -> list[Any]:
        return [self.first, self.end, self.seen.runs(), self.duplicate, self.late, None if self.told is None else astuple(self.told)]

    @classmethod
    def restored(cls, first: int, end: int, runs: Iterable[Iterable[int]], duplicate: int, late: int, told: Iterable[int] | None) -> Window:
        kept = Intervals((low, high) for low, high in runs)
        return cls(first, end, kept, duplicate, late, None if told is None else Sum(*told))


class Stream:
    """The windows of one run by the second at which they begin, in order.

    A window ends where the next known one begins: every stamp says the first number of its window, so a loss at a window's end shows too.
    """

    __slots__ = ("windows",)

    def __init__(self, windows: dict[int, Window]) -> None:
        self.windows = windows

    def window(self, start: int, first: int) -> Window:
        found = self.windows.get(start)
        if found is None:
            found = Window(first, first)
            self.windows = dict(sorted({**self.windows, start: found}.items()))
        elif first < found.first:
            found.first = first
        return found

    def sums(self) -> Iterator[tuple[int, Window, Sum]]:
        starts = [*self.windows, None]
        for start, following in zip(self.windows, starts[1:], strict=True):
            window = self.windows[start]
            yield start, window, window.sum(0 if following is None else self.windows[following].first)

    def forget(self, before: float, newest_before: float) -> None:
        """Windows that began before then. The newest, by which a loss behind it is seen, only much later."""
        newest = max(self.windows, default=0)
        if self.windows and min(self.windows) < before:
            self.windows = {start: kept for start, kept in self.windows.items() if start >= (newest_before if start == newest else before)}
