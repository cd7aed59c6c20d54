"""Equal stretches of time, by which what was sent is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """length: whole seconds; windows begin at its multiples since 1970. grace: how long a window waits for stragglers after its end.

    The producer's wrapper and the guard have to be given the same length.
    """

    length: timedelta = timedelta(minutes=1)
    grace: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        if self.length < timedelta(seconds=1) or self.length % timedelta(seconds=1):
            raise ValueError(f"a window is one second or more, in whole seconds, not {self.length}")
        if self.grace < timedelta():
            raise ValueError(f"the grace of a window is no negative time: {self.grace}")

    @property
    def seconds(self) -> int:
        return int(self.length.total_seconds())

    def of(self, at: datetime) -> int:
        """The window of that time: the second at which it begins, since 1970."""
        return int(at.timestamp() // self.seconds) * self.seconds
