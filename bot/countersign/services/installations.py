"""The App comes and goes: repositories, teams and the registry are read again. All of it is a cache."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.command import Command, Rejudge
from countersign.model.github import InstallationEvent, PullRequestRow, Repository, RosterEvent
from countersign.ports import GitHubTrouble, GitTrouble
from countersign.services.context import Ports
from countersign.services.registry import refresh_registry


def rebuild(ports: Ports) -> list[Command]:
    """Read everything again: every installation, its repositories, teams and registrations, and every open pull request."""
    commands: list[Command] = []
    for installation, organisation in ports.github.installations():
        commands += _installation(ports, installation, organisation)
    return commands


def installed(ports: Ports, event: InstallationEvent) -> list[Command]:
    """``installation*``: keep what is there now."""
    if event.gone:
        forget_repositories(ports, [row.name for row in ports.records.repositories() if row.installation == event.installation])
        return []
    forget_repositories(ports, event.removed)
    if event.removed and not event.added and not event.all:
        return []
    return _installation(ports, event.installation, event.organisation)


def forget_repositories(ports: Ports, names: Sequence[str]) -> None:
    """Their registrations go too: a reader is known only while its repository is."""
    for name in names:
        ports.records.keep_registrations(name, (), ports.calendar.now())
        ports.records.keep_catalogue(name, {})
    ports.records.forget_repositories(names)


def renamed(ports: Ports, old_name: str, repository: Repository) -> list[Command]:
    """A renamed repository keeps its content; readers that name the old one are reported on their next pull request."""
    known = ports.records.repository(old_name)
    forget_repositories(ports, [old_name])
    installation = repository.installation or (known.installation if known else 0)
    return _installation(ports, installation, repository.name.split("/")[0])


def roster_changed(ports: Ports, event: RosterEvent) -> list[Command]:
    """``membership``, ``team`` and ``organization`` events. Pull requests that such a person has reviewed are judged again."""
    if event.login and event.team:
        ports.records.change_member(event.team, event.login, present=event.present)
    elif event.gone and event.team:
        ports.records.forget_team(event.team)
    elif event.team:
        row = ports.github.team(event.installation, event.team)
        if row is None:
            ports.records.forget_team(event.team)
        else:
            ports.records.keep_team(row)
    else:
        ports.records.keep_teams(event.organisation, ports.github.teams(event.installation, event.organisation))
    return [
        Rejudge(repository=row.repository, number=row.number, why="a team changed")
        for repository in ports.records.repositories()
        if repository.name.split("/")[0].lower() == event.organisation.lower()
        for row in ports.records.open_pull_requests(repository.name)
        if _concerns(ports, row, event)
    ]


def _concerns(ports: Ports, row: PullRequestRow, event: RosterEvent) -> bool:
    reviewers = {review.login.lower() for review in ports.records.reviews(row.repository, row.number)}
    return event.login.lower() in reviewers if event.login else bool(reviewers)


def _installation(ports: Ports, installation: int, organisation: str) -> list[Command]:
    repositories = ports.github.repositories(installation)
    known = {row.name for row in ports.records.repositories() if row.installation == installation}
    forget_repositories(ports, sorted(known - {row.name for row in repositories}))
    ports.records.keep_repositories(repositories)
    ports.records.keep_teams(organisation, ports.github.teams(installation, organisation))
    commands: list[Command] = []
    for repository in sorted(repositories, key=lambda row: not row.name.endswith("/.github")):
        try:
            refresh_registry(ports, repository)
        except GitTrouble as trouble:
            what = {"trouble": str(trouble)}
            ports.records.write_ledger("registry-unread", repository.name, 0, ports.calendar.now(), what)
        commands += reconcile(ports, repository)
    return commands


def reconcile_all(ports: Ports) -> list[Command]:
    """Every repository, one query for 50 open pull requests each. One that GitHub will not answer for does not stop the others."""
    commands: list[Command] = []
    for repository in ports.records.repositories():
        try:
            commands += reconcile(ports, repository)
        except GitHubTrouble as trouble:
            if trouble.retry_after is not None:
                raise
            ports.records.write_ledger("not-reconciled", repository.name, 0, ports.calendar.now(), {"trouble": str(trouble)})
    return commands


def reconcile(ports: Ports, repository: Repository) -> list[Command]:
    """Open pull requests as GitHub has them: what a lost event would have told is told now, and a missing check is made."""
    commands: list[Command] = []
    listed = ports.github.open_pull_requests(repository.name)
    for one in listed:
        earlier = ports.records.pull_request(repository.name, one.number)
        row = PullRequestRow(
            repository=repository.name,
            number=one.number,
            author=one.author,
            head=one.head,
            # A stack's trunk is told only by its events.
            base_ref=earlier.base_ref if earlier and earlier.head == one.head else one.base_ref,
            draft=one.draft,
            state="open",
            fork=one.fork,
            updated_at=one.updated_at,
        )
        ports.records.keep_pull_request(row)
        known = {(review.id, review.state) for review in ports.records.reviews(repository.name, one.number)}
        for review in one.reviews:
            ports.records.keep_review(repository.name, one.number, review)
        news = earlier is None or earlier.head != one.head or any((review.id, review.state) not in known for review in one.reviews)
        if news or not one.has_check:
            commands.append(Rejudge(repository=repository.name, number=one.number, why="reconciled"))
    return commands
