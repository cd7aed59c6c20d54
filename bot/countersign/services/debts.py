"""Debts: what was let pass without its readers, and what they say about it after the merge."""

from __future__ import annotations

import re

from countersign.gates.debts import barred, speaks_for, standing
from countersign.gates.people import People
from countersign.model.command import CloseIssue, Command, KeepComment, OpenIssue
from countersign.model.debt import Debt, DebtAnswer
from countersign.model.github import CommentEvent, PullRequestRow
from countersign.model.policy import Mode
from countersign.model.pull_request import Standing
from countersign.model.signing import SignerRole
from countersign.model.verdict import ClearedBy, Judged, Verdict
from countersign.render import answer_comment, debt_answered, debt_refused, debts_issue
from countersign.services.codec import dump, load
from countersign.services.command_line import MOST_ANSWERED, Said, said_in
from countersign.services.context import JSON, Ports
from countersign.services.roster import teams

#: How a debt counts on the record (GATE §4): a broken glass double.
_WEIGHTS = {ClearedBy.OVERRIDE: 1, ClearedBy.BREAK_GLASS: 2}
_READERS = (SignerRole.CONSUMER, SignerRole.MANAGER, SignerRole.NAMED)
_MARKER = re.compile(r"countersign:debts:(\d+)")


def let_pass(verdict: Verdict, one: Judged) -> dict[str, JSON]:
    """Who let a finding pass, and over whose heads, for the ledger; empty where nobody had to, as where the gate is not enforced."""
    if one.mode is not Mode.ENFORCE:
        return {}
    if one.cleared_by is ClearedBy.OVERRIDE and one.override:
        said, users = [(one.override.by, one.override.reason)], {one.override.user}
    elif one.cleared_by is ClearedBy.BREAK_GLASS and one.glass:
        said = [(statement.by, statement.reason) for statement in one.glass.given]
        users = {statement.user for statement in one.glass.given}
    else:
        return {}
    request = verdict.pull_request
    by, over = [login for login, _ in said], passed_over(verdict, one)
    return {
        "by": by,
        "reason": "; ".join(dict.fromkeys(reason for _, reason in said)),
        "passed_over": list(over),
        "secret": sorted(set(over) & verdict.secret.keys()),
        "barred": sorted({request.author.lower(), *request.committers, *(login.lower() for login in by)}),
        "users": sorted({*request.users, *users} - {0}),
        "governance": list(verdict.overrides.by),
    }


def passed_over(verdict: Verdict, one: Judged) -> tuple[str, ...]:
    """The readers whose signature is missing, and managers whose hold was broken.

    Of what nobody can sign, because it cannot be read: every reader of the contract.
    """
    if one.signers:
        asked = [signer for signer in one.signers if signer.role in _READERS]
        missing = [s for s in asked if not s.settled or (one.holds and s.role is SignerRole.MANAGER)]
        return tuple(dict.fromkeys(team for signer in missing for team in signer.teams))
    return tuple(
        dict.fromkeys(
            reader.registration.team
            for contract in verdict.contracts
            if contract.id == one.finding.contract
            for reader in contract.readers
            if reader.standing is Standing.COUNTS
        )
    )


def owed(ports: Ports, row: PullRequestRow) -> list[Command]:
    """After the merge: a debt in the ledger for each finding that was let pass, and one issue that asks the readers about them all."""
    name, number, now = row.repository, row.number, ports.calendar.now()
    debts = [_debt(said) for said in _last_judgement(ports, row) if said["cleared_by"] in _WEIGHTS and "by" in said]
    for debt in debts:
        ports.records.write_ledger("debt", name, number, now, dump(debt), once=f"debt:{name}#{number}:{debt.fingerprint}")
        if not debt.passed_over:  # there is nobody to ask
            _settle(ports, name, number, debt)
    asked = [debt for debt in debts if debt.passed_over]
    if not asked:
        return []
    title, body = debts_issue(asked, number=number, links=ports.links(name, row.head))
    return [OpenIssue(repository=name, marker=f"countersign:debts:{number}", title=title, body=body)]


def _last_judgement(ports: Ports, row: PullRequestRow) -> list[JSON]:
    """What was last said of the head that was merged.

    A judgement without findings is passed by: when the push of the merge comes first, the pull request is judged against what it brought.
    """
    rows = ports.records.ledger(kind="judgement", repository=row.repository, number=row.number)
    mine = [judgement["what"] for judgement in rows if any(said.get("head") == row.head for said in judgement["what"])]
    return list(mine[-1]) if mine else []


def _debt(said: JSON) -> Debt:
    way = ClearedBy(said["cleared_by"])
    keys = ("fingerprint", "contract", "rule", "path", "by", "reason", "passed_over", "barred", "governance", "secret", "users")
    return load(Debt, {key: said[key] for key in keys if key in said} | {"way": way.value, "weight": _WEIGHTS[way]})


def debts_of(ports: Ports, repository: str, number: int) -> tuple[Debt, ...]:
    """The debts that a pull request has left, settled or not."""
    return tuple(load(Debt, row["what"]) for row in ports.records.ledger(kind="debt", repository=repository, number=number))


def answers_of(ports: Ports, repository: str, number: int) -> tuple[DebtAnswer, ...]:
    """What readers have said of them, oldest first."""
    rows = ports.records.ledger(kind="debt-answer", repository=repository, number=number)
    return tuple(load(DebtAnswer, row["what"]) for row in rows)


def answered(ports: Ports, event: CommentEvent) -> list[Command]:
    """Commands in an issue of ours that asks about debts; a comment in any other issue is no concern of anybody here."""
    number = _pull_request(ports, event)
    commands = said_in(event.body)
    if not number or not commands:
        return []
    name = event.repository.name
    replies = [(said.line, _answer(ports, event, number, said)) for said in commands[:MOST_ANSWERED]]
    body = answer_comment(replies, left=len(commands) - len(replies))
    found: list[Command] = [KeepComment(repository=name, number=event.number, marker=f"countersign:answer:{event.comment}", body=body)]
    stand = standing(debts_of(ports, name, number), answers_of(ports, name, number))
    for one in stand:
        if one.settled:
            _settle(ports, name, number, one.debt)
    if all(one.settled for one in stand):
        found.append(CloseIssue(repository=name, marker=f"countersign:debts:{number}"))
    return found


def _answer(ports: Ports, event: CommentEvent, number: int, said: Said) -> str:
    """Keep an answer and say what is still missing, or say why it does not count."""
    name = event.repository.name
    debts = [debt for debt in debts_of(ports, name, number) if debt.passed_over]
    meant = [debt for debt in debts if any(debt.fingerprint.startswith(handle) for handle in said.handles)]
    if said.verb not in ("accept", "reject"):
        return debt_refused("verb", debts)
    if said.open_quote:
        return debt_refused("open-quote", debts)
    if not meant or said.mistyped or len(meant) != len(said.handles):
        return debt_refused("handles", debts)
    if said.verb == "reject" and not said.reason:
        return debt_refused("reason", meant)
    people = teams(ports, name.split("/")[0], (reader for debt in meant for reader in debt.passed_over))
    login = People.of(people).login(event.login, event.user)
    given = [
        DebtAnswer(
            fingerprint=debt.fingerprint,
            team=team,
            accepted=said.verb == "accept",
            by=login,
            at=ports.calendar.now(),
            reason=said.reason,
            user=event.user,
        )
        for debt in meant
        for team in speaks_for(debt, login, event.user, people)
    ]
    if not given:
        return debt_refused("barred" if any(barred(debt, login, event.user) for debt in meant) else "outsider", meant)
    for answer in given:
        once = f"debt-answer:{name}:{event.comment}:{answer.fingerprint}:{answer.team}:{answer.accepted}"
        ports.records.write_ledger("debt-answer", name, number, answer.at, dump(answer), once=once)
    left = [
        (one.debt, team)
        for one in standing(debts, answers_of(ports, name, number))
        for team in (*one.open, *(answer.team for answer in one.rejected))
    ]
    return debt_answered(given, [debt for debt in meant if any(answer.fingerprint == debt.fingerprint for answer in given)], left)


def _settle(ports: Ports, repository: str, number: int, debt: Debt) -> None:
    what = {"fingerprint": debt.fingerprint}
    once = f"debt-settled:{repository}#{number}:{debt.fingerprint}"
    ports.records.write_ledger("debt-settled", repository, number, ports.calendar.now(), what, once=once)


def _pull_request(ports: Ports, event: CommentEvent) -> int:
    """The pull request whose debts the issue is about; 0 for any other issue."""
    rows = ports.records.ledger(kind="issue-opened", repository=event.repository.name, number=event.number)
    found = (_MARKER.fullmatch(row["what"]["marker"]) for row in rows)
    return next((int(match.group(1)) for match in found if match), 0)
