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
from countersign.services.agreements import accept, agreed
from countersign.services.compare_policy import governance
from countersign.services.context import Ports
from countersign.services.registration_findings import criticality_raised, delegate_added, registration_contested, registration_removed


def counting(ports: Ports, repository: str, tip: str, written: Sequence[Registration], at: datetime) -> tuple[Registration, ...]:
    """What the default branch registers, and what was taken out of it without the signature of its team (GATE §4).

    The latter goes on counting until its lease ends, or until the team is registered for as much again.
    """
    lookup = policies.codeowners(ports.reader.codeowners(repository, tip))
    before = ports.records.registrations_of(repository)
    reads = tuple(
        replace(entry, repository=repository, owns_line=_owned(entry, lookup(entry.place.file)))
        for entry in _with_agreed_delegates(ports, repository, before, written)
    )
    held = [entry for entry in before if entry.taken_out_at]
    for gone, left in _taken_out([entry for entry in before if not entry.taken_out_at], reads):
        if not any(agreed(ports, repository, shown, since=gone.received_at) for shown in _shown(gone, left)):
            held.append(replace(gone, taken_out_at=at))
    running = (entry for entry, _ in _taken_out(held, reads) if entry.ends_at is None or entry.ends_at > at)
    return (*running, *reads)


def _with_agreed_delegates(
    ports: Ports, repository: str, before: Sequence[Registration], written: Sequence[Registration]
) -> tuple[Registration, ...]:
    """A delegate whom the team has not agreed to does not sign for it."""
    old, new = (Policy(file="", reads=tuple(entries)) for entries in (before, written))
    unsigned: dict[Registration, set[str]] = {}
    for entry, one in policies.added_delegates(old, new):
        if not agreed(ports, repository, delegate_added(entry, one).fingerprint):
            unsigned.setdefault(entry, set()).add(one)
    return tuple(replace(entry, delegates=tuple(one for one in entry.delegates if one not in unsigned.get(entry, ()))) for entry in written)


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
    for entry in policy.contested:
        if agreed(ports, repository, registration_contested(entry, ()).fingerprint):
            title, body = contested_issue(entry, repository=repository, told=governance(policy), links=ports.links(repository, ""))
            marker = f"countersign:contested:{repository}:{entry.contract}:{entry.team}"
            commands.append(OpenIssue(repository=home, marker=marker, title=title, body=body))
    return commands


def _owned(entry: Registration, owners: tuple[str, ...]) -> bool:
    """CODEOWNERS gives the file that holds the entry to its team."""
    return entry.team.lower() in {owner.lower() for owner in owners}
