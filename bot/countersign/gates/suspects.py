"""Readers whom nobody registered (GATE §4.3): which are open, what that holds up, and who may say that they are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from countersign.gates.signatures import members
from countersign.model.consumer import Registration
from countersign.model.finding import Finding
from countersign.model.pull_request import ContractFacts, PullRequest, Reader, Standing, Team
from countersign.model.suspect import EvidenceKind, Suspect

#: For so long after evidence of a kind was read it counts as connected.
CONNECTED = timedelta(days=30)


class NotDismissed(StrEnum):
    """Why somebody's word that a suspect is no reader does not count."""

    AUTHOR = "author"
    COMMITTER = "committer"
    OWNER = "owner"  # of the contract: it would waive the notice that it owes
    NOT_ENTITLED = "not-entitled"
    NO_REASON = "no-reason"
    UNKNOWN = "unknown"  # no check of the pull request shows it


def confirmed_by(suspect: Suspect, readers: Iterable[Reader], *, producer: str, owners: Iterable[str]) -> Registration | None:
    """The registration that says what evidence showed: of the suspect's team, or on its behalf, with every field that it was seen to read.

    One that names it among its assets is its own, too, where evidence names no team. The producer's own registrations confirm nothing:
    they would waive the notice that the producer owes.
    """
    barred = {owner.lower() for owner in owners}
    for reader in readers:
        entry = reader.registration
        own = entry.repository.lower() == producer.lower() or entry.team.lower() in barred
        if reader.standing is Standing.COUNTS and not own and _names(entry, suspect) and _covers(entry, suspect):
            return entry
    return None


def dismissed(suspect: Suspect) -> bool:
    """Somebody said that it is no reader, and it was not seen to read more since."""
    word = suspect.dismissed
    if word is None:
        return False
    return not word.fields or (bool(suspect.fields) and set(suspect.fields) <= set(word.fields))


def sort_out(
    suspects: Iterable[Suspect], readers: Iterable[Reader], *, producer: str, owners: Iterable[str]
) -> tuple[tuple[Suspect, ...], tuple[Registration, ...]]:
    """(those that are open, the registrations that confirm the others). Dismissed ones are neither.

    A team that owns the contract is no reader whom anybody would forget.
    """
    readers, owners = tuple(readers), tuple(owners)
    producing = {owner.lower() for owner in owners}
    standing = [suspect for suspect in suspects if not dismissed(suspect) and suspect.team.lower() not in producing]
    by = {suspect.fingerprint: confirmed_by(suspect, readers, producer=producer, owners=owners) for suspect in standing}
    return (
        tuple(suspect for suspect in standing if by[suspect.fingerprint] is None),
        tuple(dict.fromkeys(entry for entry in by.values() if entry is not None)),
    )


def suspected(finding: Finding, contract: ContractFacts | None) -> tuple[Suspect, ...]:
    """The open ones that a finding would hit."""
    return tuple(suspect for suspect in (contract.suspects if contract else ()) if any(suspect.reads(path) for path in finding.paths))


def not_dismissed(
    suspect: Suspect,
    by: str,
    *,
    pull_request: PullRequest,
    owners: Iterable[str],
    governance: Iterable[str],
    teams: Mapping[str, Team],
) -> NotDismissed | None:
    """Why ``by`` may not dismiss a suspect; None if that person may.

    A member of the suspect's team, where evidence names it, or of the organisation's ``overrides.by``; as with overrides neither author
    nor committer. An owner of the contract only as one of the latter.
    """
    login = by.lower()
    if login == pull_request.author.lower():
        return NotDismissed.AUTHOR
    if login in pull_request.committers:
        return NotDismissed.COMMITTER
    if login in members(governance, teams):
        return None
    if login in members(owners, teams):
        return NotDismissed.OWNER
    return None if suspect.team and login in members((suspect.team,), teams) else NotDismissed.NOT_ENTITLED


def connected(read: Mapping[EvidenceKind, datetime], now: datetime) -> tuple[EvidenceKind, ...]:
    """Kinds of evidence that were read lately. The silence of the others says nothing."""
    return tuple(kind for kind in EvidenceKind if kind in read and now - read[kind] <= CONNECTED)


def _names(entry: Registration, suspect: Suspect) -> bool:
    """Whether a registration is about this reader."""
    behalf = entry.on_behalf_of.lower()
    if suspect.team:
        return entry.team.lower() == suspect.team.lower() or behalf == suspect.team.lower()
    names = {suspect.consumer.lower()}
    return behalf in names or any(asset.name.lower() in names for asset in entry.assets)


def _covers(entry: Registration, suspect: Suspect) -> bool:
    """A suspect whose fields are not known is covered by whatever its team says it reads."""
    return all(entry.reads(field) for field in suspect.fields)
