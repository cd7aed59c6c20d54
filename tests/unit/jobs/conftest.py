from __future__ import annotations

import importlib.util
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from countersign.adapters.database import open_database, upgrade
from countersign.adapters.jobs import Inbox, Jobs, Routed

_spec = importlib.util.spec_from_file_location("countersign_test_postgres", Path(__file__).parents[1] / "database" / "postgres.py")
assert _spec is not None and _spec.loader is not None
if _spec.name not in sys.modules:
    sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_spec.name])
postgres = sys.modules[_spec.name]

SECONDS = 20


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('jobs') / 'jobs.sqlite'}" if request.param == "sqlite" else postgres.new_database()
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def engine(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


class Busy(Exception):
    """The other side asks for time."""


class Worker:
    """A running `Jobs`. Plans and commands are functions that a test names; what they do is told through `said`."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.plans: dict[str, Callable[[Any], list[Any]]] = {}
        self.commands: dict[str, Callable[[str], object]] = {}
        self.said: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.failures: queue.SimpleQueue[tuple[str, Any, Any]] = queue.SimpleQueue()
        self.ticked = threading.Event()
        self.jobs = Jobs(
            engine,
            {"run": lambda data: self.plans[data["plan"]](data), "tick": self._tick},
            lambda command, key: self.commands[command](key),
            self._route,
            on_failure=lambda *failure: self.failures.put(failure),
            wait_for=lambda error: 0.0 if isinstance(error, Busy) else None,
            every={"tick": 0.5},
            pause=0.0,
        )
        self.inbox = Inbox(engine, self.jobs.wake)

    def hear(self, count: int) -> list[Any]:
        return [self.said.get(timeout=SECONDS) for _ in range(count)]

    def deliver(self, delivery: str, plan: str, partition: str) -> None:
        self.inbox.store(delivery, "pull_request", f'{{"plan": "{plan}", "partition": "{partition}", "delivery": "{delivery}"}}'.encode())

    def _tick(self, _: Any) -> list[Any]:
        self.ticked.set()
        return []

    @staticmethod
    def _route(event: str, payload: dict[str, Any]) -> Routed | None:
        if event == "star":
            return None
        return Routed("run", payload["partition"], payload)


@pytest.fixture(scope="module")
def worker(engine: sa.Engine) -> Iterator[Worker]:
    worker = Worker(engine)
    worker.jobs.start()
    yield worker
    worker.inbox.close()
    worker.jobs.stop()


@pytest.fixture
def busy() -> type[Exception]:
    return Busy
