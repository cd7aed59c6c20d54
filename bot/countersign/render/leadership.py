"""The week in plain words, for people who read no dashboard: at most ten sentences. Teams and numbers, no repository and no person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from countersign.model.score import Score, Spread
from countersign.model.telling import Message
from countersign.model.week import Week
from countersign.render.markdown import code, plain
from countersign.render.sheet import lasting
from countersign.render.words import clean, count, day, listed

QUIET = "Nothing happened: no change was merged, and nothing was broken."


def week_message(week: Week) -> Message:
    """For chat and mail."""
    lines = list(sentences(week))
    lines += ["", f"The pages have all of it: {week.url}"] if week.url else []
    lines += ["", f"{_anchor(week)} {_digest(week)}"]
    return Message(subject=week_title(week), body="\n".join(clean(line) for line in lines))


def week_issue(week: Week) -> tuple[str, str]:
    """(title, body)."""
    body = "\n".join(f"- {plain(one, 600)}" for one in sentences(week))
    return week_title(week), f"{body}\n\n{_anchor(week)} {code(_digest(week), 70)}"


def week_title(week: Week) -> str:
    period = week.total.period
    return f"{week.organisation}'s data contracts, {day(period.since)} to {day(period.until - timedelta(days=1))}"


def sentences(week: Week) -> Sequence[str]:
    """What there is nothing to say about is left out."""
    return list(_said(week)) or [QUIET]


def _said(week: Week) -> Iterator[str]:
    total, before = week.total, week.before
    if total.changes or total.caught:
        caught = f"{count(total.caught, 'breaking change')} {'was' if total.caught == 1 else 'were'} caught before the merge"
        gone = f", of which {total.withdrawn} went out again" if total.withdrawn else ""
        yield f"{count(total.changes, 'change')} {'was' if total.changes == 1 else 'were'} merged, and {caught}{gone}."
    if total.escaped:
        who = _by_team(week.teams, lambda one: one.escaped)
        yield f"{count(total.escaped, 'violation')} escaped ({who}); the week before, it was {before.escaped}."
    elif total.changes or before.escaped:
        yield f"No violation escaped; the week before, it was {before.escaped}."
    if total.outages:
        acknowledged, resolved = _spread("acknowledged", total.acknowledge), _spread("resolved", total.resolve)
        yield f"{count(total.outages, 'incident')} in production; {acknowledged}; {resolved}."
    if total.bad_hours or total.delayed_hours:
        assets = (
            f", in {count(sum(total.assets.values()), 'dashboard, report or model', 'dashboards, reports and models')}"
            if total.assets
            else ""
        )
        yield f"Readers had {_hours(total.bad_hours)} of wrong data and {_hours(total.delayed_hours)} of late data{assets}."
    if total.overrides or total.break_glass:
        glasses = count(total.break_glass, "use of break-glass", "uses of break-glass")
        yield f"{count(total.overrides, 'override')} and {glasses} let changes pass over readers' heads."
    if total.debts.still:
        who = _by_team(week.teams, lambda one: one.debts.still)
        debts = f"{count(total.debts.still, 'debt')} to readers {'is' if total.debts.still == 1 else 'are'}"
        yield f"{debts} open ({who}), the oldest for {lasting(total.debts.oldest)}."
    if total.notices_begun or total.notices_kept or total.notices_broken:
        yield f"Of notices, {total.notices_begun} began, {total.notices_kept} were kept and {total.notices_broken} broken."
    if total.waited_hours >= 1:
        who = _by_team(week.teams, lambda one: round(one.kept_waiting_hours))
        yield f"Pull requests waited {_hours(total.waited_hours)} for readers" + (f" (by team, in hours: {who})." if who else ".")
    if total.complaints or total.complaints_open:
        yield f"{count(total.complaints, 'complaint')} came about wrong numbers; {total.complaints_open or 'none'} without an answer yet."
    if total.repositories > total.ready:
        yield f"In {total.repositories - total.ready} of {count(total.repositories, 'repository', 'repositories')} the gate can be passed."


def _by_team(teams: Sequence[Score], number: Callable[[Score], int]) -> str:
    """By name: it is no ranking."""
    return listed([f"{clean(one.domain)} {number(one)}" for one in teams if number(one)], 12)


def _spread(what: str, spread: Spread) -> str:
    still = f"{spread.still} not {what} yet" if spread.still else ""
    over = (
        f"half were {what} within {lasting(spread.median)}"
        if spread.count > 1
        else f"{spread.count} was {what} in {lasting(spread.median)}"
    )
    return ", ".join(part for part in (over if spread.count else "", still) if part)


def _hours(hours: float) -> str:
    return lasting(timedelta(hours=hours))


def _anchor(week: Week) -> str:
    return f"Keep this: it shows later whether the ledger was rewritten. Its head at entry {week.head[0]} is"


def _digest(week: Week) -> str:
    return week.head[1] or "(empty)"
