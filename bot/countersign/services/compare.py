"""What would land, held against what is there: the findings of a change of one repository. The App and the desk share this."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TypeVar

from countersign import policy as policies
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, Document
from countersign.ports import ChangedFile
from countersign.services import compare_contracts, compare_policy
from countersign.services.comparison import Comparison, Documents, Listing, Notebook, Sides, paths_of
from countersign.services.dependencies import dependents
from countersign.services.reading import CODEOWNERS_FILES, Reader

T = TypeVar("T")


def compare(reader: Reader, repository: str, base_tip: str, head: str, organisation: Document | None) -> Comparison:
    """Judge ``head`` as it would land on ``base_tip`` (GATE §1). organisation: the policy file of the organisation, if any."""
    fork = reader.git.merge_base(repository, base_tip, head) or base_tip
    notes = Notebook()
    documents = compare_policy.documents_at(reader, repository, base_tip, organisation)
    policy = compare_policy.base_policy(reader, repository, base_tip, documents, notes)
    branch = reader.git.changed(repository, fork, head)
    if not _bears(reader, repository, base_tip, policy, paths_of(branch)):
        return Comparison(touched=False, policy=policy, merge_base=fork)
    merge = reader.git.merge(repository, base_tip, head)
    landing = branch if fork == base_tip else reader.git.changed(repository, base_tip, merge.tree)
    sides = Sides(base_tip, merge.tree, fork, head, landing, branch, frozenset(merge.conflicts))
    return _judge(reader, repository, sides, policy, documents, notes)


def compare_commits(reader: Reader, repository: str, before: str, after: str, organisation: Document | None) -> Comparison:
    """Judge what stands at ``after`` against ``before``, as a push or a merge group brought it: there is nothing left to merge."""
    notes = Notebook()
    documents = compare_policy.documents_at(reader, repository, before, organisation)
    policy = compare_policy.base_policy(reader, repository, before, documents, notes)
    changed = reader.git.changed(repository, before, after)
    if not _bears(reader, repository, before, policy, paths_of(changed)):
        return Comparison(touched=False, policy=policy, merge_base=before)
    return _judge(reader, repository, Sides(before, after, before, after, changed, changed), policy, documents, notes)


def _bears(reader: Reader, repository: str, base: str, policy: Policy, paths: frozenset[str]) -> bool:
    """Whether anything changed that a contract or the policy is made of (GATE §1: nothing of this runs otherwise)."""
    if paths & {*POLICY_FILES, *CODEOWNERS_FILES} or policies.listed(policy, paths):
        return True
    return bool(dependents(reader, repository, base, reader.contracts(repository, base, policy), paths))


def _judge(reader: Reader, repository: str, sides: Sides, policy: Policy, documents: Documents, notes: Notebook) -> Comparison:
    """Every finding between two sides, once it is known that something bears on the gate."""
    blobs = reader.contracts(repository, sides.base, policy)
    old = Listing(policies.listed(policy, blobs), blobs)
    lookup = policies.codeowners(reader.codeowners(repository, sides.base))
    new_policy = compare_policy.judge_policy(reader, repository, sides, policy, documents, old.listed, notes)
    if not sides.paths.isdisjoint(CODEOWNERS_FILES):
        compare_policy.judge_owners(reader, repository, sides, policy, old.listed, lookup, notes)
    new = _landed(old, policy, sides.landing)
    if new_policy is not None and new_policy is not policy:
        there = reader.contracts(repository, sides.base, new_policy)
        after = _landed(Listing(policies.listed(new_policy, there), there), new_policy, sides.landing)
        compare_policy.judge_listing(old, new, after, notes)
        # GATE §1: on the new side a contract is what the base's policy lists, or the head's.
        new = Listing({**after.listed, **new.listed}, {**after.blobs, **new.blobs})
    compare_policy.judge_ids(new.listed, notes)
    contracts = compare_contracts.judge_contracts(reader, repository, sides, policy, old, new, lookup, notes)
    return Comparison(
        touched=True,
        policy=policy,
        new_policy=new_policy,
        findings=tuple(notes.findings),
        contracts=contracts,
        owners=policy.owners or lookup(POLICY_FILES[0]) or policy.organisation_owners,
        merge_base=sides.fork,
        remarks=tuple(notes.remarks),
    )


def _landed(old: Listing, policy: Policy, changed: Sequence[ChangedFile]) -> Listing:
    """The contracts after a change: its cost grows with the change, and not with the repository."""
    gone = {file.old_path for file in changed}
    come = {file.new_path: file.new_blob for file in changed if file.new_path}
    listed = policies.listed(policy, come)
    return Listing(_after(old.listed, gone, listed), _after(old.blobs, gone, {path: come[path] for path in listed}))


def _after(old: Mapping[str, T], gone: Container[str], come: Mapping[str, T]) -> dict[str, T]:
    return {**{path: value for path, value in old.items() if path not in gone}, **come}
