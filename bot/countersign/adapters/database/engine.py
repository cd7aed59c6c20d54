"""Opening the database: SQLite in one file, or PostgreSQL, by the same URL form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event

_SWITCHES = 5


def open_database(url: str) -> sa.Engine:
    """The engine for ``sqlite:///path`` or ``postgresql://user@host/name`` (which is taken by psycopg 3).

    SQLite runs in WAL with ``synchronous=FULL``: what was answered is on the disk. A writer waits up to 30 s for another.
    Raises ValueError for another database, and for SQLite in memory, which jobs in several threads cannot share.
    """
    # A failed statement is logged without its values: they are other people's payloads.
    shared: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "hide_parameters": True}
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **shared)
    if backend != "sqlite":
        raise ValueError(f"cannot keep records in {backend}: give a sqlite:///FILE or postgresql://… URL")
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("SQLite needs a file: give sqlite:///FILE")
    engine = sa.create_engine(parsed, **shared)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # DBOS shares this engine and needs the driver's own BEGIN IMMEDIATE before the first write.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    # Two that open a new file at once both want it alone for the switch, and SQLite refuses one without waiting
    # (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY"). A transaction does wait, until the other has switched.
    for _ in range(_SWITCHES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def writing(engine: sa.Engine, *, alone: str = "") -> Iterator[sa.Connection]:
    """One transaction that may read before it writes.

    SQLite lets one writer in at a time, from its beginning. On PostgreSQL writers run side by side; those that decide by
    what they read give the same name in ``alone`` and go one after the other.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif alone:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(alone))))
        yield connection


def upgrade(engine: sa.Engine) -> None:
    """Bring the tables to the newest version. Safe to run in several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine, alone="migrations") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
