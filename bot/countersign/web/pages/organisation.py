"""The organisation at a glance; for members who do not lead, their own teams."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from countersign.model.access import Viewer
from countersign.model.glance import Glance, RuleLine, TeamGlance
from countersign.model.score import Period
from countersign.web.pages import scored
from countersign.web.pages.period import Choice, chosen
from countersign.web.pages.site import Site, Tab
from countersign.web.pages.tables import Column, Link, Table


class Glances(Protocol):
    """What stands behind the pages. Whoever may not see something gets what there is without it."""

    def domains(self, viewer: Viewer) -> tuple[str, ...]: ...
    def organisation(self, viewer: Viewer, period: Period) -> Glance: ...
    def team(self, viewer: Viewer, domain: str, period: Period) -> TeamGlance | None: ...


def blueprint(site: Site, glances: Glances, *, github_url: str, rules_url: str) -> Blueprint:
    """github_url: where people see repositories and pull requests. rules_url: where the rules' pages are."""
    routes = site.pages("organisation", Tab("Overview", "/"))

    @routes.get("/")
    def glance() -> ResponseReturnValue:
        choice = chosen(site.now(), glances.domains(site.viewer))
        if choice.domain:
            return redirect(scored.team_path(choice.domain) + in_address(choice))
        found = glances.organisation(site.viewer, choice.period)
        tables = [
            scored.teams(found.teams, in_address(choice)),
            scored.months(found.months),
            scored.waits("waits", "The longest waits", found.waits, github_url, empty="No pull request waited for a reader."),
            _rules(found.rules, rules_url),
            scored.repositories(
                "passable",
                "Contracts whose gate does not hold, or is not known to",
                found.passable,
                github_url,
                empty="Every repository with a contract was looked at, and its gate holds.",
            ),
        ]
        drawings = (scored.violations_chart(found.months), scored.acknowledge_chart(found.months))
        return site.show(
            "pages/organisation.html", tables=tables, glance=found, choice=choice, drawings=drawings, docs_url=rules_url.rpartition("/")[0]
        )

    return routes


def in_address(choice: Choice) -> str:
    """The chosen period, for links to other pages; nothing if the address says nothing."""
    kept = {key: request.args[key] for key in ("period", "since", "until") if request.args.get(key)}
    return f"?{urlencode(kept)}" if kept else ""


def _rules(lines: tuple[RuleLine, ...], rules_url: str) -> Table:
    return Table(
        name="rules",
        caption="Rules that were called wrong",
        columns=[Column("rule", "Rule"), Column("disputed", "Disputed", "number"), Column("upheld", "Upheld", "number")],
        rows=[{"rule": Link(one.rule, f"{rules_url}/{one.rule}.md"), "disputed": one.disputed, "upheld": one.upheld} for one in lines],
        empty="Nobody called a rule wrong.",
    )
