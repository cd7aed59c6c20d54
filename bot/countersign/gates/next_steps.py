"""Who must act next on a judged pull request, who is left alone, and when time alone may change the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from countersign.gates.consumers import turning_points
from countersign.gates.registrations import FREEZE
from countersign.gates.signatures import LIFETIME
from countersign.model.policy import Mode
from countersign.model.pull_request import Facts, Reader, Standing
from countersign.model.signing import Signer
from countersign.model.verdict import Judged

#: What holds up to and with a moment is over one second later; times are whole seconds.
_SECOND = timedelta(seconds=1)


def not_asked(facts: Facts, judged: Sequence[Judged]) -> tuple[Reader, ...]:
    """Registered readers of what was touched that nothing blocking hits. Of a contract that cannot be read nobody knows."""
    blocking = [one for one in judged if one.finding.level.blocks]
    hit = {entry.party for one in blocking for signer in one.signers for entry, _ in signer.hits}
    hit |= {reader.registration.party for one in blocking for reader in one.told}
    unread = {one.finding.contract for one in judged if one.finding.rule == "contract-unreadable"}
    return tuple(
        reader
        for contract in facts.contracts
        if contract.id not in unread
        for reader in contract.readers
        if reader.standing is Standing.COUNTS and reader.registration.party not in hit
    )


def _unsigned(one: Judged) -> list[Signer]:
    return [signer for signer in one.signers if not signer.settled]


def waiting_for(standing: Sequence[Judged]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(team for one in standing for signer in _unsigned(one) for team in signer.teams))


def ask(standing: Sequence[Judged]) -> tuple[str, ...]:
    """Whom to request a review of: in ``observe`` nobody; a finding that nobody can sign asks nobody."""
    return tuple(sorted({name for one in standing if one.mode is not Mode.OBSERVE for signer in one.signers for name in signer.ask}))


def wake_at(judged: Sequence[Judged], facts: Facts, now: datetime) -> tuple[datetime, ...]:
    """When time alone may change the verdict: a notice, an open call, a hold, a freeze or a lease ends, an override or signature lapses."""
    times: set[datetime] = set()
    for one in judged:
        if one.notice and one.notice.ends_at:
            times.add(one.notice.ends_at)
        if one.open_call and one.open_call.ends_at:
            times.add(one.open_call.ends_at)
        if one.override:
            times.add(one.override.until + _SECOND)
        if one.glass and one.glass.until:
            times.add(one.glass.until)
        times |= {signer.signature.at + LIFETIME + _SECOND for signer in one.signers if signer.signature}
        times |= {hold.until + _SECOND for hold in one.holds if hold.until}
        times |= turning_points(one.signers)
        times |= {lapse for signer in one.signers for entry, _ in signer.hits if (lapse := entry.ends_at)}
    shown = {one.finding.fingerprint for one in judged}
    times |= {held.since + FREEZE for held in facts.frozen if held.fingerprint in shown}
    return tuple(sorted(time for time in times if time > now))
