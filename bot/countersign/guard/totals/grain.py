"""Rows per entity: how many rows one order, one customer has. When that moves, the grain has, and a sum over the rows means something else.

An estimate (HyperLogLog), so it warns and never halts.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

#: 2^12 registers: a standard error of 1.6 %, in 2 kB.
_LG_REGISTERS = 12
#: By what factor rows per entity differ from what is usual before anybody is told: ten times the estimate's error.
_MOVED = 1.2
#: Entities of a stretch for its figure to mean anything, stretches for a figure to be usual, and stretches that are remembered.
_ENTITIES, _USUAL, _KEPT = 100, 3, 24
#: Rows of a stretch that are looked at: what bounds the cost at a source of any speed.
_ROWS = 50_000
#: How long a stretch is at least, and how long it waits for entities before it is given up.
_LENGTH, _LONGEST = timedelta(minutes=10), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """of: the fields that name an entity. rows: per entity, from ``since`` on. usual: the median of the stretches before."""

    of: str
    since: datetime
    rows: float
    usual: float

    def __str__(self) -> str:
        return (
            f"Since {self.since:%Y-%m-%d %H:%M} UTC there are about {self.rows:.1f} rows for each {self.of}, "
            f"where {self.usual:.1f} are usual: if a row means something else now, sums and counts over the rows do too."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What outlives the process. usual: rows per entity of the latest stretches. sketch: of the one that is open; None if none is."""

    of: str
    usual: tuple[float, ...] = ()
    moved: Moved | None = None
    since: datetime | None = None
    rows: int = 0
    sketch: str | None = None


class Grain:
    """The rows per entity of one source, stretch by stretch. Not shared between threads.

    of: the fields that name an entity, for people. A stretch is ten minutes, or as long as it takes to see a hundred entities; of
    more than 50,000 rows in it, the first so many count. moved: what the last whole stretch showed, None while all is as usual.
    """

    def __init__(self, of: str) -> None:
        self.of = of
        self.moved: Moved | None = None
        self._usual: tuple[float, ...] = ()
        self._since: datetime | None = None
        self._rows = 0
        self._sketch: Any = None

    @property
    def full(self) -> bool:
        """No more rows of this stretch need to be shown to it."""
        return self._rows >= _ROWS

    def saw(self, entities: Sequence[str], at: datetime) -> None:
        """Rows that arrived, each by the text of its entity."""
        if not entities:
            return
        if self._since is None:
            self._since, self._sketch, self._rows = at, _sketch(), 0
        _update(self._sketch, entities)
        self._rows += len(entities)

    def saw_whole(self, rows: int, entities: int, at: datetime) -> None:
        """A batch, which is a stretch by itself."""
        self._judge(rows, entities, at)

    def close(self, now: datetime) -> None:
        """Judge the stretch if it is long enough. What stays so becomes usual: the median follows."""
        if self._since is None or abs(now - self._since) < _LENGTH:
            return
        entities = self._sketch.get_estimate()
        if entities < _ENTITIES and abs(now - self._since) < _LONGEST:
            return
        self._judge(self._rows, entities, self._since)
        self._since, self._sketch, self._rows = None, None, 0

    def remembered(self) -> Remembered:
        sketch = None if self._sketch is None else base64.b64encode(self._sketch.serialize_compact()).decode()
        return Remembered(of=self.of, usual=self._usual, moved=self.moved, since=self._since, rows=self._rows, sketch=sketch)

    def recall(self, kept: Remembered) -> None:
        """Go on where it was; of other entities nothing is known."""
        if kept.of != self.of:
            return
        self._usual, self.moved = kept.usual, kept.moved
        if kept.sketch is not None:
            from datasketches import hll_sketch

            self._since, self._rows = kept.since, kept.rows
            self._sketch = hll_sketch.deserialize(base64.b64decode(kept.sketch))

    def _judge(self, rows: int, entities: float, since: datetime) -> None:
        if entities < _ENTITIES:
            return
        each, before = rows / entities, self._usual
        self._usual = (*before, each)[-_KEPT:]
        usual = median(before) if len(before) >= _USUAL else each
        moved = max(each / usual, usual / each) > _MOVED
        self.moved = Moved(of=self.of, since=since, rows=each, usual=usual) if moved else None


def as_text(values: Iterable[Any]) -> str:
    """The name of an entity: the values of its fields, one after the other."""
    return "\x1f".join(map(str, values)).encode(errors="replace").decode()  # half a surrogate pair is no text to a sketch


def _update(sketch: Any, entities: Sequence[str]) -> None:
    update = sketch.update
    for entity in entities:
        update(entity)


def _sketch() -> Any:
    from datasketches import hll_sketch  # here, because it brings NumPy, which a guard that counts no entities does without

    return hll_sketch(_LG_REGISTERS)
