"""What a change does to the policy itself: can it be read, does it loosen the gate, whom does it take out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from countersign import policy as policies
from countersign.formats import whole
from countersign.model.contract import Place, WrittenNotice
from countersign.model.finding import Finding
from countersign.model.path import Path
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, Trouble
from countersign.ports import Died
from countersign.rules import report
from countersign.services.codec import load
from countersign.services.comparison import Documents, Listed, Listing, Notebook, Sides
from countersign.services.in_force import Standard, documents_at, is_organisation
from countersign.services.reading import CODEOWNERS_FILES, PolicyReading, Reader, as_item
from countersign.services.registration_findings import criticality_raised, newly_contested, raised

#: file -> its owners, as CODEOWNERS has them.
Owners = Callable[[str], tuple[str, ...]]


def landing_policy(reader: Reader, repository: str, sides: Sides, standard: Standard, notes: Notebook) -> tuple[Policy | None, Documents]:
    """The policy that would be in force, or None if it could not be read, and its documents. Findings say what keeps it from being read."""
    # Where no policy file changed, the base's are the ones that would land, and are known.
    parts = standard.policy.parts
    changes = any(path in POLICY_FILES or policies.is_part(parts, path) for path in sides.paths)
    tree = sides.landed if changes else sides.base
    after = documents_at(reader, repository, tree, None if is_organisation(repository) else standard.documents[1])
    notes.findings += [conflict("", file) for file in sorted(sides.conflicts) if file in POLICY_FILES or policies.is_part(parts, file)]
    second = policies.second_policy(reader.places(repository, tree, POLICY_FILES))
    notes.findings += [_policy_unreadable(second)] if second else []
    if after == standard.written:
        notes.findings += [_policy_unreadable(standard.unread)] if standard.unread else []
        return standard.policy, standard.documents
    if after == standard.documents and not standard.unread:
        return standard.policy, after
    item = {"name": repository, "repository": as_item(after[0]), "organisation": as_item(after[1])}
    answer = reader.children.run("countersign.services.child:read_policy", [item])[0]
    if isinstance(answer, Died):
        notes.findings.append(_policy_lost(after, answer))
        return None, after
    reading = load(PolicyReading, answer)
    notes.findings += [_policy_unreadable(error) for error in reading.errors]
    return reading.policy, after


def judge_policy(
    reader: Reader, repository: str, standard: Standard, after: Documents, old: Listed, new: Listed, names: policies.Names, notes: Notebook
) -> None:
    """What the policy that lands loosens, and whom it takes out. old, new: the contracts as each side lists them.

    A contract is followed by its id: one that moves to another file, or is found by another pattern, comes under another entry,
    and that may ask for less although no line of the policy has changed.
    """
    lands: dict[str, list[str]] = {}
    for file, (_, contract) in new.items():
        lands.setdefault(contract, []).append(file)
    heirs = {(file, there) for file, (_, contract) in old.items() for there in lands.get(contract, ())}
    if after == standard.documents and all(old[file][0] == new[there][0] for file, there in heirs):
        return
    item = {
        "name": repository,
        "old": None if standard.unread else [as_item(document) for document in standard.documents],
        "new": [as_item(document) for document in after],
        "files": sorted({*heirs, *((file, file) for file in old)}),
        "renamed": dict(names.renamed),
    }
    answer = reader.children.run("countersign.services.child:compare_policies", [item])[0]
    notes.findings += [_policy_lost(after, answer)] if isinstance(answer, Died) else findings_of(answer)


def _policy_unreadable(error: Trouble) -> Finding:
    place = Place(file=error.file, line=error.line)
    path = (error.file, error.message)
    return report("policy-unreadable", contract="", path=path, message=error.message, remedy=error.remedy, place=place)


def _policy_lost(documents: Documents, died: Died) -> Finding:
    """The child did not survive the policy."""
    file = next((document.file for document in documents if document), POLICY_FILES[0])
    return report(
        "policy-unreadable",
        contract="",
        path=POLICY_FILES[:1],
        message=f"The policy could not be read: {died.detail}",
        remedy="Make it smaller or simpler.",
        place=Place(file=file, line=1),
    )


def notices_of(policy: Policy, listed: Listed) -> Iterable[tuple[tuple[str, Path], WrittenNotice]]:
    """((contract id, path), notice) of every listed contract's entry."""
    for entry, contract in listed.values():
        for notice in entry.notices:
            yield (contract, notice.path), notice


def judge_notices(old: Policy, new: Policy, listed: Listed, lands: Listed, notes: Notebook) -> None:
    """Notices that the policy announces, or takes back, of contracts that were there. lands: what the new policy lists then."""
    known = {contract for _, contract in listed.values()}
    before = dict(notices_of(old, listed))
    after = dict(notices_of(new, {**policies.listed(new, listed), **{file: one for file, one in lands.items() if one[1] in known}}))
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
            kept.add(contract)  # once, of however many files it is made
            notes.findings.append(report("contract-unlisted", contract=contract, before=entry.pattern, old=entry.place))


def judge_registrations(policy: Policy, new: Policy, listed: Listed, lookup: Owners, notes: Notebook) -> None:
    """Registrations that the policy contests, and those of its own that claim to be highly critical."""
    owners = {contract: policies.owners_of(policy, entry, lookup, file) for file, (entry, contract) in listed.items()}
    others = policy.owners or lookup(POLICY_FILES[0]) or policy.organisation_owners
    notes.findings += newly_contested(policy, new, owners, others)
    notes.findings += [criticality_raised(entry, governance(policy)) for entry in raised(policy, new)]


def governance(policy: Policy) -> tuple[str, ...]:
    """Who decides for the organisation: those who may override, else its owners."""
    return policy.overrides.by or policy.organisation_owners


def judge_ids(listed: Listed, notes: Notebook) -> None:
    """Two files cannot be the same contract."""
    seen: dict[str, str] = {}
    for file, (_, contract) in sorted(listed.items()):
        if contract in seen and whole(file) != whole(seen[contract]):
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


def owners_in(text: str, names: policies.Names) -> Owners:
    """What CODEOWNERS says, with every team under the name that it has now."""
    lookup = policies.codeowners(text)
    return lambda file: names.all_now(lookup(file))


def judge_owners(
    reader: Reader, repository: str, sides: Sides, policy: Policy, listed: Listed, before: Owners, names: policies.Names, notes: Notebook
) -> None:
    """A change of CODEOWNERS that gives a contract other owners loosens the gate as much as one of the policy would."""
    document = reader.first(repository, sides.landed, CODEOWNERS_FILES)
    after = owners_in(document.text if document else "", names)
    moved: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for file, (entry, contract) in sorted(listed.items()):
        old, new = (policies.owners_of(policy, entry, lookup, file) for lookup in (before, after))
        if set(old) != set(new):  # any of them may sign, so their order says nothing
            moved.setdefault((old, new), []).append(contract)
    for (old, new), contracts in moved.items():
        notes.findings.append(
            report(
                "gate-loosened",
                contract="",
                path=("CODEOWNERS", *dict.fromkeys(contracts)),
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
