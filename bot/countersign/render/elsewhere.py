"""The issue in the repository of a reader that cannot read the pull request: all that it may see, and how it signs there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from countersign.model.path import show
from countersign.model.pull_request import Statement
from countersign.model.signing import Signer
from countersign.model.verdict import Judged, Verdict
from countersign.render.changes import Names, change, effect
from countersign.render.markdown import code, fenced, mention, plain, table
from countersign.render.reviews import discounted_sentence
from countersign.render.secrecy import names_shown, told_to, veiled
from countersign.render.signers import cell
from countersign.render.words import clean, count, day, listed, short_team, shortened, weekday

_MOST = 30
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """How a contract's text differs, line by line. cut: there is more; without lines, it is too large to be shown."""

    lines: tuple[str, ...]
    cut: bool


def reader_issue(
    verdict: Verdict, *, teams: Sequence[str], differences: Mapping[str, Difference], unclear: Sequence[Statement]
) -> tuple[str, str]:
    """(title, body). Of the pull request's repository nothing but the contract, what of it hits these teams, and its own text.

    differences: by contract id. unclear: signatures in this issue that mean nothing.
    """
    named = listed([mention(team) for team in told_to(teams, verdict.secret)], 10) or "To the team that is registered here"
    unnamed = names_shown(verdict.secret)
    verdict, teams = veiled(verdict), [unnamed.get(team, team) for team in teams]
    hit = [one for one in verdict.judged if _mine(one, teams)]
    names = Names(one.finding for one in hit)
    contracts = list(dict.fromkeys(one.finding.contract for one in hit))
    repository = verdict.pull_request.repository
    where = f"pull request {verdict.pull_request.number} of {code(repository)}"
    if not hit:
        body = f"{named}: nothing in {where} hits what you read any more, so there is nothing to do. If it comes back, this issue says so."
        return _title(repository, verdict, "no change that hits you is left"), body
    who = listed([plain(short_team(team)) for team in teams], 10, "or")
    parts = [
        f"{named}: {where}, to which you have no access, changes what you registered to read.{_waits(hit, teams)}",
        *(_contract(contract, verdict, hit) for contract in contracts),
        table(("", "change", "what you read", "what you will feel", "signed"), [_row(one, teams, names) for one in hit[:_MOST]])
        + (f"\n\nAnd {len(hit) - _MOST} more." if len(hit) > _MOST else ""),
        "### What changes in the contract",
        *(_difference(contract, differences[contract]) for contract in contracts if contract in differences),
        "### What to do\n"
        f"1. **It is fine:** comment `/countersign sign` here. That signs all of it; `/countersign sign {hit[0].finding.handle}` signs only"
        " what it names. Your last such comment counts.\n"
        '2. **It is not:** comment `/countersign object "why"`. `/countersign sign` by the same person takes that back.\n\n'
        f"Whoever is in {who} may do so, apart from the author and the committers of the change. A signature stays while the change"
        " stays as it is, for 90 days at most; an edited comment counts as first written.",
    ]
    parts += [*_refused(verdict, unclear), _KEPT]
    return _title(
        repository, verdict, f"{count(len(hit), 'change')} of {listed([f'`{clean(one)}`' for one in contracts], 3)}"
    ), "\n\n".join(parts)


def discreet_reader_issue(verdict: Verdict, *, teams: Sequence[str], unclear: Sequence[Statement]) -> tuple[str, str]:
    """(title, body) where people may read who have no access to the pull request's repository: nothing of it but the handles."""
    named = listed([mention(team) for team in told_to(teams, verdict.secret)], 10) or "To the team that is registered here"
    unnamed = names_shown(verdict.secret)
    verdict, teams = veiled(verdict), [unnamed.get(team, team) for team in teams]
    hit = [one for one in verdict.judged if _mine(one, teams)]
    if not hit:
        return "Countersign: no change that hits you is left", f"{named}: nothing hits what you read any more, so there is nothing to do."
    handles = listed([f"**{one.finding.handle}**" for one in hit], _MOST)
    who = listed([plain(short_team(team)) for team in teams], 10, "or")
    parts = [
        f"{named}: a pull request to which you have no access changes what you registered to read: {handles}.{_waits(hit, teams)}",
        "The repository that it is in is private, and more people may read this issue. So nothing of it is shown here.",
        "### What to do\n"
        "1. **Ask for access** to the repository of the contract that your entry here names, or ask its owners to show you the change.\n"
        f"2. **It is fine:** approve the pull request, or comment `/countersign sign {hit[0].finding.handle}` here with the names of what"
        " you have seen. Your last such comment counts.\n"
        '3. **It is not:** comment `/countersign object "why"`, and give no details: everybody may read them.\n'
        "4. **For the next time:** move your entry to a private repository of yours, and its issues show what changes.\n\n"
        f"Whoever is in {who} may do so, apart from the author and the committers of the change.",
        *_refused(verdict, unclear),
        _KEPT,
    ]
    return f"Countersign: {count(len(hit), 'change')} of what you read", "\n\n".join(parts)


def told_little_remark(teams: Sequence[str], secret: Mapping[str, frozenset[str]]) -> str:
    """The check's remark about readers whose issue shows nothing."""
    return (
        f"{_remarked(teams, secret)}: no access to this repository, which is private, and registered where more people may read. So the"
        " issue there names no field and no value: give the team access, or show it the change yourself."
    )


def not_told_remark(teams: Sequence[str], secret: Mapping[str, frozenset[str]]) -> str:
    """The check's remark about readers in whose repository no issue could be opened."""
    return (
        f"{_remarked(teams, secret)}: no access to this repository, and GitHub did not let Countersign open an issue where it registers;"
        " tell the team yourself."
    )


def _remarked(teams: Sequence[str], secret: Mapping[str, frozenset[str]]) -> str:
    shown = names_shown(secret)
    return ", ".join(shown.get(team, team) for team in teams)


_KEPT = "<sub>Kept up to date by Countersign, and closed when the pull request is merged or closed.</sub>"


def _refused(verdict: Verdict, unclear: Sequence[Statement]) -> list[str]:
    """The part about what was said there and does not count; nothing if there is none."""
    refused = [discounted_sentence(one) for one in verdict.discounted if one.elsewhere]
    refused += [
        f"{plain(said.by)} wrote more than names such as {code('C-7QK2MA')} behind `sign`, or names that are not shown here."
        for said in unclear
    ]
    return ["### What does not count\n" + "\n".join(f"- {one}" for one in refused[:_MOST])] if refused else []


def reader_reminder(teams: Sequence[str], due: datetime, *, over: bool) -> str:
    """The comment that tells a reader again. teams: those who may be mentioned."""
    named = listed([mention(team) for team in teams], 10)
    return f"{named}: your answer {'was' if over else 'is'} due by {weekday(due)}. The text of this issue says what to do."


def reader_issue_ended(*, merged_at: datetime | None) -> str:
    """The last word. merged_at: None if it was closed without being merged."""
    if merged_at is None:
        return "The pull request was closed without being merged. Nothing of this has come to pass."
    return f"The pull request was merged on {day(merged_at)}: what stands above is what you read from now on."


def _title(repository: str, verdict: Verdict, what: str) -> str:
    return shortened(f"Countersign: {what} in {clean(repository)}, pull request {verdict.pull_request.number}", _LONGEST_TITLE)


def _waits(hit: Sequence[Judged], teams: Sequence[str]) -> str:
    missing = [signer for one in hit if not one.cleared for signer in _mine(one, teams) if not (signer.settled or signer.dated)]
    return " **It waits for your signature.**" if missing else " Nothing more is needed of you."


def _mine(one: Judged, teams: Sequence[str]) -> list[Signer]:
    return [signer for signer in one.signers if {*teams} & {*signer.teams}]


def _contract(contract: str, verdict: Verdict, hit: Sequence[Judged]) -> str:
    facts = next((one for one in verdict.contracts if one.id == contract), None)
    old, new = facts.version if facts else ("", "")
    versions = f" {code(old)} → {code(new)}" if old and new and old != new else ""
    mine = sum(one.finding.contract == contract for one in hit)
    return f"{code(contract)}{versions}: {count(mine, 'change')} {'hits' if mine == 1 else 'hit'} what you read."


def _row(one: Judged, teams: Sequence[str], names: Names) -> list[str]:
    signers = _mine(one, teams)
    fields = list(dict.fromkeys(show(path) for signer in signers for _, paths in signer.hits for path in paths if path))
    reads = listed([code(field) for field in fields], 6) if fields else "all of it"
    signed = "<br>".join(_signed(signer, one, several=len(teams) > 1) for signer in signers)
    return [f"**{one.finding.handle}**", change(one.finding, names), reads, effect(one.finding, names), signed]


def _signed(signer: Signer, one: Judged, *, several: bool) -> str:
    given = replace(signer.signature, elsewhere=False) if signer.signature else None  # from here it is not elsewhere
    team = f"{plain(short_team(signer.teams[0]))}: " if several else ""
    return team + cell(replace(signer, signature=given), cleared=one.cleared)


def _difference(contract: str, difference: Difference) -> str:
    if not difference.lines:
        return (
            f"{code(contract)}: the text is too long to be compared here."
            if difference.cut
            else f"{code(contract)}: its own text is the same."
        )
    more = "\n\nThe rest is cut off." if difference.cut else ""
    return f"{code(contract)}:\n\n{fenced(difference.lines, 'diff')}{more}"
