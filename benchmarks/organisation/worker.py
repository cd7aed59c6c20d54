"""The real services, driven by the simulation's clock: what the worker of the App does, without its threads and its sleep.

Jobs of a partition run one after another, and a job that GitHub holds back waits where it stopped, with all that is behind it.
"""

from __future__ import annotations

import heapq
import importlib
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from benchmarks.organisation.github import Clock, Metered
from benchmarks.organisation.trees import Trees
from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.command import Audit, Command
from countersign.model.enforceability import OurApp
from countersign.model.github import Event
from countersign.ports import JSON, GitHubTrouble
from countersign.services import chores, codec, enforceability, installations, landed, receive, reconcile, review_pull_request
from countersign.services.carry_out import carry_out
from countersign.services.context import Ports
from countersign.services.reading import Reader

_RECONCILE = timedelta(minutes=10)
_TICK = timedelta(minutes=1)  # a second in the App; nothing here is due to the second


class InProcess:
    """Fulfils `ports.Children` without a child: the texts are our own. JSON goes in and out all the same."""

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON]:
        module, _, name = function.partition(":")
        work = getattr(importlib.import_module(module), name)
        return [json.loads(json.dumps(work(json.loads(json.dumps(item))))) for item in items]


@dataclass(slots=True)
class Job:
    """data: of an event, the event itself. key: stands for it in the keys of its steps.

    commands: None until it was planned; done: how many were carried out.
    """

    kind: str
    data: JSON
    key: str
    commands: Sequence[Command] | None = None
    done: int = 0


@dataclass(slots=True)
class Worker:
    """put: the queue's word, as `ports.Queue` has it. at: what people do, and when."""

    clock: Clock
    git: Trees
    github: Metered
    directory: Path
    ports: Ports = field(init=False)
    _plan: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _queues: dict[str, deque[Job]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _count: int = 0
    _close: Callable[[], None] = field(init=False)

    def __post_init__(self) -> None:
        engine = open_database(f"sqlite:///{self.directory / 'countersign.sqlite'}")
        # What a power cut would lose is not asked here, and a disk that is waited for is no CPU.
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        upgrade(engine)
        self._close = engine.dispose
        self.ports = Ports(
            calendar=self.clock,
            git=self.git,
            github=self.github,
            records=Database(engine),
            queue=self,
            reader=Reader(self.git, InProcess()),
            github_url="https://github.com",
            rules_url="https://countersign.example/rules",
            app=OurApp(id=1),
        )

    def close(self) -> None:
        self._close()

    # -- what is to come -----------------------------------------------------------------------------------------------------

    def at(self, when: datetime, work: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._plan, (when, self._count, work))

    def deliver(self, told: Event) -> None:
        self._queue(receive.partition(told), Job("event", told, ""))

    def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None:  # noqa: A002  # the port's word
        if id not in self._seen:
            self._seen |= {id} if id else set()
            self._queue(partition, Job(job, data, id))

    def _queue(self, partition: str, job: Job) -> None:
        self._count += 1
        job.key = job.key or f"job-{self._count}"
        queue = self._queues.setdefault(partition, deque())
        queue.append(job)
        if len(queue) == 1:
            self.at(self.clock.at, lambda: self._turn(partition))

    # -- the clock goes ------------------------------------------------------------------------------------------------------

    def runs_regularly(self) -> None:
        """As `bootstrap` has it: all is read at the start, open pull requests are looked after every ten minutes."""
        self.put("rebuild", "rebuild", {})
        self._every(_TICK, "tick", self.clock.at + _TICK)
        self._every(_RECONCILE, "reconcile", self.clock.at + _RECONCILE)

    def _every(self, span: timedelta, job: str, when: datetime) -> None:
        def again() -> None:
            self.put(job, job, {})
            self._every(span, job, when + span)

        self.at(when, again)

    def run_until(self, end: datetime) -> None:
        while self._plan and self._plan[0][0] <= end:
            when, _, work = heapq.heappop(self._plan)
            self.clock.reach(when)
            work()

    def _turn(self, partition: str) -> None:
        queue = self._queues[partition]
        job = queue[0]
        try:
            if job.commands is None:
                job.commands = self._commands(job)
            while job.done < len(job.commands):
                carry_out(self.ports, job.commands[job.done], f"{job.key}:{job.done}")
                job.done += 1
        except GitHubTrouble as trouble:
            if trouble.retry_after is None:
                raise
            self.at(self.clock.at + timedelta(seconds=trouble.retry_after), lambda: self._turn(partition))
            return
        queue.popleft()
        if queue:
            self.at(self.clock.at, lambda: self._turn(partition))

    def _commands(self, job: Job) -> Sequence[Command]:
        ports, data = self.ports, job.data
        match job.kind:
            case "event":
                return receive.receive(ports, data)
            case "judge":
                return review_pull_request.review_pull_request(ports, data["repository"], data["number"], anew=data["anew"])
            case "audit":
                return landed.audit(ports, codec.load(Audit, data))
            case "settings":
                return enforceability.settings_checked(ports, data["organisation"])
            case "chore":
                return chores.do_chore(ports, data["name"])
            case "tick":
                return receive.due(ports)
            case "reconcile":
                return reconcile.reconcile_all(ports)
            case "rebuild":
                return installations.rebuild(ports)
        raise ValueError(f"nobody does {job.kind}")
