"""What will happen when: the simulation's time, which runs from one event to the next, and people's working hours."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

_MORNING, _EVENING = 8, 18


class Agenda:
    """Events in the order of their times; those of one time in the order in which they were planned."""

    def __init__(self) -> None:
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = count()

    def plan(self, at: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at.replace(microsecond=0), next(self._count), do))

    def play(self, until: datetime, move: Callable[[datetime], None]) -> None:
        """Let everything before ``until`` happen, also what is planned meanwhile. move: takes the time to what happens next."""
        while self._events and self._events[0][0] < until:
            at, _, do = heapq.heappop(self._events)
            move(at)
            do()


def at_work(at: datetime, random: Random) -> datetime:
    """The same time if people work then, else some minutes into the next working morning. Everybody works in UTC."""
    if at.hour >= _EVENING:
        at = (at + timedelta(days=1)).replace(hour=0)
    while at.weekday() > 4:
        at = (at + timedelta(days=1)).replace(hour=0)
    if at.hour < _MORNING:
        at = at.replace(hour=_MORNING, minute=0, second=0) + timedelta(seconds=random.randrange(7200))
    return at


def working_hours(since: datetime, hours: float, random: Random) -> datetime:
    """So many working hours later."""
    at = at_work(since, random)
    left = timedelta(hours=hours)
    while True:
        tonight = at.replace(hour=_EVENING, minute=0, second=0)
        if at + left < tonight:
            return at + left
        left -= tonight - at
        at = at_work(tonight, random).replace(hour=_MORNING, minute=0)


def drawn(random: Random, median: float, spread: float = 0.8) -> float:
    """A waiting time: most are near the median, a few are many times as long. spread: of the logarithm."""
    return median * random.lognormvariate(0.0, spread)
