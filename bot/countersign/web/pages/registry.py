"""The registry of contracts, and the pages of a contract and of a data product."""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Response, abort, request

from countersign.model.access import Viewer
from countersign.model.consumer import Reference
from countersign.model.pages import ContractPage, ProductPage, RegistryPage, RegistryRow
from countersign.web.pages import lists, marks, places
from countersign.web.pages.contract import contract_tables
from countersign.web.pages.places import contract_link
from countersign.web.pages.portions import Portion, portion
from countersign.web.pages.site import Site, Tab
from countersign.web.pages.tables import Column, Link, Noted, Table

_NOT_THERE = "There is no such {}, or it is not for you to see."
_LONGEST = 200


class Registry(Protocol):
    def registry(self, viewer: Viewer, query: str, domain: str) -> RegistryPage: ...
    def contract(self, viewer: Viewer, reference: Reference) -> ContractPage | None: ...
    def product(self, viewer: Viewer, repository: str, name: str) -> ProductPage | None: ...


def blueprint(site: Site, shown: Registry) -> Blueprint:
    routes = site.pages("registry", Tab("Registry", "/registry"))

    @routes.get("/registry")
    def registry() -> Response:
        page = shown.registry(site.viewer, request.args.get("q", "").strip()[:_LONGEST], request.args.get("domain", ""))
        found = portion(page.contracts)
        tables = [
            _contracts(page, found),
            lists.products(page.products, empty="No data product is named, or none that matches."),
            _teams(page),
        ]
        return site.show("pages/registry.html", tables=tables, page=page, found=found)

    @routes.get("/registry/<organisation>/<repository>/<path:contract>")
    def contract(organisation: str, repository: str, contract: str) -> Response:
        page = shown.contract(site.viewer, Reference(f"{organisation}/{repository}", contract))
        if page is None:
            abort(404, _NOT_THERE.format("contract"))
        return site.show("pages/contract.html", tables=contract_tables(page), page=page, held=marks.held, mode=marks.mode)

    @routes.get("/products/<organisation>/<repository>/<path:name>")
    def product(organisation: str, repository: str, name: str) -> Response:
        page = shown.product(site.viewer, f"{organisation}/{repository}", name)
        if page is None:
            abort(404, _NOT_THERE.format("data product"))
        rows = page.inputs
        return site.show(
            "pages/product.html",
            tables=[
                _inputs(page),
                lists.incidents([one for row in rows for one in row.incidents], caption="Open incidents", empty="None is open."),
                lists.pulls([one for row in rows for one in row.pulls], empty="No open pull request touches what it is built on."),
                lists.notices([(row.written, one) for row in rows for one in row.notices]),
            ],
            page=page,
            answered=marks.answered,
            places=places,
        )

    return routes


def _contracts(page: RegistryPage, found: Portion[RegistryRow]) -> Table:
    return Table(
        name="contracts",
        caption="Contracts and who reads them",
        columns=[
            Column("contract", "Contract"),
            Column("version", "Version"),
            Column("domain", "Domain"),
            Column("owners", "Owners"),
            Column("readers", "Readers"),
            Column("suspects", "Suspected", "number", help="Readers that evidence shows and nobody has registered"),
            Column("incidents", "Open incidents", "number"),
            Column("notices", "Ends announced", "number"),
            Column("mode", "Gate"),
            Column("held", "The check", help="How firmly it holds the default branch, as last night's look at GitHub's settings saw it"),
        ],
        rows=[
            {
                "contract": contract_link(row.contract.reference),
                "version": Noted(row.contract.version or None, row.contract.status if row.contract.status != "active" else ""),
                "domain": row.domain or None,
                "owners": list(row.owners),
                "readers": list(row.readers),
                "suspects": row.suspects,
                "incidents": Noted(row.incidents, tone="bad" if row.incidents else ""),
                "notices": row.notices,
                "mode": marks.mode(row.contract.mode),
                "held": marks.held(row.enforcement),
            }
            for row in found.rows
        ],
        empty="No contract matches. Try fewer words, or all domains." if page.known else "No contract is published yet.",
    )


def _teams(page: RegistryPage) -> Table:
    return Table(
        name="teams",
        caption="Teams",
        columns=[Column("team", "Team"), Column("owns", "Contracts owned", "number"), Column("reads", "Contracts read", "number")],
        rows=[{"team": Link(row.name, f"/registry?q={row.name.lstrip('@')}"), "owns": row.owns, "reads": row.reads} for row in page.teams],
        empty="No team owns or reads what is shown here.",
    )


def _inputs(page: ProductPage) -> Table:
    return Table(
        name="inputs",
        caption="What it is built on, and whether a change can be stopped",
        columns=[
            Column("contract", "Contract"),
            Column("version", "Version"),
            Column("answer", "A change"),
            Column("why", "Why"),
            Column("also", "Who signs as well"),
            Column("fields", "Reads"),
            Column("incidents", "Open incidents", "number"),
            Column("pulls", "Open changes", "number"),
        ],
        rows=[
            {
                "contract": contract_link(row.reference) if row.reference else row.written,
                "version": row.version or None,
                "answer": marks.answered(row.answer),
                "why": " ".join(row.said) or None,
                "also": list(row.also),
                "fields": list(row.fields) or "everything",
                "incidents": Noted(len(row.incidents), tone="bad" if row.incidents else ""),
                "pulls": len(row.pulls),
            }
            for row in page.inputs
        ],
        empty="It names nothing that it is built on.",
    )
