"""A contract: its versions, its readers, and what is the matter with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from countersign.gates.suspects import dismissed
from countersign.model.access import Viewer
from countersign.model.consumer import Reference
from countersign.model.guarded import Sighting
from countersign.model.pages import ContractPage, GuardRow, ReaderRow, SuspectRow, VersionRow
from countersign.model.path import show
from countersign.model.product import Product
from countersign.model.pull_request import Reader
from countersign.model.report import Breaker
from countersign.model.shown import ListedContract
from countersign.model.suspect import Suspect
from countersign.services.context import Ports
from countersign.services.registry import VERSION
from countersign.services.roster import registered
from countersign.services.shown.pull_request import open_pulls, touches
from countersign.services.shown.registry import product_seen
from countersign.services.shown.sight import UNNAMED, Sight


def contract_page(ports: Ports, viewer: Viewer, reference: Reference) -> ContractPage | None:
    """None if nothing of that name is promised, or it is not for the viewer. A repository is found under its old names, too."""
    records, sight = ports.records, Sight(ports, viewer)
    here = Reference(records.now_called(reference.repository), reference.contract)
    found = next((one for one in records.listed(here.repository) if one.reference == here), None)
    if found is None or not sight.contract(here):
        return None
    own = sight.owned.get((here.repository, here.contract))
    # A guard knows its contract by the name that it was given, whatever the repository is called by now.
    watched = [one for one in records.sightings(repository=here.repository) if one.report.contract.partition("#")[2] == here.contract]
    guards = tuple(_guards(watched))
    incidents = [one for one in records.incidents(repository=here.repository) if one.contract_id == here.contract]
    return ContractPage(
        contract=found,
        url=file_url(ports, here.repository, found.file),
        domain=own.domain if own else "",
        owners=sight.owners(here),
        read=records.enforcements().get(here.repository),
        versions=tuple(_versions(ports, found, guards)),
        readers=tuple(_reader(ports, sight, one) for one in registered(ports, here.repository, here.contract)),
        suspects=tuple(_suspect(sight, one) for one in records.suspects(here.repository, here.contract)),
        products=tuple(_products(ports, sight, here)),
        incidents=tuple(reversed(incidents)),
        notices=tuple(one for one in records.notices(here.repository) if one.contract == here.contract),
        pulls=open_pulls(ports, here.repository, touches(here.contract)),
        guards=guards,
    )


def file_url(ports: Ports, repository: str, file: str, line: int = 0, commit: str = "HEAD") -> str:
    """Where GitHub shows a file."""
    return f"{ports.github_url}/{repository}/blob/{commit}/{quote(file, errors='replace')}" + (f"#L{line}" if line else "")


def _versions(ports: Ports, contract: ListedContract, guards: Sequence[GuardRow]) -> Iterator[VersionRow]:
    """Those that the default branch has had since it was first read, newest first."""
    home, records = contract.reference.repository, ports.records
    rows = [row for row in records.ledger(kind=VERSION, repository=home) if row["what"]["contract"] == contract.reference.contract]
    pulls = {row["what"]["commit"]: row["number"] for row in records.ledger(kind="merge", repository=home)} if rows else {}
    enforced = {version for guard in guards for version in guard.versions}
    for place, row in enumerate(reversed(rows)):
        commit, version = row["what"]["commit"], row["what"]["version"]
        yield VersionRow(
            version=version,
            at=row["at"],
            commit=commit,
            url=file_url(ports, home, contract.file, commit=commit),
            pull=pulls.get(commit, 0),
            now=place == 0,
            enforced=version in enforced,
        )


def _reader(ports: Ports, sight: Sight, reader: Reader) -> ReaderRow:
    entry = reader.registration
    who = sight.who(entry.team, entry.repository)
    if who == UNNAMED:
        return ReaderRow(who=who, standing=reader.standing, criticality=entry.criticality, until=entry.ends_at)
    return ReaderRow(
        who=who,
        standing=reader.standing,
        fields=tuple(show(path) for path in entry.fields),
        on_behalf_of=entry.on_behalf_of,
        product=entry.product,
        criticality=entry.criticality,
        assets=entry.assets,
        until=entry.ends_at,
        url=file_url(ports, entry.repository, entry.place.file, entry.place.line),
    )


def _suspect(sight: Sight, suspect: Suspect) -> SuspectRow:
    hidden = suspect.hidden and not sight.leads(suspect.reference.repository)
    said = suspect.dismissed if dismissed(suspect) else None
    return SuspectRow(
        handle=suspect.handle,
        who=UNNAMED if hidden else suspect.team or suspect.consumer,
        kind=suspect.kind.value,
        fields=tuple(show(path) for path in suspect.fields),
        last_seen=suspect.last_seen,
        dismissed=f"{said.by}: {said.why}" if said else "",
    )


def _products(ports: Ports, sight: Sight, contract: Reference) -> Iterator[Product]:
    for product in ports.records.products():
        inputs = {Reference(ports.records.now_called(one.reference.repository), one.reference.contract) for one in product.inputs}
        if contract in inputs and product_seen(sight, product):
            yield product


def _guards(sightings: Sequence[Sighting]) -> Iterator[GuardRow]:
    by_source: dict[str, list[Sighting]] = {}
    for one in sightings:
        by_source.setdefault(one.report.source, []).append(one)
    for source, of in sorted(by_source.items()):
        yield GuardRow(
            source=source,
            partitions=len(of),
            stopped=sum(one.report.breaker is not Breaker.CLOSED for one in of),
            versions=tuple(dict.fromkeys(said.version for one in of for said in one.report.enforced if said.version)),
            checked=sum(one.total.checked for one in of),
            bad=sum(one.total.bad for one in of),
            seen=max(one.received_at for one in of),
        )
