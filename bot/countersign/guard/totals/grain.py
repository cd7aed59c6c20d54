"""Rows per entity: how many rows one order, one customer has. When that moves, the grain has, and a sum over the rows means something else.

An estimate (HyperLogLog), so it warns and never halts.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from countersign.guard.totals.windows import Windows

#: 2^12 registers: a standard error of 1.6 %, in 2 kB a window.
_LG_REGISTERS = 12
#: By what factor rows per entity differ from what is usual before anybody is told: ten times the estimate's error.
_MOVED = 1.2
#: Entities of a window for its figure to mean anything, windows for a figure to be usual, and windows that are remembered.
_ENTITIES, _USUAL, _KEPT = 100, 3, 24


@dataclass(frozen=True, slots=True)
class Moved:
    """rows: per entity, in this window. usual: the median of the windows before."""

    window: datetime
    rows: float
    usual: float

    def __str__(self) -> str:
        return (
            f"In the window of {self.window:%Y-%m-%d %H:%M:%S} UTC one entity had about {self.rows:.1f} rows, "
            f"where {self.usual:.1f} are usual: if a row means something else now, sums and counts over the rows do too."
        )


@dataclass(slots=True)
class _Open:
    sketch: Any
    rows: int = 0


class Grain:
    """The rows per entity of one partition, window by window. Not shared between threads.

    windows: wide enough to hold most rows of an entity together.
    """

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._open: dict[int, _Open] = {}
        self._usual: list[float] = []

    def saw(self, entities: Iterable[str], at: datetime) -> None:
        """Rows that arrived, each by the entity that it belongs to: the text of its key."""
        counted = self._open.get(window := self._windows.of(at))
        if counted is None:
            counted = self._open[window] = _Open(_sketch())
        for entity in entities:
            counted.sketch.update(entity)
            counted.rows += 1

    def closed(self, now: datetime) -> tuple[Moved, ...]:
        """Of the windows that have ended, those in which it moved. What stays so becomes usual: the median follows."""
        ended = now.timestamp() - self._windows.seconds - self._windows.grace.total_seconds()
        due = [window for window in sorted(self._open) if window <= ended]
        return tuple(moved for window in due if (moved := self._judge(window, self._open.pop(window))))

    def _judge(self, window: int, counted: _Open) -> Moved | None:
        entities = counted.sketch.get_estimate()
        if entities < _ENTITIES:
            return None
        rows = counted.rows / entities
        before = self._usual
        self._usual = [*before, rows][-_KEPT:]
        if len(before) < _USUAL:
            return None
        usual = median(before)
        moved = max(rows / usual, usual / rows) > _MOVED
        return Moved(datetime.fromtimestamp(window, UTC), rows, usual) if moved else None

    def state(self) -> dict[str, Any]:
        """JSON data, for `restored`."""
        kept = [[window, one.rows, base64.b64encode(one.sketch.serialize_compact()).decode()] for window, one in self._open.items()]
        return {"open": kept, "usual": self._usual}

    @classmethod
    def restored(cls, windows: Windows, state: Mapping[str, Any]) -> Grain:
        """As it was. Raises KeyError, TypeError or ValueError if that is no state of it."""
        from datasketches import hll_sketch

        grain = cls(windows)
        for window, rows, sketch in state["open"]:
            grain._open[window] = _Open(hll_sketch.deserialize(base64.b64decode(sketch)), rows)
        grain._usual = [float(one) for one in state["usual"]]
        return grain


def _sketch() -> Any:
    from datasketches import hll_sketch  # here, because it brings NumPy, and few guards count entities

    return hll_sketch(_LG_REGISTERS)
