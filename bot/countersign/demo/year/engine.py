"""Countersign for a simulated year: its own services and tables, with time, GitHub and Git in memory, and one job after the other.

What a worker does with DBOS, threads and retries is done here in a loop. Nothing is lost in it that is counted: a job is planned by the
same handler, and each of its commands is carried out by the same service.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from countersign.bootstrap.handlers import handlers
from countersign.demo.year.git import MemoryGit
from countersign.demo.year.github import APP, MemoryGitHub
from countersign.demo.year.outside import MemoryTables, TakesAll
from countersign.demo.year.remembered import remembered
from countersign.model.enforceability import OurApp
from countersign.ports import Died
from countersign.services import codec
from countersign.services.carry_out import carry_out
from countersign.services.context import Ports
from countersign.services.reading import Reader

if TYPE_CHECKING:
    from countersign.model.github import Event
    from countersign.model.report import Report
    from countersign.ports import Records

JSON = Any

#: Judgements of texts that are remembered. A pull request is judged again with every review, and its texts are the same then.
_REMEMBERED = 20_000


@dataclass(slots=True)
class MovedCalendar:
    """The calendar of the simulation, moved by whoever plays it."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class InProcess:
    """Fulfils `ports.Children` without a child: the texts here are our own, and a child would cost 7 ms."""

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON | Died]:
        return [msgspec.json.decode(_answer(function, msgspec.json.encode(item))) for item in items]


@lru_cache(_REMEMBERED)
def _answer(function: str, item: bytes) -> bytes:
    module, _, name = function.partition(":")
    return msgspec.json.encode(getattr(import_module(module), name)(msgspec.json.decode(item)))


@dataclass(slots=True)
class Line:
    """Fulfils `ports.Queue`: jobs in the order in which they were put, each id once."""

    jobs: deque[tuple[str, JSON, str]] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _count: int = 0

    def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None:  # noqa: A002 - the queue's own word
        self._count += 1
        name = id or f"{job}:{self._count}"
        if name not in self._known:
            self._known.add(name)
            self.jobs.append((job, data, name))


class Engine:
    """ports: what the services work through. git, github, tables, calendar: the world's own ends of it."""

    def __init__(self, records: Records, organisation: str, start: datetime, app: OurApp) -> None:
        self.calendar = MovedCalendar(start)
        self.git = MemoryGit()
        self.github = MemoryGitHub(organisation, app.wants)
        self.tables = MemoryTables()
        self._line = Line()
        self.ports = Ports(
            calendar=self.calendar,
            git=self.git,
            github=self.github,
            records=records,
            queue=self._line,
            reader=Reader(self.git, InProcess(), records.renamed_teams),
            github_url="https://github.com",
            rules_url="https://github.com/countersign/countersign/blob/main/docs/rules",
            app=app,
            tables=self.tables,
            notify=TakesAll(),
        )
        self._handlers = handlers(lambda: self.ports)

    def told(self, event: Event) -> None:
        """GitHub tells of something, and all that follows from it is done."""
        self._do("event", codec.dump_event(event))

    def reported(self, report: Report) -> None:
        """A guard tells of its data."""
        self._do("report", codec.dump(report))

    def ticked(self) -> None:
        """The calendar is looked at."""
        self._do("tick", {})

    def job(self, name: str, data: JSON) -> None:
        """Any other job of the worker's, by its name."""
        self._do(name, data)

    def _do(self, job: str, data: JSON) -> None:
        self._line.put(job, job, data)
        self.work()

    def work(self) -> None:
        """Do all that has been put in the queue, and all that follows."""
        while self._line.jobs:
            name, what, key = self._line.jobs.popleft()
            for index, command in enumerate(self._handlers[name](what)):
                carry_out(self.ports, codec.load_command(command), f"{key}:{index}")


@contextmanager
def engine(data: Path, organisation: str, start: datetime) -> Iterator[Engine]:
    """An empty database in the directory, and the engine on it. Raises ValueError if there is a database already."""
    import sqlalchemy as sa
    from sqlalchemy import event
    from sqlalchemy.pool import StaticPool

    from countersign.adapters.database import Database, open_database, upgrade
    from countersign.bootstrap.settings import database_url_of, our_app

    data.mkdir(parents=True, exist_ok=True)
    url = database_url_of(data, "")
    if Path(sa.make_url(url).database or "").exists():
        raise ValueError(f"There is a database in {data} already. Give another directory, or take it away.")
    first = open_database(url)
    upgrade(first)
    first.dispose()
    # One thread, and a year that can be played again after a crash: one connection, and no waiting for the disk.
    fast = sa.create_engine(url, poolclass=StaticPool, hide_parameters=True)

    @event.listens_for(fast, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    try:
        yield Engine(remembered(Database(fast)), organisation, start, our_app(APP))
    finally:
        fast.dispose()
