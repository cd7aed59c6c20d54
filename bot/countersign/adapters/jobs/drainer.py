"""From the inbox to DBOS: each row is marked in the same commit that makes its workflow, so that none is lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from countersign.adapters.jobs.inbox import FAILED, MOVED, NOTHING, WAITING, Routed, inbox, writing
from countersign.adapters.jobs.work import Run
from countersign.ports import JSON

log = structlog.get_logger()

#: Rows a commit moves at most. Sixteen take the disk as long as one; more would keep other writers waiting.
_BATCH = 16
#: Seconds after which the inbox is looked at without being told; a row may come from another process.
_POLL = 0.5
#: DBOS starts the smallest first. Its own tie-break within a millisecond is by id, which is chance.
_LAST_PRIORITY = 2**31 - 1
_DRAINING = 0x64726169

Route = Callable[[str, dict[str, JSON]], Routed | None]


class _Sorted(NamedTuple):
    """A row and what becomes of it."""

    row: Any
    state: str
    routed: Routed | None = None
    error: str = ""


class Drainer:
    """A thread that moves rows in the order in which they came. Of several processes one moves at a time, to keep that order."""

    def __init__(self, engine: sa.Engine, client: DBOSClient, route: Route, workflow: str, queue: str, version: str) -> None:
        self._engine = engine
        self._client = client
        self._route = route
        self._options = {"workflow_name": workflow, "queue_name": queue, "app_version": version}
        self._news = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="drainer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._news.set()
        self._thread.join()

    def wake(self) -> None:
        self._news.set()

    def put_off(self, run: Run, seconds: float) -> None:
        """The next round of a job, after a wait. A second call for the same round changes nothing."""
        with writing(self._engine) as connection:
            found = connection.execute(sa.select(inbox.c.sequence, inbox.c.partition).where(inbox.c.id == run.id)).one()
            next_round = Run(run.id, run.job, run.data, run.runs, run.round + 1)
            self._enqueue(connection, next_round, found.partition, found.sequence, {"delay_seconds": seconds})

    def _run(self) -> None:
        while not self._stopping:
            self._news.wait(_POLL)
            self._news.clear()
            try:
                while not self._stopping and self.drain():
                    pass
            except Exception:
                log.exception("inbox-not-drained")

    def drain(self) -> int:
        """Move one batch; how many rows it saw."""
        query = sa.select(inbox).where(inbox.c.state == WAITING).order_by(inbox.c.sequence).limit(_BATCH)
        with self._engine.connect() as connection:
            rows = list(connection.execute(query))
        # Routed outside of the transaction: nothing of ours runs while the database is held.
        if rows:
            self._move([self._sort(row) for row in rows])
        return len(rows)

    def _sort(self, row: Any) -> _Sorted:
        try:
            body = msgspec.json.decode(row.body)
            routed = self._route(row.event, body) if row.event else Routed(row.job, row.partition, body)
            if routed is None:
                return _Sorted(row, NOTHING)
            data = msgspec.json.decode(msgspec.json.encode(routed.data))
            return _Sorted(row, MOVED, Routed(routed.job, routed.partition or row.id, data))
        except Exception as error:
            log.exception("not-routed", id=row.id, event_name=row.event)
            return _Sorted(row, FAILED, error=f"{type(error).__name__}: {error}")

    def _move(self, found: Sequence[_Sorted]) -> None:
        sequences = [one.row.sequence for one in found]
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_DRAINING)))
            # Another process may have been quicker, or the row may have come anew.
            standing = sa.select(inbox.c.sequence, inbox.c.runs).where(inbox.c.sequence.in_(sequences), inbox.c.state == WAITING)
            waiting = {tuple(row) for row in connection.execute(standing)}
            for row, state, routed, error in (one for one in found if (one.row.sequence, one.row.runs) in waiting):
                change: dict[str, Any] = {"state": state, "error": error}
                if state != FAILED:
                    change["body"] = b""
                if routed is not None:
                    change |= {"job": routed.job, "partition": routed.partition}
                    self._enqueue(connection, Run(row.id, routed.job, routed.data, row.runs), routed.partition, row.sequence, {})
                connection.execute(inbox.update().where(inbox.c.sequence == row.sequence).values(change))

    def _enqueue(self, connection: sa.Connection, run: Run, partition: str, sequence: int, more: dict[str, Any]) -> None:
        options: Any = {
            **self._options,
            **more,
            "workflow_id": run.workflow,
            "queue_partition_key": partition,
            "priority": min(sequence, _LAST_PRIORITY),
        }
        self._client.enqueue_in_transaction(connection, options, *astuple(run))
