"""Repositories that are gone: the registrations that they held go on counting, because no team signed them away (GATE §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countersign import policy as policies
from countersign.model.command import Command, OpenIssue, Rejudge
from countersign.model.consumer import Reference, Registration
from countersign.model.policy import Policy
from countersign.model.pull_request import Standing
from countersign.ports import GitTrouble
from countersign.render import held_issue
from countersign.services.branches import default_ref
from countersign.services.compare_policy import governance
from countersign.services.comparison import Notebook
from countersign.services.context import Ports
from countersign.services.discretion import more_public
from countersign.services.in_force import base_policy
from countersign.services.renamed import names_now
from countersign.services.roster import registered

#: The ledger's kind. Its entry stands under the repository's name.
GONE = "repository-gone"


def hold(ports: Ports, repository: str, how: str) -> list[Command]:
    """Keep what counts of a repository that went; governance is told, once. how: see `Registration.home_gone`.

    What has no right to count now gets none by this. Neither does what the repository read of itself.
    """
    now = ports.calendar.now()
    entries = ports.records.registrations_of(repository)
    if not entries:
        return []
    held = [
        replace(entry, taken_out_at=now, home_gone=how)
        for entry in entries
        if not entry.home_gone and _producer(ports, entry) != repository and _counts(ports, entry) and not _covered(ports, entry)
    ]
    kept = [*(entry for entry in entries if entry.home_gone), *held]
    told = _governance_told(ports, repository, kept) if kept else []
    ports.records.keep_registrations(repository, kept, now)
    ports.records.write_ledger(GONE, repository, 0, now, {"how": how, "registrations": len(kept)})
    return [*told, *_judged_again(ports, held, "a reader's repository is gone")]


def settle(ports: Ports) -> list[Command]:
    """What was held ends with its lease, or as soon as its team is registered elsewhere for as much, by an entry that counts.

    Nobody reads the policy of a repository that is gone again, so this is looked at wherever either may have come about.
    """
    now, commands = ports.calendar.now(), list[Command]()
    for home in sorted({row["repository"] for row in ports.records.ledger(kind=GONE)}):
        entries = ports.records.registrations_of(home)
        over = [entry for entry in entries if entry.home_gone and ((entry.ends_at and entry.ends_at <= now) or _covered(ports, entry))]
        if over:
            ports.records.keep_registrations(home, [entry for entry in entries if entry not in over], now)
            commands += _judged_again(ports, over, "a reader is registered elsewhere, or no more")
    return commands


def _producer(ports: Ports, entry: Registration) -> str:
    return ports.records.now_called(entry.reference.repository)


def _counts(ports: Ports, entry: Registration) -> bool:
    on = _producer(ports, entry), entry.reference.contract
    found = zip(ports.records.registrations(*on), registered(ports, *on), strict=True)
    return any(written == entry and reader.standing is Standing.COUNTS for written, reader in found)


def _covered(ports: Ports, entry: Registration) -> bool:
    """Whether entries that stand in other repositories ask its team about as much."""
    others = [
        reader.registration
        for reader in registered(ports, _producer(ports, entry), entry.reference.contract)
        if reader.standing is Standing.COUNTS
        and reader.registration.repository != entry.repository
        and not reader.registration.taken_out_at
    ]
    return not policies.removed_registrations(Policy(file="", reads=(names_now(ports).entry(entry),)), Policy(file="", reads=tuple(others)))


def _judged_again(ports: Ports, entries: Sequence[Registration], why: str) -> list[Command]:
    return [
        Rejudge(repository=row.repository, number=row.number, why=why)
        for producer in sorted({_producer(ports, entry) for entry in entries})
        for row in ports.records.open_pull_requests(producer)
    ]


def _governance_told(ports: Ports, repository: str, held: Sequence[Registration]) -> list[Command]:
    home = ports.records.repository(f"{repository.split('/')[0]}/.github")
    known = ports.records.repository(repository)
    if home is None or home.name == repository or known is None:
        return []
    try:
        tip = ports.git.resolve(home.name, default_ref(home))
        told = governance(base_policy(ports.reader, home.name, tip, None, Notebook()).policy)
    except GitTrouble:
        told = ()
    # The organisation's repository may have readers who must not know of this one, of a producer, or of a secret team.
    named = [names_now(ports).entry(entry) for entry in held]
    shown = [entry for entry in named if not ports.records.team(entry.team.removeprefix("@")).secret]
    shown = [
        replace(entry, reference=Reference("", "")) if more_public(ports, home.name, _producer(ports, entry)) else entry for entry in shown
    ]
    name = "" if more_public(ports, home.name, repository) else repository.partition("~")[0]  # see `repository_names._set_aside`
    title, body = held_issue(shown, repository=name, secret=len(held) - len(shown), told=told)
    return [OpenIssue(repository=home.name, marker=f"countersign:gone:{known.id}", title=title, body=body)]
