"""Which holds of data products' managers stand (GATE §4, Hold)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from countersign.gates.signatures import members
from countersign.model.finding import Finding
from countersign.model.pull_request import Statement, StatementKind, Team
from countersign.model.signing import Signer, SignerRole
from countersign.model.verdict import Judged, RefusedHold


def holds_of(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """In the order in which they were received."""
    return tuple(sorted((one for one in statements if one.kind is StatementKind.HOLD), key=lambda one: one.received_at))


def standing_holds(
    finding: Finding, signers: Iterable[Signer], holds: Sequence[Statement], teams: Mapping[str, Team], *, most_days: int, now: datetime
) -> tuple[Statement, ...]:
    """Those on a finding, the last of each manager. One until the day of its receipt ends what that manager held before.

    signers: of the finding. A hold counts while its giver is the manager, or one of the team that is.
    """
    last: dict[tuple[str, ...], Statement] = {}
    for hold in holds:
        if finding.fingerprint in hold.fingerprints and not hold.unclear and not _past(hold) and not _too_long(hold, most_days):
            for signer in _managers(signers):
                if hold.by.lower() in members(signer.teams, teams):
                    last[signer.teams] = hold
    found = dict.fromkeys(last.values())
    return tuple(one for one in found if one.until and now <= one.until and one.until.date() > one.received_at.date())


def refused_holds(
    judged: Sequence[Judged], holds: Iterable[Statement], teams: Mapping[str, Team], *, most_days: Mapping[str, int]
) -> tuple[RefusedHold, ...]:
    """Those that do not stand, with why; of findings that are gone nothing is said. most_days: fingerprint -> the longest hold."""
    found: list[RefusedHold] = []
    for hold in holds:
        about = [one for one in judged if one.finding.fingerprint in hold.fingerprints]
        managed = [one for one in about if any(hold.by.lower() in members(s.teams, teams) for s in _managers(one.signers))]
        longest = min((most_days[one.finding.fingerprint] for one in managed), default=0)
        if hold.unclear:
            found.append(RefusedHold(hold=hold, why="unknown"))
        elif about and not managed:
            found.append(RefusedHold(hold=hold, why="not-manager"))
        elif managed and _past(hold):
            found.append(RefusedHold(hold=hold, why="past"))
        elif managed and _too_long(hold, longest):
            found.append(RefusedHold(hold=hold, why="too-long", most_days=longest))
    return tuple(found)


def _managers(signers: Iterable[Signer]) -> list[Signer]:
    return [signer for signer in signers if signer.role is SignerRole.MANAGER]


def _past(hold: Statement) -> bool:
    return hold.until is not None and hold.until < hold.received_at


def _too_long(hold: Statement, most_days: int) -> bool:
    return hold.until is None or hold.until.date() > (hold.received_at + timedelta(days=most_days)).date()
