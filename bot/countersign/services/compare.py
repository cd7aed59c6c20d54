"""What would land, held against what is there: the findings of a change of one repository. The App and the desk share this."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from countersign import policy as policies
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES
from countersign.ports import ChangedFile
from countersign.services import compare_contracts, compare_policy
from countersign.services.comparison import Comparison, Listing, Notebook, Sides, paths_of
from countersign.services.dependencies import dependents
from countersign.services.in_force import Organisation, Standard, base_policy, policy_settings
from countersign.services.products import files_of, judge_products
from countersign.services.reading import CODEOWNERS_FILES, Reader

T = TypeVar("T")


def compare(reader: Reader, repository: str, base_tip: str, head: str, organisation: Organisation | None) -> Comparison:
    """Judge ``head`` as it would land on ``base_tip`` (GATE §1). organisation: its policy, None if there is none."""
    fork = reader.git.merge_base(repository, base_tip, head) or base_tip
    notes = Notebook()
    names = policies.Names(reader.renamed())
    standard = _followed(base_policy(reader, repository, base_tip, organisation, notes), names)
    branch = reader.git.changed(repository, fork, head)
    bears = _bears(reader, repository, base_tip, standard, paths_of(branch))
    if not bears and fork == base_tip:
        return _untouched(repository, standard, fork, notes)
    merge = reader.git.merge(repository, base_tip, head)
    landing = branch if fork == base_tip else reader.git.changed(repository, base_tip, merge.tree)
    # What lands may be more than the branch changed since this merge base: there may be others, and a merge follows renames.
    if not bears and not _bears(reader, repository, base_tip, standard, paths_of(landing)):
        return _untouched(repository, standard, fork, notes)
    sides = Sides(base_tip, merge.tree, fork, head, landing, branch, frozenset(merge.conflicts))
    return _judge(reader, repository, sides, standard, names, notes)


def compare_commits(reader: Reader, repository: str, before: str, after: str, organisation: Organisation | None) -> Comparison:
    """Judge what stands at ``after`` against ``before``, as a push or a merge group brought it: there is nothing left to merge."""
    notes = Notebook()
    names = policies.Names(reader.renamed())
    standard = _followed(base_policy(reader, repository, before, organisation, notes), names)
    changed = reader.git.changed(repository, before, after)
    if not _bears(reader, repository, before, standard, paths_of(changed)):
        return _untouched(repository, standard, before, notes)
    return _judge(reader, repository, Sides(before, after, before, after, changed, changed), standard, names, notes)


def _followed(standard: Standard, names: policies.Names) -> Standard:
    """From here on a team is one, whatever a line calls it: else a line that is brought up to date would take it out."""
    return replace(standard, policy=names.policy(standard.policy)) if names.renamed else standard


def _bears(reader: Reader, repository: str, base: str, standard: Standard, paths: frozenset[str]) -> bool:
    """Whether anything changed that a contract or the policy is made of (GATE §1: nothing of this runs otherwise)."""
    if standard.unread or paths & {*POLICY_FILES, *CODEOWNERS_FILES, *files_of(standard.policy)} or policies.listed(standard.policy, paths):
        return True
    if any(policies.is_part(standard.policy.parts, path) for path in paths):
        return True
    return bool(dependents(reader, repository, base, reader.contracts(repository, base, standard.policy), paths))


def _untouched(repository: str, standard: Standard, fork: str, notes: Notebook) -> Comparison:
    return Comparison(
        touched=False,
        policy=standard.policy,
        settings=policy_settings(repository, standard.policy),
        merge_base=fork,
        remarks=tuple(notes.remarks),
    )


def _judge(reader: Reader, repository: str, sides: Sides, standard: Standard, names: policies.Names, notes: Notebook) -> Comparison:
    """Every finding between two sides, once it is known that something bears on the gate."""
    policy = standard.policy
    new_policy, documents = compare_policy.landing_policy(reader, repository, sides, standard, notes)
    if new_policy is not None and new_policy is not policy:
        new_policy = names.policy(new_policy)
    old = _listed(reader, repository, sides.base, policy)
    if standard.unread and new_policy is not None and new_policy is not policy:
        old = _first_listed(reader, repository, sides.base, standard, new_policy)
    lookup = compare_policy.owners_in(reader.codeowners(repository, sides.base), names)
    if not sides.paths.isdisjoint(CODEOWNERS_FILES):
        compare_policy.judge_owners(reader, repository, sides, policy, old.listed, lookup, names, notes)
    new = lands = _landed(old, policy, sides.landing)
    if new_policy is not None and new_policy is not policy:
        lands = _landed(_listed(reader, repository, sides.base, new_policy), new_policy, sides.landing)
        compare_policy.judge_notices(policy, new_policy, old.listed, lands.listed, notes)
        compare_policy.judge_listing(old, new, lands, notes)
        compare_policy.judge_registrations(policy, new_policy, old.listed, lookup, notes)
        # GATE §1: on the new side a contract is what the base's policy lists, or the head's.
        new = Listing({**lands.listed, **new.listed}, {**lands.blobs, **new.blobs})
    if new_policy is not None:
        compare_policy.judge_policy(reader, repository, standard, documents, old.listed, lands.listed, names, notes)
    compare_policy.judge_ids(new.listed, notes)
    products = judge_products(reader, repository, sides, policy, new_policy, notes)
    contracts = compare_contracts.judge_contracts(reader, repository, sides, policy, old, new, lookup, notes)
    return Comparison(
        touched=True,
        policy=policy,
        settings=policy_settings(repository, policy),
        new_policy=new_policy,
        findings=tuple(notes.findings),
        contracts=contracts,
        products=products,
        owners=policy.owners or lookup(POLICY_FILES[0]) or policy.organisation_owners,
        merge_base=sides.fork,
        remarks=tuple(notes.remarks),
        renamed=names.followed,
    )


def _listed(reader: Reader, repository: str, tree: str, policy: Policy) -> Listing:
    blobs = reader.contracts(repository, tree, policy)
    return Listing(reader.members(repository, tree, policy), blobs)


def _first_listed(reader: Reader, repository: str, base: str, standard: Standard, first: Policy) -> Listing:
    """The contracts of a base whose policy was never readable: those that the first readable one lists, under the organisation's settings.

    A repair could otherwise break a contract in passing, or choose who signs for it.
    """
    found = _listed(reader, repository, base, first)
    settings = standard.policy.settings
    return Listing(
        {file: (replace(entry, settings=settings, owners=()), contract) for file, (entry, contract) in found.listed.items()}, found.blobs
    )


def _landed(old: Listing, policy: Policy, changed: Sequence[ChangedFile]) -> Listing:
    """The contracts after a change: its cost grows with the change, and not with the repository."""
    gone = {file.old_path for file in changed}
    come = {file.new_path: file.new_blob for file in changed if file.new_path}
    listed = policies.members(policy, come)
    return Listing(_after(old.listed, gone, listed), _after(old.blobs, gone, {path: come[path] for path in listed}))


def _after(old: Mapping[str, T], gone: Container[str], come: Mapping[str, T]) -> dict[str, T]:
    return {**{path: value for path, value in old.items() if path not in gone}, **come}
