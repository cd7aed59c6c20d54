"""Control totals of a topic's partitions: what the producer numbered and what of it never came, told to the guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from countersign.guard.guard import Guard
from countersign.guard.kafka.lane import Lane
from countersign.guard.kafka.manifests import Manifests
from countersign.guard.totals import Totals, Windows, stamp_of


class Arrivals:
    """windows: as the producer's wrapper was given them; None for a producer that numbers nothing. manifests: its own counts, if it
    sends any; by them a loss shows behind which nothing comes."""

    def __init__(self, windows: Windows | None, manifests: Manifests | None = None) -> None:
        self._windows = windows
        self._manifests = manifests

    @property
    def counted(self) -> bool:
        return self._windows is not None

    def begin(self, lane: Lane, state: dict[str, Any] | None) -> None:
        """state: what the owner before this one had counted. Without it the count begins with what waits at the broker: however long
        it has waited, none of it is late."""
        if self._windows is not None and state:
            lane.totals = Totals.restored(self._windows, state)

    def saw(self, lane: Lane, message: Any) -> None:
        stamp = stamp_of(message.headers())
        if stamp is not None and self._windows is not None:
            lane.totals = lane.totals or Totals(self._windows, since=min(lane.since, arrived(message)))
            lane.totals.saw(stamp, arrived(message), message.offset())
            lane.numbered(stamp.window, message.offset())
            lane.arrived = arrived(message)

    def listen(self, topic: str) -> None:
        if self._manifests is not None:
            self._manifests.read(topic)

    def close(self) -> None:
        if self._manifests is not None:
            self._manifests.close()

    def tell(self, lane: Lane, guard: Guard, now: datetime, at_end: Callable[[], bool]) -> None:
        """at_end: asks the broker whether everything that it has by now was read, so that what is not there has not come. It is asked
        only where something hangs on it, and after ``now`` was looked up."""
        if self._windows is None or (lane.totals is None and not at_end()):
            return
        lane.totals = lane.totals or Totals(self._windows, since=lane.since)
        for manifest in self._manifests.of(lane.name) if self._manifests else ():
            lane.totals.manifest(manifest)
        until = now if lane.totals.closes(now) and at_end() else lane.arrived
        for losses in lane.totals.closed(until) if until is not None else ():
            if losses.missing:
                lane.was_short(int(losses.window.timestamp()))
            guard.lost(partition=lane.name, missing=losses.missing, duplicate=losses.duplicate, late=losses.late, of=losses.of)


def arrived(message: Any) -> datetime:
    """The broker's time of a record, or its producer's, as the topic is set."""
    _, milliseconds = message.timestamp()
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
