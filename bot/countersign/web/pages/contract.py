"""The tables of a contract's page."""

from __future__ import annotations

from countersign.model.pages import ContractPage, ReaderRow, VersionRow
from countersign.model.pull_request import Standing
from countersign.web.pages import lists
from countersign.web.pages.places import pull_link
from countersign.web.pages.tables import Badge, Column, Link, Noted, Table

#: Versions on the page, the newest first; some contracts have hundreds.
_VERSIONS = 50


def contract_tables(page: ContractPage) -> list[Table]:
    name = str(page.contract.reference)
    return [
        _versions(page),
        _readers(page),
        _suspects(page),
        _assets(page),
        lists.incidents(page.incidents, empty="It was never broken in production, as far as guards report here."),
        lists.pulls(page.pulls, empty="No open pull request touches it."),
        lists.notices([(name, one) for one in page.notices]),
        lists.products(page.products, empty="No data product is built on it."),
        _guards(page),
    ]


def _version_marks(row: VersionRow) -> list[Badge]:
    marked = ((row.now, Badge("now", "info")), (row.enforced, Badge("guards hold data to it", "good")))
    return [badge for so, badge in marked if so]


def _versions(page: ContractPage) -> Table:
    return Table(
        name="versions",
        caption="Versions",
        columns=[
            Column("version", "Version"),
            Column("since", "On the default branch since", "day"),
            Column("state", ""),
            Column("by", "Brought by"),
            Column("commit", "Commit"),
        ],
        rows=[
            {
                "version": row.version,
                "since": row.at,
                "state": _version_marks(row),
                "by": pull_link(page.contract.reference.repository, row.pull) if row.pull else "a push, or before it was first read",
                "commit": Link(row.commit[:7], row.url),
            }
            for row in page.versions
        ],
        empty="Its file names no version.",
        most=_VERSIONS,
    )


#: Why a registration does not count; what to do is said where it is registered.
_STANDS: dict[Standing, str] = {
    Standing.NO_SUCH_TEAM: "no such team",
    Standing.NO_WRITE_ACCESS: "may not write to the repository that registers it",
    Standing.OTHER_ORGANISATION: "registered by another organisation",
    Standing.LAPSED: "its time is over; a new date renews it",
    Standing.TOO_LONG: "its end is more than 12 months ahead",
    Standing.LATE: "came after it was first shown",
    Standing.CONTESTED: "contested by the owners",
}


def _readers(page: ContractPage) -> Table:
    return Table(
        name="readers",
        caption="Registered readers",
        columns=[
            Column("who", "Who"),
            Column("fields", "Reads"),
            Column("purpose", "For"),
            Column("criticality", "How bad a break is"),
            Column("signs", "Signs"),
            Column("until", "Until", "day"),
        ],
        rows=[
            {
                "who": Link(row.who, row.url) if row.url else row.who,
                "fields": list(row.fields) or "everything",
                "purpose": _purpose(row),
                "criticality": row.criticality,
                "signs": Badge("yes", "good") if row.standing is Standing.COUNTS else Noted(Badge("no", "warn"), _STANDS[row.standing]),
                "until": row.until,
            }
            for row in page.readers
        ],
        empty="Nobody is registered, so its owners sign. docs/registering.md says how a reader registers.",
    )


def _purpose(row: ReaderRow) -> str | None:
    return f"the data product {row.product}" if row.product else row.on_behalf_of or None


def _suspects(page: ContractPage) -> Table:
    return Table(
        name="suspects",
        caption="Suspected readers",
        columns=[
            Column("suspect", "Name"),
            Column("who", "Who"),
            Column("evidence", "Seen in"),
            Column("fields", "Fields"),
            Column("last_seen", "Last seen", "day"),
            Column("dismissed", "No reader, says"),
        ],
        rows=[
            {
                "suspect": row.handle,
                "who": row.who,
                "evidence": row.kind,
                "fields": list(row.fields) or "not known",
                "last_seen": row.last_seen,
                "dismissed": row.dismissed or None,
            }
            for row in page.suspects
        ],
        empty="No evidence shows a reader that is not registered.",
    )


def _assets(page: ContractPage) -> Table:
    return Table(
        name="assets",
        caption="What shows its data",
        columns=[Column("asset", "What"), Column("kind", "Kind"), Column("who", "Whose"), Column("fields", "Shows")],
        rows=[
            {
                "asset": Link(one.name, one.url) if one.url.startswith(("https://", "http://")) else one.name,
                "kind": one.kind,
                "who": row.who,
                "fields": list(row.fields) or "everything",
            }
            for row in page.readers
            for one in row.assets
        ],
        empty="No reader has named a dashboard, report or model.",
    )


def _guards(page: ContractPage) -> Table:
    return Table(
        name="guards",
        caption="Guards in production",
        columns=[
            Column("source", "Where the data comes in"),
            Column("partitions", "Partitions", "number"),
            Column("stopped", "Stopped", "number"),
            Column("versions", "Held to"),
            Column("checked", "Records checked", "number"),
            Column("bad", "Broke it", "number"),
            Column("seen", "Last heard of", "moment"),
        ],
        rows=[
            {
                "source": row.source,
                "partitions": row.partitions,
                "stopped": Noted(row.stopped, tone="bad" if row.stopped else ""),
                "versions": list(row.versions),
                "checked": row.checked,
                "bad": row.bad,
                "seen": row.seen,
            }
            for row in page.guards
        ],
        empty="No guard watches its data. docs/guard.md says how to put one in.",
    )
