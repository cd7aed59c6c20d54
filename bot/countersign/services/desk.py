"""The verbs of the command line: the same judging as the bot's, on a local repository, offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from countersign.gates.pull_request import judge
from countersign.model.finding import Finding
from countersign.model.pull_request import ContractFacts, Facts, PullRequest
from countersign.model.verdict import Verdict
from countersign.policy import POLICY_FILES, Document
from countersign.ports import Children, Died
from countersign.services.codec import load
from countersign.services.compare import compare
from countersign.services.comparison import Comparison
from countersign.services.reading import Reader


class NoPolicy(Exception):
    """Neither side lists any contract: there is nothing to judge by."""


class BadFacts(Exception):
    """The facts cannot be read."""


def check(
    reader: Reader,
    *,
    name: str,
    base: str,
    head: str,
    organisation: tuple[str, str] | None,
    facts: bytes | None,
    now: datetime,
) -> Verdict:
    """Judge ``head`` as it would land on ``base``.

    name: ``org/repo``. organisation: (file, text) of its policy. facts: what the bot exported.
    """
    told = _facts(facts) if facts else None
    repository = told.pull_request.repository if told else name
    tip, commit = reader.git.resolve(repository, base), reader.git.resolve(repository, head)
    if not any(reader.document(repository, tree) for tree in (tip, commit)) and organisation is None:
        raise NoPolicy(f"There is no {POLICY_FILES[0]} at {base} or {head}, so nothing is promised here.")
    comparison = compare(reader, repository, tip, commit, Document(*organisation) if organisation else None)
    pull_request = PullRequest(repository=repository, number=0, author="", head=commit, base_ref=base, base_tip=tip)
    return judge(_with(told, pull_request, comparison) if told else _alone(pull_request, comparison), now)


def compare_files(children: Children, old: Path, new: Path, protects: str) -> Sequence[Finding] | None:
    """The findings between two files, read under the new file's name; None if the child process did not survive them."""
    from countersign.services.reading import decode

    texts = [decode(path.name, path.read_bytes() if path.stat().st_size <= 10 * 2**20 else None) for path in (old, new)]
    item = {
        "id": new.name.split(".")[0],
        "direction": protects,
        "base": {"file": texts[0].file, "text": texts[0].text or "\x00"},
        "landed": {"file": texts[1].file, "text": texts[1].text or "\x00"},
    }
    answer = children.run("countersign.services.child:judge_files", [item])[0]
    return None if isinstance(answer, Died) else [load(Finding, data) for data in answer["findings"]]


def _facts(raw: bytes) -> Facts:
    try:
        return msgspec.json.decode(raw, type=Facts)
    except msgspec.MsgspecError as error:
        raise BadFacts(str(error)) from error


def _alone(pull_request: PullRequest, comparison: Comparison) -> Facts:
    return Facts(
        pull_request=pull_request,
        settings=comparison.policy.settings,
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
            )
            for one in comparison.contracts
        ),
        owners=comparison.owners,
        online=False,
        remarks=comparison.remarks,
    )


def _with(told: Facts, pull_request: PullRequest, comparison: Comparison) -> Facts:
    """The bot's people and dates, on the findings of this repository."""
    alone = _alone(pull_request, comparison)
    known = {contract.id: contract for contract in told.contracts}
    contracts = tuple(replace(contract, readers=known[contract.id].readers if contract.id in known else ()) for contract in alone.contracts)
    return replace(
        told,
        pull_request=replace(told.pull_request, head=pull_request.head, base_tip=pull_request.base_tip),
        touched=alone.touched,
        findings=alone.findings,
        contracts=contracts,
        settings=alone.settings,
        remarks=alone.remarks,
    )
