"""Incidents, and the page of one: its timeline, and the button by which one of its owners takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog
from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from countersign.model.access import Viewer
from countersign.model.incident import Incident, Part
from countersign.model.pages import IncidentPage
from countersign.web.pages import lists, marks
from countersign.web.pages.places import contract_link, incident_path
from countersign.web.pages.portions import portion
from countersign.web.pages.site import Site, Tab
from countersign.web.pages.tables import Badge, Column, Link, Table

log = structlog.get_logger()

_NOT_THERE = "There is no such incident, or it is not for you to see."


class Incidents(Protocol):
    def incidents(self, viewer: Viewer, *, all_of_them: bool) -> Sequence[Incident]: ...
    def incident(self, viewer: Viewer, number: int) -> IncidentPage | None: ...
    def take(self, viewer: Viewer, number: int) -> bool | None:
        """Acknowledge; on the disk when it returns. Raises if that is not known. False: not the viewer's to take. None: not there."""
        ...


def blueprint(site: Site, shown: Incidents) -> Blueprint:
    routes = site.pages("incidents", Tab("Incidents", "/incidents"))

    @routes.get("/incidents")
    def incidents() -> Response:
        every = request.args.get("show") == "all"
        found = portion(shown.incidents(site.viewer, all_of_them=every))
        caption = "All incidents, newest first" if every else "Open incidents, newest first"
        empty = "No contract was ever broken in production." if every else "No contract is broken in production now."
        return site.show(
            "pages/incidents.html", tables=[lists.incidents(found.rows, caption=caption, empty=empty)], found=found, every=every
        )

    @routes.get("/incidents/<int:number>")
    def incident(number: int) -> Response:
        page = shown.incident(site.viewer, number)
        if page is None:
            abort(404, _NOT_THERE)
        taken = "taken" in request.args and page.incident.acknowledged is None
        return site.show(
            "pages/incident.html",
            tables=[_timeline(page), _parts(page), _broken(page), _hit(page)],
            page=page,
            taken=taken,
            path=incident_path(number),
            state=marks.state,
            contract=contract_link(page.incident.reference._replace(dataset="")),
            issue=Link("the incident's issue", page.url) if page.url else None,
        )

    @routes.post("/incidents/<int:number>/acknowledge")
    def acknowledge(number: int) -> ResponseReturnValue:
        try:
            taken = shown.take(site.viewer, number)
        except Exception as error:
            log.error("acknowledgement-not-stored", error=type(error).__name__)
            abort(503, "It could not be stored, so nothing is acknowledged. Go back and press the button again.")
        if taken is None:
            abort(404, _NOT_THERE)
        if not taken:
            abort(403, "Only the contract's owners acknowledge it. Nothing was done.")
        return redirect(f"{incident_path(number)}?taken=1", 303)

    return routes


def _timeline(page: IncidentPage) -> Table:
    return Table(
        name="timeline",
        caption="What happened",
        columns=[Column("at", "When", "moment"), Column("what", "What"), Column("way", "How"), Column("said", "Said")],
        rows=[{"at": one.at, "what": one.what, "way": one.way or None, "said": list(one.said)} for one in page.happenings],
    )


def _parts(page: IncidentPage) -> Table:
    return Table(
        name="parts",
        caption="Where",
        columns=[
            Column("partition", "Partition"),
            Column("state", "Now"),
            Column("since", "Since", "moment"),
            Column("first_bad", "First bad record"),
            Column("last_good", "Delivered up to"),
            Column("resumed_at", "Flows again since", "moment"),
        ],
        rows=[
            {
                "partition": one.partition or "the source",
                "state": _flows(one),
                "since": one.since,
                "first_bad": one.first_bad or None,
                "last_good": one.last_good or None,
                "resumed_at": one.resumed_at,
            }
            for one in page.incident.parts
        ],
    )


def _flows(part: Part) -> Badge:
    if part.resumed_at:
        return Badge("flows", "good")
    return Badge("stopped", "bad") if part.halted else Badge("not stopped", "warn")


def _broken(page: IncidentPage) -> Table:
    return Table(
        name="broken",
        caption="What broke",
        columns=[Column("field", "Field"), Column("rule", "What its values are"), Column("records", "Records", "number")],
        rows=[{"field": path or "the whole record", "rule": rule, "records": count} for path, rule, count in page.broken],
        empty="No field broke a rule: records are missing, or guards said no more.",
    )


def _hit(page: IncidentPage) -> Table:
    return Table(
        name="hit",
        caption="Who is hit",
        columns=[Column("who", "Who"), Column("assets", "May be wrong or stale")],
        rows=[{"who": who, "assets": list(assets)} for who, assets in page.hit.items()],
        empty="Nobody is registered as a reader of what is broken.",
    )
