"""Bad records, set aside: the bytes as they came, where they came from, and why they were not handed on.

A record is known by its source, partition and offset, and by its bytes: one that is read again after a crash is held once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from countersign.guard.plan import Violation
from countersign.guard.store import Store
from countersign.model.typed import decoded

Headers = tuple[tuple[str, bytes | None], ...]

#: Records and bytes that wait in memory at most before they are written, asked or not.
_MOST = 1_000
_MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One record. offset: a 64-bit integer. value: None is a record without one (in Kafka, a tombstone). violations: of ``version``."""

    source: str
    partition: str
    offset: int
    at: datetime
    contract: str
    dataset: str
    version: str
    commit: str
    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    violations: tuple[Violation, ...] = ()

    @property
    def size(self) -> int:
        return sum(len(part or b"") for part in (self.value, self.key, *(value for _, value in self.headers)))


class Quarantine(Protocol):
    """Where bad records go: the guard's directory, or a dead-letter topic."""

    def put(self, record: Held) -> None:
        """Take it; it need not be safe yet."""

    def flush(self) -> None:
        """All that was put is safe when this returns; it raises if not. The guard's caller commits no offset before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long and how much is kept. What was replayed goes first, then the oldest; what went unreplayed is counted and reported."""

    days: int = 30
    megabytes: int = 10_000


class DiskQuarantine:
    """In the guard's directory (`guard.store`)."""

    def __init__(self, store: Store, retention: Retention | None = None) -> None:
        self._store = store
        self._retention = retention or Retention()
        self._waiting: list[Held] = []
        self._bytes = 0

    def put(self, record: Held) -> None:
        self._waiting.append(record)
        self._bytes += record.size
        if len(self._waiting) >= _MOST or self._bytes >= _MOST_BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        with self._store.write() as connection:
            connection.executemany(_INSERT, map(_row, self._waiting))
        self._waiting, self._bytes = [], 0

    def offsets(self, source: str, partition: str, start: int, end: int) -> frozenset[int]:
        """Of the records that are held, those from ``start`` to before ``end``."""
        self.flush()
        rows = self._store.read(_OFFSETS, source, partition, start, end)
        return frozenset(int(str(offset)) for (offset,) in rows)

    def expire(self, now: datetime) -> int:
        """Let go what is too old or too much. How many went that nobody had replayed."""
        with self._store.write() as connection:
            ids = [id_ for (id_,) in connection.execute(_TOO_OLD, [(now - timedelta(days=self._retention.days)).isoformat()])]
            (total,) = connection.execute("SELECT coalesce(sum(size), 0) FROM held").fetchone()
            gone = set(ids)
            over = total - self._retention.megabytes * 1_000_000
            for id_, size in connection.execute(_REPLAYED_THEN_OLDEST) if over > 0 else ():
                if over <= 0:
                    break
                gone.add(id_)
                over -= size
            lost = _delete(connection, sorted(gone))
            if lost:
                connection.execute(_COUNT_DROPPED, [lost])
        return lost

    def count(self) -> int:
        """Records that nobody has replayed."""
        ((count,),) = self._store.read(f"SELECT count(*) FROM held WHERE {_UNREPLAYED}")  # noqa: S608 - ours
        return int(count) + len(self._waiting)

    @property
    def dropped(self) -> int:
        """Records that retention let go unreplayed, since the beginning."""
        found = self._store.read("SELECT count FROM dropped WHERE what = 'held'")
        return int(found[0][0]) if found else 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it lies in the quarantine. number: its own, for people. replayed: it went out. damaged: its bytes are not those that
    were written, by their checksum."""

    number: int
    record: Held
    replayed: bool
    damaged: bool


def kept(store: Store, *, number: int | None = None, replayed: bool = True) -> Iterator[Kept]:
    """The records in the order in which they were set aside: all of them, or that one; with those that went out, or without."""
    after = 0
    while True:
        rows = store.read(_SELECT, after, number, number, replayed)
        if not rows:
            return
        for row in rows:
            yield _kept(row)
        after = rows[-1][0]


_UNREPLAYED = "id NOT IN (SELECT held FROM replayed WHERE done)"
#: What a replay has planned and not yet finished stays, so that it can do its batch again.
_FREE = "id NOT IN (SELECT held FROM replayed WHERE NOT done)"
_TOO_OLD = f"SELECT id FROM held WHERE at < ? AND {_FREE}"  # noqa: S608 - ours
_REPLAYED_THEN_OLDEST = f"SELECT id, size FROM held WHERE {_FREE} ORDER BY {_UNREPLAYED}, id"  # noqa: S608 - ours
_OFFSETS = 'SELECT "offset" FROM held WHERE source = ? AND "partition" = ? AND "offset" >= ? AND "offset" < ?'
_COUNT_DROPPED = "INSERT INTO dropped VALUES ('held', ?1) ON CONFLICT (what) DO UPDATE SET count = count + ?1"
_COLUMNS = 'source, "partition", "offset", at, contract, dataset, version, "commit", "key", value, headers, violations, checksum'
_INSERT = f"INSERT OR IGNORE INTO held ({_COLUMNS}, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own columns
_SELECT = f"""SELECT id, {_COLUMNS}, id IN (SELECT held FROM replayed WHERE done) AS gone FROM held
    WHERE id > ? AND (? IS NULL OR id = ?) AND (? OR NOT gone) ORDER BY id LIMIT 500"""  # noqa: S608 - our own columns


def _row(record: Held) -> tuple[object, ...]:
    return (
        record.source,
        record.partition,
        record.offset,
        record.at.isoformat(),
        record.contract,
        record.dataset,
        record.version,
        record.commit,
        record.key,
        record.value,
        msgspec.msgpack.encode(record.headers),
        msgspec.json.encode(record.violations).decode(),
        _checksum(record.key, record.value),
        record.size,
    )


def _kept(row: Sequence[Any]) -> Kept:
    number, source, partition, offset, at, contract, dataset, version, commit, key, value, headers, violations, checksum, gone = row
    record = Held(
        source=source,
        partition=partition,
        offset=offset,
        at=datetime.fromisoformat(at),
        contract=contract,
        dataset=dataset,
        version=version,
        commit=commit,
        key=key,
        value=value,
        headers=msgspec.msgpack.decode(headers, type=Headers),
        violations=decoded(tuple[Violation, ...], violations),
    )
    return Kept(number, record, replayed=bool(gone), damaged=_checksum(key, value) != checksum)


def _checksum(key: bytes | None, value: bytes | None) -> int:
    return zlib.crc32(b"" if value is None else b"v" + value, zlib.crc32(b"" if key is None else b"k" + key))


def _delete(connection: Any, ids: Sequence[int]) -> int:
    """How many of them had not been replayed."""
    replayed: int = sum(connection.execute("DELETE FROM replayed WHERE held = ? AND done", [id_]).rowcount for id_ in ids)
    connection.executemany("DELETE FROM replayed WHERE held = ?", [[id_] for id_ in ids])
    connection.executemany("DELETE FROM held WHERE id = ?", [[id_] for id_ in ids])
    return len(ids) - replayed
