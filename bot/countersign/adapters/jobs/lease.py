"""Who may act as which worker. A worker's number is an exclusive lease that ends with its process, however it ends.

Two processes under one number would run each other's steps again while they are still running. And DBOS leaves the jobs of a
dead worker alone: whoever can take its lease knows that it is dead, and sets them going again.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

#: The first half of our advisory locks' key; the worker's number is the other.
_WORKERS = 0x77726B72


class Lease(Protocol):
    def held(self) -> bool:
        """False once it may be somebody else's: the process must end."""
        ...

    def release(self) -> None: ...


def take(engine: sa.Engine, number: int) -> Lease | None:
    """The lease of that number, or None while another holds it."""
    return _taken(AdvisoryLock, engine, number) if engine.dialect.name == "postgresql" else _taken(FileLock, engine, number)


def _taken(kind: Callable[[sa.Engine, int], Lease], engine: sa.Engine, number: int) -> Lease | None:
    try:
        return kind(engine, number)
    except BlockingIOError:
        return None


class FileLock:
    """A locked file beside the SQLite file. The system lets go of it when the process is gone."""

    def __init__(self, engine: sa.Engine, number: int) -> None:
        self._path = Path(f"{engine.url.database}.worker-{number}")
        self._file = self._path.open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise

    def held(self) -> bool:
        """False if somebody removed the file: the next to come would lock another one of that name."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        self._file.close()


class AdvisoryLock:
    """A PostgreSQL advisory lock on a connection of its own. The server lets go of it when the connection is gone."""

    def __init__(self, engine: sa.Engine, number: int) -> None:
        self._number = number
        # The worker's clock and a readiness probe may ask at the same moment.
        self._one_at_a_time = threading.Lock()
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not self._connection.execute(sa.select(sa.func.pg_try_advisory_lock(_WORKERS, number))).scalar():
            self._connection.close()
            raise BlockingIOError(f"worker {number} is alive")

    def held(self) -> bool:
        try:
            with self._one_at_a_time:
                self._connection.execute(sa.text("SELECT 1"))
        except sa.exc.DBAPIError:
            return False
        return True

    def release(self) -> None:
        try:
            # Closing alone would let go too, but only when the server notices.
            self._connection.execute(sa.select(sa.func.pg_advisory_unlock(_WORKERS, self._number)))
        except sa.exc.DBAPIError:
            self._connection.invalidate()
        self._connection.close()
