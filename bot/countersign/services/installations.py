"""The App comes and goes: repositories, teams and the registry are read again. All of it is a cache."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.command import Command, Rejudge
from countersign.model.github import InstallationEvent, PullRequestRow, Repository, RosterEvent
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.context import Ports
from countersign.services.departures import hold, settle
from countersign.services.in_force import is_organisation
from countersign.services.reconcile import reconcile
from countersign.services.registry import refresh_registry
from countersign.services.repository_names import follow


def rebuild(ports: Ports) -> list[Command]:
    """Read everything again: every installation, its repositories, teams and registrations, and every open pull request."""
    commands: list[Command] = []
    for installation, organisation in ports.github.installations():
        commands += _installation(ports, installation, organisation)
    return [*commands, *settle(ports)]


def installed(ports: Ports, event: InstallationEvent) -> list[Command]:
    """``installation*``: keep what is there now."""
    if event.gone:
        forget_repositories(ports, [row.name for row in ports.records.repositories() if row.installation == event.installation])
        return []
    commands = [command for name in event.removed for command in gone(ports, ports.records.now_called(name), "removed")]
    if event.removed and not event.added and not event.all:
        return commands
    return [*commands, *_installation(ports, event.installation, event.organisation, only=None if event.all else event.added)]


def gone(ports: Ports, name: str, how: str) -> list[Command]:
    """A repository was deleted, transferred or removed while the App stays: what it registered goes on counting (`departures`)."""
    commands = hold(ports, name, how)
    _forget(ports, name)
    ports.records.forget_repositories([name])
    return commands


def forget_repositories(ports: Ports, names: Sequence[str]) -> None:
    """The App left them all: nothing is judged any more, and nobody is asked."""
    for name in names:
        ports.records.keep_registrations(name, (), ports.calendar.now())
        _forget(ports, name)
    ports.records.forget_repositories(names)


def _forget(ports: Ports, name: str) -> None:
    ports.records.keep_products(name, ())
    ports.records.keep_catalogue(name, {})
    ports.records.keep_stored(name, ())
    if is_organisation(name):  # its rules bound every other repository, and a check must be able to say that they no longer do
        ports.records.write_ledger("repository-forgotten", name, 0, ports.calendar.now(), {})


def known_as(ports: Ports, repository: Repository) -> tuple[str, list[Command]]:
    """What the repository of an event is called now, for events are late and renames are told in any order; "" if it is gone.

    A name that nobody has told of yet is looked up, and what GitHub says holds.
    """
    here = ports.records.repository(repository.name)
    known = ports.records.repository_numbered(repository.id)
    if (here is not None and here.id == repository.id) or (here is None and known is None):
        return repository.name, []
    if known is not None and ports.records.was_called(repository.id, repository.name):
        return known.name, []
    commands = read_again(ports, repository)
    known = ports.records.repository_numbered(repository.id)
    return known.name if known else "", commands


def read_again(ports: Ports, repository: Repository) -> list[Command]:
    """Where a repository is called otherwise than we knew: what GitHub says of its installation, and that repository in full."""
    known = ports.records.repository_numbered(repository.id)
    installation = repository.installation or (known.installation if known else 0)
    return _installation(ports, installation, repository.name.split("/")[0], only=[repository.name])


def default_branch_moved(ports: Ports, before: Repository, now: Repository) -> list[Command]:
    """Another branch's policy and contracts hold from now on: that is on record, and every open pull request is judged again."""
    what = {"before": before.default_branch, "after": now.default_branch}
    ports.records.write_ledger("default-branch-moved", now.name, 0, ports.calendar.now(), what)
    commands = refresh_registry(ports, now)
    return [
        *commands,
        *(
            Rejudge(repository=row.repository, number=row.number, why="the default branch is another one")
            for row in ports.records.open_pull_requests(now.name)
        ),
    ]


def roster_changed(ports: Ports, event: RosterEvent) -> list[Command]:
    """``membership``, ``team`` and ``organization`` events. Pull requests where such a person had a say are judged again."""
    records = ports.records
    if event.login and event.team:
        known = records.change_member(event.team, event.login, present=event.present, user=event.user, number=event.number)
    elif event.gone and event.team:
        records.forget_team(event.team)
        known = True
    elif event.team:
        row = ports.github.team(event.installation, event.team)
        known = row is not None and records.keep_team(row)
    else:
        known = False
    if event.was:
        records.learn_slug(event.was, event.number)
    if not known:
        records.keep_teams(event.organisation, ports.github.teams(event.installation, event.organisation))
    return [
        *settle(ports),
        *(
            Rejudge(repository=row.repository, number=row.number, why="a team changed")
            for repository in ports.records.repositories()
            if repository.name.split("/")[0].lower() == event.organisation.lower()
            for row in ports.records.open_pull_requests(repository.name)
            if _concerns(ports, row, event)
        ),
    ]


def _concerns(ports: Ports, row: PullRequestRow, event: RosterEvent) -> bool:
    if event.was:  # whoever is asked is called otherwise now
        return True
    records, name, number = ports.records, row.repository, row.number
    people = {review.login.lower() for review in records.reviews(name, number)}
    people |= {override.by.lower() for override in records.overrides(name, number)}
    people |= {said.by.lower() for said in records.statements(name, number)}
    return event.login.lower() in people if event.login else bool(people)


def _installation(ports: Ports, installation: int, organisation: str, only: Sequence[str] | None = None) -> list[Command]:
    """Read an installation's repositories and teams, and what the default branches hold. only: some of them; None for all."""
    repositories = ports.github.repositories(installation)
    commands: list[Command] = []
    for row in repositories:
        elsewhere = ports.records.repository_numbered(row.id)
        if elsewhere is not None and elsewhere.installation != installation:
            commands += gone(ports, elsewhere.name, "transferred")
    moved = follow(ports, repositories)
    known = {row.name for row in ports.records.repositories() if row.installation == installation}
    if only is None:
        for name in sorted(known - {row.name for row in repositories}):
            commands += gone(ports, name, "removed")
    ports.records.keep_repositories(repositories)
    ports.records.keep_teams(organisation, ports.github.teams(installation, organisation))
    # The organisation's own first: the others are read under its policy.
    for repository in sorted(repositories, key=lambda row: not is_organisation(row.name)):
        if only is not None and repository.name not in (*only, *moved):
            continue
        try:
            commands += refresh_registry(ports, repository, first=only is None and repository.name not in known)
            _begin(ports, repository)
        except GitTrouble as trouble:
            what = {"trouble": str(trouble)}
            ports.records.write_ledger("registry-unread", repository.name, 0, ports.calendar.now(), what)
        commands += reconcile(ports, repository)
        if repository.name in moved:
            why = "its repository has another name"
            commands += [
                Rejudge(repository=row.repository, number=row.number, why=why) for row in ports.records.open_pull_requests(repository.name)
            ]
    return commands


def _begin(ports: Ports, repository: Repository) -> None:
    """From here on a push that nobody tells us of can be told from one that came before us (`services.missed`)."""
    ref = default_ref(repository)
    if ref not in ports.records.tips(repository.name):
        ports.records.keep_tip(repository.name, ref, ports.git.resolve(repository.name, ref))
