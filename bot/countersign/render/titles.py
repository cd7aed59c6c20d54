"""The one line that people see in a list of checks: blocked or not, and by whom it waits. At most 120 characters."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.finding import Finding
from countersign.model.signing import Signer, SignerRole
from countersign.model.verdict import ClearedBy, Conclusion, Judged, NoticeState, Verdict
from countersign.render import waiting
from countersign.render.changes import Names, change_plainly
from countersign.render.links import where
from countersign.render.words import clean, count, day, listed, quoted, short_team, shortened

LONGEST = 120


def title(verdict: Verdict) -> str:
    """``Blocked: 2 teams must sign `amount`; `region` also needs 30 days' notice``. Plain text."""
    if not verdict.touched:
        return "Passed: no contract touched"
    names = Names(one.finding for one in verdict.judged)
    standing = waiting.standing(verdict)
    if not standing and verdict.would_block:
        word = "Blocked" if verdict.conclusion is Conclusion.FAILURE else "Would block"
        below = verdict.below
        why = f"#{below.number}, on which this is stacked, has to pass first" if below and not below.passes else "it has moved meanwhile"
        return f"{word}: {why}"
    if not standing:
        return shortened(f"Passed: {_passed(verdict, names)}", LONGEST)
    word = "Blocked: " if verdict.conclusion is Conclusion.FAILURE else "Would block: "
    return word + _fitted(_clauses(standing, names), LONGEST - len(word))


def title_of_several(verdicts: Sequence[Verdict]) -> str:
    """The title where several open pull requests have the same head: the worst first, each named."""
    blocked = [v for v in verdicts if v.conclusion is Conclusion.FAILURE]
    worst = blocked or [v for v in verdicts if v.conclusion is Conclusion.NEUTRAL]
    if not worst:
        return f"Passed: all {count(len(verdicts), 'pull request')} of this commit pass"
    numbers = listed([f"#{v.pull_request.number}" for v in worst], 4)
    _, _, reason = title(worst[0]).partition(": ")
    word = "Blocked" if blocked else "Would block"
    return shortened(f"{word} by {numbers} of {len(verdicts)} pull requests of this commit: {reason}", LONGEST)


def _fitted(clauses: Sequence[str], room: int) -> str:
    """As many clauses as there is room for, and how many are left out."""
    for kept in range(len(clauses), 0, -1):
        rest = f"; {len(clauses) - kept} more to do" if kept < len(clauses) else ""
        text = "; ".join(clauses[:kept]) + rest
        if len(text) <= room:
            return text
    return shortened(clauses[0], room)


def _clauses(standing: Sequence[Judged], names: Names) -> list[str]:
    """What it waits for: the author first, then the people who sign, then time."""
    clauses = _repairs([one.finding for one in waiting.for_repair(standing)], names)
    gate = waiting.for_override(standing)
    if gate:
        knobs = [quoted(names.of(one.finding), 40) for one in gate]
        clauses.append(f"this loosens the gate ({listed(knobs, 2)})")
    clauses += _signatures(standing, names)
    for one in waiting.for_notice(standing)[:3]:
        clauses.append(_notice(one, names, also=bool(waiting.unsigned(one))))
    held = waiting.for_hold(standing)
    if held:
        ends = [hold.until for one in held for hold in one.holds if hold.until]
        clauses.append(f"{_fields(held, names)} {'is' if len(held) == 1 else 'are'} held until {day(max(ends))}")
    calls = waiting.for_call(standing)
    if calls:
        ends = [one.open_call.ends_at for one in calls if one.open_call and one.open_call.ends_at]
        clauses.append(f"open call for readers until {day(max(ends))}" if ends else f"open call for readers of {_fields(calls, names)}")
    return clauses or [f"{_fields(standing, names)} not cleared"]


def _signatures(standing: Sequence[Judged], names: Names) -> list[str]:
    """Who objects, who cannot sign, and who must."""
    missing = waiting.missing(standing)
    over = [signer for signer in missing if signer.objector and signer.deputies]
    objectors = dict.fromkeys(clean(signer.objector) for signer in missing if signer.objector and signer not in over)
    clauses = [f"{login} objects" for login in objectors]
    clauses += [f"{short_team(signer.deputies[0])} decides on the objection of {clean(signer.objector)}" for signer in over]
    stuck = [short_team(signer.stands_in_for or signer.teams[0]) for signer in missing if signer.nobody_can and signer.teams]
    if stuck:
        clauses.append(f"nobody can sign for {listed(stuck, 2)}")
    able = [signer for signer in missing if not signer.nobody_can and signer not in over]
    if able:
        still = "still " if any(signer.signature for one in standing for signer in one.signers) else ""
        clauses.append(f"{_who(able)} must {still}sign {_fields(waiting.for_signatures(standing), names)}")
    dated = waiting.dated(standing)
    if dated:
        clauses.append(f"{_who([signer for signer, _ in dated])} signed from {day(max(since for _, since in dated))}")
    return clauses


def _repairs(findings: Sequence[Finding], names: Names) -> list[str]:
    if not findings:
        return []
    first = findings[0]
    place = first.new or first.old
    at = f" ({where(place)})" if place else ""
    more = f", and {count(len(findings) - 1, 'more thing')} to repair" if len(findings) > 1 else ""
    if first.rule == "version-not-raised":
        return [f"raise the version of {quoted(first.contract)}{more}"]
    return [f"{change_plainly(first, names)}{at}{more}"]


def _fields(judged: Sequence[Judged], names: Names) -> str:
    fields = list(dict.fromkeys(quoted(names.of(one.finding), 40) for one in judged))
    return listed(fields) if len(fields) <= 3 else count(len(judged), "change")


def _who(missing: Sequence[Signer]) -> str:
    managers = [signer for signer in missing if signer.role is SignerRole.MANAGER]
    if len(missing) > 1 and managers:
        teams = [signer for signer in missing if signer not in managers]
        named = "a product's manager" if len(managers) == 1 else f"{len(managers)} products' managers"
        return f"{_who(teams)} and {named}" if teams else named
    if len(missing) > 1:
        return count(len(missing), "team")
    signer = missing[0]
    if signer.role is SignerRole.OWNERS:
        return "an owner"
    if signer.role is SignerRole.ORGANISATION:
        return "an owner of the organisation"
    return listed([short_team(team) for team in signer.teams], 2, "or") or "somebody"


def _notice(one: Judged, names: Names, *, also: bool) -> str:
    name = quoted(names.of(one.finding), 40)
    notice = one.notice
    if notice and notice.state is NoticeState.RUNNING and notice.ends_at:
        return f"the notice of {name} runs until {day(notice.ends_at)}"
    return f"{name} {'also ' if also else ''}needs {notice.days if notice else 0} days' notice"


def _passed(verdict: Verdict, names: Names) -> str:
    needing = [one for one in verdict.judged if one.cleared_by is not ClearedBy.HARMLESS]
    if not needing:
        return _harmless(len(verdict.judged))
    ways = {one.cleared_by for one in needing}
    if len(ways) > 1:
        return ", ".join(f"{sum(one.cleared_by is way for one in needing)} {_SHORT[way]}" for way in _SHORT if way in ways)
    way = ways.pop()
    if way is ClearedBy.DRAFT:
        return f"{_contracts(needing)} a draft and blocks nobody"
    if len(needing) == 1:
        subject = f"the change of {quoted(names.of(needing[0].finding), 40)} is"
    else:
        subject = "both changes are" if len(needing) == 2 else f"all {len(needing)} changes are"
    if way is ClearedBy.SIGNATURES and any(signer.consents for one in needing for signer in one.signers):
        return f"{subject} countersigned, or consented to by silence"
    ends = [one.override.until for one in needing if one.override] + [one.glass.until for one in needing if one.glass and one.glass.until]
    until = min(ends) if way in (ClearedBy.OVERRIDE, ClearedBy.BREAK_GLASS) and ends else None
    return f"{subject} {_SHORT[way]}" + (f" until {day(until)}" if until else "")


_SHORT = {
    ClearedBy.SIGNATURES: "countersigned",
    ClearedBy.OVERRIDE: "overridden",
    ClearedBy.DISPUTE: "agreed to be a false alarm",
    ClearedBy.BREAK_GLASS: "let through by break-glass",
    ClearedBy.DRAFT: "in a draft",
    ClearedBy.MERGE_GROUP: "cleared in the pull request",
}


def _contracts(judged: Sequence[Judged]) -> str:
    ids = sorted({quoted(one.finding.contract, 40) for one in judged})
    return f"{ids[0]} is" if len(ids) == 1 else f"each of {listed(ids, 2)} is"


def _harmless(changes: int) -> str:
    if not changes:
        return "nothing that a reader could notice has changed"
    return "1 change, and it breaks no reader" if changes == 1 else f"{changes} changes, none of them breaks a reader"
