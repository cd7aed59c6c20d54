"""The gate of deployments: may this commit go to production now? Facts in, a verdict out.

While a contract has an open incident nothing is deployed that touches its producer, but for what ends the incident: going back to what ran
there before, our own revert, or a commit that an owner has named as the fix. Whatever else: each commit since the last deployment
has passed the gate, or what it changed has been put back.
"""

from __future__ import annotations

from countersign.model.deployment import DeploymentFacts, DeploymentVerdict


def may_deploy(facts: DeploymentFacts) -> DeploymentVerdict:
    if facts.unread:
        return DeploymentVerdict(facts=facts, approved=False)
    if facts.goes_back:
        return DeploymentVerdict(facts=facts, approved=True)  # it brings nothing that did not run there already
    against = tuple(one for one in facts.incidents if one.through is None)
    approved = not against and not facts.unsigned
    return DeploymentVerdict(facts=facts, approved=approved, incidents=against, unsigned=facts.unsigned)
