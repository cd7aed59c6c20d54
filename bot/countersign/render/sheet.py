"""The quarterly sheet in words: fit to be put before the team that it is about, and before those who decide on its bonus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from countersign.model.quarter import name_of
from countersign.model.score import FEW, Score, Spread
from countersign.model.sheet import Aim, Case, Held, Outcome, Sheet, What
from countersign.render.markdown import link, plain, table
from countersign.render.words import clean, count, day, listed, moment

#: The line of the bonus sheet.
LINE = "Maintains backward compatibility for shared data contracts"
#: Rows of each list of cases, so that the sheet stays a page.
_MOST = 8
_FEW = "°"

OUTCOMES = {
    Outcome.MET: "met",
    Outcome.MISSED: "not met",
    Outcome.ONE_EVENT: "not met, by a single event",
    Outcome.NOTHING: "nothing to judge",
}
_WHAT = {
    What.INCIDENT: "broken in production",
    What.DIRECT_PUSH: "pushed past the gate",
    What.UNSIGNED: "landed without its readers' signatures",
    What.BLOCKED: "merged while blocked",
    What.DEBT: "merged over readers' heads",
}


@dataclass(frozen=True, slots=True)
class Target:
    """text: what is promised. source: who set it. reached: by the numbers. outcome: see `OUTCOMES`."""

    text: str
    source: str
    reached: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Number:
    """name: as docs/metrics.md has its formula."""

    name: str
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    when: str
    what: str
    contracts: str
    lasted: str
    url: str


@dataclass(frozen=True, slots=True)
class TeamLine:
    name: str
    caught: str
    escaped: str
    per_hundred: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The sheet as plain text, for any form of it. left_out: sentences about cases that have no room."""

    title: str
    quarter: str
    before: str
    verdict: str
    summary: str
    targets: tuple[Target, ...]
    numbers: tuple[Number, ...]
    teams: tuple[TeamLine, ...]
    escaped: tuple[CaseLine, ...]
    debts: tuple[CaseLine, ...]
    left_out: tuple[str, ...]
    fairness: tuple[str, ...]
    footer: tuple[str, ...]


def written(sheet: Sheet) -> Written:
    whole = f"{sheet.organisation}: all teams"
    return Written(
        title=clean(f"{sheet.organisation}: {sheet.domain}" if sheet.domain else whole),
        quarter=name_of(sheet.period),
        before=name_of(sheet.before.period),
        verdict=OUTCOMES[sheet.outcome] + ("" if sheet.over else " so far"),
        summary=_summary(sheet),
        targets=tuple(_target(one, sheet) for one in sheet.held),
        numbers=tuple(
            Number(name, now, past) for (name, now), (_, past) in zip(_numbers(sheet.score), _numbers(sheet.before), strict=True)
        ),
        teams=tuple(_team(score, held) for score, held in sheet.teams),
        escaped=tuple(_case(one, sheet) for one in sheet.escaped[-_MOST:]),
        debts=tuple(_case(one, sheet) for one in sheet.debts[:_MOST]),
        left_out=tuple(
            f"{count(len(cases) - _MOST, f'{age} {name}')} more: countersign ledger export has all."
            for cases, age, name in ((sheet.escaped, "earlier", "violation"), (sheet.debts, "younger", "debt"))
            if len(cases) > _MOST
        ),
        fairness=tuple(_fairness(sheet)),
        footer=_footer(sheet),
    )


def sheet_markdown(sheet: Sheet) -> str:
    said = written(sheet)
    parts = [
        f"# {plain(said.title)}, {said.quarter}",
        f"**{LINE}: {said.verdict}.** {plain(said.summary, 1000)}",
        "## Targets",
        table(
            ("target", "set by", "reached", ""),
            ((plain(one.text), plain(one.source), plain(one.reached), f"**{OUTCOMES[one.outcome]}**") for one in said.targets),
        ),
        "## Evidence",
        table(
            ("number, as in docs/metrics.md", said.quarter, said.before),
            ((one.name, plain(one.now), plain(one.before)) for one in said.numbers),
        ),
        f"{_FEW} of fewer than {FEW} events, so it says little.",
    ]
    if said.teams:
        head = ("team", "caught", "escaped", "per 100 changes", "against the first target")
        rows = ((plain(one.name), one.caught, one.escaped, plain(one.per_hundred), OUTCOMES[one.outcome]) for one in said.teams)
        parts += ["## Teams, by name", table(head, rows)]
    parts += ["## Violations that escaped", _cases(said.escaped, "None.")]
    parts += ["## Debts to readers that are open", _cases(said.debts, "None.")]
    parts += said.left_out
    parts += [
        "## What counts, and what does not",
        "\n".join(f"- {plain(one, 1000)}" for one in said.fairness),
        "\n".join(map(plain, said.footer)),
    ]
    return "\n\n".join(parts) + "\n"


def lasting(span: timedelta | None) -> str:
    """``12 min``, ``3.5 h``, ``4.2 days``: the unit that a person would choose."""
    if span is None:
        return "–"
    hours = span / timedelta(hours=1)
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{round(hours, 1):g} h" if hours < 48 else f"{round(hours / 24, 1):,g} days"


def _cases(rows: Sequence[CaseLine], nothing: str) -> str:
    if not rows:
        return nothing
    lines = ((one.when, link(plain(one.what), one.url), plain(one.contracts), one.lasted) for one in rows)
    return table(("when", "what", "contract", "lasted"), lines)


def _summary(sheet: Sheet) -> str:
    score = sheet.score
    over = (
        "" if sheet.over else f" Counted up to {day(sheet.until)}; the quarter lasts until {day(sheet.period.until - timedelta(days=1))}."
    )
    if not score.changes and not score.violations:
        return f"Nothing was merged and nothing was broken.{over}"
    caught = f"{count(score.caught, 'breaking change')} {'was' if score.caught == 1 else 'were'} caught before the merge"
    return f"Of {count(score.changes, 'change')}, {caught}, and {count(score.escaped, 'violation')} escaped.{over}"


def _target(held: Held, sheet: Sheet) -> Target:
    source = f"{sheet.organisation}'s policy" if held.own else "Countersign's default"
    limit = f"{held.at_most:g}"
    score = sheet.score
    if held.aim is Aim.ESCAPED:
        text = f"At most {limit} violation{'' if held.at_most == 1 else 's'} escaped for every 100 changes"
        per = "" if score.per_hundred is None else f": {score.per_hundred:.2g} of 100"
        reached = f"{score.escaped} in {count(score.changes, 'change')}{per}"
    elif held.aim is Aim.ACKNOWLEDGE:
        text = f"Half of all incidents are acknowledged within {limit} minutes"
        reached = f"median {_spread(score.acknowledge)}" if score.acknowledge.count or score.acknowledge.still else "no incident"
    else:
        text = f"No debt to readers is open for more than {count(int(held.at_most), 'day')}"
        oldest = f"the oldest of {score.debts.still} is open for {lasting(score.debts.oldest)}"
        reached = oldest if score.debts.still else "none is open"
    return Target(text, source, reached, held.outcome)


def _numbers(score: Score) -> tuple[tuple[str, str], ...]:
    caught = f"{score.caught} in {count(score.caught_pulls, 'pull request')}; {score.withdrawn} withdrawn"
    debts = f"{score.debts.count} paid; {score.debts.still} open" + _oldest(score.debts)
    notices = f"{score.notices_kept} kept, {score.notices_broken} broken, {score.notices_running} running"
    kept = f"{score.kept_waiting_hours:,.0f} h, with {count(score.reminders, 'reminder')}"
    return (
        ("caught", caught if score.caught else "0"),
        ("incidents", f"{score.outages}; {score.rolled_back} rolled back" if score.outages else "0"),
        ("past the gate", str(score.past_gate)),
        ("escaped of all", _share(score)),
        ("escaped per 100 changes", _per_hundred(score)),
        ("time to acknowledge", _spread(score.acknowledge)),
        ("time to resolve", _spread(score.resolve)),
        ("hours of bad data", f"{score.bad_hours:,.1f} h"),
        ("hours of delayed data", f"{score.delayed_hours:,.1f} h"),
        ("assets hit", listed([f"{n} {clean(kind)}" for kind, n in sorted(score.assets.items())]) or "0"),
        ("complaints", f"{score.complaints}; {score.complaints_open} open" if score.complaints or score.complaints_open else "0"),
        ("overrides and break-glass", f"{score.overrides} and {score.break_glass}"),
        ("debts", debts if score.debts.count or score.debts.still else "0"),
        ("notices", notices if score.notices_kept or score.notices_broken or score.notices_running else "0"),
        ("waited", f"{score.waited_hours:,.0f} h for readers" if score.waited_hours else "0"),
        ("kept others waiting", kept if score.kept_waiting_hours else "0"),
        (
            "enforced",
            f"{score.ready} of {count(score.repositories, 'repository', 'repositories')}" if score.repositories else "not audited yet",
        ),
    )


def _share(score: Score) -> str:
    if score.escaped_share is None:
        return "–"
    return f"{score.escaped} of {score.violations}: {100 * score.escaped_share:.0f} %" + _mark(score.violations)


def _per_hundred(score: Score) -> str:
    return "–" if score.per_hundred is None else f"{score.per_hundred:.2g}" + _mark(score.changes)


def _spread(spread: Spread) -> str:
    over = f"{lasting(spread.median)}, 90 % within {lasting(spread.p90)}, of {spread.count}{_mark(spread.count)}" if spread.count else "–"
    return over + (f"; {spread.still} open{_oldest(spread)}" if spread.still else "")


def _oldest(spread: Spread) -> str:
    return f" (for {lasting(spread.oldest)})" if spread.oldest is not None else ""


def _mark(events: int) -> str:
    return f" {_FEW}" if events < FEW else ""


def _team(score: Score, held: Held) -> TeamLine:
    return TeamLine(clean(score.domain), str(score.caught), str(score.escaped), _per_hundred(score), held.outcome)


def _case(one: Case, sheet: Sheet) -> CaseLine:
    number = (
        f" ({one.repository}{f'#{one.number}' if one.number else ''})" if one.what is not What.INCIDENT else f" (incident {one.number})"
    )
    if one.over_at is None:
        lasted = f"open for {lasting(sheet.until - one.at)}"
    else:
        lasted = lasting(one.over_at - one.at) if one.what is What.INCIDENT else "–"
    return CaseLine(day(one.at), clean(f"{_WHAT[one.what]}{number}"), clean(listed(one.contracts, 3)) or "–", lasted, one.url)


def _fairness(sheet: Sheet) -> list[str]:
    score = sheet.score
    said = [
        "What the gate caught before the merge is shown because it is work well done, and no target is set on it.",
        "A contract counts towards the team that owns it today, and brings its history along. Teams are counted, and no person is.",
    ]
    if score.past_gate and score.outages:
        said.append("A landing past the gate counts, and so does an incident that comes of it: a case may be listed as both.")
    if score.false_alarms:
        alarms = f"{count(score.false_alarms, 'incident')} {'is' if score.false_alarms == 1 else 'are'}"
        said.append(f"{alarms} not counted: a guard's false alarm, or right data under a wrong contract.")
    if score.disputed:
        rules = listed([f"{clean(rule)} ({n})" for rule, n in sorted(score.disputed.items())])
        said.append(f"Findings that were disputed, and upheld as wrong, count against the rule and not against anybody: {rules}.")
    if any(one.outcome is Outcome.ONE_EVENT for one in sheet.held):
        said.append("A single event decides no quarter: where a target is missed because of just one, read the case instead of the number.")
    if score.waited_hours:
        said.append(f"Its changes waited {score.waited_hours:,.0f} h for other teams' signatures; that is held against nobody who waits.")
    return said


def _footer(sheet: Sheet) -> tuple[str, ...]:
    sequence, digest = sheet.head
    return (
        f"Worked out of Countersign's ledger as of {moment(sheet.until)}, up to entry {sequence}. Whoever holds an export can do so again.",
        f"Head of the ledger: {digest or 'it is empty'}.",
    )
