"""The entities of a guard's records: which order, which customer a row belongs to, counted so that a changed grain shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from countersign.guard.places import member, within
from countersign.guard.plan import Plan
from countersign.guard.published import NoContract
from countersign.guard.store import Store
from countersign.guard.totals.grain import Grain, Remembered, as_text
from countersign.model.path import Path
from countersign.model.typed import decoded

if TYPE_CHECKING:
    import polars as pl

#: Rows that wait before they are counted.
_MOST = 1_000
#: Between two times at which what is known is put on disk.
_SAVES = timedelta(minutes=1)


def fields_of(plan: Plan, entity: str | None) -> tuple[Path, ...]:
    """The fields that name an entity: those given (``customer.id``, several with a comma), by default the contract's primary key; "" is
    none. Raises `NoContract` for one that the contract does not have."""
    if entity is None:
        return tuple(path[1:] for path in plan.key)
    named = tuple(tuple(name.strip().split(".")) for name in entity.split(",") if name.strip())
    for names in named:
        if member(plan.root, names) is None:
            raise NoContract(f"{plan.contract} has no field {'.'.join(names)} in {plan.dataset}, by which rows are to be counted.")
    return named


class Entities:
    """Counts rows per entity for one source, over all of its partitions. Not for several threads: the guard locks.

    fields: that name an entity, () for none. What is known stands in the guard's directory, a minute old at most.
    """

    def __init__(self, store: Store, source: str, fields: Sequence[Path], clock: Callable[[], datetime]) -> None:
        self._store, self._source, self._fields, self._clock = store, source, tuple(fields), clock
        self._grain = Grain(", ".join(".".join(names) for names in fields))
        self._waiting: list[str] = []
        self._since = self._saved = clock()
        rows = store.read("SELECT state FROM grain WHERE source = ?", source)
        if rows and fields:
            self._grain.recall(decoded(Remembered, rows[0][0]))

    def of(self, fields: Sequence[Path]) -> Entities:
        """For these fields, as a newer contract names them."""
        return self if tuple(fields) == self._fields else Entities(self._store, self._source, fields, self._clock)

    @property
    def wanted(self) -> bool:
        """Whether the next record is to be shown."""
        return bool(self._fields) and not self._grain.full

    @property
    def warning(self) -> str:
        """A sentence while the grain is not as usual, else ""."""
        return str(self._grain.moved) if self._grain.moved else ""

    def saw(self, record: Any) -> None:
        """A decoded record that was handed on. One that names no entity is not counted."""
        values = [within(record, names) for names in self._fields]
        if None not in values:
            if not self._waiting:
                self._since = self._clock()
            self._waiting.append(as_text(values))
            if len(self._waiting) >= _MOST:
                self._count()

    def saw_frame(self, frame: pl.DataFrame) -> None:
        """A batch, of rows that were handed on."""
        if not self._fields:
            return
        import polars as pl

        from countersign.guard.batches.columns import column_at

        found = [column_at(frame.schema, names) for names in self._fields]
        values = [one.value for one in found if one is not None]
        if len(values) < len(found):
            return
        there = pl.all_horizontal(one.is_not_null() for one in values)
        entity = pl.struct(one.alias(str(at)) for at, one in enumerate(values)).hash()
        rows, entities = frame.select(there.sum().alias("rows"), entity.filter(there).approx_n_unique().alias("entities")).row(0)
        self._grain.saw_whole(rows, entities, self._clock())
        self.save()

    def tick(self, now: datetime) -> None:
        if self._fields:
            self._count()
            self._grain.close(now)
            if abs(now - self._saved) >= _SAVES:
                self.save()

    def save(self) -> None:
        if not self._fields:
            return
        self._saved = self._clock()
        self._count()
        text = msgspec.json.encode(self._grain.remembered()).decode()
        with self._store.write() as connection:
            connection.execute("INSERT OR REPLACE INTO grain VALUES (?, ?)", [self._source, text])

    def _count(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._grain.saw(waiting, self._since)
