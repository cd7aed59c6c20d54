"""Whether a finding is agreed to be a false alarm: an owner and another person of governance say so (GATE §4, Dispute)."""

from __future__ import annotations

from collections.abc import Iterable

from countersign.gates.circle import Circle
from countersign.model.agreement import Dispute
from countersign.model.finding import Finding, Question
from countersign.model.pull_request import Statement, StatementKind


def disputable(finding: Finding) -> bool:
    """A rule may be wrong about a contract. That the gate itself gets weaker, or the policy has a fault, is no matter of opinion."""
    return finding.level.blocks and finding.question is not Question.GATE and bool(finding.contract)


def dispute(finding: Finding, statements: Iterable[Statement], circle: Circle) -> Dispute | None:
    """How it stands for one finding; None if it cannot be disputed, or if there are no two people who could."""
    if not disputable(finding) or not any(owner != other for owner in circle.owners for other in circle.governance):
        return None
    said = sorted(
        (one for one in statements if one.kind is StatementKind.DISPUTE and not one.unclear and finding.fingerprint in one.fingerprints),
        key=lambda one: one.received_at,
    )
    owners = [one for one in said if one.by.lower() in circle.owners]
    governance = [one for one in said if one.by.lower() in circle.governance]
    pairs = [(owner, other) for owner in owners for other in governance if owner.by.lower() != other.by.lower()]
    # Without a pair, whoever is both has said one half of it.
    by_owner, by_governance = (
        min(pairs, key=lambda pair: max(one.received_at for one in pair))
        if pairs
        else (next(iter(owners), None), None if owners else next(iter(governance), None))
    )
    return Dispute(owners=circle.owner_names, governance=circle.governance_names, by_owner=by_owner, by_governance=by_governance)
