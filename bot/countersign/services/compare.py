"""What would land, held against what is there: the findings of a change of one repository. The App and the desk share this."""

from __future__ import annotations

from collections.abc import Sequence

from countersign import policy as policies
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, Document
from countersign.ports import ChangedFile
from countersign.services import compare_contracts, compare_policy
from countersign.services.comparison import Comparison, Documents, Notebook, Sides
from countersign.services.dependencies import dependents
from countersign.services.reading import CODEOWNERS_FILES, Reader


def compare(reader: Reader, repository: str, base_tip: str, head: str, organisation: Document | None) -> Comparison:
    """Judge ``head`` as it would land on ``base_tip`` (GATE §1). organisation: the policy file of the organisation, if any."""
    fork = reader.git.merge_base(repository, base_tip, head) or base_tip
    notes = Notebook()
    documents = compare_policy.documents_at(reader, repository, base_tip, organisation)
    policy = compare_policy.base_policy(reader, repository, base_tip, documents, notes)
    if not _bears(reader, repository, (base_tip, head), policy, reader.git.changed(repository, fork, head)):
        return Comparison(touched=False, policy=policy, merge_base=fork)
    merge = reader.git.merge(repository, base_tip, head)
    sides = Sides(base=base_tip, landed=merge.tree, fork=fork, head=head, conflicts=frozenset(merge.conflicts))
    return _judge(reader, repository, sides, policy, documents, notes)


def compare_commits(reader: Reader, repository: str, before: str, after: str, organisation: Document | None) -> Comparison:
    """Judge what stands at ``after`` against ``before``, as a push or a merge group brought it: there is nothing left to merge."""
    notes = Notebook()
    documents = compare_policy.documents_at(reader, repository, before, organisation)
    policy = compare_policy.base_policy(reader, repository, before, documents, notes)
    if not _bears(reader, repository, (before, after), policy, reader.git.changed(repository, before, after)):
        return Comparison(touched=False, policy=policy, merge_base=before)
    return _judge(reader, repository, Sides(base=before, landed=after, fork=before, head=after), policy, documents, notes)


def _bears(reader: Reader, repository: str, trees: tuple[str, str], policy: Policy, changed: Sequence[ChangedFile]) -> bool:
    """Whether anything changed that a contract or the policy is made of (GATE §1: nothing of this runs otherwise)."""
    paths = {path for file in changed for path in (file.old_path, file.new_path) if path}
    if paths & {*POLICY_FILES, *CODEOWNERS_FILES} or policies.listed(policy, paths):
        return True
    return bool(dependents(reader, repository, trees, policy, paths))


def _judge(reader: Reader, repository: str, sides: Sides, policy: Policy, documents: Documents, notes: Notebook) -> Comparison:
    """Every finding between two sides, once it is known that something bears on the gate."""
    old_files = reader.git.files(repository, sides.base)
    new_files = reader.git.files(repository, sides.landed)
    listed = policies.listed(policy, old_files)
    lookup = policies.codeowners(reader.codeowners(repository, sides.base))
    new_policy = compare_policy.judge_policy(reader, repository, sides, policy, documents, listed, notes)
    compare_policy.judge_owners(reader, repository, sides, policy, listed, lookup, notes)
    # GATE §1: on the new side a contract is what the base's policy lists, or the head's.
    new_listed = {**policies.listed(new_policy or policy, new_files), **policies.listed(policy, new_files)}
    compare_policy.judge_listing(policy, new_policy, listed, new_files, notes)
    compare_policy.judge_ids(new_listed, notes)
    contracts = compare_contracts.judge_contracts(
        reader, repository, sides, policy, (listed, old_files), (new_listed, new_files), lookup, notes
    )
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
