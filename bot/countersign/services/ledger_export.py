"""The ledger as a file, in the columns of contracts/ledger.odcs.yaml."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Any

from countersign.model.ledger import Entry, canonical, written

#: Rows that Parquet keeps together, and the most that are in memory at once.
_GROUP = 10_000


def as_jsonl(entries: Iterable[Entry], sink: IO[bytes]) -> int:
    """One JSON object a line. The number of entries written."""
    count = 0
    for entry in entries:
        sink.write(json.dumps(_row(entry) | {"at": written(entry.at)}, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def as_parquet(entries: Iterable[Entry], sink: IO[bytes]) -> int:
    """``sequence`` is 64 bits wide, ``number`` 32, ``at`` an instant in UTC. The number of entries written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = ("kind", "repository", "called", "what", "previous", "digest")
    types = {"sequence": pa.int64(), "at": pa.timestamp("ms", "UTC"), "number": pa.int32()} | dict.fromkeys(text, pa.string())
    schema = pa.schema([pa.field(name, types[name], nullable=False) for name in COLUMNS])
    count = 0
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in _groups(map(_row, entries)):
            writer.write_table(pa.Table.from_pylist(rows, schema))
            count += len(rows)
    return count


FORMATS: dict[str, Callable[[Iterable[Entry], IO[bytes]], int]] = {"jsonl": as_jsonl, "parquet": as_parquet}
COLUMNS = ("sequence", "at", "kind", "repository", "number", "what", "called", "previous", "digest")


def _row(entry: Entry) -> dict[str, Any]:
    """``what`` is JSON text: its shape differs from kind to kind, and columns stay the same. It is the text that the digest is made of."""
    return {name: getattr(entry, name) for name in COLUMNS} | {"what": canonical(entry.what)}


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, _GROUP)):
        yield group
