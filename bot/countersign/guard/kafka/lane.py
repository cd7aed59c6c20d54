"""A partition that this member of the group owns: how far it is, and what is in doubt of it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from countersign.guard.totals import Totals
from countersign.model.report import Breaker

#: Windows of the producer's whose beginning is known.
_WINDOWS = 1_000


@dataclass(slots=True, kw_only=True)
class Lane:
    """position: the offset that comes next; -1 before the first record. unsafe: from which offset on what was read is not yet
    delivered for sure. judged: below it records were counted and set aside before, by this process or by one before it: they only pass
    again, to an outlet that was moved back. aside: those of them that are in quarantine. halted_under: the versions in force then.
    arrived: the broker's time of its last numbered record. since: when this member took it over.
    """

    topic: str
    number: int
    since: datetime
    position: int = -1
    unsafe: int = -1
    judged: int = -1
    aside: frozenset[int] = frozenset()
    halted: bool = False
    halted_under: frozenset[tuple[str, str]] = frozenset()
    phase: Breaker = Breaker.CLOSED
    trip: str = ""
    totals: Totals | None = None
    arrived: datetime | None = None
    #: The second at which one of the producer's windows began -> the first offset of it that came; the latest ones.
    windows: dict[int, int] = field(default_factory=dict)
    #: Bad records of the stretch that the breaker looks at; what came since the first of them is in doubt once it opens.
    bad: deque[int] = field(default_factory=deque)

    @property
    def name(self) -> str:
        return str(self.number)

    @property
    def source(self) -> str:
        return f"{self.topic}/{self.number}"

    def begins(self, offset: int) -> None:
        if self.position < 0:
            self.position = self.unsafe = offset

    def numbered(self, window: int, offset: int) -> None:
        if window not in self.windows:
            self.windows[window] = offset
            while len(self.windows) > _WINDOWS:
                del self.windows[next(iter(self.windows))]

    def was_short(self, window: int) -> None:
        """Records of that window never came: from its first one on, what was sent is in doubt."""
        if window in self.windows:
            self.bad = deque(sorted([*self.bad, self.windows[window]]))

    def was_bad(self, offset: int, window: int) -> None:
        self.bad.append(offset)
        while self.bad[0] <= offset - window:
            self.bad.popleft()

    @property
    def doubted(self) -> int:
        """From here on it is in doubt what the source sent."""
        return min(self.bad[0], self.position) if self.bad else self.position
