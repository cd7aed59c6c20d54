"""The verbs of the command line: the same judging as the bot's, on a local repository, offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from countersign.gates.pull_request import judge
from countersign.model.finding import Finding
from countersign.model.profile import USUAL, Profile
from countersign.model.pull_request import ContractFacts, Facts, PullRequest
from countersign.model.typed import decoded
from countersign.model.verdict import Verdict
from countersign.policy import POLICY_FILES, Trouble
from countersign.ports import Children, Died
from countersign.services.codec import dump, load
from countersign.services.compare import compare
from countersign.services.comparison import Comparison
from countersign.services.in_force import Organisation
from countersign.services.reading import LARGEST_FILE, Reader, as_document, decode
from countersign.services.safe_path import offered


class NoPolicy(Exception):
    """Neither side lists any contract: there is nothing to judge by."""


class BadPolicy(Exception):
    """The organisation's policy, given by hand, cannot be read: file, line, what is wrong; and ``remedy``."""

    def __init__(self, error: Trouble) -> None:
        super().__init__(f"{error.file}:{error.line}: {error.message}")
        self.remedy = error.remedy


class BadFacts(Exception):
    """The facts cannot be read."""


class BadFile(Exception):
    """Files are no texts that could be compared."""


def check(
    reader: Reader,
    *,
    name: str,
    base: str,
    head: str,
    organisation: tuple[str, bytes] | None,
    facts: bytes | None,
    now: datetime,
) -> tuple[Verdict, Comparison]:
    """Judge ``head`` as it would land on ``base``.

    name: ``org/repo``. organisation: (file, content) of its policy. facts: what the bot exported.
    Raises `NoPolicy`, `BadPolicy`, `BadFacts` and `GitTrouble`.
    """
    told = _facts(facts) if facts else None
    if told:
        called = {old.removeprefix("@").lower(): new.removeprefix("@") for old, new in told.renamed.items()}
        reader = replace(reader, renamed=lambda: called)
    repository = told.pull_request.repository if told else name
    tip, commit = reader.git.resolve(repository, base), reader.git.resolve(repository, head)
    if not any(reader.document(repository, tree) for tree in (tip, commit)) and organisation is None:
        raise NoPolicy(f"There is no {POLICY_FILES[0]} at {base} or {head}, so nothing is promised here.")
    comparison = compare(reader, repository, tip, commit, organisation_given(reader, repository, organisation))
    pull_request = PullRequest(repository=repository, number=0, author="", head=commit, base_ref=base, base_tip=tip)
    verdict = judge(_with(told, pull_request, comparison) if told else _alone(pull_request, comparison), now)
    return offered(reader, verdict, comparison, now), comparison


def organisation_given(reader: Reader, repository: str, organisation: tuple[str, bytes] | None) -> Organisation | None:
    """The organisation's policy as (file, content) by hand. Raises `BadPolicy`."""
    above = as_document(*organisation) if organisation else None
    if above is None:
        return None
    for error in reader.policy(f"{repository.split('/')[0]}/.github", None, above).errors:
        raise BadPolicy(error)
    return Organisation(above)


def compare_files(children: Children, old: Path, new: Path, protects: str, profile: Profile = USUAL) -> Sequence[Finding]:
    """The findings between two files, read as one contract. Raises `BadFile`."""
    item = {
        "id": new.name.split(".")[0],
        "direction": protects,
        "profile": dump(profile),
        "base": {"file": old.name, "text": _text(old)},
        "landed": {"file": new.name, "text": _text(new)},
    }
    answer = children.run("countersign.services.child:judge_files", [item])[0]
    if isinstance(answer, Died):
        raise BadFile(f"{old} and {new} could not be compared: {answer.detail}.")
    return [load(Finding, data) for data in answer["findings"]]


def _text(path: Path) -> str:
    text = decode(path.name, path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None)
    if text.text is None:
        raise BadFile(f"{path}: {text.trouble}")
    return text.text


def _facts(raw: bytes) -> Facts:
    try:
        return decoded(Facts, raw)
    except msgspec.MsgspecError as error:
        raise BadFacts(str(error)) from error


def _alone(pull_request: PullRequest, comparison: Comparison) -> Facts:
    return Facts(
        pull_request=pull_request,
        settings=comparison.settings,
        overrides=comparison.policy.overrides,
        organisation_owners=comparison.policy.organisation_owners,
        touched=comparison.touched,
        findings=comparison.findings,
        contracts=tuple(
            ContractFacts(
                id=one.id,
                file=one.file,
                settings=one.publishes.settings,
                owners=one.owners,
                version=one.version,
                blocks_nobody=one.unpromised,
                fields=one.fields,
            )
            for one in comparison.contracts
        ),
        owners=comparison.owners,
        online=False,
        remarks=comparison.remarks,
    )


def _with(told: Facts, pull_request: PullRequest, comparison: Comparison) -> Facts:
    """The bot's people, dates and settings, on the findings of this repository."""
    alone = _alone(pull_request, comparison)
    known = {contract.id: contract for contract in told.contracts}
    contracts = tuple(
        replace(one, readers=known[one.id].readers, settings=known[one.id].settings, owners=known[one.id].owners)
        if one.id in known
        else one
        for one in alone.contracts
    )
    # Which contracts exist elsewhere only the bot can know.
    same = told.pull_request.head == pull_request.head
    here = {finding.fingerprint for finding in alone.findings}
    elsewhere = tuple(
        finding
        for finding in told.findings
        if same and finding.rule in ("registration-unknown", "product-unreadable") and finding.fingerprint not in here
    )
    remarks = alone.remarks
    if told.settings != alone.settings:
        remarks += ("The facts were gathered under another policy than is here. If that is the organisation's, give it too.",)
    return replace(
        told,
        pull_request=replace(told.pull_request, head=pull_request.head, base_tip=pull_request.base_tip),
        touched=alone.touched,
        findings=(*(_as_told(finding, told) for finding in alone.findings), *elsewhere),
        contracts=contracts,
        remarks=remarks,
    )


def _as_told(finding: Finding, told: Facts) -> Finding:
    """With those who may sign it as the bot knows them: who owns a contract of another repository is not to be seen from here."""
    known = next((one.any_of for one in told.findings if one.fingerprint == finding.fingerprint), finding.any_of)
    return replace(finding, any_of=known)
