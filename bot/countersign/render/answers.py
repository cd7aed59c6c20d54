"""Answers to commands in comments: what came of each, and how it is written if it was not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher, get_close_matches

from countersign.model.agreement import BreakGlass, Dispute
from countersign.model.pull_request import StatementKind
from countersign.model.verdict import ClearedBy, Judged, Verdict
from countersign.render.agreements import glass_needs
from countersign.render.markdown import code, mention
from countersign.render.words import count, day, listed, moment

_MOST = 8


@dataclass(frozen=True, slots=True)
class Form:
    """How a command is written, with ``{handles}`` and ``{until}`` to be filled in, and what it does, in a line. who: may say it.

    alone: it is usually written without handles, and then means everything.
    """

    form: str
    does: str
    who: str
    alone: bool = False


FORMS: Mapping[str, Form] = {
    "explain": Form("explain{handles}", "what the change does to its readers, and what clears it", "anybody"),
    "recheck": Form("recheck", "judges the pull request again", "anybody"),
    "register": Form("register", "the lines that make your team a reader of what is changed here, and where they go", "anybody"),
    "safe-path": Form("safe-path", "posts the patch that keeps the old beside the new, so that nobody breaks", "anybody"),
    "override": Form('override{handles} --reason "why" --until {until}', "lets changes pass until a date, on the record", "governance"),
    "break-glass": Form('break-glass{handles} "why"', "lets everything that could be signed pass for some hours", "two owners", alone=True),
    "dispute": Form('dispute{handles} "why"', "says that a finding is a false alarm", "an owner and governance"),
    "dismiss": Form('dismiss S-7QK2MA "why"', "says that a suspected reader is none", "its own team or governance"),
    "hold": Form(
        'hold{handles} --until {until} --reason "why"', "keeps changes back until a date; its own day ends that", "a data product's manager"
    ),
    "help": Form("help", "this list", "anybody"),
}


def example(verb: str, verdict: Verdict | None, now: datetime, typed: Sequence[str] = ()) -> str:
    """The command as it would be written in this pull request, as code.

    typed: the handles that somebody wrote, which the example keeps: each as the likest that there is. So nobody who copies it says more
    than was meant.
    """
    judged = [] if verdict is None else sorted(verdict.judged, key=lambda one: (one.cleared, not one.finding.level.blocks))
    shown = list(dict.fromkeys(one.finding.handle for one in judged)) or ["C-7QK2MA"]
    form = FORMS[verb]
    meant = [_likest(handle, shown) for handle in typed[:_MOST]] or ([] if form.alone else shown[:1])
    handles = "".join(f" {handle}" for handle in dict.fromkeys(meant))
    days = verdict.overrides.max_days if verdict else 14
    until = (now + timedelta(days=days)).date().isoformat()
    return code("/countersign " + form.form.format(handles=handles, until=until), 200)


def _likest(handle: str, shown: Sequence[str]) -> str:
    """Of several that are as like, the first: those that wait come first."""
    return max(shown, key=lambda one: (one.startswith(handle.upper()), SequenceMatcher(None, handle.upper(), one).ratio()))


def answer_comment(replies: Sequence[tuple[str, str]], *, left: int = 0) -> str:
    """One comment for all commands of another: each quoted, then answered. left: commands that are too many to be answered."""
    parts = [f"> {code(line, 200)}\n\n{text}" for line, text in replies]
    if left > 0:
        were = "was" if left == 1 else "were"
        parts.append(f"{count(left, 'more command')} in that comment {were} kept, but not answered: they are too many for one comment.")
    return "\n\n".join(parts)


def help_text(verdict: Verdict | None, now: datetime) -> str:
    lines = [f"- {example(verb, verdict, now)}: {form.does} ({form.who})" for verb, form in FORMS.items()]
    return (
        "A command stands at the start of a line, in a comment or in a review. It counts as it was first written: edits never do.\n\n"
        + "\n".join(lines)
    )


def unknown_verb(verb: str, verdict: Verdict | None, now: datetime) -> str:
    near = get_close_matches(verb, FORMS, n=1, cutoff=0.5)
    meant = f" Did you mean {example(near[0], verdict, now)}?" if near else ""
    return f"There is no command {code(verb, 40)}.{meant} {code('/countersign help')} lists them all."


def closed() -> str:
    return "This pull request is closed, so nothing can be let pass or judged here any more. If it is opened again, write it again."


def nothing_judged() -> str:
    return "This pull request touches no contract, no policy and no registration, so there is nothing that the command could be about."


def not_readable() -> str:
    return f"This could not be looked at just now: the repository cannot be read. Write {code('/countersign recheck')} in a few minutes."


_FAULTS: Mapping[str, str] = {
    "open-quote": "A quotation mark is not closed, so the command was not read.",
    "no-handle": "It names no change.",
    "no-suspect": "It names no suspected reader, such as `S-7QK2MA`.",
    "no-reason": "It gives no reason. Readers will see it.",
    "no-date": "It gives no date such as `--until {until}`, to whose end it would hold.",
    "past": "Its date is past.",
}


def malformed(fault: str, verb: str, verdict: Verdict | None, now: datetime, typed: Sequence[str] = ()) -> str:
    """What is missing from a command, and how it is written whole. fault: a key of the table above. typed: the handles in it."""
    days = verdict.overrides.max_days if verdict else 14
    until = (now + timedelta(days=days)).date().isoformat()
    return f"{_FAULTS[fault].format(until=until)} Nothing was noted. Write it so: {example(verb, verdict, now, typed)}"


def unknown_handles(handles: Sequence[str], typed: Sequence[str], verb: str, verdict: Verdict, now: datetime) -> str:
    """handles: those of ``typed`` that mean nothing, or several things. What the check shows now is named, so that it can be copied."""
    shown = list(dict.fromkeys(one.finding.handle for one in verdict.judged if one.finding.level.blocks))
    there = f"It shows {listed([code(handle) for handle in shown], _MOST)}." if shown else "It shows nothing that has to be cleared."
    return (
        f"The check shows no {listed([code(handle) for handle in handles], _MOST, 'or')}, or more than one that begins so. {there} Write it"
        f" so: {example(verb, verdict, now, typed)}"
    )


def override_noted(until: datetime, meant: Sequence[Judged]) -> str:
    """An override that holds. meant: what it covers."""
    handles = _handles(meant)
    before = [one for one in meant if one.cleared_by not in (ClearedBy.NOTHING, ClearedBy.OVERRIDE)]
    idle = f" {_handles(before)} needed none: cleared already." if before else ""
    if meant and len(before) == len(meant):
        return f"Nothing to override: {handles} {'is' if len(meant) == 1 else 'are'} cleared already."
    return (
        f"Override of {handles} noted, until {day(until)}; the check is judged again.{idle} Once this is merged, the readers who"
        " were passed over are asked to look at it."
    )


def hold_noted(until: datetime, meant: Sequence[Judged], *, ended: bool) -> str:
    """A hold that counts. ended: its date is its own day, so it ends what was held before."""
    if ended:
        return f"Noted: {_handles(meant)} {'is' if len(meant) == 1 else 'are'} not held any more; the check is judged again."
    return f"Noted: {_handles(meant)} {'is' if len(meant) == 1 else 'are'} held until {day(until)} is over; the check is judged again."


def statement_noted(kind: StatementKind, meant: Sequence[Judged], *, named: bool) -> str:
    """A break-glass or a dispute that counts, whole or in part. meant: the findings it is about and can clear; named: by their handles."""
    waiting = [one for one in meant if not one.cleared]
    if kind is StatementKind.BREAK_GLASS:
        halves = [one.glass for one in waiting if one.glass]
        open_ones = [one.glass for one in meant if one.glass and one.glass.until]
        return _glass(halves, open_ones, meant, named=named)
    disputes = [(one, one.dispute) for one in meant if one.dispute]
    return " ".join(_dispute(one, dispute) for one, dispute in disputes[:_MOST])


def _glass(halves: Sequence[BreakGlass], broken: Sequence[BreakGlass], meant: Sequence[Judged], *, named: bool) -> str:
    if halves:
        first = max(halves, key=lambda glass: glass.missing)
        verb = "has" if first.missing == 1 else "have"
        handles = "".join(f" {one}" for one in dict.fromkeys(one.finding.handle for one in meant)) if named else ""
        command = code(f'/countersign break-glass{handles} "why"', 200)
        return f"Noted. {glass_needs(first)} {verb} to comment {command} within {count(first.max_hours, 'hour')}."
    if broken:
        until = min(glass.until for glass in broken if glass.until)
        return (
            f"The glass is broken: {_handles(meant)} may be merged until {moment(until)}. The readers who are passed over are told now, and"
            " look at it after the merge."
        )
    return f"There is nothing to break the glass for: {_handles(meant)} {'is' if len(meant) == 1 else 'are'} cleared already."


def _dispute(one: Judged, dispute: Dispute) -> str:
    handle = one.finding.handle
    if dispute.agreed:
        return f"{handle} is agreed to be a false alarm, and passes. It is counted against the rule {code(one.finding.rule)}."
    others = dispute.governance if dispute.by_owner else dispute.owners
    by = listed([mention(name) for name in others], 4, "or")
    command = code(f'/countersign dispute {handle} "why"', 120)
    return f"Noted: {handle} is disputed. One of {by} must agree: {command}"


def rechecked() -> str:
    return "Judged again, if it was not in the last minute; the check shows the outcome."


def elsewhere(verb: str) -> str:
    return f"{code(verb)} answers for a change that was merged past its readers: write it in the issue that asks them, not here."


def _handles(judged: Sequence[Judged]) -> str:
    return listed(list(dict.fromkeys(one.finding.handle for one in judged)), _MOST)
