"""Quarantined records, fed back after a fix: each that fulfils the contract now, once. The others stay.

A journal in the guard's directory says which batch is on its way before it is handed to the sink, and that it is there after. A replay
that is killed in between hands the same batch over again, with the same numbers; the sink takes a number once.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from countersign.guard.quarantine import Held, Kept, kept
from countersign.guard.store import Store
from countersign.guard.versions import InForce

_BATCH = 500


class CannotReplay(Exception):
    """Nothing was replayed. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """seq: grows from record to record over all replays of a quarantine, with gaps. What a sink knows the record by."""

    seq: int
    record: Held


class Sink(Protocol):
    """Where replayed records go. name: the same for the same place."""

    name: str

    def position(self) -> int | None:
        """The seq that it needs next, for a sink that knows (and may have been moved back); None for one that does not."""

    def deliver(self, batch: int, records: Sequence[Numbered]) -> None:
        """All are there when this returns. The same batch comes again after a crash, and is there once."""


@dataclass(slots=True)
class Outcome:
    """replayed: records that went out. again: those of them that an earlier replay had on its way. bad: broke the contract still, and
    stay. damaged: were not as they had been written, and stay."""

    replayed: int = 0
    again: int = 0
    bad: int = 0
    damaged: list[int] = field(default_factory=list)


def replay(store: Store, in_force: InForce, sink: Sink) -> Outcome:
    """Raises `CannotReplay`, and whatever the sink raises; then the batch on its way is handed over again by the next replay."""
    outcome = Outcome()
    with _alone(store):
        _again(store, sink, outcome)
        batch: list[Kept] = []
        for one in kept(store, replayed=False):
            _belongs(one.record, in_force)
            if one.damaged:
                outcome.damaged.append(one.number)
            elif not _good(one.record, in_force):
                outcome.bad += 1
            else:
                batch.append(one)
            if len(batch) == _BATCH:
                _deliver(store, sink, batch, outcome)
                batch = []
        if batch:
            _deliver(store, sink, batch, outcome)
    return outcome


def _good(record: Held, in_force: InForce) -> bool:
    """By any version in force at the time at which it came."""
    violations = in_force.newest.check(record.value)
    return not violations or not in_force.otherwise(record.value, violations, record.at)[1]


def _belongs(record: Held, in_force: InForce) -> None:
    was, now = (record.contract, record.dataset), (in_force.contract, in_force.dataset)
    if [name.rpartition("#")[2] for name in was] != [name.rpartition("#")[2] for name in now]:
        raise CannotReplay(f"The quarantine is of {'/'.join(was)}, and the contract is {'/'.join(now)}. Give theirs.")


def _deliver(store: Store, sink: Sink, batch: Sequence[Kept], outcome: Outcome) -> None:
    first = batch[0].number
    with store.write() as journal:
        journal.executemany(
            "INSERT INTO replayed (held, sink, batch, done) VALUES (?, ?, ?, 0)", [(one.number, sink.name, first) for one in batch]
        )
    outcome.replayed += _hand_over(store, sink, first)


def _again(store: Store, sink: Sink, outcome: Outcome) -> None:
    """What an earlier replay had on its way, and what the sink has lost since because it was moved back."""
    position = sink.position()
    if position is not None:
        with store.write() as journal:
            journal.execute("UPDATE replayed SET done = 0 WHERE sink = ? AND seq >= ?", [sink.name, position])
    for batch, name in store.read("SELECT batch, sink FROM replayed WHERE NOT done GROUP BY batch ORDER BY min(seq)"):
        if name != sink.name:
            raise CannotReplay(f"An earlier replay to {name} was cut short. Run it again to there first, so that nothing goes out twice.")
        count = _hand_over(store, sink, batch)
        outcome.replayed += count
        outcome.again += count


def _hand_over(store: Store, sink: Sink, batch: int) -> int:
    rows = store.read("SELECT seq, held FROM replayed WHERE batch = ? AND NOT done ORDER BY seq", batch)
    sink.deliver(batch, [Numbered(seq, next(kept(store, number=held)).record) for seq, held in rows])
    with store.write() as journal:
        journal.execute("UPDATE replayed SET done = 1 WHERE batch = ?", [batch])
    return len(rows)


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    with (store.directory / "replay.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotReplay(f"Another replay of {store.directory} is running. Wait for its end.") from None
        yield
