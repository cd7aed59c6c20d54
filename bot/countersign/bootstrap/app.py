"""The App: web and worker of one process, on one database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from countersign.bootstrap.logs import configure_logs
from countersign.bootstrap.settings import AppSettings
from countersign.bootstrap.wiring import WallCalendar, ports

if TYPE_CHECKING:
    from flask import Flask

    from countersign.adapters.jobs import Jobs
    from countersign.ports import Calendar
    from countersign.services.context import Ports
    from countersign.services.scores import Scores

JSON = Any

#: Seconds after which a job that Git failed is planned again.
_GIT_AGAIN = 30.0


@dataclass(frozen=True, slots=True)
class Application:
    """Web and worker of one process. scores: what the pages show. close: what has to be closed at the end, in order."""

    web: Flask
    jobs: Jobs
    ports: Ports
    scores: Scores
    close: Sequence[Callable[[], None]]

    @contextmanager
    def serving(self, host: str, port: int) -> Iterator[str]:
        """Worker and web run inside the block; the address where webhooks are taken. Port 0 takes a free one."""
        from countersign.web import listen, stop

        self.jobs.start()
        # What was missed while nobody listened is found by asking; an empty database is filled.
        first = "reconcile" if self.ports.records.repositories() else "rebuild"
        for job in (first, "missed-pushes", "channels"):
            self.jobs.put(job, job, {})
        server = listen(self.web, host, port)
        thread = threading.Thread(target=server.run, name="web", daemon=True)
        thread.start()
        # So that whoever comes first does not wait until all of the ledger has been read.
        reading = threading.Thread(target=self.scores.facts, name="ledger", daemon=True)
        reading.start()
        try:
            yield f"http://{host}:{server.effective_port}"
        finally:
            stop(server)
            self.jobs.stop()
            reading.join()
            for end in self.close:
                end()


def application(settings: AppSettings, calendar: Calendar | None = None) -> Application:
    """Web and worker on one database. calendar: only the sandbox's process passes one that can be moved."""
    from countersign.adapters.database import Database, open_database, upgrade
    from countersign.adapters.git.process import version_check
    from countersign.adapters.github import events
    from countersign.adapters.jobs import Failure, Inbox, Jobs, Routed
    from countersign.adapters.signing import signer
    from countersign.bootstrap.complaints import Desk
    from countersign.bootstrap.guards import Guards
    from countersign.bootstrap.handlers import handlers
    from countersign.bootstrap.metering import metered
    from countersign.bootstrap.pages import pages
    from countersign.bootstrap.telling import Door
    from countersign.ports import GitHubTrouble, GitTrouble, NotifyTrouble
    from countersign.services import codec, receive, trouble
    from countersign.services.carry_out import carry_out
    from countersign.services.operations import operations
    from countersign.services.scores import Scores
    from countersign.web import Meters, create_app, guard_api, lineage, pager

    configure_logs()
    version_check()
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    upgrade(engine)
    records = Database(engine)
    meters = Meters()

    def route(event: str, payload: JSON) -> Routed | None:
        if event == lineage.EVENT:
            return Routed("lineage", "evidence", payload)
        if event == guard_api.EVENT:
            return Routed("report", f"reports {payload['contract']}", payload)
        if event == pager.EVENT:
            return Routed("pager", "pager", payload)
        found = events.read(event, payload, app_id=settings.app_id)
        return None if found is None else Routed("event", receive.partition(found), codec.dump_event(found))

    def carry(command: JSON, key: str) -> None:
        carry_out(bundle, codec.load_command(command), key)

    def give_up(job: str, data: JSON, failure: Failure) -> None:
        commands = trouble.given_up(bundle, job, data, run=failure.run, step=failure.step, kind=failure.kind)
        for index, command in enumerate(commands):
            carry_out(bundle, command, f"given-up:{failure.run}:{index}")

    def wait_for(error: Exception) -> float | None:
        if isinstance(error, GitTrouble):
            return _GIT_AGAIN
        return error.retry_after if isinstance(error, GitHubTrouble | NotifyTrouble) else None

    jobs = Jobs(
        engine,
        metered(handlers(lambda: bundle), meters),
        carry,
        route,
        on_failure=give_up,
        wait_for=wait_for,
        every={"tick": 1.0, "reconcile": 600.0, "rebuild": 86400.0, "missed-pushes": 3600.0},
    )
    bundle, close = ports(settings, calendar or WallCalendar(), jobs, records, meters)
    scores = Scores(bundle)
    meters.watch(lambda: operations(bundle, scores, jobs.counts()))
    inbox = Inbox(engine, jobs.wake)
    secrets = [secret.encode() for secret in settings.webhook_secrets]
    web = create_app(
        inbox,
        lambda raw, header: events.verify(secrets, raw, header),
        jobs.ready,
        allowed_hosts=settings.allowed_hosts,
        lineage_tokens=settings.lineage_tokens,
        door=Door(bundle),
        desk=Desk(bundle),
        pager_keys=settings.telling.pagerduty_keys,
        guards=Guards(bundle, signer(settings.data, settings.guard_key)),
        pages=pages(settings, bundle, scores),
        meters=meters if settings.metrics_token or settings.pages.loopback else None,
        metrics_token=settings.metrics_token,
    )
    return Application(web, jobs, bundle, scores, (inbox.close, *close, engine.dispose))
