"""Good records into an Iceberg table, each exactly once, whatever is killed in between and however often a record comes.

How far each source has come stands in the summary of the very snapshot that adds its rows (`OFFSETS`), and the snapshot is committed only
if the table is still at the one that was looked at. So rows and offsets cannot part, two writers cannot both add a record, and a table
that was rolled back says from where its sources have to be read again.

The tag `LAST_GOOD` goes along with each append while nothing is held. When a source is halted it goes back to the last snapshot that has
nothing of it from its first bad record on, and stays there until the source is released.

The table is pyiceberg's (``pip install 'pyiceberg[sql-sqlite]' pyarrow``, or with the extra of your catalog).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: In a snapshot's summary: {source: offset that comes next}, as JSON, of all sources that ever came.
OFFSETS = "countersign.offsets"
#: Of the table: where a source began; and from which offset on a source is held. Properties stay when snapshots are rolled back.
_BEGAN, _HELD = "countersign.began.", "countersign.held."
LAST_GOOD = "last_known_good"
#: How often an append is tried anew when others write to the table at the same time.
_TRIES = 8


class MovedBack(Exception):
    """The table stands before what was to be appended: it was rolled back. again: source -> the offset to read from again."""

    def __init__(self, again: Mapping[str, int]) -> None:
        super().__init__(f"the table was moved back; read again from {dict(again)}")
        self.again = dict(again)


class Unfit(ValueError):
    """A column of the table does not take a value that the contract allows."""


class Crowded(Exception):
    """Others changed the table at each try; nothing was appended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of one source without its bad records. source: say ``orders/0``. start: the first offset that was looked at; next: the
    one after the last. offsets: of the rows, rising. rows: column -> value, as JSON data or as Arrow takes it."""

    source: str
    start: int
    next: int
    offsets: Sequence[int]
    rows: Sequence[Mapping[str, Any]]


class IcebergSink:
    """table: pyiceberg's `Table`. It may be written to by others, too: by rebalanced peers of this sink, and by maintenance."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def positions(self) -> dict[str, int]:
        """Source -> the offset that the table needs next, by the lineage of its current snapshot."""
        self._table.refresh()
        return self._positions()

    def append(self, stretches: Sequence[Stretch]) -> int:
        """Add the rows that are not there yet; returns how many. Raises `MovedBack`, `Crowded`; after either, nothing was added."""
        from pyiceberg.exceptions import CommitFailedException

        for _ in range(_TRIES):
            self._table.refresh()
            at = self._positions()
            if behind := {one.source: at[one.source] for one in stretches if at.get(one.source, one.start) < one.start}:
                raise MovedBack(behind)
            rows = [row for one in stretches for offset, row in zip(one.offsets, one.rows, strict=True) if offset >= at.get(one.source, 0)]
            if not rows:
                return 0
            try:
                self._commit(rows, at, stretches)
            except CommitFailedException:
                continue
            return len(rows)
        raise Crowded(f"the table changed under each of {_TRIES} tries; nothing was appended, and it can be tried again")

    def hold(self, source: str, first_bad: int) -> None:
        """The source is halted; what came from it since its first bad record is in doubt. Said again, it is as it was."""
        self._table.refresh()
        if source not in self._held():
            with self._table.transaction() as change:
                change.set_properties({_HELD + source: str(first_bad)})
        self._tag_undoubted()

    def release(self, source: str) -> None:
        """The source flows again, and the tag goes along."""
        self._table.refresh()
        if source in self._held():
            with self._table.transaction() as change:
                change.remove_properties(_HELD + source)
            self._tag_undoubted()

    def _commit(self, rows: Sequence[Mapping[str, Any]], at: Mapping[str, int], stretches: Sequence[Stretch]) -> None:
        from pyiceberg.table.update.snapshot import ManageSnapshots

        came = {one.source: max(one.next, at.get(one.source, 0)) for one in stretches}
        began = {_BEGAN + one.source: str(one.start) for one in stretches if one.source not in at}
        # pyiceberg would repeat a refused append on top of whatever came in between: the very rows that another writer has just added.
        self._table.metadata.properties["commit.retry.num-retries"] = "0"
        with self._table.transaction() as change:
            if began:
                change.set_properties(began)
            change.append(self._arrow(rows), snapshot_properties={OFFSETS: json.dumps({**at, **came}, sort_keys=True)})
            if not self._held():
                ManageSnapshots(change).create_tag(change.table_metadata.current_snapshot_id, LAST_GOOD).commit()
        if self._held():
            # Held by a peer while this was being written.
            self._tag_undoubted()

    def _tag_undoubted(self) -> None:
        held = self._held()
        for snapshot, offsets in self._lineage():
            if all(offsets.get(source, first_bad) <= first_bad for source, first_bad in held.items()):
                tagged = self._table.metadata.refs.get(LAST_GOOD)
                if tagged is None or tagged.snapshot_id != snapshot:
                    self._table.manage_snapshots().create_tag(snapshot, LAST_GOOD).commit()
                return

    def _positions(self) -> dict[str, int]:
        _, offsets = next(self._lineage(), (0, {}))
        return {**self._numbers(_BEGAN), **offsets}

    def _held(self) -> dict[str, int]:
        return self._numbers(_HELD)

    def _numbers(self, prefix: str) -> dict[str, int]:
        said: Mapping[str, str] = self._table.metadata.properties
        return {name.removeprefix(prefix): int(value) for name, value in said.items() if name.startswith(prefix)}

    def _lineage(self) -> Iterator[tuple[int, dict[str, int]]]:
        """Snapshots from the current one back, with their offsets; those of others, which carry none, are passed over."""
        from pyiceberg.table.snapshots import ancestors_of

        for snapshot in ancestors_of(self._table.current_snapshot(), self._table.metadata):
            if snapshot.summary is not None and (said := snapshot.summary.additional_properties.get(OFFSETS)):
                yield snapshot.snapshot_id, json.loads(said)

    def _arrow(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        import pyarrow as pa

        schema = self._table.schema().as_arrow()
        return pa.table([_column([row.get(column.name) for row in rows], column) for column in schema], schema=schema)


def _column(values: list[Any], column: Any) -> Any:
    """JSON writes times and decimals as text: what Arrow does not take as it stands, it casts."""
    import pyarrow as pa

    try:
        return pa.array(values, type=column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        pass
    try:
        return pa.array(values).cast(column.type)
    except pa.ArrowException as error:
        raise Unfit(f"the column {column.name} of the table, {column.type}, does not take what the contract allows ({error})") from None
