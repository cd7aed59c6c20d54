"""Who may speak about a finding with a command: its contract's owners and the organisation's governance (GATE §4, Override)."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.gates.signatures import Reviews, members
from countersign.model.pull_request import ContractFacts, Facts


@dataclass(frozen=True, slots=True)
class Circle:
    """Names as the policy has them, and the logins behind them, without the author and the committers."""

    owner_names: tuple[str, ...]
    governance_names: tuple[str, ...]
    owners: frozenset[str]
    governance: frozenset[str]

    @classmethod
    def of(cls, facts: Facts, contract: ContractFacts | None, reviews: Reviews) -> Circle:
        """Where nobody but the author owns the contract, the organisation's owners own it."""
        names = contract.owners if contract else facts.owners
        if not _others(facts, names):
            names = facts.organisation_owners
        able = {
            group: frozenset(who for who in members(group, facts.teams) if not reviews.barred(who)) for group in (names, facts.overrides.by)
        }
        return cls(names, facts.overrides.by, able[names], able[facts.overrides.by])


def _others(facts: Facts, names: tuple[str, ...]) -> frozenset[str]:
    return members(names, facts.teams) - {facts.pull_request.author.lower()}
