"""Which registrations count, and whom a finding hits (GATE §4, Signatures and Registrations)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from countersign.model.consumer import LEASE, Registration
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.pull_request import Frozen, Reader, Standing

#: GATE §4: readers are frozen for a finding for 30 days.
FREEZE = timedelta(days=30)
#: GitHub's repository permissions that let somebody push.
WRITING = frozenset({"push", "maintain", "admin", "write"})


def standing(registration: Registration, *, producer: str, team_known: bool, permission: str, owns_line: bool, now: datetime) -> Standing:
    """Whether a registration counts, and if not, why.

    producer: ``org/repo`` of the contract. permission: what the named team may do in the repository that holds the entry.
    owns_line: CODEOWNERS gives it the policy file there. A registration without a written end runs 12
    months from its receipt. One whose repository is gone counted when it went.
    """
    if registration.repository.split("/")[0].lower() != producer.split("/")[0].lower():
        return Standing.OTHER_ORGANISATION
    if not team_known:
        return Standing.NO_SUCH_TEAM
    if permission not in WRITING and not owns_line and not registration.home_gone:
        return Standing.NO_WRITE_ACCESS
    received = registration.received_at or now
    if not registration.until:
        return Standing.LAPSED if now > received + LEASE else Standing.COUNTS
    end = date.fromisoformat(registration.until)
    if now.date() > end:
        return Standing.LAPSED
    return Standing.TOO_LONG if end > (received + LEASE).date() else Standing.COUNTS


@dataclass(frozen=True, slots=True)
class Hit:
    """A reader that a finding hits, and with which of its fields (the empty path: with the whole contract)."""

    reader: Reader
    fields: tuple[Path, ...]


def hits(finding: Finding, readers: Iterable[Reader]) -> tuple[Hit, ...]:
    """The readers whose fields contain the finding's path, an ancestor or a descendant of it, whether they count or not."""
    found = (Hit(reader, _read(reader.registration, finding)) for reader in readers)
    return tuple(hit for hit in found if hit.fields)


def _read(registration: Registration, finding: Finding) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(field for path in finding.paths for field in registration.reads(path)))


def readers_of(
    finding: Finding, current: Sequence[Reader], frozen: Sequence[Frozen], now: datetime, *, confirming: Collection[Registration] = ()
) -> tuple[Reader, ...]:
    """The readers that count for a finding: those frozen when it was published, for 30 days; later ones are only told.

    confirming: registrations by which a suspected reader is confirmed. Evidence shows that these were not made to block.
    """
    held = next((f for f in frozen if f.fingerprint == finding.fingerprint and now - f.since < FREEZE), None)
    if held is None:
        return tuple(current)
    # One that did not count then and does now, because its team was made or given access, has its say after all.
    good = {_who(reader) for reader in current if reader.standing is Standing.COUNTS}
    kept = [
        replace(reader, standing=Standing.COUNTS if _who(reader) in good else reader.standing)
        for reader in (_in_charge(reader, current) for reader in held.readers)
    ]
    known = {_who(reader) for reader in kept}
    new = [reader for reader in current if _who(reader) not in known]
    late = (reader if reader.registration in confirming else replace(reader, standing=Standing.LATE) for reader in new)
    return (*kept, *late)


def _in_charge(held: Reader, current: Sequence[Reader]) -> Reader:
    """A product is held for the finding with its manager, whoever that is now. One who was replaced without signing stays it."""
    entry = held.registration
    if not entry.product or any(_who(reader) == _who(held) for reader in current):
        return held
    now = (reader for reader in current if _product(reader.registration) == _product(entry))
    return next((replace(held, registration=reader.registration) for reader in now), held)


def _product(entry: Registration) -> tuple[object, ...]:
    return entry.repository, entry.reference, entry.product, entry.fields


def _who(reader: Reader) -> tuple[object, ...]:
    entry = reader.registration
    whose = entry.repository, entry.reference, entry.product, entry.team, entry.on_behalf_of
    return *whose, entry.fields, entry.expects, entry.reads_with
