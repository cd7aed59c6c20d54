"""Whom an incident concerns, and which change probably brought it about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countersign.model.consumer import Reference
from countersign.model.incident import Hit, Incident, Suspected
from countersign.model.path import Path
from countersign.model.pull_request import Standing
from countersign.policy.pattern import compile_pattern
from countersign.ports import Commit, GitTrouble
from countersign.services.context import Ports
from countersign.services.deployments import deployments
from countersign.services.incidents.promised import Promised
from countersign.services.roster import readers

#: Merges that are looked at, newest first. What came before so many others is hardly the cause of what broke just now.
_LOOKED_AT = 30


def hit(ports: Ports, incident: Incident, there: Promised | None) -> Hit:
    """there: the contract as it is promised now; one that is gone concerns its readers still. Raises `GitTrouble`.

    Which change did it is looked up at GitHub, and left out where GitHub did not answer just now.
    """
    paths = broken_paths(ports, incident)
    found = readers(ports, incident.repository, incident.contract_id, there.policy.contested if there else ())
    counting = (reader.registration for reader in found if reader.standing is Standing.COUNTS)
    looked_for: Sequence[Path] = paths or ((incident.dataset,),)
    concerned = tuple(entry for entry in counting if any(entry.reads(path) for path in looked_for))
    named = {entry.product or entry.on_behalf_of for entry in concerned}
    mine = Reference(incident.repository, incident.contract_id)
    products = tuple(
        product
        for product in ports.records.products()
        if product.name in named and any(_about(ports, one.reference, mine) for one in product.inputs)
    )
    return Hit(
        owners=there.owners if there else (),
        readers=tuple(entry for entry in concerned if not entry.product),
        products=products,
        paths=paths,
        probably=probably(ports, there, incident) if there and there.fresh else None,
    )


def _about(ports: Ports, reference: Reference, contract: Reference) -> bool:
    return (ports.records.now_called(reference.repository), reference.contract) == (contract.repository, contract.contract)


def broken_paths(ports: Ports, incident: Incident) -> tuple[Path, ...]:
    """The contract's fields that records broke, the most often broken first; none where records are missing."""
    counts: dict[Path, int] = {}
    for kept in ports.records.reports(incident.number):
        for one in kept.report.broken:
            counts[one.path] = counts.get(one.path, 0) + one.count
    return tuple(sorted(counts, key=lambda path: (-counts[path], path)))


def probably(ports: Ports, there: Promised, incident: Incident) -> Suspected | None:
    """The last change before the incident that touched the contract or the code that makes the data, of what was deployed by then where
    deployments are known. Only probably: nobody has looked."""
    name = there.home.name
    start = _ran(ports, there, incident)
    for commit in _touching(ports, there, start or there.tip):
        if commit.committed_at > incident.opened_at:
            continue
        merged = [one for one in ports.github.pull_requests_of(name, commit.sha) if one.base_ref == there.home.default_branch]
        pull = min(merged, key=lambda one: one.merged_at, default=None)
        if pull is None:
            return Suspected(commit=commit.sha, at=commit.committed_at, deployed=bool(start))
        return Suspected(commit=commit.sha, pull=pull.number, title=pull.title, at=pull.merged_at, deployed=bool(start))
    return None


def _ran(ports: Ports, there: Promised, incident: Incident) -> str:
    """The commit that was deployed last before the incident; "" where nobody told of any, or Git does not know it."""
    environment = there.entry.settings.runtime.environment
    told = deployments(ports, there.home.name, environment) if environment else ()
    commit = next((one.commit for one in reversed(told) if one.at <= incident.opened_at), "")
    try:
        return commit if commit and ports.git.is_ancestor(there.home.name, commit, there.tip) else ""
    except GitTrouble:
        return ""


def _touching(ports: Ports, there: Promised, start: str) -> Iterator[Commit]:
    """Newest first."""
    name = there.home.name
    code = [compile_pattern(pattern) for pattern in there.entry.code]
    for commit in ports.git.first_parents(name, start, limit=_LOOKED_AT):
        if not commit.parents:
            return
        paths = {path for one in ports.git.changed(name, commit.parents[0], commit.sha) for path in (one.old_path, one.new_path) if path}
        if there.file in paths or any(pattern.matches(path) for pattern in code for path in paths):
            yield commit
