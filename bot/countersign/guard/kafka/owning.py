"""A partition comes to this member of the group, from wherever: from which offset it is read, and how its breaker stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from countersign.guard.guard import Guard
from countersign.guard.kafka.arrivals import Arrivals
from countersign.guard.kafka.control import Control
from countersign.guard.kafka.lane import Lane
from countersign.guard.kafka.outlets import Outlet

#: Seconds that the broker gets to name the committed offsets.
_PATIENCE = 30


def taken(
    partitions: Sequence[Any], *, consumer: Any, guard: Guard, control: Control, outlet: Outlet, arrivals: Arrivals, now: datetime
) -> list[Lane]:
    """The partitions as lanes. Each one's ``position`` is where to read from, -1 where nobody has read before."""
    control.catch_up()
    needed = outlet.positions()
    lanes = []
    for committed in consumer.committed(list(partitions), timeout=_PATIENCE):
        lane = Lane(topic=committed.topic, number=committed.partition, since=now)
        standing = control.standing(lane.source)
        if standing is not None and standing.at < committed.offset:
            standing = None  # an owner has gone on since, and nothing had happened that was worth keeping
        guard.adopt(lane.name, at=committed.offset, saved=standing.guard if standing else "")
        arrivals.begin(lane, standing.totals if standing else None)
        if committed.offset >= 0:
            lane.begins(committed.offset)
            back_to(lane, min(committed.offset, needed.get(lane.source, committed.offset)), guard)
        elif lane.source in needed:
            lane.begins(needed[lane.source])
        lane.phase, lane.trip = guard.breaker(lane.name), guard.trip(lane.name)
        lanes.append(lane)
    return lanes


def back_to(lane: Lane, offset: int, guard: Guard) -> None:
    """Read again from there; what was judged is not judged again, and what was set aside stays there."""
    lane.judged = max(lane.judged, lane.position)
    lane.position = lane.unsafe = offset
    lane.aside = guard.set_aside(lane.name, offset, lane.judged) if offset < lane.judged else frozenset()
