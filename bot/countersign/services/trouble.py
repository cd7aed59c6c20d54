"""When judging is slow or fails, the check says so: it never stays silent, and never turns green by accident."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from countersign.model.command import Basis, Command, ProposeRevert, PublishCheck
from countersign.model.github import (
    CheckRequestedEvent,
    CommentEvent,
    DeploymentRequestedEvent,
    MergeGroupEvent,
    PullRequestEvent,
    Repository,
    ReviewEvent,
)
from countersign.model.policy import Mode
from countersign.render import could_not_decide, in_progress
from countersign.render.rollback_steps import no_revert, unfinished
from countersign.services.carry_out import carry_out
from countersign.services.codec import load, load_event
from countersign.services.context import JSON, Ports
from countersign.services.incidents import reported, turned_due
from countersign.services.protection_rule import unanswered
from countersign.services.rolling_back import gave_up, revert_settled
from countersign.services.telling import not_sent, told_at_least

#: Seconds of judging after which people are told that it is under way.
PATIENCE = 5.0

_REMEDY = "Re-run this check. If it stays red, tell whoever runs Countersign; their log has the whole error."


def external_id(home: Repository, head: str) -> str:
    """Ours, for finding the check again; the carrier adds what tells one run of a head from the next."""
    return f"countersign:{home.id}:{head}"


@contextmanager
def in_progress_when_slow(ports: Ports, home: Repository, head: str, on: Basis, *, at_once: bool = False) -> Iterator[None]:
    """Post a check "in progress" if the block takes longer than people should wait without a word.

    at_once: before the block, because the check that stands lets something pass that it does not speak for.
    """
    command = PublishCheck(repository=home.name, check=in_progress(head, external_id(home, head)), basis=on)
    key = f"in-progress:{home.name}:{head}"
    if at_once:
        carry_out(ports, command, key)
    timer = threading.Timer(PATIENCE, carry_out, (ports, command, key))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # A post that has begun must end before the verdict's own, or it would stand over it.
        timer.join()


def undecided(ports: Ports, home: Repository, head: str, reason: str, remedy: str = _REMEDY) -> PublishCheck:
    """The check of a judgement that could not be made: red, unless the repository is known to enforce nothing."""
    enforced = ports.records.mode(home.name) in (None, Mode.ENFORCE)
    return PublishCheck(repository=home.name, check=could_not_decide(head, external_id(home, head), reason, remedy, enforced=enforced))


def given_up(ports: Ports, job: str, data: JSON, *, run: str, step: str, kind: str) -> list[Command]:
    """What a job that was given up leaves behind: a red check on each head it was about; of an incident, that people are told.

    A plan begins with its check, so whoever failed at a later step has published what was judged, and that stands. run, kind: what a
    person may quote to the operator; the error itself may name hosts and paths, and is for the log.
    """
    match job:
        case "go-back" | "undo":
            return gave_up(ports, job, data, unfinished(kind, run))
        case "propose-revert":
            return revert_settled(ports, load(ProposeRevert, data), no_revert(unfinished(kind, run)))
        case "send":
            return not_sent(ports, data)
        # What people have to know of comes about all the same, without what may have failed the job.
        case "report":
            return reported(ports, data, judge=False)
        case "incident-due":
            return turned_due(ports, data, look=False)
        case "incident-news":
            return told_at_least(ports, data)
    if step.startswith("command ") and step != "command 0":
        return []
    if job == "event" and isinstance(asked := load_event(data), DeploymentRequestedEvent):
        return [unanswered(asked, f"Countersign could not finish its work ({kind}, in run {run}).")]
    name, heads = _concerned(ports, job, data)
    home = ports.records.repository(name)
    if home is None:
        return []
    reason = f"Countersign could not finish its work ({kind}, in run {run})."
    return [undecided(ports, home, head, reason) for head in heads]


def _concerned(ports: Ports, job: str, data: JSON) -> tuple[str, list[str]]:
    """(repository, heads) that a job would have judged."""
    if job == "judge":
        row = ports.records.pull_request(data["repository"], data["number"])
        return data["repository"], [row.head] if row and row.state == "open" else []
    if job != "event":
        return "", []
    event = load_event(data)
    match event:
        case PullRequestEvent() | ReviewEvent():
            return event.repository.name, [event.pull_request.head] if event.pull_request.state == "open" else []
        case CommentEvent():
            row = ports.records.pull_request(event.repository.name, event.number)
            return event.repository.name, [row.head] if row and row.state == "open" else []
        case CheckRequestedEvent() | MergeGroupEvent():
            return event.repository.name, [event.head]
        case _:
            return "", []
