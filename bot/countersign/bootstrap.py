"""The one composition root: which adapter stands behind which port. Heavy packages are imported where they are wired."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countersign.services.reading import Reader

if TYPE_CHECKING:
    from flask import Flask

    from countersign.adapters.github import Operator
    from countersign.adapters.jobs import Jobs
    from countersign.model.enforceability import OurApp
    from countersign.ports import Administration, Calendar, Children, Protection, Queue, Records
    from countersign.services.context import Ports
    from countersign.services.in_force import Organisation

JSON = Any

#: Seconds after which a job that Git failed is planned again.
_GIT_AGAIN = 30.0

# -- the desk: Git and formats, without Flask, DBOS or PyGithub --------------------------------------------------------------


def children() -> Children:
    """The bounded child process of a single-threaded command."""
    from countersign.adapters.children import Fork

    return Fork()


def desk(path: Path) -> Reader:
    """A local repository, read where it is."""
    from countersign.adapters.git.desk import Desk
    from countersign.adapters.git.process import version_check

    version_check()
    return Reader(Desk(path.resolve()), children())


def work_tree(path: Path) -> Path | None:
    """The root of the work tree that holds ``path``; None if there is none."""
    here = path.resolve()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), None)


def repository_name(path: Path) -> str:
    """``org/repo`` as the remote ``origin`` has it; ``local/DIRECTORY`` where there is none."""
    from countersign.adapters.git import process

    try:
        url = process.run(["config", "--get", "remote.origin.url"], directory=path, variables=process.environment()).output.decode().strip()
    except process.GitFailed:
        url = ""
    parts = url.removesuffix("/").removesuffix(".git").replace(":", "/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and all(parts[-2:]) else f"local/{path.resolve().name}"


@contextmanager
def operator(token: str, *, api_url: str, proxy: str, ca_bundle: str) -> Iterator[Operator]:
    """GitHub by a person's own token, for commands that write what the App may not. Raises ValueError for an address that cannot work."""
    from countersign.adapters.github import Connection, Operator

    configure_logs()
    client = Operator(token, Connection(api_url=api_url, proxy=proxy, ca_bundle=ca_bundle))
    try:
        yield client
    finally:
        client.close()


def settings_seen_by(client: Operator) -> Protection:
    """GitHub's settings with a person's eyes: an administrator sees who may bypass a ruleset, and the App does not."""
    from countersign.adapters.github.protection import Protection

    return Protection(lambda _, path: client.call("GET", path), lambda _, path: client.rows(path))


@dataclass(frozen=True, slots=True)
class Fetched:
    """A repository's default branch, as a person may read it. organisation: its policy; None if that person sees none."""

    reader: Reader
    tip: str
    organisation: Organisation | None


@contextmanager
def fetched(operator: Operator, repository: str) -> Iterator[Fetched]:
    """Mirrors of a repository and of its organisation's policy, made with the operator's token and thrown away."""
    import tempfile

    from countersign.adapters.git.mirrors import Mirrors
    from countersign.adapters.git.process import version_check
    from countersign.ports import GitHubTrouble
    from countersign.services.in_force import is_organisation, organisation_at

    version_check()
    with tempfile.TemporaryDirectory(prefix="countersign-") as scratch:
        git = Mirrors(Path(scratch), operator.git_access)
        reader = Reader(git, children())

        def tip(name: str) -> str:
            branch = f"refs/heads/{operator.default_branch(name)}"
            git.fetch(name, [branch])
            return git.resolve(name, branch)

        try:
            above = None
            if not is_organisation(repository):
                home = f"{repository.split('/')[0]}/.github"
                try:
                    above = organisation_at(reader, home, tip(home))
                except GitHubTrouble as trouble:
                    if trouble.status != 404:
                        raise
            yield Fetched(reader, tip(repository), above)
        finally:
            git.close()


def administration(client: Operator) -> Administration:
    """GitHub's settings, changed by a person's own token."""
    from countersign.adapters.github.administration import Administration

    return Administration(client)


# -- the App -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """app_id, private_key (PEM) and webhook_secrets (several while one replaces another): from GitHub's page of the App.

    api_url: ``https://api.github.com``, or ``https://HOST/api/v3``. data: the directory of the mirrors and, unless ``database`` (an
    SQLAlchemy URL) names another, of the SQLite file. proxy, ca_bundle: for every outgoing connection. allowed_hosts: Host headers
    that are answered; empty answers any. rules_url: where people read about a rule. writer_app_id, writer_private_key: of the second App,
    which may write contents; 0 and "" where there is none. lineage_tokens: with
    which OpenLineage events are taken; none are without.
    """

    app_id: int
    private_key: str = field(repr=False)
    webhook_secrets: Sequence[str] = field(repr=False)
    data: Path
    api_url: str = "https://api.github.com"
    database: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    allowed_hosts: Sequence[str] = ()
    rules_url: str = "https://github.com/countersign/countersign/blob/main/docs/rules"
    writer_app_id: int = 0
    writer_private_key: str = field(default="", repr=False)
    lineage_tokens: Sequence[str] = field(default=(), repr=False)

    @property
    def database_url(self) -> str:
        return _database_url(self.data, self.database)


def _database_url(data: Path, database: str) -> str:
    return database or f"sqlite:///{data.resolve() / 'countersign.sqlite'}"


def put_job(data: Path, database: str, job: str, what: JSON = None) -> None:
    """Leave a job for the worker that runs on this database. what: its data."""
    import uuid

    from countersign.adapters.database import open_database
    from countersign.adapters.jobs.inbox import put

    engine = open_database(_database_url(data, database))
    put(engine, job, job, what or {}, str(uuid.uuid4()))
    engine.dispose()


@contextmanager
def records(data: Path, database: str) -> Iterator[Records]:
    """The bot's own, for a command that looks. Raises ValueError if there is no database."""
    from countersign.adapters.database import Database, open_database

    if not database and not (data / "countersign.sqlite").exists():
        raise ValueError(f"There is no database in {data}.")
    engine = open_database(_database_url(data, database))
    try:
        yield Database(engine)
    finally:
        engine.dispose()


class WallCalendar:
    """The calendar that `serve` lives by: the machine's clock, which nothing here can move."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Application:
    """Web and worker of one process. close: what has to be closed at the end, in order."""

    web: Flask
    jobs: Jobs
    ports: Ports
    close: Sequence[Callable[[], None]]

    @contextmanager
    def serving(self, host: str, port: int) -> Iterator[str]:
        """Worker and web run inside the block; the address where webhooks are taken. Port 0 takes a free one."""
        from countersign.web import listen, stop

        self.jobs.start()
        # What was missed while nobody listened is found by asking; an empty database is filled.
        first = "reconcile" if self.ports.records.repositories() else "rebuild"
        for job in (first, "missed-pushes"):
            self.jobs.put(job, job, {})
        server = listen(self.web, host, port)
        thread = threading.Thread(target=server.run, name="web", daemon=True)
        thread.start()
        try:
            yield f"http://{host}:{server.effective_port}"
        finally:
            stop(server)
            self.jobs.stop()
            for end in self.close:
                end()


def ports(settings: AppSettings, calendar: Calendar, queue: Queue, records: Records) -> tuple[Ports, Sequence[Callable[[], None]]]:
    """Everything the services need, and what to close at the end."""
    from countersign.adapters.children import Forkserver
    from countersign.adapters.git.mirrors import Mirrors
    from countersign.adapters.github import AppSettings as GitHubSettings
    from countersign.adapters.github import GitHubApp
    from countersign.adapters.github.writer import Writer
    from countersign.services.context import Ports

    def installation_of(repository: str) -> int | None:
        row = records.repository(repository)
        return row.installation if row else None

    github_settings = GitHubSettings(
        app_id=settings.app_id,
        private_key=settings.private_key.encode(),
        api_url=settings.api_url,
        proxy=settings.proxy,
        ca_bundle=settings.ca_bundle,
    )
    github = GitHubApp(github_settings, installation_of=installation_of, on_call=_log_call)
    second = replace(github_settings, app_id=settings.writer_app_id, private_key=settings.writer_private_key.encode())
    writer = Writer(second, on_call=_log_call) if settings.writer_app_id else None
    git = Mirrors(settings.data / "mirrors", github.git_access, proxy=settings.proxy, ca_file=settings.ca_bundle)
    children = Forkserver(preload=("countersign.services.preload",))
    bundle = Ports(
        calendar=calendar,
        git=git,
        github=github,
        records=records,
        queue=queue,
        reader=Reader(git, children),
        github_url=github_settings.web_url,
        rules_url=settings.rules_url,
        app=our_app(settings.app_id),
        writer=writer,
    )
    return bundle, (children.close, git.close, github.close, *([writer.close] if writer else []))


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


def manifest(url: str) -> dict[str, JSON]:
    """The App's manifest, as GitHub takes it, from app.yml. url: where this Countersign will be reached."""
    from countersign.adapters.github.manifest import manifest as made

    packaged = Path(__file__).with_name("app.yml")
    return made((packaged if packaged.exists() else Path(__file__).parents[2] / "app.yml").read_text(), url)


def our_app(number: int) -> OurApp:
    """The App of that id, and what app.yml asks for."""
    from countersign.model.enforceability import Grants, OurApp

    asked = manifest("https://countersign.invalid")
    return OurApp(id=number, wants=Grants(permissions=asked["default_permissions"], events=frozenset(asked["default_events"])))


def configure_logs() -> None:
    """A JSON line an event on standard error; plain lines on a terminal. Tracebacks show no values, which may be secrets."""
    import structlog

    plain = sys.stderr.isatty()
    shown: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if plain
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *shown,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def application(settings: AppSettings, calendar: Calendar | None = None) -> Application:
    """Web and worker on one database. calendar: only the sandbox's process passes one that can be moved."""
    from countersign.adapters.database import Database, open_database, upgrade
    from countersign.adapters.git.process import version_check
    from countersign.adapters.github import events
    from countersign.adapters.jobs import Failure, Inbox, Jobs, Routed
    from countersign.model.command import Audit
    from countersign.ports import GitHubTrouble, GitTrouble
    from countersign.services import (
        chores,
        codec,
        enforceability,
        installations,
        landed,
        missed,
        receive,
        reconcile,
        review_pull_request,
        suspects,
        trouble,
    )
    from countersign.services.carry_out import carry_out
    from countersign.web import create_app, lineage

    configure_logs()
    version_check()
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    upgrade(engine)
    records = Database(engine)

    def route(event: str, payload: JSON) -> Routed | None:
        if event == lineage.EVENT:
            return Routed("lineage", "evidence", payload)
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
        return error.retry_after if isinstance(error, GitHubTrouble) else None

    handlers: dict[str, Callable[[JSON], Sequence[JSON]]] = {
        "event": lambda data: codec.dump_commands(receive.receive(bundle, codec.load_event(data))),
        "judge": lambda data: codec.dump_commands(
            review_pull_request.review_pull_request(bundle, data["repository"], data["number"], anew=data["anew"])
        ),
        "audit": lambda data: codec.dump_commands(landed.audit(bundle, codec.load(Audit, data))),
        "settings": lambda data: codec.dump_commands(enforceability.settings_checked(bundle, data["organisation"])),
        "chore": lambda data: codec.dump_commands(chores.do_chore(bundle, data["name"])),
        "evidence": lambda data: codec.dump_commands(suspects.keep_evidence(bundle, data)),
        "dismiss": lambda data: codec.dump_commands(suspects.dismissed_by_operator(bundle, data)),
        "lineage": lambda data: codec.dump_commands(suspects.read_lineage(bundle, data)),
        "tick": lambda data: codec.dump_commands(receive.due(bundle)),
        "reconcile": lambda data: codec.dump_commands(reconcile.reconcile_all(bundle)),
        "rebuild": lambda data: codec.dump_commands(installations.rebuild(bundle)),
        "missed-pushes": lambda data: codec.dump_commands(missed.missed_pushes(bundle)),
    }
    jobs = Jobs(
        engine,
        handlers,
        carry,
        route,
        on_failure=give_up,
        wait_for=wait_for,
        every={"tick": 1.0, "reconcile": 600.0, "rebuild": 86400.0, "missed-pushes": 3600.0},
    )
    bundle, close = ports(settings, calendar or WallCalendar(), jobs, records)
    inbox = Inbox(engine, jobs.wake)
    secrets = [secret.encode() for secret in settings.webhook_secrets]
    web = create_app(
        inbox,
        lambda raw, header: events.verify(secrets, raw, header),
        jobs.ready,
        allowed_hosts=settings.allowed_hosts,
        lineage_tokens=settings.lineage_tokens,
    )
    return Application(web, jobs, bundle, (inbox.close, *close, engine.dispose))


def _log_call(method: str, path: str, status: int, seconds: float) -> None:
    import structlog

    structlog.get_logger().info("github-call", method=method, path=path, status=status, seconds=round(seconds, 3))
