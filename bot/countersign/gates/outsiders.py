"""Whether somebody other than the producer reads what goes, so that signatures can stand for notice (ADR 11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from countersign.gates.signatures import members
from countersign.model.consumer import Registration
from countersign.model.pull_request import Facts
from countersign.model.signing import Signer


def read_by_others(signers: Iterable[Signer], owners: Collection[str], facts: Facts) -> bool:
    """True if for one of the registrations hit somebody outside the producer's teams has signed, or still may.

    Owners who registered themselves, under whatever name, could otherwise waive the notice for everybody else.
    """
    inside = members(owners, facts.teams)
    names = {name.lower() for name in owners}
    return any(
        _outside(signer, inside, facts)
        for signer in signers
        if any(_elsewhere(entry, facts) and entry.team.lower() not in names for entry, _ in signer.hits)
    )


def _elsewhere(entry: Registration, facts: Facts) -> bool:
    return entry.repository.lower() != facts.pull_request.repository.lower()


def _outside(signer: Signer, inside: frozenset[str], facts: Facts) -> bool:
    """At a desk nobody knows who is in a team."""
    if not facts.online:
        return True
    if signer.signature is not None:
        return signer.signature.login.lower() not in inside
    return bool(members((*signer.teams, *signer.delegates), facts.teams) - inside)
