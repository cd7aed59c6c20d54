"""Reviews and overrides that do not count, and how to give one that does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from countersign.model.policy import OverrideRules
from countersign.model.signing import SignerRole
from countersign.model.verdict import Discounted, RefusedHold, RefusedOverride, Verdict, WhyNot
from countersign.render.markdown import code, folded, mention, plain, prose
from countersign.render.words import count, day, listed

MOST = 20

#: Why it does not count, and what to do.
_WHY: Mapping[WhyNot, str] = {
    WhyNot.AUTHOR: "wrote this pull request. Somebody else of the team has to approve.",
    WhyNot.COMMITTER: "has committed or pushed to this pull request. Somebody else of the team has to approve.",
    WhyNot.BOT: "is a bot. A person has to approve.",
    WhyNot.OUTSIDER: "is in none of the teams that are asked. It may help the review; it signs nothing.",
    WhyNot.OTHER_COMMIT: "approved {commit}, and what stands here now was not shown at that commit. Please look again, and approve again.",
    WhyNot.BEFORE_PUBLISHED: "approved before this check had said what breaks. Please look at it, and approve again.",
    WhyNot.RETURNED: "approved {commit}; the break was gone since then and has come back. Please look again, and approve again.",
    WhyNot.DISMISSED: "approved, but the review was dismissed. It takes a new approval.",
    WhyNot.LAPSED: "approved on {day}, more than 90 days ago. Please approve again.",
    WhyNot.UNCLEAR: "wrote a `countersign:` line that says more than such names as `C-7QK2MA` and `from` a day, so it signs nothing."
    " Approve again without that line, or with these alone.",
    WhyNot.TOO_EARLY: "approved before there was anything to decide in that reader's place. Please look at it, and approve again.",
    WhyNot.TOO_FAR: "signed from a day more than 90 days ahead, and by then the signature would have lapsed. Name an earlier day, or"
    " approve again later.",
    WhyNot.NOT_THESE: "named other changes on the `countersign:` line. Approve again without that line, or name these as well.",
}

_REFUSED: Mapping[str, str] = {
    "not-entitled": "only {by} may override",
    "author": "the author of a pull request may not override its check",
    "committer": "who has commits in a pull request may not override its check",
    "expired": "it ended on {until}; a new one is needed",
    "too-long": "its end, {until}, is too far off: {days} at most",
    "unknown": "the check showed no {unclear}, or more than one, when it was written; copy the name from the table, and write the"
    " command again",
}


_REFUSED_HOLD: Mapping[str, str] = {
    "not-manager": "only the manager of a data product that is built on it may hold it",
    "too-long": "its end is too far off: {days} at most; then governance decides",
    "past": "its date was past when it was written; the day of the comment ends a hold",
    "unknown": "the check showed no {unclear}, or more than one, when it was written; copy the name from the table, and write the command"
    " again",
}


def reviews_that_do_not_count(verdict: Verdict) -> str:
    """A folded list with a reason for each; "" if there is none."""
    found = [one for one in verdict.discounted if not one.elsewhere]  # those are told where they were given
    if not found:
        return ""
    lines = [f"- {discounted_sentence(one)}" for one in found[:MOST]]
    if len(found) > MOST:
        lines.append(f"- and {len(found) - MOST} more")
    return folded(f"Reviews that do not count ({len(found)})", "\n".join(lines))


def refused_overrides(verdict: Verdict) -> list[str]:
    """A sentence for each override that was asked for and does not hold."""
    return [refused_override(one, verdict.overrides) for one in verdict.refused_overrides[:MOST]]


def refused_holds(verdict: Verdict) -> list[str]:
    """A sentence for each hold that was asked for and does not count."""
    return [refused_hold(one) for one in verdict.refused_holds[:MOST]]


def how_to_sign(verdict: Verdict) -> str:
    """For a reader who sees this for the first time."""
    handle = next((one.finding.handle for one in verdict.judged if one.signers), "C-7QK2MA")
    managed = next((one.finding.handle for one in verdict.judged if any(signer.role is SignerRole.MANAGER for signer in one.signers)), "")
    command = code(f'/countersign hold {managed} --until DATE --reason "why"', 120)
    hold = (
        f" A data product's manager may also hold a change until a date, by the comment {command}; the comment's own"
        " day as the date ends a hold."
        if managed
        else ""
    )
    return folded(
        "How to sign",
        "Approve this pull request in an ordinary review: that signs all that hits your team. Any one of its members may, apart from the"
        " author and whoever committed here; to be able to read this repository is enough. To sign only some of it, write a line such"
        f" as `countersign: {handle}` into the review; to sign from a day on, `countersign: {handle} from YYYY-MM-DD`. To object, request"
        " changes; a line `countersign: objection until YYYY-MM-DD` says until when. A signature stays when the branch is rebased or"
        f" changed elsewhere; it falls when the break itself changes, and after 90 days.{hold}",
    )


def why_it_does_not_count(one: Discounted, quote: Callable[[str], str]) -> str:
    """The reason, and what to do about it; its subject is who wrote the review. quote: every name of others goes through it."""
    return _WHY[one.why].format(commit=quote(one.commit[:7]), day=day(one.at))


def discounted_sentence(one: Discounted) -> str:
    """Whose approval does not count, for what, and why."""
    why = why_it_does_not_count(one, code)
    about = f" (for {listed([code(handle) for handle in one.handles], 6)})" if one.handles else ""
    return f"{plain(one.login)}{about} {why}"


def refused_override(one: RefusedOverride, rules: OverrideRules) -> str:
    """Why an override does not hold, as a sentence."""
    override = one.override
    handles = listed([code("C-" + handle) for handle in override.handles], 6)
    unclear = listed([code("C-" + handle) for handle in override.unclear], 6)
    why = _REFUSED[one.why].format(
        by=listed([mention(name) for name in rules.by], 4, "and") or "people whom the organisation names",
        until=day(override.until),
        days=count(rules.max_days, "day"),
        unclear=unclear,
    )
    return f"The override of {handles} by {plain(override.by)} does not hold: {why}. Reason given: “{plain(override.reason, 200)}”."


def refused_hold(one: RefusedHold) -> str:
    """Why a hold does not stand, as a sentence."""
    hold = one.hold
    handles = listed([code("C-" + handle) for handle in hold.handles], 6)
    until = f" until {day(hold.until)}" if hold.until else ""
    why = _REFUSED_HOLD[one.why].format(
        days=count(one.most_days, "day"), unclear=listed([code("C-" + handle) for handle in hold.unclear], 6)
    )
    return f"The hold of {handles}{until} by {plain(hold.by)} does not count: {why}. Reason given: “{plain(hold.reason, 200)}”."


def remarks(verdict: Verdict) -> list[str]:
    """What there is to say about the judging itself, and about names of teams that are out of date."""
    said = [prose(remark) for remark in verdict.remarks[:MOST]]
    said += [f"{code(now)} (renamed from {code(old)}; change the line)." for old, now in list(verdict.renamed.items())[:MOST]]
    return said + [
        f"{code(name)} means nobody, because several teams have had this name: name the right one by another, or let an owner of the"
        " organisation delete the wrong one."
        for name in sorted(verdict.shared)[:MOST]
    ]
