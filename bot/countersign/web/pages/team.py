"""One domain team: its numbers, its contracts, what it owes, and who waits for whom."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, Response, abort

from countersign.model.fact import Announced
from countersign.model.glance import TeamGlance
from countersign.web.pages import scored
from countersign.web.pages.filters import written_day
from countersign.web.pages.organisation import Glances
from countersign.web.pages.period import chosen
from countersign.web.pages.site import Site
from countersign.web.pages.tables import Badge, Column, Table


def blueprint(site: Site, glances: Glances, *, github_url: str) -> Blueprint:
    routes = site.pages("team")

    @routes.get("/teams/<path:domain>")
    def team(domain: str) -> Response:
        choice = chosen(site.now())
        found = glances.team(site.viewer, domain, choice.period)
        if found is None:
            abort(404, "There is no team of that name, or it is not one of yours. The first page has those that you may see.")
        tables = [
            scored.months(found.months),
            scored.repositories(
                "repositories",
                "Its contracts, and whether each can be stopped",
                found.repositories,
                github_url,
                empty="It publishes no contract.",
            ),
            _debts(found, github_url),
            _passed(found, github_url),
            _notices(found, site.now()),
            scored.waits(
                "waits_for", "Whom it waits for", found.waits_for, github_url, empty="None of its pull requests waited for a reader."
            ),
            scored.waits("waited_for", "Who waits for it", found.waited_for, github_url, empty="No pull request waited for it."),
        ]
        drawings = (scored.violations_chart(found.months), scored.acknowledge_chart(found.months))
        return site.show(
            "pages/team.html",
            tables=tables,
            team=found,
            choice=choice,
            drawings=drawings,
            need=scored.badge(found.need),
            enforced=scored.enforced,
        )

    return routes


def _debts(found: TeamGlance, github_url: str) -> Table:
    return Table(
        name="debts",
        caption="Debts to readers who were passed over",
        columns=[
            Column("pull_request", "Pull request"),
            Column("contract", "Contract"),
            Column("field", "Field"),
            Column("way", "Let pass by"),
            Column("by", "Who"),
            Column("since", "Since", "day"),
            Column("state", "State"),
        ],
        rows=[
            {
                "pull_request": scored.pull_link(github_url, one.repository, one.number),
                "contract": one.contract,
                "field": one.path or None,
                "way": one.way,
                "by": list(one.by),
                "since": one.since,
                "state": Badge("paid", "good") if one.settled_at else Badge("unpaid", "warn"),
            }
            for one in sorted(found.debts, key=lambda one: (one.settled_at is not None, one.since))
        ],
        empty="It owes nobody anything: nothing was merged over a reader's head.",
    )


def _passed(found: TeamGlance, github_url: str) -> Table:
    return Table(
        name="overrides",
        caption="Let pass without all signatures: overrides and break-glass",
        columns=[
            Column("pull_request", "Pull request"),
            Column("way", "Way"),
            Column("by", "Who"),
            Column("reason", "Reason"),
            Column("at", "When", "day"),
        ],
        rows=[
            {
                "pull_request": scored.pull_link(github_url, one.repository, one.number),
                "way": one.way,
                "by": one.by,
                "reason": one.reason,
                "at": one.at,
            }
            for one in found.passed
        ],
        empty="None in this period.",
    )


_ENDS = {
    "kept": Badge("kept", "good"),
    "broken": Badge("broken", "bad"),
    "withdrawn": Badge("withdrawn"),
    "": Badge("running", "info"),
}


def _over(notice: Announced, now: datetime) -> Badge | None:
    """Its time has come, and what it announced has not landed yet."""
    last = written_day(notice.remove_after)
    return Badge("may go now", "info") if not notice.end and isinstance(last, date) and last < now.date() else None


def _notices(found: TeamGlance, now: datetime) -> Table:
    return Table(
        name="notices",
        caption="Notices",
        columns=[
            Column("contract", "Contract"),
            Column("field", "Field"),
            Column("since", "Since", "day"),
            Column("remove_after", "Goes after", "day"),
            Column("state", "State"),
        ],
        rows=[
            {
                "contract": one.contract,
                "field": one.path,
                "since": one.since,
                "remove_after": written_day(one.remove_after),
                "state": _over(one, now) or _ENDS[one.end],
            }
            for one in sorted(found.notices, key=lambda one: one.since, reverse=True)
        ],
        empty="No notice ran in this period.",
    )
