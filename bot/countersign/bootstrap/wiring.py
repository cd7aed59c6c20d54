"""Which adapter stands behind which port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from countersign.bootstrap.logs import log_call
from countersign.bootstrap.settings import AppSettings, our_app
from countersign.bootstrap.telling import notifier, seal
from countersign.services.reading import Reader

if TYPE_CHECKING:
    from countersign.ports import Calendar, Queue, Records
    from countersign.services.context import Ports
    from countersign.web import Meters


class WallCalendar:
    """The calendar that `serve` lives by: the machine's clock, which nothing here can move."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


def _unheard(resource: str, left: int) -> None:
    """Nobody counts what GitHub still allows."""


def ports(
    settings: AppSettings, calendar: Calendar, queue: Queue, records: Records, meters: Meters | None = None
) -> tuple[Ports, Sequence[Callable[[], None]]]:
    """Everything the services need, and what to close at the end. meters: where requests to GitHub are counted."""
    from countersign.adapters.children import Forkserver
    from countersign.adapters.git.mirrors import Mirrors
    from countersign.adapters.github import AppSettings as GitHubSettings
    from countersign.adapters.github import GitHubApp
    from countersign.adapters.github.writer import Writer
    from countersign.adapters.rollback import IcebergTables, KafkaSources
    from countersign.services.context import Ports

    def heard(method: str, path: str, status: int, seconds: float) -> None:
        log_call(method, path, status, seconds)
        if meters:
            meters.called(status)

    def installation_of(repository: str) -> int | None:
        row = records.repository(repository)
        return row.installation if row else None

    def number_of(repository: str) -> int:
        row = records.repository(repository)
        return row.id if row else 0

    github_settings = GitHubSettings(
        app_id=settings.app_id,
        private_key=settings.private_key.encode(),
        api_url=settings.api_url,
        proxy=settings.proxy,
        ca_bundle=settings.ca_bundle,
    )
    github = GitHubApp(
        github_settings, installation_of=installation_of, number_of=number_of, on_call=heard, on_limit=meters.left if meters else _unheard
    )
    second = replace(github_settings, app_id=settings.writer_app_id, private_key=settings.writer_private_key.encode())
    writer = Writer(second, on_call=heard) if settings.writer_app_id else None
    notify = notifier(settings.telling, proxy=settings.proxy, ca_bundle=settings.ca_bundle)
    git = Mirrors(settings.data / "mirrors", github.git_access, proxy=settings.proxy, ca_file=settings.ca_bundle)
    children = Forkserver(preload=("countersign.services.preload",))
    bundle = Ports(
        calendar=calendar,
        git=git,
        github=github,
        records=records,
        queue=queue,
        reader=Reader(git, children, records.renamed_teams),
        github_url=github_settings.web_url,
        rules_url=settings.rules_url,
        app=our_app(settings.app_id),
        writer=writer,
        mirror=git,
        tables=IcebergTables(),
        sources=KafkaSources.read(settings.kafka_file),
        rollbacks_off=settings.rollbacks_off,
        notify=notify,
        seal=seal(settings.telling, settings.data),
        public_url=settings.telling.public_url,
    )
    return bundle, (children.close, git.close, github.close, notify.close, *([writer.close] if writer else []))
