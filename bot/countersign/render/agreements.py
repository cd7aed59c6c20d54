"""What several people must say together: a break-glass and a dispute, as ways forward, half said, whole, or without effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countersign.model.agreement import BreakGlass, Dispute, RefusedStatement
from countersign.model.policy import Mode
from countersign.model.pull_request import Statement, StatementKind
from countersign.model.verdict import ClearedBy, Judged, Verdict
from countersign.render.markdown import code, mention, plain
from countersign.render.words import count, listed, moment

_MOST = 6


def break_glass_way(verdict: Verdict, standing: Sequence[Judged]) -> str:
    """Offered where it is enforced and there are people enough; "" else."""
    blocking = [one for one in standing if one.mode is Mode.ENFORCE]
    able = [one for one in blocking if one.glass]
    if not able or not verdict.pull_request.number:
        return ""
    first = max((one.glass for one in able if one.glass), key=lambda glass: (glass.missing, -len(glass.given)))
    named = "" if len(able) == len(blocking) else " " + " ".join(dict.fromkeys(one.finding.handle for one in able))
    rest = "" if len(able) == len(blocking) else " The other changes have to be cleared in another way."
    return f"**Production is down?** {_who_breaks(first, named)}{_stand_ins(first)}{rest}"


def _who_breaks(glass: BreakGlass, named: str) -> str:
    command = f'`/countersign break-glass{named} "why"`'
    then = (
        f"lets it merge for {count(glass.max_hours, 'hour')}. Readers are told at once and review it afterwards, and it counts double"
        " on the record."
    )
    if glass.given:
        has = "has" if len(glass.given) == 1 else "have"
        return f"{_said(glass.given)} {has} said so. {command} from {glass_needs(glass)} {then}"
    return f"{command} from {glass_needs(glass)} (not the author, nor who committed here) {then}"


def glass_needs(glass: BreakGlass) -> str:
    """Who must still say it, such as ``1 more of @acme/payments and 1 more of @acme/data-governance``."""
    more = " more" if glass.given else ""
    groups = ((glass.missing_owners, glass.owners), (glass.missing_stand_ins, glass.stand_ins))
    return " and ".join(f"{missing}{more} of {_names(names)}" for missing, names in groups if missing)


def _stand_ins(glass: BreakGlass) -> str:
    if not glass.missing_stand_ins:
        return ""
    return f" There are too few other owners, so {_names(glass.stand_ins)} may speak for who is missing."


def dispute_way(verdict: Verdict, standing: Sequence[Judged]) -> str:
    """Offered wherever a rule may be wrong and two people could say so; "" else."""
    able = [(one, one.dispute) for one in standing if one.dispute]
    if not able or not verdict.pull_request.number:
        return ""
    halves = [
        f'{_half(one, dispute)}: `/countersign dispute {one.finding.handle} "why"`.'
        for one, dispute in able
        if dispute.by_owner or dispute.by_governance
    ]
    one, dispute = able[0]
    handles = list(dict.fromkeys(one.finding.handle for one, _ in able))
    which = one.finding.handle if len(handles) == 1 else "C-…"
    owners, governance = _names(dispute.owners), _names(dispute.governance)
    sentences = halves[:_MOST] or [
        f'`/countersign dispute {which} "why"` from an owner ({owners}) and from {governance}, two people, passes it.'
    ]
    return f"**Is this wrong?** {' '.join(sentences)} A false alarm is counted against the rule, not against your team."


def _half(one: Judged, dispute: Dispute) -> str:
    said = dispute.by_owner or dispute.by_governance
    other = _names(dispute.governance) if dispute.by_owner else f"the owners ({_names(dispute.owners)})"
    return f"{one.finding.handle} is disputed by {_said([said] if said else [])}; one of {other} must agree"


def agreed_sentence(one: Judged) -> str:
    """Who let the finding pass, and what is half said; "" if neither."""
    if one.cleared_by is ClearedBy.BREAK_GLASS and one.glass and one.glass.until:
        until = moment(one.glass.until)
        return f"**The glass is broken** until {until}: {_said(one.glass.given)}. If it is not merged by then, it blocks again."
    if one.cleared_by is ClearedBy.DISPUTE and one.dispute:
        said = [said for said in (one.dispute.by_owner, one.dispute.by_governance) if said]
        return f"**Agreed to be a false alarm**: {_said(said)}. It is counted against the rule."
    if one.cleared:
        return ""
    sentences = []
    if one.glass and one.glass.given:
        sentences.append(f"Break-glass, not yet by enough: {_said(one.glass.given)}; {glass_needs(one.glass)}.")
    if one.dispute and (one.dispute.by_owner or one.dispute.by_governance):
        sentences.append(f"{_half(one, one.dispute)}.")
    return " ".join(sentences)


def _said(statements: Sequence[Statement]) -> str:
    return listed([f"{mention('@' + said.by)} (“{plain(said.reason, 200)}”)" for said in statements], _MOST)


def _names(names: Sequence[str]) -> str:
    return listed([mention(name) for name in names], 4, "or")


_WHY: Mapping[str, str] = {
    "author": "the author of a pull request may not {verb} its check",
    "committer": "who has commits in a pull request may not {verb} its check",
    "unknown": "the check showed no {unclear}, or more than one, when it was written; copy the name from the table, and write the"
    " command again",
    "not-covered": "that takes a repair or an override; nothing that it names can be cleared this way",
    "not-entitled": "it takes {by}",
    "expired": "its hours are over; to break the glass again, all of them have to say it again",
}
_CALLED = {StatementKind.BREAK_GLASS: ("break-glass", "break the glass of"), StatementKind.DISPUTE: ("dispute", "dispute")}


def refused_statement(one: RefusedStatement) -> str:
    """Why a break-glass or a dispute has no effect, as a sentence."""
    said = one.statement
    noun, verb = _CALLED[said.kind]
    handles = listed([code("C-" + handle) for handle in said.handles], _MOST)
    unclear = listed([code("C-" + handle) for handle in said.unclear], _MOST)
    why = _WHY[one.why].format(verb=verb, by=_names(one.by) or "people whom the policy names", unclear=unclear)
    of = f" of {handles}" if handles else ""
    return f"The {noun}{of} by {plain(said.by)} does not hold: {why}. Reason given: “{plain(said.reason, 200)}”."
