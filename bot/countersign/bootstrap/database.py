"""The bot's database, for commands that look at it or leave a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countersign.bootstrap.logs import configure_logs
from countersign.bootstrap.settings import AppSettings, database_url_of
from countersign.bootstrap.wiring import WallCalendar, ports

if TYPE_CHECKING:
    from countersign.adapters.jobs import Failed
    from countersign.ports import Records
    from countersign.services.context import Ports

JSON = Any


def put_job(data: Path, database: str, job: str, what: JSON = None, *, partition: str = "") -> None:
    """Leave a job for the worker that runs on this database. what: its data. partition: of which one runs at a time; its own by default."""
    import uuid

    from countersign.adapters.database import open_database
    from countersign.adapters.jobs.inbox import put

    engine = open_database(database_url_of(data, database))
    put(engine, job, partition or job, what or {}, str(uuid.uuid4()))
    engine.dispose()


def given_up(data: Path, database: str) -> tuple[Failed, ...]:
    """The jobs that were given up, oldest first."""
    from countersign.adapters.database import open_database
    from countersign.adapters.jobs.inbox import failed

    engine = open_database(database_url_of(data, database))
    try:
        return failed(engine)
    finally:
        engine.dispose()


def do_again(data: Path, database: str, job: str) -> bool:
    """Let a job that was given up be done by the worker that runs on this database. job: its id. False if there is none."""
    from countersign.adapters.database import open_database
    from countersign.adapters.jobs.inbox import again

    engine = open_database(database_url_of(data, database))
    try:
        return again(engine, job)
    finally:
        engine.dispose()


@contextmanager
def records(data: Path, database: str) -> Iterator[Records]:
    """The bot's own, for a command that looks. Raises ValueError if there is no database."""
    from countersign.adapters.database import Database, open_database

    if not database and not (data / "countersign.sqlite").exists():
        raise ValueError(f"There is no database in {data}.")
    engine = open_database(database_url_of(data, database))
    try:
        yield Database(engine)
    finally:
        engine.dispose()


@contextmanager
def reading_ports(settings: AppSettings) -> Iterator[Ports]:
    """The ports of a command that looks and queues nothing."""
    from countersign.adapters.database import Database, open_database

    class NoQueue:
        def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None:  # noqa: A002  # the port's word
            raise RuntimeError("a command that only reads put a job")

    configure_logs()  # what it prints may be piped
    engine = open_database(settings.database_url)
    bundle, close = ports(settings, WallCalendar(), NoQueue(), Database(engine))
    try:
        yield bundle
    finally:
        for end in (*close, engine.dispose):
            end()
