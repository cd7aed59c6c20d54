"""Registrations as they have landed on a default branch: which of them count from then on, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from countersign import policy as policies
from countersign.model.command import Command, OpenIssue
from countersign.model.consumer import Reference, Registration
from countersign.model.policy import Policy
from countersign.render import contested_issue
from countersign.services.agreements import accept, agreed, agreements
from countersign.services.compare_policy import governance, owners_in
from countersign.services.context import Ports
from countersign.services.registration_findings import criticality_raised, delegate_added, registration_contested, registration_removed
from countersign.services.renamed import names_now
from countersign.services.roster import contested_for_good


def counting(ports: Ports, repository: str, tip: str, written: Sequence[Registration], at: datetime) -> tuple[Registration, ...]:
    """What the default branch registers, and what was taken out of it without the signature of its team (GATE §4).

    The latter goes on counting until its lease ends, or until the team is registered for as much again.
    """
    names = names_now(ports)
    lookup = owners_in(ports.reader.codeowners(repository, tip), names)
    known = ports.records.registrations_of(repository)
    numbers = {_stated(entry): entry.number for entry in known}
    # A line that is brought up to date is no other registration; one that is touched after its team's name was taken is.
    numbered = [replace(entry, repository=repository, number=numbers.get(_stated(entry), 0)) for entry in written]
    before = [names.entry(entry) for entry in known]
    reads = tuple(
        replace(entry, owns_line=_owned(names.entry(entry), lookup(entry.place.file)))
        for entry in _with_agreed_delegates(ports, repository, before, numbered, names)
    )
    after = [names.entry(entry) for entry in reads]
    as_written = dict(zip(before, known, strict=True))
    held = [entry for entry in before if entry.taken_out_at]
    for gone, left in _taken_out([entry for entry in before if not entry.taken_out_at], after):
        if not any(agreed(ports, repository, shown, since=gone.received_at) for shown in _shown(gone, left)):
            held.append(gone)
    running = [entry for entry, _ in _taken_out(held, after) if entry.ends_at is None or entry.ends_at > at]
    return (*(replace(as_written[entry], taken_out_at=entry.taken_out_at or at, home_gone="") for entry in running), *reads)


def _with_agreed_delegates(
    ports: Ports, repository: str, before: Sequence[Registration], written: Sequence[Registration], names: policies.Names
) -> tuple[Registration, ...]:
    """A delegate whom the team has not agreed to does not sign for it."""
    old, new = (Policy(file="", reads=tuple(entries)) for entries in (before, map(names.entry, written)))
    unsigned: dict[Registration, set[str]] = {}
    for entry, one in policies.added_delegates(old, new):
        if not agreed(ports, repository, delegate_added(entry, one).fingerprint):
            unsigned.setdefault(entry, set()).add(one)

    def signed(entry: Registration) -> tuple[str, ...]:
        return tuple(one for one in entry.delegates if names.now(one) not in unsigned.get(names.entry(entry), ()))

    return tuple(replace(entry, delegates=signed(entry)) for entry in written)


def _shown(gone: Registration, left: Registration | None) -> set[str]:
    """The fingerprints under which it may have been signed: an input of a data product may be written by the contract's id alone."""
    found = {registration_removed(gone, left).fingerprint}
    if gone.product or gone.on_behalf_of:
        bare = [replace(one, reference=Reference("", one.reference.contract)) if one else None for one in (gone, left)]
        found |= {registration_removed(bare[0] or gone, bare[1]).fingerprint}
    return found


def _taken_out(before: Sequence[Registration], reads: Sequence[Registration]) -> tuple[tuple[Registration, Registration | None], ...]:
    old, new = (Policy(file="", reads=tuple(entries)) for entries in (before, reads))
    return policies.removed_registrations(old, new)


def accept_all(ports: Ports, repository: str, policy: Policy, at: datetime) -> None:
    """What the policy claims and contests when the App is installed."""
    for entry in policy.reads:
        if entry.criticality == "high":
            accept(ports, repository, criticality_raised(entry, ()).fingerprint, at)
        for delegate in entry.delegates:
            accept(ports, repository, delegate_added(entry, delegate).fingerprint, at)
    for one in policy.contested:
        accept(ports, repository, registration_contested(one, ()).fingerprint, at)


def told_of_contested(ports: Ports, repository: str, policy: Policy) -> list[Command]:
    """Governance hears, once, of every registration whose contesting counts."""
    home = f"{repository.split('/')[0]}/.github"
    if not policy.contested or ports.records.repository(home) is None:
        return []
    commands: list[Command] = []
    names, agreed_to = names_now(ports), agreements(ports, [repository])
    for entry in policy.contested:
        if contested_for_good(agreed_to, repository, entry, names):
            title, body = contested_issue(
                replace(entry, team=names.now(entry.team)),
                repository=repository,
                told=governance(policy),
                links=ports.links(repository, ""),
            )
            marker = f"countersign:contested:{repository}:{entry.contract}:{entry.team}"
            commands.append(OpenIssue(repository=home, marker=marker, title=title, body=body))
    return commands


def _stated(entry: Registration) -> tuple[object, ...]:
    """What makes a registration another one."""
    asks = frozenset(entry.fields), entry.expects, entry.reads_with, entry.criticality
    return entry.reference, entry.team, *asks, entry.until, entry.on_behalf_of, entry.product


def _owned(entry: Registration, owners: tuple[str, ...]) -> bool:
    """CODEOWNERS gives the file that holds the entry to its team."""
    return entry.team.lower() in {owner.lower() for owner in owners}
