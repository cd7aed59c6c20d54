"""The inbox: webhooks and jobs in the order in which they came, each under its own id, until the worker takes them over.

A row is ``waiting``, then ``moved`` (DBOS has it) or ``nothing`` (nobody cares for that event). One whose job failed for good
is ``failed``: it has its data again, as evidence and for `again`, and alone may come again under its id. The table is made by
`adapters.database`.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from countersign.ports import JSON

log = structlog.get_logger()

inbox = sa.table(
    "inbox",
    sa.column("sequence", sa.BigInteger),
    sa.column("id", sa.Text),
    sa.column("event", sa.Text),
    sa.column("job", sa.Text),
    sa.column("partition", sa.Text),
    sa.column("body", sa.LargeBinary),
    sa.column("state", sa.Text),
    sa.column("runs", sa.Integer),
    sa.column("error", sa.Text),
    sa.column("stored_at", sa.BigInteger),
)

WAITING, MOVED, NOTHING, FAILED = "waiting", "moved", "nothing", "failed"

#: Rows a commit takes at most: at 24 KB each, 1.5 MB.
_BATCH = 64


class Routed(NamedTuple):
    """What an event asks for. partition: jobs of one partition (a pull request) run one at a time, in order."""

    job: str
    partition: str
    data: JSON


class Failed(NamedTuple):
    """A job that was given up. error: for people. stored_at: seconds since 1970."""

    id: str
    job: str
    partition: str
    error: str
    stored_at: int


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that holds SQLite's write lock from its beginning."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def row(id: str, body: bytes, *, event: str = "", job: str = "", partition: str = "") -> dict[str, Any]:  # noqa: A002 - the port's word
    return {
        "id": id,
        "event": event,
        "job": job,
        "partition": partition,
        "body": body,
        "state": WAITING,
        "runs": 0,
        "error": "",
        "stored_at": int(time.time()),
    }


def insert(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Rows that are new, or whose job had failed; any other id is known, and its job is done or will be."""
    new: Any = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(inbox)
    fresh = {name: new.excluded[name] for name in ("event", "job", "partition", "body")}
    again = {**fresh, "state": WAITING, "runs": inbox.c.runs + 1, "error": ""}
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=again, where=inbox.c.state == FAILED), list(rows))


def put(engine: sa.Engine, job: str, partition: str, data: JSON, id: str) -> None:  # noqa: A002 - the port's word
    """A job, on the disk when it returns."""
    with writing(engine) as connection:
        insert(connection, [row(id, msgspec.json.encode(data), job=job, partition=partition)])


def failed(engine: sa.Engine) -> tuple[Failed, ...]:
    """What was given up, oldest first."""
    shown = (inbox.c.id, inbox.c.job, inbox.c.partition, inbox.c.error, inbox.c.stored_at)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*shown).where(inbox.c.state == FAILED).order_by(inbox.c.sequence))
        return tuple(Failed(*found) for found in rows)


def again(engine: sa.Engine, id: str) -> bool:  # noqa: A002 - the port's word
    """Let a job that was given up be done; False if there is none of that id, or its data is forgotten."""
    given_up = inbox.c.id == id, inbox.c.state == FAILED, inbox.c.body != b""
    with writing(engine) as connection:
        change = inbox.update().where(*given_up).values(state=WAITING, runs=inbox.c.runs + 1, error="")
        return connection.execute(change).rowcount == 1


class Inbox:
    """Takes webhooks. One thread writes, and commits all that wait together: a commit costs the disk the same for one as for many."""

    def __init__(self, engine: sa.Engine, stored: Callable[[], None] = lambda: None) -> None:
        """stored: called after each commit, to wake the worker of this process."""
        self._engine = engine
        self._stored = stored
        self._waiting: queue.SimpleQueue[tuple[dict[str, Any], Future[None]] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="inbox", daemon=True)
        self._writer.start()

    def store(self, delivery: str, event: str, raw: bytes, *, seconds: float = 8.0) -> None:
        """Returns once the delivery is on the disk. Raises what the database raised, or TimeoutError (GitHub waits 10 s)."""
        committed: Future[None] = Future()
        self._waiting.put((row(delivery, raw, event=event), committed))
        committed.result(seconds)

    def close(self) -> None:
        """What was handed in before is still written."""
        self._waiting.put(None)
        self._writer.join()

    def _write(self) -> None:
        more = True
        while more:
            entries = [self._waiting.get()]
            while len(entries) < _BATCH and not self._waiting.empty():
                entries.append(self._waiting.get())
            more = None not in entries
            self._commit([entry for entry in entries if entry is not None])

    def _commit(self, entries: list[tuple[dict[str, Any], Future[None]]]) -> None:
        if not entries:
            return
        try:
            with writing(self._engine) as connection:
                insert(connection, [entry for entry, _ in entries])
        except Exception as error:
            log.error("inbox-not-written", deliveries=[entry["id"] for entry, _ in entries], error=str(error.__cause__ or error))
            for _, committed in entries:
                committed.set_exception(error)
            return
        for _, committed in entries:
            committed.set_result(None)
        self._stored()
