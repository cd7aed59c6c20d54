"""What each event means: keep its facts, and say what is to be judged because of it."""

from __future__ import annotations

from dataclasses import replace

from countersign.model.command import Command, Rejudge
from countersign.model.github import (
    CheckRequestedEvent,
    CommentEvent,
    DeployedEvent,
    DeploymentRequestedEvent,
    Event,
    InstallationEvent,
    MergeGroupEvent,
    PullRequestEvent,
    PullRequestRow,
    PushEvent,
    RepositoryEvent,
    ReviewEvent,
    RosterEvent,
)
from countersign.model.pull_request import ReviewState
from countersign.ports import GitTrouble
from countersign.services.chores import due_chores
from countersign.services.commanded import commanded
from countersign.services.context import Ports
from countersign.services.debts import answered
from countersign.services.deployments import deployed
from countersign.services.elsewhere import said_elsewhere
from countersign.services.incidents import due_incidents, said_of_incident
from countersign.services.installations import default_branch_moved, gone, installed, known_as, read_again, roster_changed
from countersign.services.merge_group import review_merge_group
from countersign.services.merged import merged
from countersign.services.protection_rule import answer
from countersign.services.publish import stands
from countersign.services.push import pushed
from countersign.services.review_pull_request import review_pull_request
from countersign.services.stacks import stacked_on


def partition(event: Event) -> str:
    """Events of one partition are handled one at a time: those of a pull request, else of a repository, else of an organisation."""
    match event:
        case PullRequestEvent() | ReviewEvent():
            return f"{event.repository.name}#{event.pull_request.number}"
        case CommentEvent():
            return f"{event.repository.name}#{event.number}"
        case InstallationEvent() | RosterEvent():
            return event.organisation
        case _:
            return event.repository.name


def receive(ports: Ports, event: Event) -> list[Command]:
    """Keep what the event tells; the commands that follow from it."""
    if isinstance(event, InstallationEvent | RosterEvent | RepositoryEvent):
        return _received(ports, event)
    name, commands = known_as(ports, event.repository)
    if not name:
        return commands
    if name != event.repository.name:
        event = replace(event, repository=replace(event.repository, name=name))
        if isinstance(event, PullRequestEvent | ReviewEvent):
            event = replace(event, pull_request=replace(event.pull_request, repository=name))
    return [*commands, *_received(ports, event)]


def _received(ports: Ports, event: Event) -> list[Command]:
    match event:
        case PullRequestEvent():
            return _pull_request(ports, event)
        case ReviewEvent():
            return _review(ports, event)
        case CommentEvent():
            return _comment(ports, event)
        case PushEvent():
            return pushed(ports, event)
        case CheckRequestedEvent():
            rows = ports.records.open_pull_requests(event.repository.name, head=event.head)
            if rows and not event.anew and stands(ports, rows):
                return []  # GitHub asks by itself at every push, and the push was told by the pull request's own event
            why = "the check was asked for"
            return [Rejudge(repository=row.repository, number=row.number, why=why, anew=event.anew) for row in rows[:1]]
        case MergeGroupEvent():
            return review_merge_group(ports, event)
        case InstallationEvent():
            return installed(ports, event)
        case RosterEvent():
            return roster_changed(ports, event)
        case RepositoryEvent():
            return _repository(ports, event)
        case DeployedEvent():
            return deployed(ports, event)
        case DeploymentRequestedEvent():
            return answer(ports, event)


def due(ports: Ports) -> list[Command]:
    """What the calendar has brought about: a notice or an open call has run, an override or a signature has lapsed; regular chores."""
    due_now = ports.records.take_due(ports.calendar.now())
    judged = (Rejudge(repository=name, number=number, why="its time has come") for name, number in due_now)
    return [*judged, *due_incidents(ports), *due_chores(ports)]


def _pull_request(ports: Ports, event: PullRequestEvent) -> list[Command]:
    name, row = event.repository.name, event.pull_request
    earlier = ports.records.pull_request(name, row.number)
    if earlier is not None and earlier.head != row.head and earlier.updated_at == row.updated_at:
        row = _newest(ports, earlier, row)
    ports.records.keep_pull_request(row)
    if event.action in ("opened", "synchronize") and event.sender:
        ports.records.keep_pusher(name, row.head, event.sender, event.user, number=row.number)
    if event.action == "reopened":
        now = ports.calendar.now()
        ports.records.write_ledger("reopened", name, row.number, now, {}, once=f"reopened:{name}#{row.number}:{row.updated_at}")
    if event.action == "closed":
        kept = ports.records.pull_request(name, row.number)
        if kept is not None and kept.state == "open":
            return []  # it was opened again since, which was told first
        return [*merged(ports, event), *_sharing(ports, row), *stacked_on(ports, [row], "open", "closed")]
    commands = review_pull_request(ports, name, row.number)
    if earlier is not None and earlier.head != row.head:
        commands += _sharing(ports, earlier)
    return commands


def _newest(ports: Ports, earlier: PullRequestRow, row: PullRequestRow) -> PullRequestRow:
    """Two pushes in one second: GitHub's times do not say which came last, so Git is asked."""
    ref = f"refs/pull/{row.number}/head"
    try:
        ports.git.fetch(row.repository, [ref])
        tip = ports.git.resolve(row.repository, ref)
    except GitTrouble:
        return row  # judging needs the same commits, and will say what is wrong
    return replace(row, head=tip) if tip == earlier.head else row


def _sharing(ports: Ports, row: PullRequestRow) -> list[Command]:
    """Other open pull requests of the same head: their common check may change."""
    others = ports.records.open_pull_requests(row.repository, head=row.head)
    return [
        Rejudge(repository=row.repository, number=other.number, why=f"#{row.number}, which shares its head, changed")
        for other in others[:1]
        if other.number != row.number
    ]


def _review(ports: Ports, event: ReviewEvent) -> list[Command]:
    """A review that says neither yes nor no changes nothing; what a person edits later never signs anything."""
    name, number = event.repository.name, event.pull_request.number
    if ports.records.pull_request(name, number) is None:
        ports.records.keep_pull_request(event.pull_request)
    if event.action == "edited":
        return []
    ports.records.keep_review(name, number, event.review)
    review = event.review
    judge = review.state is not ReviewState.COMMENTED
    if review.bot or event.sender.lower() != review.login.lower():
        return review_pull_request(ports, name, number) if judge else []
    return commanded(ports, name, number, review.body, by=review.login, user=review.user, url=review.url, source=-review.id, judge=judge)


def _comment(ports: Ports, event: CommentEvent) -> list[Command]:
    """GATE §4: commands count only from events whose sender is the author, and are stored as received. Bots are never answered."""
    if event.bot or event.sender.lower() != event.login.lower():
        return []
    if event.issue:
        return [*answered(ports, event), *said_elsewhere(ports, event), *said_of_incident(ports, event)]
    name, number = event.repository.name, event.number
    return commanded(ports, name, number, event.body, by=event.login, user=event.user, url=event.url, source=event.comment)


def _repository(ports: Ports, event: RepositoryEvent) -> list[Command]:
    known = ports.records.repository_numbered(event.repository.id)
    if event.action == "deleted":
        return gone(ports, known.name, "deleted") if known else []
    if event.action == "transferred" and known and known.name.split("/")[0].lower() != event.repository.name.split("/")[0].lower():
        commands = gone(ports, known.name, "transferred")
        # The organisation that it came to may have the App as well, by an installation of its own.
        return commands if event.repository.installation == known.installation else [*commands, *read_again(ports, event.repository)]
    if event.old_name and event.old_name != event.repository.name:
        return read_again(ports, event.repository)
    if known is not None:
        home = replace(event.repository, name=known.name, installation=event.repository.installation or known.installation)
        ports.records.keep_repositories([home])
        if home.default_branch != known.default_branch:
            return default_branch_moved(ports, known, home)
    return []
