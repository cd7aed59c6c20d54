"""Readers who cannot read the pull request are asked in an issue of their own repository, where a command signs (GATE §4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from countersign.formats.binary import is_binary
from countersign.model.command import AskElsewhere, CloseIssue, Command, KeepComment, KeepIssue, Rejudge
from countersign.model.github import CommentEvent, PullRequestRow
from countersign.model.pull_request import StatementKind
from countersign.model.signing import Signer
from countersign.model.verdict import Verdict
from countersign.ports import Died
from countersign.render import Difference, discreet_reader_issue, reader_issue, reader_issue_ended, reader_reminder, told_to
from countersign.services.command_line import signatures_of
from countersign.services.comparison import Comparison, TouchedContract
from countersign.services.context import JSON, Ports
from countersign.services.discretion import alias, more_public, unaliased
from countersign.services.issues import keep_issue, number_of
from countersign.services.renamed import names_now
from countersign.services.roster import signing

#: Kinds of the ledger. ASKED: an issue stands, and what it shows; NOT_TOLD: GitHub would not let us write it.
ASKED, NOT_TOLD = "asked-elsewhere", "not-asked-elsewhere"
_MARKER = re.compile(r"countersign:reader:([\w.-]+/[\w.-]+|[0-9]+)#([0-9]+)")
_DIFFERENCE = "countersign.diff.lines:differing_lines"
#: Characters of a text that is still compared; a longer one is told to have changed.
_LONGEST_TEXT = 200_000


def asked_elsewhere(ports: Ports, verdict: Verdict, comparison: Comparison) -> list[Command]:
    """An issue for each repository of readers that wait to be asked, or that were; what stands in it is brought up to date."""
    name, number = verdict.pull_request.repository, verdict.pull_request.number
    issues, names = _issues(ports, name, number), names_now(ports)
    teams: dict[str, list[str]] = {home: list(names.all_now(said["teams"])) for home, said in issues.items()}
    for team in verdict.ask_elsewhere:
        if not any(team in known for known in teams.values()) and (home := _home(ports, verdict, team)):
            teams.setdefault(home, []).append(team)
    if not teams:
        return []
    differences = _differences(ports, verdict, comparison, {team for asked in teams.values() for team in asked})
    asking = [_ask(ports, verdict, home, tuple(sorted(asked)), differences) for home, asked in sorted(teams.items())]
    return [*asking, *(command for home, asked in sorted(teams.items()) for command in _reminders(ports, verdict, home, asked))]


def _reminders(ports: Ports, verdict: Verdict, home: str, teams: Sequence[str]) -> list[Command]:
    """A comment in the issue at each moment at which its reader is to be told again, for nobody is told of an edit."""
    marker = _marker(ports, home, verdict.pull_request.repository, verdict.pull_request.number)
    number, now = number_of(ports, home, marker), ports.calendar.now()
    due: dict[datetime, Signer] = {}
    for one in verdict.judged:
        for signer in one.signers:
            passed = [at for at in signer.silence.reminders if at <= now] if signer.silence and {*teams} & {*signer.teams} else []
            if passed:
                due.setdefault(passed[-1], signer)
    told = told_to(sorted(teams), verdict.secret)
    return [
        KeepComment(
            repository=home,
            number=number,
            marker=f"{marker}:reminder:{at:%Y-%m-%dT%H:%M:%SZ}",
            body=reader_reminder(told, signer.silence.due, over=signer.silence.due <= at),
        )
        for at, signer in sorted(due.items(), key=lambda pair: pair[0])
        if number is not None and told and signer.silence
    ]


def _ask(ports: Ports, verdict: Verdict, home: str, teams: tuple[str, ...], differences: Mapping[str, Difference]) -> AskElsewhere:
    name, number = verdict.pull_request.repository, verdict.pull_request.number
    whom = {
        team: tuple(
            one.finding.fingerprint for one in verdict.judged if not one.cleared and any(team in signer.ask for signer in one.signers)
        )
        for team in told_to(teams, verdict.secret)  # a secret one is mentioned nowhere, so its silence means nothing
        if team in verdict.ask_elsewhere
    }
    shown = tuple(one.finding.fingerprint for one in verdict.judged if any({*teams} & {*signer.teams} for signer in one.signers))
    unclear = [said for said in ports.records.statements(name, number) if said.kind is StatementKind.SIGN and not said.fingerprints]
    unclear = [said for said in unclear if said.url.startswith(_url(ports, home))]
    verdict = replace(verdict, discounted=tuple(one for one in verdict.discounted if one.url.startswith(_url(ports, home))))
    if more_public(ports, home, name):
        title, body = discreet_reader_issue(verdict, teams=teams, unclear=unclear)
    else:
        title, body = reader_issue(verdict, teams=teams, differences=differences, unclear=unclear)
    issue = KeepIssue(repository=home, marker=_marker(ports, home, name, number), title=title, body=body)
    return AskElsewhere(repository=name, number=number, issue=issue, teams=teams, whom=whom, shown=shown)


def ask_elsewhere(ports: Ports, command: AskElsewhere, key: str) -> None:
    """The issue first, then the record of what it shows: nothing is signed that was not there to be read."""
    keep_issue(ports, command.issue)
    name, number, home = command.repository, command.number, command.issue.repository
    now, standing = ports.calendar.now(), _issues(ports, name, number).get(home)
    what = {"home": home, "teams": sorted(command.teams), "shown": sorted(command.shown)}
    if standing != what:
        ports.records.write_ledger(ASKED, name, number, now, what, once=f"{ASKED}:{key}")
    ports.records.keep_asked(name, number, command.whom, now)


def said_elsewhere(ports: Ports, event: CommentEvent) -> list[Command]:
    """Keep what a comment in such an issue signs or objects to; it means what the issue showed when it was written."""
    rows = ports.records.ledger(kind="issue-opened", repository=event.repository.name, number=event.number)
    found = next((match for row in reversed(rows) if (match := _MARKER.fullmatch(row["what"]["marker"]))), None)
    name = unaliased(ports, found[1]) if found else ""
    if found is None or not name:
        return []
    number = int(found[2])
    standing = _issues(ports, name, number, until=event.created_at).get(event.repository.name)
    shown = standing["shown"] if standing else ()
    said = tuple(signatures_of(event.body, by=event.login, user=event.user, at=event.created_at, url=event.url, shown=shown))
    for statement in said:
        ports.records.keep_statement(name, number, event.comment, statement)
        what = {"fingerprints": list(statement.fingerprints), "by": event.login, "in": event.repository.name, "reason": statement.reason}
        once = f"{statement.kind}:{event.repository.name}:{event.comment}:{' '.join(statement.handles)}"
        ports.records.write_ledger(statement.kind.value, name, number, ports.calendar.now(), what, once=once)
    return [Rejudge(repository=name, number=number, why="a reader spoke in its own repository")] if said else []


def ended_elsewhere(ports: Ports, row: PullRequestRow) -> list[Command]:
    """The pull request was merged or closed: so are the issues about it."""
    said = reader_issue_ended(merged_at=row.merged_at if row.merge_commit else None)
    return [
        CloseIssue(repository=home, marker=_marker(ports, home, row.repository, row.number), said=said)
        for home in sorted(_issues(ports, row.repository, row.number))
    ]


def told_little(ports: Ports, verdict: Verdict) -> list[str]:
    """Those who wait to be asked elsewhere, in a repository where nothing of this one may be shown."""
    homes = {team: _home(ports, verdict, team) for team in verdict.ask_elsewhere}
    return [team for team, home in homes.items() if home and more_public(ports, home, verdict.pull_request.repository)]


def not_told(ports: Ports, repository: str, number: int) -> bool:
    """Whether GitHub refused us the issue of a reader of this pull request, and none stands."""
    return bool(ports.records.ledger(kind=NOT_TOLD, repository=repository, number=number)) and not _issues(ports, repository, number)


def _issues(ports: Ports, repository: str, number: int, until: datetime | None = None) -> dict[str, JSON]:
    """repository that holds an issue about the pull request -> what was noted of it last, at ``until``. was: its name before."""
    found: dict[str, JSON] = {}
    for row in ports.records.ledger(kind=ASKED, repository=repository, number=number):
        if until is None or row["at"] <= until:
            found.pop(row["what"].get("was", ""), None)
            found[row["what"]["home"]] = {key: said for key, said in row["what"].items() if key != "was"}
    return found


def _home(ports: Ports, verdict: Verdict, team: str) -> str:
    """The repository that holds the team's registration: on what hits it, else on a contract touched. "" if we are not installed there.

    Of several, one where the change may be shown.
    """
    hit = [entry for one in verdict.judged for signer in one.signers for entry, _ in signer.hits if team in signing(entry)]
    registered = [reader.registration for contract in verdict.contracts for reader in contract.readers]
    others = [entry for entry in registered if team in signing(entry)]
    homes = {entry.repository for entry in hit or others if ports.records.repository(entry.repository)}
    return min(homes, key=lambda home: (more_public(ports, home, verdict.pull_request.repository), home), default="")


def _differences(ports: Ports, verdict: Verdict, comparison: Comparison, teams: set[str]) -> dict[str, Difference]:
    """contract id -> how its text differs, for the contracts that hit one of the teams."""
    hit = {one.finding.contract for one in verdict.judged if any(teams & {*signer.teams} for signer in one.signers)}
    return {one.id: _difference(ports, verdict, one) for one in comparison.contracts if one.id in hit}


def _difference(ports: Ports, verdict: Verdict, contract: TouchedContract) -> Difference:
    request = verdict.pull_request
    landed = ports.git.merge(request.repository, request.base_tip, request.head)
    tree = request.head if contract.file in landed.conflicts else landed.tree
    old = _text(ports, request.repository, request.base_tip, contract.old_file)
    new = _text(ports, request.repository, tree, contract.file)
    if is_binary(contract.file) or max(len(old), len(new)) > _LONGEST_TEXT:
        return Difference(lines=(), cut=True)
    answer = ports.reader.children.run(_DIFFERENCE, [{"old": old, "new": new}])[0]
    return Difference(lines=(), cut=True) if isinstance(answer, Died) else Difference(lines=tuple(answer["lines"]), cut=answer["cut"])


def _text(ports: Ports, repository: str, tree: str, file: str) -> str:
    texts: Iterable[str] = (
        text.text or "" for text in ports.reader.texts(repository, ports.git.paths(repository, tree, [file] if file else [])).values()
    )
    return next(iter(texts), "")


def _marker(ports: Ports, home: str, repository: str, number: int) -> str:
    return f"countersign:reader:{alias(ports, home, repository)}#{number}"


def _url(ports: Ports, repository: str) -> str:
    return f"{ports.github_url}/{repository}/"
