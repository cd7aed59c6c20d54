"""Control totals of a topic's partitions: what the producer numbered and what of it never came, told to the guard."""

from __future__ import annotations

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

    def begin(self, lane: Lane, now: datetime, state: dict[str, Any] | None) -> None:
        """state: what the owner before this one had counted."""
        if self._windows is not None:
            lane.totals = Totals.restored(self._windows, state) if state else Totals(self._windows, since=now)

    def saw(self, lane: Lane, message: Any) -> None:
        stamp = stamp_of(message.headers())
        if stamp is not None and lane.totals is not None:
            lane.totals.saw(stamp, arrived(message), message.offset())
            lane.numbered(stamp.window, message.offset())
            lane.arrived = arrived(message)

    def listen(self, topic: str) -> None:
        if self._manifests is not None:
            self._manifests.read(topic)

    def close(self) -> None:
        if self._manifests is not None:
            self._manifests.close()

    def tell(self, lane: Lane, guard: Guard, now: datetime, at_end: bool) -> None:
        """at_end: nothing waits at the broker, so what is not there has not come."""
        if lane.totals is None:
            return
        for manifest in self._manifests.of(lane.name) if self._manifests else ():
            lane.totals.manifest(manifest)
        until = now if at_end else lane.arrived
        for losses in lane.totals.closed(until) if until is not None else ():
            if losses.missing:
                lane.was_short(int(losses.window.timestamp()))
            guard.lost(partition=lane.name, missing=losses.missing, duplicate=losses.duplicate, late=losses.late, of=losses.of)


def arrived(message: Any) -> datetime:
    """The broker's time of a record, or its producer's, as the topic is set."""
    _, milliseconds = message.timestamp()
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
