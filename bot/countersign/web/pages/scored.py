"""The tables that the pages of the organisation and of a team have in common, out of `model.glance`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from countersign.model.glance import RepositoryLine, TeamLine, WaitLine
from countersign.model.score import Month, Score, Spread
from countersign.web import charts
from countersign.web.pages.tables import Badge, Column, Drawing, Link, Noted, Table, Tone

#: `scores.Need` -> what is said of a team, and how loudly.
NEEDS: dict[str, tuple[str, Tone]] = {
    "unacknowledged": ("nobody looks after an incident", "bad"),
    "broken": ("incident open", "bad"),
    "owing": ("debt unpaid", "warn"),
    "complaint": ("complaint unanswered", "warn"),
    "escaped": ("something escaped", "warn"),
    "passable": ("gate can be passed", "info"),
    "nothing": ("in order", "good"),
}


def badge(need: str) -> Badge:
    return Badge(*NEEDS[need])


def team_path(domain: str) -> str:
    return f"/teams/{quote(domain, safe='')}"


def pull_link(github_url: str, repository: str, number: int) -> Link:
    return Link(f"{repository}#{number}", f"{github_url}/{repository}/pull/{number}")


def teams(lines: Sequence[TeamLine], query: str) -> Table:
    """query: the period, as addresses have it, for the links."""
    most = max((month.escaped for line in lines for month in line.months), default=0)
    return Table(
        name="teams",
        caption="Teams, by what needs attention",
        columns=[
            Column("team", "Team"),
            Column("needs", "Needs attention"),
            Column("escaped", "Escaped", "number", "Incidents, and landings past the gate"),
            Column("caught", "Caught", "number", "Breaking findings that the gate held back"),
            Column("acknowledge_hours", "Acknowledge", "hours", "Median time from an incident to its acknowledgement"),
            Column("resolve_hours", "Resolve", "hours", "Median time from an incident to its end"),
            Column("debts_open", "Debts", "number", "Unpaid, to readers who were passed over"),
            Column("others_waited_hours", "Others waited", "hours", "How long other teams' pull requests waited for its reviewers"),
            Column("enforced", "Enforced", "text", "Repositories whose gate cannot be passed, of those with contracts"),
            Column("escaped_by_month", "12 months", "text", "Escaped, month by month"),
        ],
        rows=[_team(line, query, most) for line in lines],
        empty="No team owns or reads a contract yet. Teams come with their first `publishes:` or `reads:`.",
    )


def _team(line: TeamLine, query: str, most: int) -> dict[str, Any]:
    score, before = line.score, line.before
    escaped = [month.escaped for month in line.months]
    return {
        "team": Link(score.domain, team_path(score.domain) + query),
        "needs": badge(line.need),
        "escaped": Noted(score.escaped, f"was {before.escaped}" if before.changes else "", "bad" if score.escaped else ""),
        "caught": score.caught,
        "acknowledge_hours": _median(score.acknowledge),
        "resolve_hours": _median(score.resolve),
        "debts_open": score.debts.still,
        "others_waited_hours": score.kept_waiting_hours,
        "enforced": enforced(score),
        "escaped_by_month": Drawing(charts.spark(f"Escaped by month: {escaped}", escaped, most), escaped),
    }


def _median(spread: Spread) -> Noted:
    return Noted(
        spread.median, f"{spread.still} open" if spread.still else f"from only {spread.count}" if spread.count and spread.few else ""
    )


def enforced(score: Score) -> str | None:
    return f"{score.ready} of {score.repositories}" if score.repositories else None


def months(lines: Sequence[Month]) -> Table:
    return Table(
        name="months",
        caption="Caught and escaped, by month",
        columns=[
            Column("month", "Month"),
            Column("caught", "Caught", "number"),
            Column("escaped", "Escaped", "number"),
            Column("acknowledge_hours", "Acknowledge, median", "hours"),
            Column("acknowledge_p90_hours", "90 % within", "hours"),
        ],
        rows=[
            {
                "month": f"{one.period.since:%b %Y}",
                "caught": one.caught,
                "escaped": one.escaped,
                "acknowledge_hours": one.acknowledge.median,
                "acknowledge_p90_hours": one.acknowledge.p90,
            }
            for one in lines
        ],
    )


def violations_chart(lines: Sequence[Month]) -> Markup:
    labels = [f"{one.period.since:%b}" for one in lines]
    caught = charts.Series("caught at the pull request", [one.caught for one in lines], "soft")
    return charts.bars("Violations by month", labels, [caught, charts.Series("escaped", [one.escaped for one in lines], "bad")])


def acknowledge_chart(lines: Sequence[Month]) -> Markup:
    labels = [f"{one.period.since:%b}" for one in lines]
    median = charts.Series("median", [_in_hours(one.acknowledge.median) for one in lines], "main")
    p90 = charts.Series("90 % within", [_in_hours(one.acknowledge.p90) for one in lines], "main", dashed=True)
    return charts.lines("Time to acknowledge an incident", labels, [median, p90], unit="hours")


def _in_hours(took: Any) -> float | None:
    return None if took is None else took.total_seconds() / 3600


def waits(name: str, caption: str, lines: Sequence[WaitLine], github_url: str, *, empty: str) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=[
            Column("pull_request", "Pull request"),
            Column("contract", "Contract"),
            Column("team", "Team"),
            Column("reader", "Waited for"),
            Column("hours", "How long", "hours"),
            Column("reminders", "Reminders", "number"),
        ],
        rows=[
            {
                "pull_request": pull_link(github_url, one.repository, one.number),
                "contract": one.contract,
                "team": one.domain,
                "reader": one.reader,
                "hours": Noted(one.hours, "" if one.over else "still waits"),
                "reminders": one.reminders,
            }
            for one in lines
        ],
        empty=empty,
    )


def repositories(name: str, caption: str, lines: Sequence[RepositoryLine], github_url: str, *, empty: str) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=[
            Column("repository", "Repository"),
            Column("contracts", "Contracts"),
            Column("gate", "Its gate"),
            Column("gaps", "Ways past it"),
            Column("looked_at", "Looked at", "day"),
        ],
        rows=[
            {
                "repository": Link(one.repository, f"{github_url}/{one.repository}"),
                "contracts": list(one.contracts),
                "gate": Badge("holds", "good")
                if one.can_stop
                else Badge("can be passed", "bad")
                if one.gaps
                else Badge("not looked at", "warn"),
                "gaps": list(one.gaps),
                "looked_at": one.audited_at,
            }
            for one in lines
        ],
        empty=empty,
    )
