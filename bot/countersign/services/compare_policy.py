"""What a change does to the policy itself: can it be read, does it loosen the gate, whom does it take out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from countersign import policy as policies
from countersign.model.contract import Place, WrittenNotice
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, Document
from countersign.ports import Died
from countersign.rules import report
from countersign.services.codec import load
from countersign.services.comparison import Documents, Listed, Listing, Notebook, Sides
from countersign.services.reading import CODEOWNERS_FILES, Reader, as_item

#: file -> its owners, as CODEOWNERS has them.
Owners = Callable[[str], tuple[str, ...]]


def is_organisation(repository: str) -> bool:
    """The repository whose policy file is the organisation's."""
    return repository.split("/")[-1] == ".github"


def documents_at(reader: Reader, repository: str, tree: str, organisation: Document | None) -> Documents:
    """The policy documents that hold at a tree; in the organisation's own repository the file is the organisation's."""
    document = reader.document(repository, tree)
    return (None, document) if is_organisation(repository) else (document, organisation)


def base_policy(reader: Reader, repository: str, base_tip: str, documents: Documents, notes: Notebook) -> Policy:
    """GATE §1: the base's policy; if it cannot be read, the last readable one; with none, the organisation's alone."""
    reading = reader.policy(repository, *documents)
    if reading.policy is not None:
        return reading.policy
    first = reading.errors[0]
    unread = f"{first.file}:{first.line} on the base branch cannot be read ({first.message.rstrip('.')})"
    for file in POLICY_FILES:
        for commit in reader.git.first_parents_touching(repository, base_tip, file):
            earlier = documents_at(reader, repository, commit, documents[1])
            older = reader.policy(repository, *earlier).policy
            if earlier != documents and older is not None:
                notes.remarks.append(f"{unread}; the policy of {commit[:7]} is used instead.")
                return older
    notes.remarks.append(f"{unread}; the organisation's policy is used instead.")
    organisation = None if is_organisation(repository) else documents[1]
    return reader.policy(repository, None, organisation).policy or Policy(file=first.file)


def judge_policy(
    reader: Reader, repository: str, sides: Sides, policy: Policy, documents: Documents, listed: Listed, notes: Notebook
) -> Policy | None:
    """Findings about the policy file. The policy that would be in force, or None if it could not be read."""
    # Where no policy file changed, the base's are the ones that would land, and are known.
    tree = sides.base if sides.paths.isdisjoint(POLICY_FILES) else sides.landed
    after = documents_at(reader, repository, tree, None if is_organisation(repository) else documents[1])
    notes.findings += [conflict("", file) for file in sorted(sides.conflicts & set(POLICY_FILES))]
    second = policies.second_policy(reader.places(repository, tree, POLICY_FILES))
    if second is not None:
        place = Place(file=second.file, line=second.line)
        message, remedy = second.message, second.remedy
        notes.findings.append(report("policy-unreadable", contract="", path=(second.file,), message=message, remedy=remedy, place=place))
    if after == documents:
        return policy
    item = {"name": repository, "old": [as_item(d) for d in documents], "new": [as_item(d) for d in after], "files": sorted(listed)}
    answer = reader.children.run("countersign.services.child:compare_policies", [item])[0]
    if isinstance(answer, Died):
        document = after[1] if is_organisation(repository) else after[0]
        notes.findings.append(
            report(
                "policy-unreadable",
                contract="",
                path=POLICY_FILES[:1],
                message=f"The policy could not be read: {answer.detail}",
                remedy="Make it smaller or simpler.",
                place=Place(file=document.file if document else POLICY_FILES[0], line=1),
            )
        )
        return None
    notes.findings += findings_of(answer)
    new_policy = load(Policy, answer["policy"]) if answer["policy"] else None
    if new_policy is not None:
        _judge_notices(policy, new_policy, listed, notes)
    return new_policy


def notices_of(policy: Policy, listed: Listed) -> Iterable[tuple[tuple[str, Path], WrittenNotice]]:
    """((contract id, path), notice) of every listed contract's entry."""
    for entry, contract in listed.values():
        for notice in entry.notices:
            yield (contract, notice.path), notice


def _judge_notices(old: Policy, new: Policy, listed: Listed, notes: Notebook) -> None:
    """Notices that the policy announces, or takes back."""
    before = dict(notices_of(old, listed))
    after = dict(notices_of(new, policies.listed(new, listed)))
    for (contract, path), notice in sorted(after.items()):
        if (contract, path) not in before:
            notes.findings.append(report("notice-announced", contract=contract, path=path, after=notice.remove_after, place=notice.place))
    for (contract, path), notice in sorted(before.items()):
        if (contract, path) not in after:
            notes.findings.append(report("notice-withdrawn", contract=contract, path=path, before=notice.remove_after, old=notice.place))


def judge_listing(old: Listing, before: Listing, after: Listing, notes: Notebook) -> None:
    """Contracts that stay as files and lose their place. before, after: what lands, as the base's policy and the new one list it."""
    kept = {contract for _, contract in after.listed.values()}
    for file, (entry, contract) in sorted(old.listed.items()):
        if file in before.listed and contract not in kept:
            notes.findings.append(report("contract-unlisted", contract=contract, before=entry.pattern, old=entry.place))


def judge_ids(listed: Listed, notes: Notebook) -> None:
    """Two files cannot be the same contract."""
    seen: dict[str, str] = {}
    for file, (_, contract) in sorted(listed.items()):
        if contract in seen:
            notes.findings.append(
                report(
                    "duplicate-contract-id",
                    contract=contract,
                    path=(file,),
                    before=seen[contract],
                    after=file,
                    message=f"{file} and {seen[contract]} are both called {contract!r}.",
                    remedy="Give one of them an `id:` in the policy, or `id_from: path` to the entry that lists both.",
                    place=Place(file=file, line=1),
                )
            )
        seen.setdefault(contract, file)


def judge_owners(reader: Reader, repository: str, sides: Sides, policy: Policy, listed: Listed, before: Owners, notes: Notebook) -> None:
    """A change of CODEOWNERS that gives a contract other owners loosens the gate as much as one of the policy would."""
    document = reader.first(repository, sides.landed, CODEOWNERS_FILES)
    after = policies.codeowners(document.text if document else "")
    moved: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for file, (entry, contract) in sorted(listed.items()):
        old, new = (policies.owners_of(policy, entry, lookup, file) for lookup in (before, after))
        if old != new:
            moved.setdefault((old, new), []).append(contract)
    for (old, new), contracts in moved.items():
        notes.findings.append(
            report(
                "gate-loosened",
                contract="",
                path=("CODEOWNERS", *contracts),
                before=" ".join(old),
                after=" ".join(new),
                place=Place(file=document.file, line=1) if document else None,
            )
        )


def conflict(contract: str, file: str) -> Finding:
    """GATE §1: a conflict in a contract or a policy blocks until it is resolved."""
    return report(
        "contract-conflict",
        contract=contract,
        path=(file,),
        message=f"{file} conflicts with the base branch.",
        remedy="Resolve the conflict, and push.",
        place=Place(file=file, line=1),
    )


def findings_of(answer: Any) -> list[Finding]:
    """The findings in a child's answer."""
    return [load(Finding, data) for data in answer["findings"]]
