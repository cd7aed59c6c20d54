"""The safe path of a change: for each contract that it breaks a patch, proven in the child process, and what stays to be done by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import unified_diff
from typing import Any

from countersign import policy as policies
from countersign.expand.editors import edits
from countersign.model.finding import Finding
from countersign.model.policy import Publishes
from countersign.model.safe_path import Expansion, Left, Obstacle, PatchedContract, PatchedFile, SafePath, Step
from countersign.model.verdict import Offer, Verdict
from countersign.policy import Document
from countersign.ports import Died
from countersign.render import safe_path_comment
from countersign.services.codec import dump, load
from countersign.services.comparison import Comparison
from countersign.services.reading import Reader, Text

JSON = Any

_EXPAND = "countersign.services.expanding:expand_contract"
_ANNOUNCE = "countersign.services.expanding:announce_in_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One contract to find the safe path of. base, landed: its text before, and as it would be; None where there is none.

    standing: the findings of it that are in the way. passed: fingerprints of those that are not, though they block by their level.
    """

    id: str
    file: str
    publishes: Publishes
    base: Text | None
    landed: Text | None
    standing: tuple[Finding, ...] = ()
    passed: frozenset[str] = frozenset()


def safe_path(reader: Reader, verdict: Verdict, comparison: Comparison, now: datetime) -> SafePath:
    """The patch for what stands in a verdict's way. Raises `GitTrouble`."""
    drafts = {one.id for one in comparison.contracts if one.unpromised}
    standing = [one.finding for one in verdict.judged if not one.cleared and one.finding.contract not in drafts]
    passed = frozenset(one.finding.fingerprint for one in verdict.judged if one.cleared)
    cases, trees = cases_of(reader, verdict, comparison, standing)
    if not cases:
        return SafePath()
    name = verdict.pull_request.repository
    return find(reader, name, [replace(case, passed=passed) for case in cases], trees, reader.document(name, trees["landed"]), now)


def cases_of(
    reader: Reader, verdict: Verdict, comparison: Comparison, findings: Sequence[Finding]
) -> tuple[tuple[Case, ...], Mapping[str, str]]:
    """The contracts that these findings are about, with their texts; and the trees they are from, ``base`` and ``landed``."""
    request = verdict.pull_request
    hit = [one for one in comparison.contracts if any(finding.contract == one.id for finding in findings)]
    if not hit:
        return (), {}
    name, tip = request.repository, request.base_tip
    landed = reader.git.merge(name, tip, request.head).tree
    blobs = reader.contracts(name, tip, comparison.policy)
    files = {contract: file for file, (_, contract) in sorted(policies.listed(comparison.policy, blobs).items(), reverse=True)}
    before = reader.texts(name, {files[one.id]: blobs[files[one.id]] for one in hit if one.id in files})
    after = reader.texts(name, reader.git.paths(name, landed, [one.file for one in hit]))
    cases = (
        Case(
            id=one.id,
            file=one.file,
            publishes=one.publishes,
            base=before.get(files.get(one.id, "")),
            landed=after.get(one.file),
            standing=tuple(finding for finding in findings if finding.contract == one.id),
        )
        for one in hit
    )
    return tuple(cases), {"base": tip, "landed": landed}


def safe_path_answer(reader: Reader, verdict: Verdict, comparison: Comparison, now: datetime) -> str:
    """What ``/countersign safe-path`` is answered, as Markdown. Raises `GitTrouble`."""
    request = verdict.pull_request
    return safe_path_comment(safe_path(reader, verdict, comparison, now), number=request.number, base=request.base_ref)


def offered(reader: Reader, verdict: Verdict, comparison: Comparison, now: datetime) -> Verdict:
    """The verdict with word of the patch, if there is one."""
    if not verdict.would_block or not any(edits(one.file) for one in comparison.contracts):
        return verdict
    path = safe_path(reader, verdict, comparison, now)
    return replace(verdict, offer=Offer(lines=lines_of(path), repaired=path.repaired)) if path.files else verdict


def lines_of(path: SafePath) -> int:
    """How many lines the patch adds or takes away."""
    return sum(
        line[:1] in "+-"
        for file in path.files
        for line in list(unified_diff(file.before.splitlines(), file.after.splitlines(), n=0, lineterm=""))[2:]
    )


def find(
    reader: Reader, repository: str, cases: Sequence[Case], trees: Mapping[str, str], policy: Document | None, now: datetime
) -> SafePath:
    """The patch for these contracts. trees: where the files that they refer to are found. policy: as it would land."""
    asked = [(case, item) for case in cases if (item := _item(case, now)) is not None]
    answers = reader.answer(_EXPAND, [item for _, item in asked], trees, repository)
    found = {case.id: (item["remove_after"], answer) for (case, item), answer in zip(asked, answers, strict=True)}
    contracts: list[PatchedContract] = []
    files: list[PatchedFile] = []
    announced = policy
    for case in cases:
        date, answer = found.get(case.id, ("", None))
        if answer is None:
            contracts.append(_without(case, Obstacle.UNREADABLE if case.landed else Obstacle.GONE))
            continue
        if isinstance(answer, Died) or not answer.get("after"):
            contracts.append(_without(case, Obstacle.UNREADABLE))
            continue
        expansion = load(Expansion, answer)
        if expansion.endings:
            announced, written = _announced(reader, repository, announced, case, expansion.endings, date)
            if not written:
                contracts.append(_without(case, Obstacle.TEXT))
                continue
        contracts.append(_contract(case, expansion, date))
        if expansion.after != expansion.before:
            files.append(PatchedFile(file=case.file, before=expansion.before, after=expansion.after))
    if policy is not None and announced is not None and policy.text != announced.text:
        files.append(PatchedFile(file=policy.file, before=policy.text, after=announced.text))
    return SafePath(files=tuple(files), contracts=tuple(contracts))


def _item(case: Case, now: datetime) -> JSON | None:
    """None if one of the sides is no text at all."""
    if case.base is None or case.landed is None or case.base.text is None or case.landed.text is None:
        return None
    settings = case.publishes.settings
    return {
        "id": case.id,
        "direction": settings.protects.value,
        "profile": dump(settings.profile),
        "remove_after": (now + timedelta(days=settings.notice.days)).date().isoformat(),
        "announced": [list(notice.path) for notice in case.publishes.notices],
        "passed": sorted(case.passed),
        "base": {"file": case.base.file, "text": case.base.text},
        "landed": {"file": case.landed.file, "text": case.landed.text},
    }


def _contract(case: Case, expansion: Expansion, date: str) -> PatchedContract:
    """What the child found, and what only the services know to be in the way (a conflict, a place in the policy that is lost)."""
    told = {*expansion.repaired, *(one.fingerprint for one in expansion.left)}
    others = [one for one in case.standing if one.fingerprint not in told and one.rule not in _FOLLOWS]
    left = (*expansion.left, *(_left(one) for one in others))
    return PatchedContract(
        contract=case.id, file=case.file, remove_after=date, steps=expansion.steps, repaired=expansion.repaired, left=left
    )


#: Gone as soon as nothing breaks any more.
_FOLLOWS = frozenset({"version-not-raised"})
_WHY = {
    "contract-conflict": Obstacle.CONFLICT,
    "contract-removed": Obstacle.GONE,
    "contract-renamed": Obstacle.GONE,
    "contract-unlisted": Obstacle.GONE,
    "contract-unreadable": Obstacle.UNREADABLE,
    "promise-withdrawn": Obstacle.GONE,
}


def _left(finding: Finding, otherwise: Obstacle = Obstacle.NO_PLACE) -> Left:
    return Left(fingerprint=finding.fingerprint, rule=finding.rule, path=finding.path, why=_WHY.get(finding.rule, otherwise))


def _without(case: Case, why: Obstacle) -> PatchedContract:
    """standing is empty at a desk, where nothing was judged before: then the reason alone is told."""
    rule = "contract-removed" if why is Obstacle.GONE else "contract-unreadable"
    unknown = Left(fingerprint="", rule=rule, path=(), why=why)
    return PatchedContract(contract=case.id, file=case.file, left=tuple(_left(one, why) for one in case.standing) or (unknown,))


def _announced(
    reader: Reader, repository: str, policy: Document | None, case: Case, steps: Sequence[Step], date: str
) -> tuple[Document | None, bool]:
    """The policy with the ends of these things in the contract's entry; and whether they could be written."""
    if policy is None:
        return policy, False
    endings = [[list(step.path), list(step.replacement), date] for step in steps]
    item = {"file": policy.file, "text": policy.text, "pattern": case.publishes.pattern, "endings": endings, "name": repository}
    answer = reader.children.run(_ANNOUNCE, [item])[0]
    if isinstance(answer, Died) or "text" not in answer:
        return policy, False
    return Document(policy.file, answer["text"]), True
