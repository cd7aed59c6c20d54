"""The audit: what last night's look at GitHub's settings found, gap by gap, with what to do."""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Response, abort

from countersign.model.access import Viewer
from countersign.model.enforceability import Severity
from countersign.model.pages import AuditPage, GapRow
from countersign.web.pages import marks
from countersign.web.pages.site import Site, Tab
from countersign.web.pages.tables import Column, Link, Table


class Audits(Protocol):
    def audit(self, viewer: Viewer) -> AuditPage | None: ...


def blueprint(site: Site, shown: Audits) -> Blueprint:
    routes = site.pages("audit", Tab("Audit", "/audit", leaders=True))

    @routes.get("/audit")
    def audit() -> Response:
        page = shown.audit(site.viewer)
        if page is None:
            abort(404, "The audit is of a whole organisation, and for those who lead it.")
        counts = {severity.value: sum(gap.severity == severity for gap in page.gaps) for severity in Severity}
        return site.show("pages/audit.html", tables=[_gaps(page), _repositories(page)], page=page, counts=counts)

    return routes


def _gaps(page: AuditPage) -> Table:
    return Table(
        name="gaps",
        caption="Gaps, the worst first",
        columns=[
            Column("where", "Where"),
            Column("severity", "How bad"),
            Column("what", "What is so"),
            Column("remedy", "What to do"),
            Column("since", "Seen since", "day"),
        ],
        rows=[
            {
                "where": _where(page, gap),
                "severity": marks.severity(gap.severity),
                "what": gap.what,
                "remedy": gap.remedy,
                "since": gap.since,
            }
            for gap in page.gaps
        ],
        empty="Nothing: whatever the gate holds, it holds against everybody." if page.looked else "Nobody has looked yet.",
    )


def _where(page: AuditPage, gap: GapRow) -> Link:
    name = gap.repository or gap.organisation
    return Link(f"{name}, {gap.branch}" if gap.branch else name, f"{page.github_url}/{name}")


def _repositories(page: AuditPage) -> Table:
    return Table(
        name="repositories",
        caption="How firmly the check holds each default branch",
        columns=[
            Column("repository", "Repository"),
            Column("branch", "Branch"),
            Column("held", "The check"),
            Column("by", "By"),
            Column("bypass", "Who is not bound"),
            Column("unread", "Not known"),
            Column("read_at", "Looked at", "moment"),
        ],
        rows=[
            {
                "repository": Link(one.repository, f"{page.github_url}/{one.repository}"),
                "branch": one.enforcement.branch,
                "held": marks.held(one.enforcement),
                "by": _rule(one.enforcement.by.source) if one.enforcement.by else None,
                "bypass": [*(["administrators"] if not one.enforcement.admins else []), *(bypass.who for bypass in one.enforcement.bypass)],
                "unread": list(one.enforcement.unread),
                "read_at": one.read_at,
            }
            for one in page.repositories
        ],
        empty="No repository has anything that is the gate's to hold.",
    )


def _rule(source: str) -> str:
    return f"the ruleset {source}" if source else "branch protection"
