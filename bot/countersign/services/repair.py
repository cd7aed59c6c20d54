"""The plan that makes the check hold, and carrying it out with an administrator's own token."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.gates.repairs import repairs
from countersign.model.enforceability import OrganisationFacts
from countersign.model.settings import Repair
from countersign.ports import Administration


def plan(facts: OrganisationFacts, administration: Administration) -> tuple[Repair, ...]:
    """What would have to change now. Nothing, once it has."""
    own = {one.name: administration.rulesets(one.name) for one in facts.repositories if one.publishes or one.governs}
    return repairs(facts, own)


def apply(planned: Sequence[Repair], administration: Administration) -> None:
    for repair in planned:
        if repair.ruleset:
            administration.change_ruleset(repair.repository, repair.ruleset, repair.after)
        else:
            administration.make_ruleset(repair.repository, repair.after)
