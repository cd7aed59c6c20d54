"""The registry: every contract that the viewer may see, who reads it, and how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from countersign.gates.suspects import dismissed
from countersign.model.access import Viewer
from countersign.model.consumer import Reference
from countersign.model.pages import RegistryPage, RegistryRow, TeamRow
from countersign.model.product import Product
from countersign.services.context import Ports
from countersign.services.shown.sight import UNNAMED, Sight


def registry_page(ports: Ports, viewer: Viewer, query: str = "", domain: str = "") -> RegistryPage:
    """query: words that all have to be in a contract's name, its domain, its owners or its readers; in any case."""
    sight = Sight(ports, viewer)
    seen = _rows(ports, sight)
    words = query.lower().split()
    found = [row for row in seen if (not domain or row.domain == domain) and _has(words, _text(row))]
    products = [one for one in ports.records.products() if product_seen(sight, one) and _has(words, f"{one.name} {one.manager} {one.team}")]
    return RegistryPage(
        query=query,
        domain=domain,
        domains=tuple(sorted({row.domain for row in seen if row.domain})),
        known=len(seen),
        contracts=tuple(found),
        products=() if domain else tuple(products),
        teams=_teams(found),
    )


def product_seen(sight: Sight, product: Product) -> bool:
    """Whether a product's page is for the viewer: its manager's, its readers', and of the team that keeps its entry."""
    keepers = sight.owners(Reference(product.repository, ""))
    return sight.holder(product.repository, (product.manager, *([product.team] if product.team else []), *keepers))


def _rows(ports: Ports, sight: Sight) -> list[RegistryRow]:
    records = ports.records
    suspects = Counter(one.reference for one in records.suspects() if not dismissed(one))
    incidents = Counter((one.repository, one.contract_id) for one in records.incidents(live=True))
    enforced = records.enforcements()
    contracts = [one for one in records.listed() if sight.contract(one.reference)]
    notices = Counter(
        (name, notice.contract) for name in {one.reference.repository for one in contracts} for notice in records.notices(name)
    )
    rows = []
    for one in contracts:
        home, own = one.reference.repository, sight.owned.get((one.reference.repository, one.reference.contract))
        read = enforced.get(home)
        rows.append(
            RegistryRow(
                contract=one,
                domain=own.domain if own else "",
                owners=sight.owners(one.reference),
                readers=_readers(sight, one.reference),
                suspects=suspects[one.reference],
                incidents=incidents[home, one.reference.contract],
                notices=notices[home, one.reference.contract],
                enforcement=read.enforcement if read else None,
            )
        )
    return rows


def _readers(sight: Sight, reference: Reference) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sight.who(entry.team, entry.repository) for entry in sight.registrations.get(reference, ())))


def _teams(rows: Sequence[RegistryRow]) -> tuple[TeamRow, ...]:
    owns = Counter(team for row in rows for team in row.owners)
    reads = Counter(team for row in rows for team in row.readers if team != UNNAMED)
    return tuple(TeamRow(name=team, owns=owns[team], reads=reads[team]) for team in sorted(owns.keys() | reads.keys()))


def _text(row: RegistryRow) -> str:
    return " ".join((str(row.contract.reference), row.domain, *row.owners, *row.readers))


def _has(words: Iterable[str], text: str) -> bool:
    return all(word in text.lower() for word in words)
