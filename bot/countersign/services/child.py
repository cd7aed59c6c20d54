"""What runs in the bounded child process: parsing, comparing and judging texts. JSON in, JSON out, no input or output besides.

Every function takes one item and returns one answer; a `NeedsFiles` becomes ``{"needs": {side: [paths]}}`` and the item is
sent again with those files.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from countersign import policy as policies
from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, called, exact_places, gather, parse, relate
from countersign.formats.agreement import linked
from countersign.formats.marked import Unreadable, load_yaml
from countersign.formats.odps import input_ports
from countersign.formats.stored import stored_columns, stored_names
from countersign.model.change import Aspect, Change, Direction
from countersign.model.consumer import Registration
from countersign.model.contract import Contract, Place
from countersign.model.finding import Finding
from countersign.model.path import Path, show
from countersign.model.policy import Policy
from countersign.model.profile import Profile
from countersign.policy import Document
from countersign.rules import RULES, judge, judge_version, report
from countersign.rules.engines import by_engine
from countersign.services.codec import dump, load
from countersign.services.field_facts import field_facts
from countersign.services.registration_findings import delegate_added, registration_removed
from countersign.witness import Documents, prove

JSON = Any

#: Processor time that the search for examples may take of the two seconds that a contract has in its child: twenty times what it takes
#: as a rule, so that a check reads the same on a busy machine. And the time of the child (it has ten seconds) after which none is begun.
PROVING_SECONDS, LAST_PROOF = 1.0, 5.0


def read_policy(item: JSON) -> JSON:
    """item: name, repository and organisation ({file, text} or None), below_floor. Answer: policy (or None), errors, warnings."""
    reading = policies.read(
        _document(item["repository"]),
        _document(item["organisation"]),
        name=item["name"],
        rule_ids=tuple(RULES),
        below_floor=item.get("below_floor", "refuse"),
    )
    return dump({"policy": reading.policy, "errors": reading.errors, "warnings": reading.warnings})


def policy_parts(item: JSON) -> JSON:
    """item: a policy document. Answer: the patterns of the policies that it names; none if it cannot be read, which is told elsewhere."""
    try:
        return list(policies.patterns_of(load_yaml(item["text"], item["file"]).value or {}))
    except Unreadable:
        return []


def enforce_policy(item: JSON) -> JSON:
    """item: a policy document that can be read, and ``entries``, numbers of its own ``publishes:``. Answer: text, and the entries left."""
    text, left = policies.enforcing(Document(item["file"], item["text"]), item["entries"])
    return {"text": text, "left": list(left)}


def compare_policies(item: JSON) -> JSON:
    """item: name; old and new ([repository, organisation] documents that can be read; old None: no version could); files: see `loosenings`;
    renamed: see `Names`.

    Answer: findings: what is loosened, whose registration is taken out, for whom others may sign.
    """
    name, levels, names = item["name"], {rule.id: rule.level for rule in RULES.values()}, policies.Names(item.get("renamed", {}))
    after = (_document(item["new"][0]), _document(item["new"][1]))
    new = names.policy(_standing(name, after))
    if item["old"] is None:
        return dump({"findings": [_loosened(one) for one in policies.below_organisation(after, name=name, levels=levels)]})
    before = (_document(item["old"][0]), _document(item["old"][1]))
    old = names.policy(_standing(name, before))
    files = [(one, other) for one, other in item["files"]]
    loosened = policies.loosenings(before, after, name=name, files=files, levels=levels)
    findings = [_loosened(one) for one in loosened if not names.same(one)]
    for gone, left in policies.removed_registrations(old, new):
        findings.append(registration_removed(gone, left))
    findings += [delegate_added(entry, one) for entry, one in policies.added_delegates(old, new)]
    return dump({"findings": findings})


def _standing(name: str, documents: tuple[Document | None, Document | None]) -> Policy:
    """A policy that has been read before: what the organisation's floor has overtaken since is lifted to it."""
    policy = policies.read(*documents, name=name, rule_ids=tuple(RULES), below_floor="lift").policy
    if policy is None:
        raise ValueError("a policy that could be read before cannot be read")
    return policy


def _loosened(loosening: policies.Loosening) -> Finding:
    return report(
        "gate-loosened",
        contract="",
        path=(loosening.knob,),
        before=loosening.before,
        after=loosening.after,
        place=loosening.place,
        old=loosening.old,
    )


def judge_contract(item: JSON) -> JSON:
    """Judge one contract.

    item: id, direction, profile, and up to four sources ({file, text, siblings} or None): ``base`` and ``landed`` (what would be there
    after the merge) are compared; ``fork`` (at the merge base) and ``head`` are given when the base has moved on, and tell
    whether the merge changed the meaning. Answer: findings, of both sides version and status, and `field_facts`; or ``needs``; or
    ``unreadable_base``.
    """
    contracts: dict[str, Contract | None] = {}
    needs: dict[str, list[str]] = {}
    findings: list[Finding] = []
    for side in ("base", "landed", "fork", "head"):
        source = item.get(side)
        contracts[side] = None
        if source is None:
            continue
        try:
            contracts[side] = parse(_source(source), item["id"])
        except NeedsFiles as missing:
            needs[side] = list(missing.paths)
        except Unreadable as error:
            if side == "base":
                return {"unreadable_base": error.message}
            if side == "landed":
                findings.append(_unreadable(item["id"], error))
    if needs:
        return {"needs": needs}
    if findings:
        return dump({"findings": findings, "old": _summary(contracts["base"]), "new": None})
    old, new = contracts["base"], contracts["landed"]
    profile = load(Profile, item["profile"])
    changes = _changes(old, new, profile)
    direction = Direction(item["direction"])
    proved = _proved(item, old, new, judge(changes, direction, item["id"]), profile)
    findings = by_engine(old, new, profile, direction, changes, proved)
    findings += judge_version(old, new, findings)
    fork, head = contracts["fork"], contracts["head"]
    if fork is not None and head is not None and new is not None:
        findings += _stirred(item["id"], changes, _changes(fork, head, profile), _changes(fork, old, profile), new)
    return dump({"findings": findings, "old": _summary(old), "new": _summary(new), "fields": field_facts(old, new, findings)})


def judge_files(item: JSON) -> JSON:
    """As `judge_contract`, for two files at a desk: what cannot be read on either side is a finding."""
    answer = judge_contract(item)
    if "unreadable_base" not in answer:
        return {"findings": [dump(_refers(item, answer["needs"]))] if "needs" in answer else answer["findings"]}
    try:
        parse(Source(item["base"]["file"], item["base"]["text"]), item["id"])
    except Unreadable as error:
        return dump({"findings": [_unreadable(item["id"], error)]})
    return {"findings": []}


def _refers(item: JSON, needs: dict[str, list[str]]) -> Finding:
    """Two bare files have no repository around them."""
    side, paths = next(iter(needs.items()))
    file = item[side]["file"]
    message = f"It refers to {paths[0]}, which two files alone do not bring."
    return _unreadable(item["id"], Unreadable(file, 1, message, "Use `countersign check` in the repository instead."))


def references(item: JSON) -> JSON:
    """item: a source ({file, text, siblings}) and the repository. Answer: needs, the further files that it is made of or held to.

    A contract that cannot be read asks for nothing more; what it has asked for before is what it may be repaired by.
    """
    source = Source(item["file"], item["text"], item["siblings"])
    try:
        contract = gather(source)
        if contract is not None:
            linked(contract, source, item["repository"])
    except NeedsFiles as missing:
        return {"needs": list(missing.paths)}
    except Unreadable:
        return {"needs": []}
    return {"needs": []}


def summarise(item: JSON) -> JSON:
    """item: id, source. Answer: the contract's summary, or ``unreadable``; for the registry and the notices of a default branch.

    stored: dataset -> names and columns where it is stored.
    """
    source = item["source"]
    try:
        contract = parse(_source(source), item["id"])
    except NeedsFiles as missing:
        return {"needs": {"source": list(missing.paths)}}
    except Unreadable as error:
        return {"unreadable": f"{error.file}:{error.line}: {error.message}"}
    names = stored_names(contract)
    stored = {one.name: {"names": names[one.name], "columns": stored_columns(one)} for one in contract.datasets}
    return dump({**_summary(contract), "stored": stored})


def read_product(item: JSON) -> JSON:
    """item: file and text of an Open Data Product Standard file. Answer: ports ([contractId, place]), or ``unread`` and its line."""
    try:
        ports = input_ports(item["text"], item["file"])
    except Unreadable as error:
        return {"unread": error.message, "line": error.line}
    return dump({"ports": ports})


def register(item: JSON) -> JSON:
    """item: file, text (None if there is no such file) and entries. Answer: the policy's text with them; or unread, line and remedy."""
    try:
        return {"text": policies.with_registrations(item["text"], item["file"], load(tuple[Registration, ...], item["entries"]))}
    except Unreadable as error:
        return {"unread": error.message, "line": error.line, "remedy": error.remedy}


def _changes(old: Contract | None, new: Contract | None, profile: Profile) -> tuple[Change, ...]:
    changes = diff(old, new, relate(old, new, profile) if old and new else {})
    if old is None or not changes:
        return changes
    ids, places = called(old, new, profile), exact_places(old, new) if new else {}
    return tuple(_told(change, ids, places) for change in changes)


def _told(
    change: Change,
    ids: Mapping[tuple[Path, Aspect, str], tuple[str, ...]],
    places: Mapping[tuple[Path, Aspect, str], tuple[Place, Place]],
) -> Change:
    """With what the format knows besides: other tools' names for it, and the lines on which just this differs."""
    key = (change.path, change.aspect, change.detail)
    if key in ids:
        change = replace(change, notes=(("buf", ", ".join(ids[key])),))
    if key in places and change.old is not None:
        old, new = places[key]
        change = replace(change, old=old, new=new)
    return change


def _proved(item: JSON, old: Contract | None, new: Contract | None, findings: Sequence[Finding], profile: Profile) -> list[Finding]:
    """The findings with examples."""
    if old is None or new is None:
        return [*findings]
    end = min(time.process_time() + PROVING_SECONDS, LAST_PROOF)
    before, after = Documents(old, _source(item["base"])), Documents(new, _source(item["landed"]))
    return prove(findings, before, after, Direction(item["direction"]), lambda: time.process_time() < end, profile)


def _source(data: JSON) -> Source:
    return Source(data["file"], data["text"], data.get("siblings", {}))


def _summary(contract: Contract | None) -> JSON:
    if contract is None:
        return None
    return {
        "version": contract.version,
        "format": contract.format,
        "status": contract.status,
        "fields": [show(path) for path, _ in contract.walk()],
        "notices": contract.notices,
    }


def _stirred(
    contract: str, landed: tuple[Change, ...], branch: tuple[Change, ...], base: tuple[Change, ...], new: Contract
) -> list[Finding]:
    """GATE §1: a merge without conflict whose contract is not the branch's own changes applied to the base's contract."""
    own = {_said(change) for change in branch}
    there = {_said(change) for change in base}
    strange = [change for change in landed if _said(change) not in own]
    lost = own - {_said(change) for change in landed} - there
    if not strange and not lost:
        return []
    first = strange[0] if strange else next(change for change in branch if _said(change) in lost)
    return [
        report(
            "merge-changes-meaning",
            contract=contract,
            path=first.path,
            before=first.before,
            after=first.after,
            place=first.new or new.place,
            old=first.old,
        )
    ]


def _said(change: Change) -> tuple[object, ...]:
    return change.aspect, change.kind, change.identity, change.after


def _unreadable(contract: str, error: Unreadable) -> Finding:
    return report(
        "contract-unreadable",
        contract=contract,
        message=error.message,
        remedy=error.remedy,
        place=Place(file=error.file, line=error.line),
        before=None,
        after=error.message,
    )


def _document(data: JSON) -> Document | None:
    return Document(data["file"], data["text"], tuple(Document(part["file"], part["text"]) for part in data["parts"])) if data else None
