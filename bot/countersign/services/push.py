"""A push to a gated branch: the registry is brought up to date, open pull requests are judged again, what landed is audited."""

from __future__ import annotations

from contextlib import suppress

from countersign.model.command import Audit, Command, Rejudge
from countersign.model.github import PushEvent, Repository
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref, is_gated
from countersign.services.compare import compare_commits
from countersign.services.context import Ports
from countersign.services.in_force import is_organisation
from countersign.services.landed import shown
from countersign.services.registry import refresh_registry

_NOTHING = "0" * 40


def pushed(ports: Ports, event: PushEvent) -> list[Command]:
    """Only what reaches a gated branch matters here; a pull request's own pushes come as ``pull_request`` events.

    Whether all that it brought is signed is asked in a job of its own (`services.landed`), so that no trouble there delays the rest.
    """
    for email, login in event.logins.items():
        ports.records.learn_login(email, login)
    if event.after != _NOTHING:
        ports.records.keep_pusher(event.repository.name, event.after, event.pusher, event.user)
    home = ports.records.repository(event.repository.name)
    branch = event.ref.removeprefix("refs/heads/")
    if home is None or event.after == _NOTHING:
        return []
    received = ports.calendar.now()
    if not _gated(ports, home, branch):
        return []
    ports.git.fetch(home.name, [event.ref, event.after])
    before = _before(ports, home, event)
    touched = _touched(ports, home, event, before)
    readers = refresh_registry(ports, home, received) if branch == home.default_branch and touched else []
    ports.records.keep_tip(home.name, event.ref, event.after)
    if not before or not touched:
        return readers
    what = {"ref": event.ref, "before": before, "after": event.after, "by": event.pusher}
    ports.records.write_ledger("push", home.name, 0, received, what, once=f"push:{home.name}:{event.ref}:{event.after}")
    # Pull requests into branches that are not gated are judged against the default branch, so all of them may be concerned.
    into = "" if branch == home.default_branch else branch
    commands: list[Command] = [
        Rejudge(repository=row.repository, number=row.number, why=f"{branch} moved")
        for row in ports.records.open_pull_requests(home.name, base_ref=into)
    ]
    if is_organisation(home.name) and branch == home.default_branch:
        commands += _everywhere(ports, home)
    if _caught_up(ports, event, before):
        return [*readers, *commands]
    open_ones = tuple(shown(ports, row) for row in ports.records.open_pull_requests(home.name, base_ref=branch))
    audit = Audit(repository=home.name, ref=event.ref, before=before, after=event.after, pusher=event.pusher, shown=open_ones)
    return [*readers, *commands, audit]


def _caught_up(ports: Ports, event: PushEvent, before: str) -> bool:
    """Whether it was audited already, as a part of what was missed (`services.missed`): its webhook came late, or once more."""
    name = event.repository.name
    with suppress(GitTrouble):
        return any(
            row["what"]["ref"] == event.ref
            and (row["what"]["before"], row["what"]["after"]) != (before, event.after)
            and ports.git.is_ancestor(name, row["what"]["before"], before)
            and ports.git.is_ancestor(name, event.after, row["what"]["after"])
            for row in ports.records.ledger(kind="push-missed", repository=name)
        )
    return False


def _before(ports: Ports, home: Repository, event: PushEvent) -> str:
    """What the push is held against: of a new branch, where it left the default branch; "" if there is nothing."""
    if event.before != _NOTHING:
        return event.before
    if event.ref == default_ref(home):
        return ""
    return ports.git.merge_base(home.name, ports.git.resolve(home.name, default_ref(home)), event.after) or ""


def _touched(ports: Ports, home: Repository, event: PushEvent, before: str) -> bool:
    """Whether it changes what the gate goes by. What cannot be compared is taken to: after a forced push, ``before`` may be gone."""
    if not before:
        return True
    organisation = ports.organisation_policy(home.name)
    with suppress(GitTrouble):  # after a forced push GitHub may have it no more; we may
        ports.git.fetch(home.name, [before])
    try:
        return compare_commits(ports.reader, home.name, before, event.after, organisation).touched
    except GitTrouble as trouble:
        what = {"ref": event.ref, "before": before, "after": event.after, "trouble": str(trouble)}
        once = f"push-not-compared:{home.name}:{event.ref}:{event.after}"
        ports.records.write_ledger("push-not-compared", home.name, 0, ports.calendar.now(), what, once=once)
        return True


def _gated(ports: Ports, home: Repository, branch: str) -> bool:
    """Most pushes go to branches that nobody gates, and should cost nothing, not even a fetch."""
    try:
        return is_gated(ports, home, branch)
    except GitTrouble:
        ports.git.fetch(home.name, [default_ref(home)])
        return is_gated(ports, home, branch)


def _everywhere(ports: Ports, home: Repository) -> list[Command]:
    """A change of the organisation's policy bears on every open pull request of the organisation."""
    organisation = home.name.split("/")[0]
    return [
        Rejudge(repository=row.repository, number=row.number, why="the organisation's policy changed")
        for repository in ports.records.repositories()
        if repository.name.split("/")[0] == organisation and repository.name != home.name
        for row in ports.records.open_pull_requests(repository.name)
    ]
