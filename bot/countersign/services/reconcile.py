"""What lost events would have told, learned by asking GitHub for the open pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countersign.model.command import Command, Rejudge
from countersign.model.github import OpenPullRequest, PullRequestRow, Repository
from countersign.ports import TOGETHER, GitHubTrouble
from countersign.services.context import Ports


def reconcile_all(ports: Ports) -> list[Command]:
    """Every repository with a contract, a reader or an open pull request. Those with none of these are looked at once a day.

    One that GitHub will not answer for does not stop the others, and is asked for again the next time.
    """
    commands: list[Command] = []
    publishing = {reference.repository for reference, _ in ports.records.catalogue()}
    installed: dict[int, list[str]] = {}
    for repository in ports.records.repositories():
        name = repository.name
        if name in publishing or ports.records.registrations_of(name) or ports.records.open_pull_requests(name):
            installed.setdefault(repository.installation, []).append(name)
    later: GitHubTrouble | None = None
    for installation, names in installed.items():
        for start in range(0, len(names), TOGETHER):
            some = names[start : start + TOGETHER]
            try:
                commands += _together(ports, installation, some)
            except GitHubTrouble as trouble:
                if trouble.retry_after is not None:
                    later = trouble
                    break  # a limit is one installation's
                for name in some:
                    _not_reconciled(ports, name, trouble)
    # What was learned is in the records and would be no news to a second attempt: then the rest waits for the next ten minutes.
    if later is not None and not commands:
        raise later
    return commands


def _together(ports: Ports, installation: int, names: Sequence[str]) -> list[Command]:
    before = {name: ports.records.open_pull_requests(name) for name in names}
    commands: list[Command] = []
    for name, listed in ports.github.open_pull_requests_of(installation, names).items():
        if isinstance(listed, GitHubTrouble):
            _not_reconciled(ports, name, listed)
        else:
            commands += _compared(ports, name, before[name], listed)
    return commands


def _not_reconciled(ports: Ports, name: str, trouble: GitHubTrouble) -> None:
    ports.records.write_ledger("not-reconciled", name, 0, ports.calendar.now(), {"trouble": str(trouble)})


def reconcile(ports: Ports, repository: Repository) -> list[Command]:
    """Open pull requests as GitHub has them: what a lost event would have told is told now, and a missing check is made."""
    before = ports.records.open_pull_requests(repository.name)
    return _compared(ports, repository.name, before, ports.github.open_pull_requests(repository.name))


def _compared(ports: Ports, name: str, before: Sequence[PullRequestRow], listed: Sequence[OpenPullRequest]) -> list[Command]:
    """before: those that the records had as open before GitHub was asked."""
    commands: list[Command] = []
    for one in listed:
        earlier = ports.records.pull_request(name, one.number)
        row = _row(name, one, earlier)
        ports.records.keep_pull_request(row)
        known = {(review.id, review.state) for review in ports.records.reviews(name, one.number)}
        for review in one.reviews:
            ports.records.keep_review(name, one.number, review)
        unheard = any((review.id, review.state) not in known for review in one.reviews)
        if unheard or not one.has_check or earlier is None or _differs(earlier, row):
            commands.append(Rejudge(repository=name, number=one.number, why="reconciled"))
    # Only what was open before GitHub was asked: one that was opened meanwhile is not closed by it.
    still_open = {one.number for one in listed}
    for row in before:
        if row.number not in still_open:
            ports.records.keep_pull_request(replace(row, state="closed", updated_at=ports.calendar.now()))
            commands += [
                Rejudge(repository=name, number=other.number, why=f"#{row.number}, which shares its head, is closed")
                for other in ports.records.open_pull_requests(name, head=row.head)[:1]
            ]
    return commands


def _row(repository: str, one: OpenPullRequest, earlier: PullRequestRow | None) -> PullRequestRow:
    return PullRequestRow(
        repository=repository,
        number=one.number,
        author=one.author,
        head=one.head,
        base_ref=one.base_ref,
        draft=one.draft,
        state="open",
        fork=one.fork,
        url=earlier.url if earlier else "",
        updated_at=one.updated_at,
        # GitHub's query does not tell the trunk of a stack; its events do.
        trunk=earlier.trunk if earlier and earlier.base_ref == one.base_ref else "",
    )


def _differs(earlier: PullRequestRow, now: PullRequestRow) -> bool:
    """Whether an event was lost that bears on the judgement."""
    return (earlier.head, earlier.base_ref, earlier.draft, earlier.state) != (now.head, now.base_ref, now.draft, now.state)
