"""The check run: title, summary, text and annotations of what was decided about a head commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from countersign.model.check_run import Annotation, AnnotationLevel, CheckRun
from countersign.model.finding import Level
from countersign.model.verdict import ClearedBy, Conclusion, Judged, NoticeState, Verdict
from countersign.render import page, waiting
from countersign.render.changes import Names, change_plainly, effect_plainly, gone, gone_elsewhere
from countersign.render.links import Links, where
from countersign.render.markdown import code, prose
from countersign.render.secrecy import veiled
from countersign.render.titles import LONGEST, title, title_of_several
from countersign.render.words import clean, count, day, listed, short_team, shortened

_WORST_FIRST = (Conclusion.FAILURE, Conclusion.NEUTRAL, Conclusion.SUCCESS)


def check_run(verdicts: Sequence[Verdict], *, links: Links, external_id: str, now: datetime) -> CheckRun:
    """One check for one head commit. Several open pull requests may share it: then the worst conclusion holds, and each is named.

    ``verdicts``: at least one. The texts keep far below GitHub's 65,535 characters for one verdict; the adapter cuts what is longer.
    """
    ordered = sorted(map(veiled, verdicts), key=lambda v: (_WORST_FIRST.index(v.conclusion), v.pull_request.number))
    if len(ordered) == 1:
        said, summary, text = title(ordered[0]), page.summary(ordered[0], links, now), page.details(ordered[0], links)
    else:
        said = title_of_several(ordered)
        head = f"This commit is the head of {len(ordered)} open pull requests. The check is the commit's, so it passes when all of them do."
        summary = "\n\n".join([head, *(f"## {_called(v)}\n{page.summary(v, links, now)}" for v in ordered)])
        text = "\n\n".join(f"## {_called(v)}\n{page.details(v, links)}" for v in ordered if v.touched)
    return CheckRun(
        head=links.head,
        external_id=external_id,
        conclusion=ordered[0].conclusion,
        title=said,
        summary=summary,
        text=text,
        annotations=annotate(ordered),
        details_url=links.details_url,
    )


def in_progress(head: str, external_id: str) -> CheckRun:
    """The check while it is being decided."""
    return CheckRun(
        head=head,
        external_id=external_id,
        conclusion=None,
        title="Reading the contracts",
        summary="What this pull request changes, and for whom, is being worked out. This page changes by itself.",
    )


def could_not_decide(head: str, external_id: str, reason: str, remedy: str, *, enforced: bool = True) -> CheckRun:
    """Fail closed: the check fails, and says why and what to do. enforced: False where the repository's policy blocks nothing."""
    blocked, so = ("Blocked", "nothing passes") if enforced else ("Would block", "nothing is known; here the gate only watches")
    return CheckRun(
        head=head,
        external_id=external_id,
        conclusion=Conclusion.FAILURE if enforced else Conclusion.NEUTRAL,
        title=shortened(f"{blocked}: could not decide: {clean(reason)}", LONGEST),
        summary=f"**{blocked}, because it could not be decided.** {prose(reason)}\n\n**What to do:** {prose(remedy)}\n\n"
        f"Nothing was judged, so {so}. Re-run this check to try again.",
    )


def annotate(verdicts: Sequence[Verdict]) -> tuple[Annotation, ...]:
    """A remark at each line of the head that changes something for a reader; one a finding, once where pull requests share it."""
    found: dict[tuple[str, int, str], Annotation] = {}
    for verdict in verdicts:
        names = Names(one.finding for one in verdict.judged)
        for one in verdict.judged:
            place = one.finding.new
            if place is not None and one.finding.level is not Level.SAFE:
                found.setdefault((place.file, place.line, one.finding.fingerprint), _annotation(one, names))
    return tuple(found[key] for key in sorted(found))


def _annotation(one: Judged, names: Names) -> Annotation:
    finding = one.finding
    assert finding.new is not None  # only findings with a place in the head get here
    level = AnnotationLevel.NOTICE if one.cleared else AnnotationLevel.FAILURE if one.blocks else AnnotationLevel.WARNING
    sentences = [effect_plainly(finding, names)]
    if gone(finding) and finding.old and finding.old.text:
        line = where(finding.old) if gone_elsewhere(finding) else str(finding.old.line)
        sentences.insert(0, f"Old line {line}: {clean(finding.old.text)}")
    sentences += _needs(one)
    return Annotation(
        path=finding.new.file,
        line=finding.new.line,
        level=level,
        title=shortened(f"{finding.handle}: {change_plainly(finding, names)}", 200),
        message=shortened("\n".join(sentences), 4000),
    )


def _needs(one: Judged) -> list[str]:
    """By whom it waits, in plain text."""
    if one.cleared:
        silent = one.cleared_by is ClearedBy.SIGNATURES and any(signer.consents for signer in one.signers)
        also = ", or consented to by silence" if silent else ""
        return [] if one.cleared_by is ClearedBy.HARMLESS else [f"Cleared: {CLEARED[one.cleared_by]}{also}."]
    missing = waiting.unsigned(one)
    days = [f"Signed from {day(since)} on by {short_team(signer.teams[0])}." for signer, since in waiting.dated([one]) if signer.teams]
    lines = [f"Waits for: {listed([short_team(signer.teams[0]) for signer in missing if signer.teams], 6)}."] if missing else []
    lines += days
    lines += [f"Held by {clean(hold.by)} until {day(hold.until)}." for hold in one.holds if hold.until]
    if waiting.needs_notice(one) and one.notice:
        running = one.notice.state is NoticeState.RUNNING and one.notice.ends_at
        lines.append(
            f"Notice runs until {day(one.notice.ends_at)}."
            if running and one.notice.ends_at
            else f"Needs {count(one.notice.days, 'day')} of notice."
        )
    return lines


#: What let a finding pass, in a few words.
CLEARED = {
    ClearedBy.SIGNATURES: "countersigned",
    ClearedBy.OVERRIDE: "overridden",
    ClearedBy.DISPUTE: "agreed to be a false alarm",
    ClearedBy.BREAK_GLASS: "the glass is broken",
    ClearedBy.DRAFT: "the contract is a draft",
    ClearedBy.MERGE_GROUP: "it passed in its own pull request",
}


def _called(verdict: Verdict) -> str:
    request = verdict.pull_request
    return f"#{request.number} into {code(request.base_ref.removeprefix('refs/heads/'))}"
