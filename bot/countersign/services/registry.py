"""What a default branch holds: registrations, the catalogue of contracts, and running notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from countersign import policy as policies
from countersign.model.command import Command, Rejudge
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place, WrittenNotice
from countersign.model.fact import Owned
from countersign.model.github import Repository
from countersign.model.path import show
from countersign.model.policy import Policy, Publishes
from countersign.model.product import Product
from countersign.model.pull_request import RunningNotice
from countersign.model.shown import ListedContract
from countersign.model.suspect import StoredDataset
from countersign.services import products
from countersign.services.codec import load
from countersign.services.compare_policy import notices_of
from countersign.services.comparison import Listed
from countersign.services.context import JSON, Ports
from countersign.services.departures import settle
from countersign.services.discovery.stores import stored_datasets
from countersign.services.in_force import documents_at
from countersign.services.landed_registrations import accept_all, counting, told_of_contested
from countersign.services.notice_history import Key, began, summaries

#: Kind of the ledger: a contract has another version on the default branch.
VERSION = "contract-version"


def refresh_registry(ports: Ports, repository: Repository, received_at: datetime | None = None, *, first: bool = False) -> list[Command]:
    """Read the default branch of a repository again. Open pull requests of contracts that gained or lost a reader are judged again.

    received_at: when the push that brought its state was received; None if nobody knows. An entry that was known keeps its own time.
    first: the App has just been installed, and what it finds counts as it stands.
    """
    name, branch = repository.name, f"refs/heads/{repository.default_branch}"
    ports.git.fetch(name, [branch])
    tip = ports.git.resolve(name, branch)
    above = ports.organisation_policy(name)
    policy = ports.reader.policy(name, *documents_at(ports.reader, name, tip, above.document if above else None)).policy
    if policy is None:
        return []
    before = {_reading(entry): entry.reference for entry in ports.records.registrations_of(name)}
    at = received_at or ports.calendar.now()
    if first:
        accept_all(ports, name, policy, at)
    built = _products(ports, name, tip, policy)
    ports.records.keep_products(name, built)
    reads = counting(ports, name, tip, (*policy.reads, *products.registrations(built)), at)
    ports.records.keep_registrations(name, reads, at)
    after = {_reading(entry): entry.reference for entry in reads}
    files = ports.git.files(name, tip)
    listed = policies.listed(policy, files)
    running: dict[Key, WrittenNotice] = dict(notices_of(policy, listed))
    texts = ports.reader.texts(name, {path: files[path] for path in listed})
    told = summaries(ports, name, tip, {path: listed[path][1] for path in listed}, {path: text.text for path, text in texts.items()})
    for contract, summary in told.items():
        running |= {(contract, notice.path): notice for notice in load(tuple[WrittenNotice, ...], summary["notices"])}
    unread = {contract for _, contract in listed.values()} - told.keys()
    # What cannot be read has not taken its notices back.
    for notice in ports.records.notices(name):
        if notice.contract in unread:
            running.setdefault((notice.contract, notice.path), _as_written(notice))
    known = {reference.contract: fields for reference, fields in ports.records.catalogue() if reference.repository == name}
    fields = {contract: summary["fields"] for contract, summary in told.items()}
    ports.records.keep_catalogue(name, fields | {contract: known[contract] for contract in unread & known.keys()})
    ports.records.keep_owned(name, _owned(ports, name, tip, policy, listed))
    _keep_listed(ports, name, tip, listed, told, at)
    ports.records.keep_stored(name, _stored(ports, name, {contract: entry for entry, contract in listed.values()}, told))
    days = {contract: entry.settings.notice.days for entry, contract in listed.values()}
    _keep_notices(ports, name, tip, running, days, received_at)
    producers = sorted({ports.records.now_called((before | after)[changed].repository) for changed in before.keys() ^ after.keys()})
    return [
        *told_of_contested(ports, name, policy),
        *settle(ports),
        *(
            Rejudge(repository=row.repository, number=row.number, why=f"the readers that {name} registers changed")
            for producer in producers
            for row in ports.records.open_pull_requests(producer)
        ),
    ]


def _owned(ports: Ports, name: str, tip: str, policy: Policy, listed: Listed) -> list[Owned]:
    """Whose each contract is, and the repository itself: a team that only reads is counted with the domain of its repository."""
    owners = policies.codeowners(ports.reader.codeowners(name, tip))
    rows = []
    for file, (entry, contract) in sorted(listed.items()):
        teams = policies.owners_of(policy, entry, owners, file)
        rows.append(Owned(repository=name, contract=contract, domain=entry.domain or _short(teams), teams=teams))
    readers = tuple(dict.fromkeys((*policy.owners, *(entry.team for entry in policy.reads if not entry.product))))
    domain = policy.domain or next((row.domain for row in rows), "") or _short(readers)
    unique = {row.contract: row for row in rows}
    return [Owned(repository=name, domain=domain, teams=readers), *unique.values()]


def _keep_listed(ports: Ports, name: str, tip: str, listed: Listed, told: Mapping[str, JSON], at: datetime) -> None:
    """What is promised now, for the pages; a version that was not there before goes into the ledger. One that cannot be read stays."""
    before = {one.reference.contract: one for one in ports.records.listed(name)}
    last = {row["what"]["contract"]: row["what"]["version"] for row in ports.records.ledger(kind=VERSION, repository=name)}
    rows = {}
    for file, (entry, contract) in sorted(listed.items()):
        said, known = told.get(contract), before.get(contract)
        version = (said["version"] if said else known.version if known else "") or ""
        status = (said["status"] if said else known.status if known else "") or ""
        rows[contract] = ListedContract(
            reference=Reference(name, contract), file=file, mode=entry.settings.mode, version=version, status=status
        )
        if version and version != last.get(contract):
            what = {"contract": contract, "version": version, "commit": tip}
            ports.records.write_ledger(VERSION, name, 0, at, what, once=f"{VERSION}:{name}:{contract}:{version}:{tip}")
    ports.records.keep_listed(name, list(rows.values()))


def _short(teams: Sequence[str]) -> str:
    """A team's own name, without its organisation."""
    return teams[0].rpartition("/")[2].removeprefix("@") if teams else ""


def _stored(ports: Ports, name: str, entries: Mapping[str, Publishes], told: Mapping[str, JSON]) -> list[StoredDataset]:
    """Where the data is now. A contract that cannot be read is where it was."""
    before = [one for one in ports.records.stored() if one.reference.repository == name and one.reference.contract not in told]
    kept = [one for one in before if one.reference.contract in entries]
    return [*kept, *(one for contract, summary in told.items() for one in stored_datasets(name, contract, summary, entries[contract]))]


def _reading(entry: Registration) -> tuple[object, ...]:
    """What of a registration decides whom a finding hits."""
    return entry.identity, entry.fields, entry.expects, entry.reads_with, entry.criticality, entry.until, entry.owns_line, entry.delegates


def _products(ports: Ports, repository: str, tip: str, policy: Policy) -> tuple[Product, ...]:
    """With what they are built on. A file that cannot be read any more has not taken back what it named."""
    known = {product.name: product for product in ports.records.products(repository)}
    catalogue = dict(ports.records.catalogue())
    found = []
    for product in products.with_ports(ports.reader, repository, tip, policy.products):
        if product.unread and product.name in known:
            product = replace(product, inputs=known[product.name].inputs)
        found.append(products.settled(product, catalogue))
    return tuple(found)


def _as_written(notice: RunningNotice) -> WrittenNotice:
    place = Place(file="", line=1)
    return WrittenNotice(
        path=notice.path, place=place, remove_after=notice.remove_after, replacement=notice.replacement, reason=notice.reason
    )


def _keep_notices(
    ports: Ports, repository: str, tip: str, running: dict[Key, WrittenNotice], days: Mapping[str, int], received_at: datetime | None
) -> None:
    """What is announced now. A notice that is new to us began with the push we received, else with the merge that brought it, else now."""
    now = ports.calendar.now()
    before = {(notice.contract, notice.path) for notice in ports.records.notices(repository)}
    kept = []
    for key, notice in running.items():
        start = received_at or now
        if key not in before and received_at is None:
            start = began(ports, repository, tip, key, notice) or now
        kept.append(
            RunningNotice(
                contract=key[0],
                path=key[1],
                started_at=start,
                days=days.get(key[0], 0),
                remove_after=notice.remove_after,
                replacement=notice.replacement,
                reason=notice.reason,
            )
        )
        if key not in before:
            what = {"contract": key[0], "path": show(key[1]), "remove_after": notice.remove_after}
            ports.records.write_ledger("notice-begun", repository, 0, start, what, once=f"notice:{repository}:{key}:{start.isoformat()}")
    for contract, path in sorted(before - running.keys()):
        ports.records.write_ledger("notice-ended", repository, 0, received_at or now, {"contract": contract, "path": show(path)})
    ports.records.keep_notices(repository, kept, received_at or now)
