"""The guard's own directory: one SQLite file, for what must outlive its process.

Quarantined records, what was replayed of them, the state of each breaker, how many rows an entity usually has, and reports on their
way. SQLite has what these need and what we would get wrong: a write that is whole or not there, whatever is killed; uniqueness; several
processes of one consumer group. A commit is on disk when it returns (WAL, ``synchronous=FULL``). The directory is its owner's alone
(0700, the file 0600), since it holds data.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

NAME = "guard.db"
#: What each version of the file added; a guard refuses one that a newer guard wrote.
_TABLES = (
    """
CREATE TABLE held (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, "partition" TEXT NOT NULL, "offset" INTEGER NOT NULL, at TEXT NOT NULL,
    contract TEXT NOT NULL, dataset TEXT NOT NULL, version TEXT NOT NULL, "commit" TEXT NOT NULL,
    "key" BLOB, value BLOB, headers BLOB NOT NULL, violations TEXT NOT NULL, checksum INTEGER NOT NULL, size INTEGER NOT NULL,
    UNIQUE (source, "partition", "offset", checksum)
);
CREATE INDEX held_since ON held (at);
CREATE INDEX held_sizes ON held (size);
CREATE TABLE replayed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, held INTEGER NOT NULL UNIQUE, sink TEXT NOT NULL, batch INTEGER NOT NULL, done INTEGER NOT NULL
);
CREATE TABLE breakers (source TEXT NOT NULL, "partition" TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (source, "partition"));
CREATE TABLE reports (id TEXT PRIMARY KEY, at TEXT NOT NULL, kept INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE dropped (what TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE identity (id TEXT NOT NULL);
""",
    """
CREATE TABLE grain (source TEXT PRIMARY KEY, state TEXT NOT NULL);
""",
)


class StoreTrouble(Exception):
    """The directory or its file cannot be used. The message says why and what to do."""


class Store:
    """The open file. Each thread has its own connection; `write` is one transaction."""

    def __init__(self, directory: Path, *, create: bool = True) -> None:
        self.directory = directory
        self.file = directory / NAME
        self._connections = threading.local()
        try:
            if create:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
            elif not self.file.is_file():
                raise StoreTrouble(f"{directory}: there is no {NAME} in it. Give the guard's own directory.")
            self._prepare()
        except (OSError, sqlite3.Error) as trouble:
            raise StoreTrouble(f"{self.file} cannot be used: {trouble}") from trouble

    @property
    def identity(self) -> str:
        """Of this file, wherever it is moved: what a sink knows it by."""
        ((known,),) = self.read("SELECT id FROM identity")
        return f"quarantine/{known}"

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._named():
            return self._connection().execute(query, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what it wrote is on disk at the end. An exception takes all of it back."""
        with self._named():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._connections, "one", None)
        if connection is not None:
            connection.close()
            del self._connections.one

    def _prepare(self) -> None:
        with self.write() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(_TABLES):
                raise StoreTrouble(f"{self.file} was written by a newer countersign: update this one.")
            for tables in _TABLES[version:]:
                for statement in tables.strip().removesuffix(";").split(";\n"):
                    connection.execute(statement)
            if version == 0:
                connection.execute("INSERT INTO identity VALUES (?)", [uuid4().hex])
            connection.execute(f"PRAGMA user_version = {len(_TABLES)}")

    def _connection(self) -> sqlite3.Connection:
        one: sqlite3.Connection | None = getattr(self._connections, "one", None)
        if one is None:
            one = self._connections.one = sqlite3.connect(self.file, isolation_level=None, timeout=30)
            one.execute("PRAGMA journal_mode = WAL")
            one.execute("PRAGMA synchronous = FULL")
        return one

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as trouble:
            raise StoreTrouble(f"{self.file}: {trouble}. Nothing was written; what it should hold is still at its source.") from trouble
