"""Who answers for a contract that is read elsewhere, as its own repository says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countersign import policy as policies
from countersign.model.consumer import Reference
from countersign.model.finding import Finding
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.context import Ports
from countersign.services.in_force import documents_at


def with_producers(ports: Ports, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """``criticality-raised`` findings with the owners of the contract among those who may agree."""
    return tuple(
        replace(one, any_of=tuple(dict.fromkeys((*owners(ports, policies.parse_reference(one.path[0])), *one.any_of))))
        if one.rule == "criticality-raised"
        else one
        for one in findings
    )


def owners(ports: Ports, reference: Reference) -> tuple[str, ...]:
    """The owners of a contract on its default branch; () where nobody can tell: governance decides then."""
    home = ports.records.repository(ports.records.now_called(reference.repository))
    if home is None:
        return ()
    try:
        ports.git.fetch(home.name, [default_ref(home)])
        tip = ports.git.resolve(home.name, default_ref(home))
        above = ports.organisation_policy(home.name)
        policy = ports.reader.policy(home.name, *documents_at(ports.reader, home.name, tip, above.document if above else None)).policy
        files = ports.reader.contracts(home.name, tip, policy) if policy else {}
        lookup = policies.codeowners(ports.reader.codeowners(home.name, tip))
    except GitTrouble:
        return ()
    if policy is None:
        return ()
    for file, (entry, contract) in policies.listed(policy, files).items():
        if contract == reference.contract:
            return policies.owners_of(policy, entry, lookup, file)
    return ()
