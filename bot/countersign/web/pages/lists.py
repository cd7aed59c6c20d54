"""Tables that several pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from countersign.model.incident import Incident
from countersign.model.pages import PullRow
from countersign.model.path import show
from countersign.model.product import Product
from countersign.model.pull_request import RunningNotice
from countersign.web.pages import marks
from countersign.web.pages.places import contract_link, incident_link, product_link, pull_link
from countersign.web.pages.tables import Column, Noted, Table


def incidents(found: Sequence[Incident], *, caption: str = "Incidents", empty: str = "None.") -> Table:
    return Table(
        name="incidents",
        caption=caption,
        columns=[
            Column("incident", "Incident"),
            Column("state", "Stands"),
            Column("contract", "Contract"),
            Column("source", "Where the data comes in"),
            Column("opened_at", "Since", "moment"),
            Column("acknowledge_hours", "Until acknowledged", "hours"),
            Column("open_hours", "Until over", "hours"),
        ],
        rows=[
            {
                "incident": incident_link(one.number),
                "state": marks.state(one),
                "contract": _of(one),
                "source": one.source,
                "opened_at": one.opened_at,
                "acknowledge_hours": _hours(one.acknowledged_at, one),
                "open_hours": _hours(one.ended_at, one),
            }
            for one in found
        ],
        empty=empty,
    )


def _of(incident: Incident) -> Noted:
    """The contract; a dataset only where it is not the one that everybody would think of."""
    named = "" if incident.dataset in ("", incident.contract_id) else f"dataset {incident.dataset}"
    return Noted(contract_link(incident.reference._replace(dataset="")), named)


def _hours(then: datetime | None, incident: Incident) -> float | None:
    return (then - incident.opened_at).total_seconds() / 3600 if then else None


def pulls(found: Sequence[PullRow], *, caption: str = "Open pull requests", empty: str = "None is open.") -> Table:
    return Table(
        name="pulls",
        caption=caption,
        columns=[
            Column("pull", "Pull request"),
            Column("check", "Check"),
            Column("said", "What it says"),
            Column("waits_for", "Waits for"),
            Column("author", "By"),
            Column("judged_at", "Judged", "moment"),
        ],
        rows=[
            {
                "pull": pull_link(one.pull.repository, one.pull.number),
                "check": marks.check(one.verdict.conclusion if one.verdict else ""),
                "said": one.verdict.title if one.verdict else "",
                "waits_for": list(one.waits_for),
                "author": one.pull.author,
                "judged_at": one.judged_at,
            }
            for one in found
        ],
        empty=empty,
    )


def notices(found: Iterable[tuple[str, RunningNotice]]) -> Table:
    """found: (contract, notice)."""
    return Table(
        name="notices",
        caption="Announced ends",
        columns=[
            Column("field", "Field"),
            Column("contract", "Contract"),
            Column("since", "Announced", "day"),
            Column("remove_after", "Goes after"),
            Column("replacement", "Use instead"),
            Column("reason", "Why"),
        ],
        rows=[
            {
                "field": show(one.path) or "the whole contract",
                "contract": contract,
                "since": one.started_at,
                "remove_after": Noted(one.remove_after or None, f"{one.days} days of notice" if one.days else ""),
                "replacement": one.replacement or None,
                "reason": one.reason or None,
            }
            for contract, one in found
        ],
        empty="Nothing is announced to go.",
    )


def products(found: Sequence[Product], *, empty: str) -> Table:
    return Table(
        name="products",
        caption="Data products",
        columns=[
            Column("product", "Product"),
            Column("manager", "Manager"),
            Column("team", "Team"),
            Column("inputs", "Built on", "number"),
            Column("repository", "Named in"),
        ],
        rows=[
            {
                "product": product_link(one),
                "manager": one.manager,
                "team": one.team or None,
                "inputs": len(one.inputs),
                "repository": one.repository,
            }
            for one in found
        ],
        empty=empty,
    )
