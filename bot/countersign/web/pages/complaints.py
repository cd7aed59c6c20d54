"""This number looks wrong: a form for whoever sees one, and what became of what was said."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from countersign.model.access import Viewer
from countersign.model.complaint import Answer, Complainer, Complaint, Refusal, Said
from countersign.web.complaints import SENTENCES, Complaints
from countersign.web.pages.site import Site, Tab
from countersign.web.pages.tables import Badge, Column, Link, Table

log = structlog.get_logger()

#: Complaints on one page.
SHOWN = 100
#: Of a number in the address that is worth looking for.
_DIGITS = 7

_COLUMNS = [
    Column("asset", "Where"),
    Column("state", "State"),
    Column("said_at", "Said", "moment"),
    Column("who", "By"),
    Column("contract", "Contract"),
    Column("issue", "Answered in"),
    Column("answered_at", "Answered", "moment"),
]


def blueprint(site: Site, desk: Complaints) -> Blueprint:
    routes = site.pages("complaints_form", Tab("Wrong number?", "/complaints"))

    def page(said: Said, answer: Answer | None = None, status: int = 200) -> Response:
        by, after = complainer(site.viewer), _after(request.args.get("after", ""))
        whole = bool(request.args.get("format"))
        # One more than is shown, to know whether there are older ones. CSV and JSON have all of them.
        found = desk.complaints(by) if whole else desk.complaints(by, after=after, most=SHOWN + 1)
        return site.show(
            "pages/complaints.html",
            tables=[_table(found if whole else found[:SHOWN])],
            newer=None if after == 0 else max(0, after - SHOWN),
            older=after + SHOWN if len(found) > SHOWN else None,
            status=status,
            said=said,
            answer=answer,
            which=answer is not None and answer.refusal is Refusal.WHICH_CONTRACT,
            unknown=answer is not None and answer.refusal is Refusal.UNKNOWN_ASSET,
            taken=request.args.get("taken", ""),
        )

    @routes.get("/complaints")
    def form() -> Response:
        asked = Said(seen="", asset=request.args.get("asset", ""), contract=request.args.get("contract", ""))
        return page(asked)

    @routes.post("/complaints")
    def complain() -> ResponseReturnValue:
        given = request.form.get
        said = Said(
            seen=given("seen", "").strip(),
            asset=given("asset", "").strip(),
            contract=given("contract", "").strip(),
            since=given("since", "").strip(),
            who=site.viewer.login,
            anyway=given("anyway", "") == "yes",
        )
        try:
            answer = desk.complain(said, complainer(site.viewer))
        except Exception as error:
            log.error("complaint-not-stored", error=type(error).__name__)
            abort(503, "It could not be stored, so nobody was told. Go back and send it again.")
        if answer.complaint is None:
            return page(said, answer, SENTENCES[answer.refusal or Refusal.NOTHING_SAID][0])
        return redirect(f"/complaints?taken={answer.complaint.id}", 303)

    return routes


def _after(given: str) -> int:
    """How many of the newest are left out; 0 for what is no such number."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _DIGITS else 0


def complainer(viewer: Viewer) -> Complainer:
    if viewer.local:
        return Complainer(name="local")
    return Complainer(name=viewer.login, login=viewer.login, organisations=viewer.member_of, leads=viewer.leads)


def _table(found: Sequence[Complaint]) -> Table:
    rows = [
        {
            "asset": one.asset or "a private asset",
            "state": Badge("answered", "good") if one.over_at else Badge("open", "warn"),
            "said_at": one.at,
            "who": one.who or one.by,
            "contract": one.contract or None,
            "issue": Link(f"incident {one.incident}" if one.incident else "issue", one.url) if one.url else None,
            "answered_at": one.over_at,
        }
        for one in found
    ]
    return Table(name="complaints", caption="What was said", columns=_COLUMNS, rows=rows, empty="Nobody has complained yet.")
