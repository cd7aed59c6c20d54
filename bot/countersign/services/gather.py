"""The facts of one pull request, from Git and the records: no call to GitHub's API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from countersign.model.github import PullRequestRow, Repository
from countersign.model.policy import Contested
from countersign.model.pull_request import ContractFacts, Facts, PullRequest
from countersign.render import gone_people
from countersign.services.asked import asked_since, reopened_at
from countersign.services.branches import default_ref, is_gated
from countersign.services.compare import compare
from countersign.services.comparison import Comparison, TouchedContract
from countersign.services.context import Ports
from countersign.services.producers import with_producers
from countersign.services.products_check import unknown_inputs
from countersign.services.registrations_check import unknown_registrations
from countersign.services.renamed import still_written
from countersign.services.reverts import own_revert
from countersign.services.roster import cannot_read, committers, frozen_readers, readers, signing, teams
from countersign.services.stacks import own_part
from countersign.services.suspects import suspects


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts, and the comparison they rest on."""

    facts: Facts
    comparison: Comparison


def gather(ports: Ports, repository: Repository, row: PullRequestRow) -> Gathered:
    """Everything the gate looks at. Raises `GitTrouble` when the commits cannot be had."""
    organisation = ports.organisation_policy(repository.name)
    base, tip = _tip(ports, repository, row)
    comparison = compare(ports.reader, repository.name, tip, row.head, organisation)
    pull_request = PullRequest(
        repository=row.repository, number=row.number, author=row.author, head=row.head, base_ref=base, base_tip=tip, draft=row.draft
    )
    if not comparison.touched:
        return Gathered(untouched(pull_request, comparison), comparison)
    commits = ports.git.commits(repository.name, comparison.merge_base, row.head)
    pushers = ports.records.pushers(repository.name, row.number, [commit.sha for commit in commits])
    pull_request = replace(
        pull_request,
        committers=committers(ports, commits) | {login for login, _ in pushers},
        users=frozenset(user for _, user in pushers if user),
    )
    back = own_revert(ports, row, tip, comparison)
    comparison, below = own_part(ports, row, tip, comparison)
    return Gathered(replace(complete(ports, pull_request, comparison), below=below, own_revert=back), comparison)


def complete(ports: Ports, pull_request: PullRequest, comparison: Comparison) -> Facts:
    """The people's side of a comparison that touches something."""
    name, records = pull_request.repository, ports.records
    findings = (
        *with_producers(ports, comparison.findings),
        *unknown_registrations(ports, name, comparison),
        *unknown_inputs(ports, name, comparison),
    )
    contested = comparison.policy.contested
    contracts = tuple(contract_facts(ports, name, one, contested) for one in comparison.contracts)
    frozen = frozen_readers(ports, name, pull_request.number)
    asked, unreachable = asked_since(ports, name, pull_request.number)
    entitled = {
        *comparison.policy.overrides.by,
        *comparison.policy.organisation_owners,
        *comparison.owners,
        *(owner for contract in contracts for owner in contract.owners),
    }
    named = {
        *entitled,
        *(finding.team for finding in findings if finding.team),
        *(one for finding in findings for one in finding.any_of),
        *(name for contract in contracts for reader in contract.readers for name in signing(reader.registration)),
        *(name for held in frozen for reader in held.readers for name in signing(reader.registration)),
        *(suspect.team for contract in contracts for suspect in contract.suspects if suspect.team),
    }
    who = teams(ports, name.split("/")[0], named)
    gone = gone_people(one for one in entitled if "/" not in one and not who[one].known) if records.team_names(name.split("/")[0]) else ""
    return Facts(
        pull_request=pull_request,
        settings=comparison.settings,
        overrides=comparison.policy.overrides,
        organisation_owners=comparison.policy.organisation_owners,
        touched=True,
        findings=findings,
        contracts=contracts,
        owners=comparison.owners,
        reviews=records.reviews(name, pull_request.number),
        judgements=records.judgements(name, pull_request.number),
        frozen=frozen,
        given_overrides=records.overrides(name, pull_request.number),
        statements=records.statements(name, pull_request.number),
        asked=asked,
        unreachable=unreachable,
        reopened_at=reopened_at(ports, name, pull_request.number),
        evidence=records.evidence_read(name.split("/")[0]),
        cannot_read=cannot_read(
            ports, name, {one for contract in contracts for reader in contract.readers for one in signing(reader.registration)}
        ),
        notices=records.notices(name),
        teams=who,
        remarks=(*comparison.remarks, *([gone] if gone else [])),
        renamed=still_written(ports, name, comparison, named),
    )


def contract_facts(ports: Ports, repository: str, one: TouchedContract, contested: Sequence[Contested]) -> ContractFacts:
    registered = readers(ports, repository, one.id, contested)
    open_ones, confirming = suspects(ports, repository, one.id, registered, one.owners)
    return ContractFacts(
        id=one.id,
        file=one.file,
        settings=one.publishes.settings,
        owners=one.owners,
        readers=registered,
        version=one.version,
        blocks_nobody=one.unpromised,
        fields=one.fields,
        suspects=open_ones,
        confirming=confirming,
    )


def untouched(pull_request: PullRequest, comparison: Comparison) -> Facts:
    return Facts(
        pull_request=pull_request,
        settings=comparison.settings,
        overrides=comparison.policy.overrides,
        organisation_owners=comparison.policy.organisation_owners,
        touched=False,
    )


def _tip(ports: Ports, repository: Repository, row: PullRequestRow) -> tuple[str, str]:
    """(branch, its tip) that the pull request is judged against, with its head brought into the mirror.

    GATE §1: a stacked one lands in the stack's trunk; one into a branch that is not gated is judged as if into the default branch.
    """
    into = row.trunk or row.base_ref
    ports.git.fetch(repository.name, [f"refs/pull/{row.number}/head", *dict.fromkeys((default_ref(repository), f"refs/heads/{into}"))])
    branch = into if is_gated(ports, repository, into) else repository.default_branch
    return branch, ports.git.resolve(repository.name, f"refs/heads/{branch}")
