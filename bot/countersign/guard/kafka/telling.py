"""What a runner says of itself while it runs: events with values, never data, for whoever reads its log at night."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any

from countersign.guard.guard import Guard
from countersign.guard.kafka.lane import Lane
from countersign.model.report import Breaker

#: Seconds between two words on how it goes.
_HEALTH = 10.0

Tell = Callable[[str, Mapping[str, Any]], None]


class Telling:
    """tell: takes an event's name and its values; None where nobody listens."""

    def __init__(self, guard: Guard, tell: Tell | None) -> None:
        self._guard = guard
        self.tell = tell or _nobody
        self._held: tuple[str, frozenset[tuple[str, str]]] | None = None
        self._read = 0
        self._told = monotonic()

    def say(self, event: str, **values: Any) -> None:
        self.tell(event, values)

    def lane(self, event: str, lane: Lane) -> None:
        """Where the partition is and how its breaker stands; of a halted one also why, and what to do."""
        why = str(self._guard.halt(lane.name)) if lane.phase is Breaker.OPEN else ""
        self.say(event, source=lane.source, offset=lane.position, breaker=lane.phase.value, trip=lane.trip, why=why)

    def contract(self) -> None:
        """What data is held to from now on, and what of the contract it is not held to; once for each change of that."""
        mode = self._guard.runtime.mode.value
        if (now := (mode, versions(self._guard))) == self._held:
            return
        self._held = now
        held = [{"version": one.version, "commit": one.commit, "until": one.until} for one in self._guard.enforced()]
        unheld = [f"{'.'.join(one.path)} {one.keyword}: {one.why}" for one in self._guard.unheld]
        self.say("contract", contract=self._guard.contract, mode=mode, held=held, unheld=unheld)

    def read(self, count: int) -> None:
        self._read += count

    def health(self, lanes: Iterable[Lane]) -> None:
        """Now and then."""
        if monotonic() - self._told >= _HEALTH:
            self._told = monotonic()
            self.say("health", read=self._read, next={lane.source: lane.position for lane in lanes})
            self._read = 0


def versions(guard: Guard) -> frozenset[tuple[str, str]]:
    """Those in force, each with its commit."""
    return frozenset((one.version, one.commit) for one in guard.enforced())


def _nobody(event: str, values: Mapping[str, Any]) -> None:
    pass
