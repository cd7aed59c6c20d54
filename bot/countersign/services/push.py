"""A push to a gated branch: the registry is brought up to date, open pull requests are judged again, direct pushes are found."""

from __future__ import annotations

from countersign.model.command import Command, OpenIssue, Rejudge
from countersign.model.github import PushEvent, Repository
from countersign.ports import GitTrouble
from countersign.render import direct_push_issue
from countersign.services.branches import default_ref, is_gated
from countersign.services.compare import compare_commits
from countersign.services.compare_policy import is_organisation
from countersign.services.comparison import Comparison
from countersign.services.context import Ports
from countersign.services.registry import refresh_registry

_NOTHING = "0" * 40


def pushed(ports: Ports, event: PushEvent) -> list[Command]:
    """Only what reaches a gated branch matters here; a pull request's own pushes come as ``pull_request`` events."""
    for email, login in event.logins.items():
        ports.records.learn_login(email, login)
    home = ports.records.repository(event.repository.name)
    branch = event.ref.removeprefix("refs/heads/")
    if home is None or event.after == _NOTHING:
        return []
    received = ports.calendar.now()
    if not _gated(ports, home, branch):
        return []
    ports.git.fetch(home.name, [event.ref, event.after])
    comparison = None
    if event.before != _NOTHING:
        organisation = ports.organisation_policy(home.name)
        comparison = compare_commits(ports.reader, home.name, event.before, event.after, organisation)
    if branch == home.default_branch and (comparison is None or comparison.touched):
        refresh_registry(ports, home, received)
    if comparison is None or not comparison.touched:
        return []
    what = {"ref": event.ref, "before": event.before, "after": event.after, "by": event.pusher}
    ports.records.write_ledger("push", home.name, 0, received, what, once=f"push:{home.name}:{event.ref}:{event.after}")
    # Pull requests into branches that are not gated are judged against the default branch, so all of them may be concerned.
    into = "" if branch == home.default_branch else branch
    commands: list[Command] = [
        Rejudge(repository=row.repository, number=row.number, why=f"{branch} moved")
        for row in ports.records.open_pull_requests(home.name, base_ref=into)
    ]
    if is_organisation(home.name) and branch == home.default_branch:
        commands += _everywhere(ports, home)
    return commands + _direct(ports, home, event, comparison)


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


def _direct(ports: Ports, home: Repository, event: PushEvent, comparison: Comparison) -> list[Command]:
    """Commits that no pull request brought, and that change what somebody would have had to sign."""
    blocking = tuple(finding for finding in comparison.findings if finding.level.blocks)
    if not blocking or not _strangers(ports, home, event):
        return []
    what = {
        "ref": event.ref,
        "after": event.after,
        "by": event.pusher,
        "findings": [{"contract": f.contract, "rule": f.rule, "level": f.level.value, "fingerprint": f.fingerprint} for f in blocking],
    }
    ports.records.write_ledger("direct-push", home.name, 0, ports.calendar.now(), what, once=f"direct-push:{home.name}:{event.after}")
    title, body = direct_push_issue(
        blocking,
        repository=home.name,
        branch=event.ref.removeprefix("refs/heads/"),
        commit=event.after,
        pusher=event.pusher,
        owners=owners_told(comparison),
        links=ports.links(home.name, event.after),
    )
    return [OpenIssue(repository=home.name, marker=f"countersign:push:{event.after}", title=title, body=body)]


def owners_told(comparison: Comparison) -> tuple[str, ...]:
    """The owners of what was touched, each once."""
    return tuple(dict.fromkeys(owner for contract in comparison.contracts for owner in contract.owners)) or comparison.owners


def _strangers(ports: Ports, home: Repository, event: PushEvent) -> bool:
    """Whether some first-parent commit of the push was brought by no merged pull request."""
    for commit in ports.git.first_parents(home.name, event.after, until=event.before):
        if not ports.github.pull_requests_of(home.name, commit.sha):
            return True
    return False
