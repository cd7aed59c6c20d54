"""Carry out one command. Each call is one durable step: repeated after a crash, it does nothing twice."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from countersign.model.check_run import CheckRun
from countersign.model.command import AskReviewers, Command, KeepComment, OpenIssue, Publication, PublishCheck, Rejudge, Wake
from countersign.model.contract import canonical
from countersign.model.github import CheckRow
from countersign.model.pull_request import Judgement
from countersign.services.codec import dump
from countersign.services.context import Ports


def carry_out(ports: Ports, command: Command, key: str) -> None:
    """key: the same for every attempt at this step, and for no other."""
    match command:
        case PublishCheck():
            _publish(ports, command)
        case AskReviewers():
            _ask(ports, command, key)
        case KeepComment():
            _comment(ports, command)
        case OpenIssue():
            _issue(ports, command)
        case Wake():
            ports.records.wake_at(command.repository, command.number, command.at)
        case Rejudge():
            data = {"repository": command.repository, "number": command.number, "why": command.why, "anew": command.anew}
            ports.queue.put("judge", f"{command.repository}#{command.number}", data, id=key)


def _digest(*parts: object) -> str:
    return hashlib.sha256(canonical(dump(parts)).encode()).hexdigest()[:32]


def _publish(ports: Ports, command: PublishCheck) -> None:
    """The check first, then the record: what is recorded as published was there to be read."""
    check, name = command.check, command.repository
    standing = ports.records.check(name, check.head)
    annotations = _digest(check.annotations)
    said = _digest(check.conclusion, check.title, check.summary, check.text)
    if command.anew or standing is None or standing.annotations != annotations:
        run = _post(ports, name, check, f"{standing.run if standing else 0}:{annotations}")
        row = CheckRow(
            repository=name, head=check.head, run=run, annotations=annotations, said=said, conclusion=check.conclusion or "in_progress"
        )
        ports.records.keep_check(row)
    elif standing.said != said:
        ports.github.update_check(name, standing.run, check)
        ports.records.keep_check(replace(standing, said=said, conclusion=check.conclusion or "in_progress"))
    for publication in command.publications:
        _record(ports, name, check.head, publication)


def _post(ports: Ports, repository: str, check: CheckRun, which: str) -> int:
    """Post a new run, unless an earlier attempt of this step got through."""
    key = f"check:{repository}:{check.head}:{which}"
    done, answer = ports.records.attempt(key)
    if done:
        return int(answer)
    ours = replace(check, external_id=f"{check.external_id}:{_digest(which)[:12]}")
    run = ports.github.find_check(repository, check.head, ours.external_id) if answer == "again" else None
    if run is None:
        run = ports.github.post_check(repository, ours)
    ports.records.done(key, run)
    return run


def _record(ports: Ports, repository: str, head: str, publication: Publication) -> None:
    """Append the judgement, unless the last one says the same."""
    now = ports.calendar.now()
    judgement = Judgement(head=head, published_at=now, ready=publication.ready, fingerprints=frozenset(publication.fingerprints))
    earlier = ports.records.judgements(repository, publication.number)
    if earlier and replace(earlier[-1], published_at=now) == judgement:
        return
    frozen = tuple(replace(held, since=now) for held in publication.frozen)
    ports.records.publish(repository, publication.number, judgement, frozen, publication.said)


def _ask(ports: Ports, command: AskReviewers, key: str) -> None:
    name, number = command.repository, command.number
    asked = ports.records.asked(name, number)
    fresh = {who: wanted for who, wanted in command.whom.items() if not set(wanted) <= asked.get(who, frozenset())}
    if not fresh:
        return
    refused = ports.github.request_reviewers(name, number, sorted(fresh))
    now = ports.calendar.now()
    for who in refused:
        ports.records.write_ledger("reviewer-refused", name, number, now, {"name": who}, once=f"reviewer-refused:{name}#{number}:{who}")
    ports.records.keep_asked(name, number, fresh)
    if refused:
        carry_out(ports, Rejudge(repository=name, number=number, why="a reviewer was refused"), f"{key}:refused")


def _comment(ports: Ports, command: KeepComment) -> None:
    """One comment a marker, edited in place, and only when it says something else."""
    key, digest = f"comment:{command.repository}#{command.number}:{command.marker}", _digest(command.body)
    done, answer = ports.records.attempt(key)
    known = answer if done else None
    if known and known["digest"] == digest:
        return
    comment = ports.github.keep_comment(
        command.repository, command.number, command.marker, command.body, known["comment"] if known else None, repeated=answer == "again"
    )
    ports.records.done(key, {"comment": comment, "digest": digest})
    ports.records.write_ledger("comment", command.repository, command.number, ports.calendar.now(), {"comment": comment}, once=key)


def _issue(ports: Ports, command: OpenIssue) -> None:
    key = f"issue:{command.repository}:{command.marker}"
    done, answer = ports.records.attempt(key)
    if not done:
        number = ports.github.open_issue(command.repository, command.marker, command.title, command.body, repeated=answer == "again")
        ports.records.done(key, number)
