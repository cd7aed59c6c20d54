"""The issue that asks passed-over readers after a merge, and what they are answered there; the comment that tells them before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countersign.model.debt import Debt, DebtAnswer
from countersign.model.policy import Mode
from countersign.model.verdict import ClearedBy, Verdict
from countersign.render.links import Links
from countersign.render.markdown import code, link, mention, plain, table
from countersign.render.secrecy import UNNAMED, veiled
from countersign.render.words import clean, count, listed, moment, shortened

_MOST = 30
_WAY = {"override": "override", "break-glass": "break-glass"}


def debts_issue(debts: Sequence[Debt], *, number: int, links: Links) -> tuple[str, str]:
    """(title, body). The readers are mentioned, so told."""
    whom = list(dict.fromkeys(mention(team) for debt in debts for team in debt.passed_over if team not in debt.secret))
    handle = debts[0].handle
    rows = [
        [
            f"**{debt.handle}**",
            f"{code(debt.path or debt.contract)} in {code(debt.contract)}: {link(debt.rule, links.rule(debt.rule))}",
            f"{_WAY[debt.way]} by {listed([plain(login) for login in debt.by])}: “{plain(debt.reason, 200)}”",
            listed([_team(debt, team) for team in debt.passed_over], 10),
        ]
        for debt in debts[:_MOST]
    ]
    more = f"\n\nAnd {len(debts) - _MOST} more, which the check of #{number} names." if len(debts) > _MOST else ""
    body = [
        f"{listed(whom, 50) or UNNAMED.capitalize()}: #{number} was merged without your signature. Please look at it now.",
        table(("", "change", "let pass", "who answers"), rows) + more,
        "### How to settle it\n"
        f"A member of each team comments here, at the start of a line (several names in one command are fine):\n"
        f"- {code('/countersign accept ' + handle)}: we can live with it.\n"
        f"- {code(_reject(handle), 100)}: it has to be put right. Once it is, accept it.\n\n"
        "Who wrote the change, or let it pass, cannot answer. When everybody has accepted, this issue closes by itself.",
    ]
    said = f"Merged without its readers: {count(len(debts), 'change')} of #{number} to look at"
    return shortened(clean(said), 200), "\n\n".join(body)


def _reject(handle: str) -> str:
    return f'/countersign reject {handle} "why"'


def _team(debt: Debt, team: str) -> str:
    """A name that pings nobody, and tells of no secret team."""
    return UNNAMED if team in debt.secret else plain(team.removeprefix("@"))


_REFUSED: Mapping[str, str] = {
    "verb": "Here a command is one of these: {example}. Others belong into a pull request.",
    "open-quote": "A quotation mark is not closed, so the command was not read.",
    "handles": "That names none of the changes that this issue is about: {handles}. Write it so: {example}.",
    "reason": "A rejection says why, so that it can be put right: {reject}.",
    "barred": "Who wrote the change, committed to it or let it pass cannot answer for its readers. Somebody else of {teams} can.",
    "outsider": "The answer is for a member of {teams} to give.",
}


def debt_refused(why: str, debts: Sequence[Debt]) -> str:
    """why: a key of the table above. debts: those that are meant, or all of the issue."""
    handle = debts[0].handle if debts else "C-7QK2MA"
    accept, reject = code(f"/countersign accept {handle}"), code(_reject(handle), 100)
    return _REFUSED[why].format(
        example=f"{accept} or {reject}",
        reject=reject,
        handles=listed([code(debt.handle) for debt in debts], 10),
        teams=listed(list(dict.fromkeys(_team(debt, team) for debt in debts for team in debt.passed_over)), 10, "or"),
    )


def debt_answered(given: Sequence[DebtAnswer], debts: Sequence[Debt], left: Sequence[tuple[Debt, str]]) -> str:
    """What was noted, and what the issue still waits for.

    debts: those that are meant. left: (debt, team whose acceptance is missing) over the whole issue.
    """
    accepted = given[0].accepted
    teams = listed(list(dict.fromkeys(_team(debts[0], answer.team) for answer in given)), 10)
    handles = listed([debt.handle for debt in debts], 10)
    verb = ("accepts", "rejects") if len({answer.team for answer in given}) == 1 else ("accept", "reject")
    said = [f"Noted: {teams} {verb[0] if accepted else verb[1]} {handles}."]
    if not accepted:
        told = listed(list(dict.fromkeys(mention(name) for debt in debts for name in debt.governance)), 4)
        said.append(
            f"{told + ': please see to it that it is put right.' if told else 'It has to be put right.'} Once it is, a member of {teams}"
            " accepts it here."
        )
    if left:
        waits = listed([f"{_team(debt, team)} on {debt.handle}" for debt, team in left], 10)
        said.append(f"Still to be accepted: {waits}.")
    else:
        said.append("That settles all of it, and this issue is closed.")
    return " ".join(said)


def glass_broken_comment(verdict: Verdict) -> str:
    """The comment that tells the readers at once that they are passed over; "" if nobody is."""
    verdict = veiled(verdict)
    covered = [
        one
        for one in verdict.judged
        if one.mode is Mode.ENFORCE and one.cleared_by is ClearedBy.BREAK_GLASS and one.glass and one.glass.until
    ]
    teams = dict.fromkeys(
        mention(team) for one in covered for signer in one.signers if signer.hits and not signer.stands_in_for for team in signer.teams
    )
    if not teams:
        return ""
    glass = covered[0].glass
    assert glass is not None and glass.until is not None  # that is what was filtered for
    who = listed([f"{plain(said.by)} (“{plain(said.reason, 200)}”)" for said in glass.given])
    handles = listed(list(dict.fromkeys(one.finding.handle for one in covered)), 10)
    return (
        f"{listed(list(teams), 50)}: the glass is broken here by {who}. {handles} may be merged without your signature until"
        f" {moment(glass.until)}. An approving review still signs. If it is merged without, you are asked afterwards, in an issue; if it is"
        " not merged, it blocks again."
    )
