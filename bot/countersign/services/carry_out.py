"""Carry out one command. Each call is one durable step: repeated after a crash, it does nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from countersign.model.command import (
    AnswerDeployment,
    AskElsewhere,
    AskReviewers,
    Audit,
    CheckSettings,
    CloseIssue,
    Command,
    DoChore,
    GoBackFor,
    KeepComment,
    KeepIssue,
    OpenIssue,
    ProposeRevert,
    Publication,
    PublishCheck,
    Rejudge,
    SendChat,
    SendMail,
    SendPage,
    SendWebhook,
    ShowIncident,
    TagVersion,
    TellOf,
    TurnIncident,
    Wake,
)
from countersign.model.pull_request import Judgement
from countersign.ports import GitHubTrouble
from countersign.services.agreements import note_agreements
from countersign.services.codec import dump, dump_commands
from countersign.services.context import Ports
from countersign.services.elsewhere import NOT_TOLD, ask_elsewhere, not_told
from countersign.services.issues import close_issue, keep_issue, open_issue
from countersign.services.protection_rule import answer_deployment
from countersign.services.publish import digest, publish
from countersign.services.renamed import asked_as_now
from countersign.services.rolling_back import going_back_of
from countersign.services.tags import tag


def carry_out(ports: Ports, command: Command, key: str) -> None:
    """key: the same for every attempt at this step, and for no other."""
    match command:
        case PublishCheck():
            _publish(ports, command, key)
        case AskReviewers():
            _where_possible(ports, "review-not-requested", command.repository, command.number, key, lambda: _ask(ports, command, key))
        case AskElsewhere():
            _ask_elsewhere(ports, command, key)
        case KeepComment():
            _where_possible(ports, "comment-not-written", command.repository, command.number, key, lambda: _comment(ports, command))
        case OpenIssue():
            _where_possible(ports, "issue-not-opened", command.repository, 0, key, lambda: open_issue(ports, command))
        case KeepIssue():
            _where_possible(ports, "issue-not-kept", command.repository, 0, key, lambda: keep_issue(ports, command))
        case CloseIssue():
            _where_possible(ports, "issue-not-closed", command.repository, 0, key, lambda: close_issue(ports, command))
        case Wake():
            ports.records.wake_at(command.repository, command.number, command.at)
        case Rejudge():
            data = {"repository": command.repository, "number": command.number, "why": command.why, "anew": command.anew}
            ports.queue.put("judge", f"{command.repository}#{command.number}", data, id=key)
        case TagVersion():
            tag(ports, command)
        case DoChore():
            ports.queue.put("chore", command.name, {"name": command.name}, id=key)
        case Audit():
            ports.queue.put("audit", command.repository, dump(command), id=key)
        case AnswerDeployment():
            name = command.repository
            _where_possible(ports, "deployment-not-answered", name, 0, key, lambda: answer_deployment(ports, command, key))
        case CheckSettings():
            ports.queue.put("settings", command.organisation, {"organisation": command.organisation}, id=key)
        case TurnIncident():
            # By what it is about and not by the tick that saw it: until it has moved on, every tick sees it.
            due = f"incident-due:{command.incident}:{command.revision}"
            ports.queue.put("incident-due", f"incident {command.incident}", dump(command), id=due)
        case TellOf():
            news = f"incident-news:{command.incident}:{command.revision}:{command.news}"
            ports.queue.put("incident-news", f"incident {command.incident}", dump(command), id=news)
        case GoBackFor():
            ports.queue.put("go-back", going_back_of(ports, command), dump(command), id=f"go-back:{command.incident}:{command.revision}")
        case ProposeRevert():
            name = f"propose-revert:{command.incident}:{command.revision}"
            ports.queue.put("propose-revert", going_back_of(ports, command), dump(command), id=name)
        case ShowIncident():
            name = f"incident-shown:{command.incident}:{command.revision}:{command.news}"
            ports.queue.put("incident-shown", f"incident {command.incident}", dump(command), id=name)
        case SendPage() | SendChat() | SendMail() | SendWebhook():
            # By its own name: the plan that asks for it may be made again. A line for each way: a chat that hangs holds up no page.
            line = f"{type(command).__name__} {command.channel}"
            ports.queue.put("send", line, dump_commands([command])[0], id=f"send:{command.once}")


def _publish(ports: Ports, command: PublishCheck, key: str) -> None:
    """The check first, then the record: what is recorded as published was there to be read."""
    name, head = command.repository, command.check.head
    if publish(ports, command, key):
        for publication in command.publications:
            _record(ports, name, head, publication)
    elif command.check.conclusion is not None:
        for row in ports.records.open_pull_requests(name, head=head)[:1]:
            again = Rejudge(repository=name, number=row.number, why="what it was judged by has changed", anew=command.anew)
            carry_out(ports, again, f"{key}:outdated")


def _where_possible(ports: Ports, kind: str, repository: str, number: int, key: str, work: Callable[[], object]) -> None:
    """What GitHub refuses for good is recorded and goes no further: the check says all that a request or a comment would."""
    try:
        work()
    except GitHubTrouble as trouble:
        if trouble.retry_after is not None:
            raise
        ports.records.write_ledger(kind, repository, number, ports.calendar.now(), {"trouble": str(trouble)}, once=f"{kind}:{key}")


def _record(ports: Ports, repository: str, head: str, publication: Publication) -> None:
    """Append the judgement, unless the last one says the same. What it says of who let a finding pass may be new all the same."""
    now, records = ports.calendar.now(), ports.records
    if publication.mode is not None:
        records.keep_mode(repository, publication.mode)
    if publication.shown is not None:
        records.keep_verdict(repository, publication.number, publication.shown, now)
    note_agreements(ports, repository, publication.number, publication.said or (), now)
    judgement = Judgement(head=head, published_at=now, ready=publication.ready, fingerprints=frozenset(publication.fingerprints))
    earlier = records.judgements(repository, publication.number)
    if earlier and replace(earlier[-1], published_at=now) == judgement:
        *_, last = records.ledger(kind="judgement", repository=repository, number=publication.number)
        if last["what"] != publication.said:
            records.write_ledger("judgement", repository, publication.number, now, publication.said)
        return
    frozen = tuple(replace(held, since=now) for held in publication.frozen)
    records.publish(repository, publication.number, judgement, frozen, publication.said)


def _ask(ports: Ports, command: AskReviewers, key: str) -> None:
    name, number = command.repository, command.number
    asked = asked_as_now(ports, name, number)
    fresh = {who: wanted for who, wanted in command.whom.items() if not set(wanted) <= asked.get(who, {}).keys()}
    if not fresh:
        return
    refused = ports.github.request_reviewers(name, number, sorted(fresh))
    now = ports.calendar.now()
    for who in refused:
        ports.records.write_ledger("reviewer-refused", name, number, now, {"name": who}, once=f"reviewer-refused:{name}#{number}:{who}")
    ports.records.keep_asked(name, number, fresh, now)
    if refused:
        carry_out(ports, Rejudge(repository=name, number=number, why="a reviewer was refused"), f"{key}:refused")


def _ask_elsewhere(ports: Ports, command: AskElsewhere, key: str) -> None:
    """Where GitHub refuses the issue for good, the check has to say so."""
    name, number = command.repository, command.number
    known = not_told(ports, name, number)
    _where_possible(ports, NOT_TOLD, name, number, key, lambda: ask_elsewhere(ports, command, key))
    if not known and not_told(ports, name, number):
        carry_out(ports, Rejudge(repository=name, number=number, why="a reader's issue was refused"), f"{key}:refused")


def _comment(ports: Ports, command: KeepComment) -> None:
    """One comment a marker, edited in place, and only when it says something else."""
    key, said = f"comment:{command.repository}#{command.number}:{command.marker}", digest(command.body)
    done, answer = ports.records.attempt(key)
    known = answer if done else None
    if known and known["digest"] == said:
        return
    comment = ports.github.keep_comment(
        command.repository, command.number, command.marker, command.body, known["comment"] if known else None, repeated=answer == "again"
    )
    ports.records.done(key, {"comment": comment, "digest": said})
    what = {"comment": comment, "marker": command.marker}
    ports.records.write_ledger("comment", command.repository, command.number, ports.calendar.now(), what, once=key)
