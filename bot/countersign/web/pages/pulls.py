"""Pull requests that wait, and the page of one: the verdict as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from flask import Blueprint, Response, abort

from countersign.model.access import Viewer
from countersign.model.consumer import Reference
from countersign.model.pages import PullPage, PullRow
from countersign.model.shown import ShownSigner, ShownVerdict
from countersign.web.pages import lists, marks
from countersign.web.pages.places import contract_path
from countersign.web.pages.site import Site, Tab
from countersign.web.pages.tables import Column, Link, Table


class Pulls(Protocol):
    def waiting(self, viewer: Viewer) -> Sequence[PullRow]: ...
    def pull(self, viewer: Viewer, repository: str, number: int) -> PullPage | None: ...


def blueprint(site: Site, shown: Pulls) -> Blueprint:
    routes = site.pages("pulls", Tab("Pull requests", "/pulls"))

    @routes.get("/pulls")
    def waiting() -> Response:
        found = shown.waiting(site.viewer)
        blocked = [one for one in found if one.verdict and one.verdict.conclusion == "failure"]
        table = lists.pulls(found, caption="Open, with changes that somebody decides", empty="No open pull request needs anybody.")
        return site.show("pages/pulls.html", tables=[table], found=found, blocked=len(blocked))

    @routes.get("/pulls/<organisation>/<repository>/<int:number>")
    def pull(organisation: str, repository: str, number: int) -> Response:
        page = shown.pull(site.viewer, f"{organisation}/{repository}", number)
        if page is None:
            abort(404, "Countersign knows no such pull request, or it is not for you to see.")
        verdict = page.row.verdict or ShownVerdict(head="", conclusion="", title="", mode="")
        tables = [_signatures(verdict), _reviews(verdict), _commands(verdict)]
        return site.show(
            "pages/pull.html",
            tables=tables,
            page=page,
            verdict=verdict,
            check=marks.check,
            badge_of=marks.signer,
            contract_path=_contract_path,
        )

    return routes


def _contract_path(repository: str, contract: str) -> str:
    return contract_path(Reference(repository, contract))


def _signatures(verdict: ShownVerdict) -> Table:
    return Table(
        name="signatures",
        caption="Every signature that is needed",
        columns=[
            Column("finding", "Finding"),
            Column("who", "Who signs"),
            Column("state", "Stands"),
            Column("said", "In words"),
            Column("reads", "Reads"),
            Column("assets", "May be wrong"),
            Column("at", "Signed", "moment"),
        ],
        rows=[
            {
                "finding": finding.handle,
                "who": list(signer.who),
                "state": marks.signer(signer.state),
                "said": Link(signer.said, signer.url) if signer.url else signer.said,
                "reads": list(signer.reads),
                "assets": [_asset(kind, name, url) for kind, name, url in signer.assets],
                "at": signer.at if _is_signed(signer) else None,
            }
            for finding in verdict.findings
            for signer in finding.signers
        ],
        empty="Nothing here needs a signature.",
    )


def _is_signed(signer: ShownSigner) -> bool:
    return signer.state in ("signed", "from")


def _asset(kind: str, name: str, url: str) -> Link | str:
    text = f"{kind} {name}"
    return Link(text, url) if url.startswith(("https://", "http://")) else text


def _reviews(verdict: ShownVerdict) -> Table:
    return Table(
        name="reviews",
        caption="Reviews that do not count, and why",
        columns=[Column("by", "Who"), Column("why", "Why not, and what to do"), Column("handles", "For"), Column("at", "Given", "moment")],
        rows=[
            {
                "by": Link(one.by, one.url) if one.url else one.by,
                "why": f"{one.by} {one.why}",
                "handles": list(one.handles) or "all of it",
                "at": one.at,
            }
            for one in verdict.reviews
        ],
        empty="Every review that was given counts.",
    )


def _commands(verdict: ShownVerdict) -> Table:
    return Table(
        name="commands",
        caption="Commands that do not hold",
        columns=[
            Column("by", "Who"),
            Column("what", "Wanted"),
            Column("handles", "For"),
            Column("why", "Why not"),
            Column("reason", "Reason given"),
        ],
        rows=[
            {"by": one.by, "what": one.what, "handles": list(one.handles), "why": one.why, "reason": one.reason or None}
            for one in verdict.commands
        ],
        empty="Every command that was given holds.",
    )
