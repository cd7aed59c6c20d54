"""The main verb: judge the pull requests of a head, and say what is to be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from countersign.gates.pull_request import judge
from countersign.gates.registrations import hits
from countersign.model.command import AskReviewers, Command, KeepComment, Publication, PublishCheck, Rejudge, Wake
from countersign.model.github import PullRequestRow, Repository
from countersign.model.path import show
from countersign.model.policy import Mode
from countersign.model.pull_request import Frozen
from countersign.model.verdict import ClearedBy, Judged, NoticeState, Verdict
from countersign.ports import GitTrouble
from countersign.render import (
    check_run,
    glass_broken_comment,
    not_told_remark,
    refusal,
    reminder_comment,
    shown_verdict,
    sticky_comment,
    told_little_remark,
)
from countersign.services.asked import comments, refused_reviewers, sticky_marker
from countersign.services.comparison import Comparison
from countersign.services.confirm import confirmed
from countersign.services.context import Ports
from countersign.services.debts import let_pass
from countersign.services.elsewhere import asked_elsewhere, not_told, told_little
from countersign.services.gather import gather
from countersign.services.in_force import is_organisation
from countersign.services.publish import basis, blocks_already, judged, passes_for_others
from countersign.services.safe_path import offered
from countersign.services.stacks import stacked_on
from countersign.services.trouble import external_id, in_progress_when_slow, undecided

#: How long after Git could not be reached it is tried again without being asked.
_AGAIN = timedelta(minutes=5)


def review_pull_request(ports: Ports, repository: str, number: int, *, anew: bool = False) -> list[Command]:
    """Commands that bring the check, the review requests and the waking times of a pull request up to date.

    A head that several pull requests share is judged in the queue of the first of them, so that its check has one writer.
    anew: the check was asked for again.
    """
    row = ports.records.pull_request(repository, number)
    home = ports.records.repository(repository)
    if row is None or home is None or row.state != "open":
        return []
    rows = ports.records.open_pull_requests(repository, head=row.head)
    if rows[0].number != number:
        return [Rejudge(repository=repository, number=rows[0].number, why=f"#{number} shares its head", anew=anew)]
    return _review(ports, home, rows, anew)


def _review(ports: Ports, home: Repository, rows: Sequence[PullRequestRow], anew: bool) -> list[Command]:
    """GATE §1: a head succeeds only if every open pull request with that head passes."""
    head = rows[0].head
    on = basis(ports, home.name, rows)
    try:
        word = in_progress_when_slow(ports, home, head, on, at_once=passes_for_others(ports, rows))
        with nullcontext() if blocks_already(ports, rows) and not anew else word:
            found = [_verdict(ports, home, row) for row in rows]
    except GitTrouble as trouble:
        again = ports.calendar.now() + _AGAIN
        wakes = [Wake(repository=home.name, number=row.number, at=(again,)) for row in rows]
        failed = undecided(ports, home, head, f"{trouble}.")
        return [replace(failed, anew=anew, basis=replace(on, at=ports.calendar.now()), judged=judged(rows)), *wakes]
    now = ports.calendar.now()
    verdicts = [verdict for verdict, _ in found]
    tips = {verdict.pull_request.base_ref: verdict.pull_request.base_tip for verdict in verdicts}
    publish = PublishCheck(
        repository=home.name,
        check=check_run(verdicts, links=ports.links(home.name, head), external_id=external_id(home, head), now=now),
        publications=tuple(_publication(ports, verdict, comparison, now) for verdict, comparison in found),
        anew=anew,
        basis=replace(on, at=now, tips=tips),
        judged=judged(rows),
    )
    for verdict in verdicts:
        _count_disputes(ports, verdict)
    # A promise that "this turns green by itself" must not hang on whether a comment can be written.
    wakes = [Wake(repository=home.name, number=v.pull_request.number, at=v.wake_at) for v in verdicts]
    standing = ports.records.check(home.name, head)
    above = stacked_on(ports, rows, standing.conclusion if standing else "", publish.check.conclusion or "")
    people = [
        command for verdict, comparison in found for command in (*_people(ports, verdict), *asked_elsewhere(ports, verdict, comparison))
    ]
    return [publish, *wakes, *above, *people]


def _verdict(ports: Ports, home: Repository, row: PullRequestRow) -> tuple[Verdict, Comparison]:
    """The verdict; one that would be green on signatures is first confirmed by GitHub (fail closed)."""
    gathered = gather(ports, home, row)
    verdict = judge(gathered.facts, ports.calendar.now())
    if verdict.confirm:
        verdict = confirmed(ports, gathered)
    verdict = offered(ports.reader, verdict, gathered.comparison, ports.calendar.now())
    refused = _refused(ports, verdict)
    if refused:
        remark = refusal(verdict, refused)
        verdict = replace(verdict, remarks=(*verdict.remarks, remark))
    if verdict.ask_elsewhere and not_told(ports, home.name, row.number):
        verdict = replace(verdict, remarks=(*verdict.remarks, not_told_remark(verdict.ask_elsewhere, verdict.secret)))
    elif little := told_little(ports, verdict):
        verdict = replace(verdict, remarks=(*verdict.remarks, told_little_remark(little, verdict.secret)))
    return verdict, gathered.comparison


def _publication(ports: Ports, verdict: Verdict, comparison: Comparison, now: datetime) -> Publication:
    """What is recorded once the check stands. Readers are frozen for what blocks, from the first ready publication on."""
    ready = not verdict.pull_request.draft
    contracts = {contract.id: contract for contract in verdict.contracts}
    frozen = tuple(
        Frozen(
            fingerprint=one.finding.fingerprint,
            since=now,
            readers=tuple(hit.reader for hit in hits(one.finding, contracts[one.finding.contract].readers)),
        )
        for one in verdict.judged
        if ready and one.finding.level.blocks and one.finding.contract in contracts and not _is_calling(one)
    )
    return Publication(
        number=verdict.pull_request.number,
        ready=ready,
        fingerprints=tuple(one.finding.fingerprint for one in verdict.judged if one.finding.level.blocks),
        frozen=frozen,
        said=_ledger(verdict),
        mode=_mode(verdict.pull_request.repository, comparison),
        shown=shown_verdict(verdict, ports.links(verdict.pull_request.repository, verdict.pull_request.head)),
    )


def _mode(repository: str, comparison: Comparison) -> Mode | None:
    """The strictest mode that the base's policy names; None where another policy stood in for one that cannot be read."""
    if comparison.remarks:
        return None
    gated = comparison.policy.publishes or comparison.policy.reads or comparison.touched or is_organisation(repository)
    return comparison.settings.mode if gated else Mode.OBSERVE


def _is_calling(one: Judged) -> bool:
    """Its readers are not fixed while the call for readers nobody knows still runs: whoever answers it has a say."""
    return one.open_call is not None and not one.open_call.over


def _ledger(verdict: Verdict) -> list[dict[str, object]]:
    """What the ledger keeps of a judgement: enough to count by, nothing that the contract's repository does not hold itself."""
    return [
        {
            "contract": one.finding.contract,
            "rule": one.finding.rule,
            "level": one.finding.level.value,
            "path": show(one.finding.path),
            "fingerprint": one.finding.fingerprint,
            "mode": one.mode.value,
            "head": verdict.pull_request.head,
            "cleared_by": one.cleared_by.value,
            **let_pass(verdict, one),
            "signed_by": sorted({signer.signature.login for signer in one.signers if signer.signature}),
            "consented_by_silence": sorted({team for signer in one.signers if signer.consents for team in signer.teams}),
            "waits_for": sorted({team for signer in one.signers if not signer.settled for team in signer.teams}),
            "notice": one.notice.state.value if one.notice else NoticeState.NOT_NEEDED.value,
        }
        for one in verdict.judged
        if one.finding.level.blocks
    ]


def _count_disputes(ports: Ports, verdict: Verdict) -> None:
    """A false alarm counts against the rule, once in a pull request."""
    name, number = verdict.pull_request.repository, verdict.pull_request.number
    for one in verdict.judged:
        if one.cleared_by is ClearedBy.DISPUTE and one.dispute:
            by = [said.by for said in (one.dispute.by_owner, one.dispute.by_governance) if said]
            what = {"rule": one.finding.rule, "contract": one.finding.contract, "fingerprint": one.finding.fingerprint, "by": by}
            once = f"dispute-passed:{name}#{number}:{one.finding.fingerprint}"
            ports.records.write_ledger("dispute-passed", name, number, ports.calendar.now(), what, once=once)


def _people(ports: Ports, verdict: Verdict) -> list[Command]:
    """Whom to ask, and what to comment."""
    name, number = verdict.pull_request.repository, verdict.pull_request.number
    commands: list[Command] = []
    whom = {
        team: tuple(
            one.finding.fingerprint for one in verdict.judged if not one.cleared and any(team in signer.ask for signer in one.signers)
        )
        for team in verdict.ask
    }
    if whom:
        commands.append(AskReviewers(repository=name, number=number, whom=whom))
    glass = glass_broken_comment(verdict)
    if glass:
        since = min(one.glass.until for one in verdict.judged if one.glass and one.glass.until)
        commands.append(KeepComment(repository=name, number=number, marker=f"countersign:break-glass:{since:%Y%m%dT%H%M%S}", body=glass))
    refused = _refused(ports, verdict)
    due = bool(refused - verdict.secret.keys()) or (verdict.mode is Mode.WARN and verdict.would_block)
    # One that was written is kept up to date, to the good end.
    marker, written = sticky_marker(number), comments(ports, name, number)
    if due or marker in written:
        body = sticky_comment(
            verdict, refused=sorted(refused), links=ports.links(name, verdict.pull_request.head), now=ports.calendar.now()
        )
        commands.append(KeepComment(repository=name, number=number, marker=marker, body=body))
    for reminder in verdict.reminders:
        marker = f"{sticky_marker(number)}:reminder:{reminder.at:%Y-%m-%dT%H:%M:%SZ}"
        if marker not in written:  # what was said once is not said again, whoever has answered since
            commands.append(KeepComment(repository=name, number=number, marker=marker, body=reminder_comment(verdict, reminder)))
    return commands


def _refused(ports: Ports, verdict: Verdict) -> set[str]:
    """Those that are waited for, or asked as well, and whom GitHub would not let us ask."""
    request = verdict.pull_request
    return refused_reviewers(ports, request.repository, request.number) & {*verdict.waiting_for, *verdict.ask}
