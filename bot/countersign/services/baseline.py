"""Where a repository stands before the gate is switched on: its contracts, a first policy, and what would have been blocked lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign import policy as policies
from countersign.model.finding import Finding
from countersign.model.policy import Policy
from countersign.policy import POLICY_FILES, looks_like_contract
from countersign.ports import Commit, Died
from countersign.render.drafts import Entry, owner_lines, policy_draft
from countersign.services.codec import dump, load
from countersign.services.reading import Reader

JSON = Any

_JUDGE = "countersign.services.child:judge_contract"
_SUMMARISE = "countersign.services.child:summarise"
#: Commits of the branch that are looked at, whatever the days say.
_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContract:
    """A contract file. id: the one that the policy, or the draft, gives it. trouble: why it cannot be read; "" if it can."""

    file: str
    id: str
    listed: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A commit of the branch that would have been blocked, with what in it."""

    commit: Commit
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """policy_file: where the policy is; "" if there is none. draft: the text of a first one, or the entries to add; "" if all is listed.

    looked_at, touched: commits of the branch since then, and those of them that changed a contract.
    """

    contracts: tuple[FoundContract, ...]
    policy_file: str
    draft: str
    looked_at: int
    touched: int
    blocked: tuple[Landed, ...]


def baseline(reader: Reader, repository: str, revision: str, since: datetime) -> Baseline:
    """Of a local repository's branch. Raises `GitTrouble`, and `ValueError` if its policy cannot be read."""
    tip = reader.git.resolve(repository, revision)
    document = reader.document(repository, tip)
    reading = reader.policy(repository, document, None)
    if reading.policy is None:
        first = reading.errors[0]
        raise ValueError(f"{first.file}:{first.line}: {first.message}")
    files = reader.git.files(repository, tip)
    listed = policies.listed(reading.policy, files)
    known = {file: contract for file, (_, contract) in listed.items()}
    fresh = sorted(file for file in files if file not in known and looks_like_contract(file))
    ids = {**known, **_ids(fresh, known)}
    found = tuple(
        FoundContract(file=file, id=ids[file], listed=file in known, trouble=trouble)
        for file, trouble in _troubles(reader, repository, tip, files, ids)
    )
    owned = policies.codeowners(reader.codeowners(repository, tip))
    commits = [one for one in reader.git.first_parents(repository, tip, limit=_MOST) if one.committed_at >= since]
    touched, blocked = _replayed(reader, repository, commits, ids, reading.policy)
    return Baseline(
        contracts=found,
        policy_file=document.file if document else "",
        draft=_draft(fresh, ids, document is None, all(owned(file) for file in fresh), repository) if fresh else "",
        looked_at=len(commits),
        touched=touched,
        blocked=blocked,
    )


def _ids(fresh: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Each file's name up to the first dot; with its directory where that is taken."""
    names = {file: file.rpartition("/")[2].split(".")[0] for file in fresh}
    count = Counter([*names.values(), *known.values()])
    return {file: name if count[name] == 1 else file.split(".")[0].replace("/", ".") for file, name in names.items()}


def _troubles(reader: Reader, repository: str, tip: str, files: Mapping[str, str], ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    texts = reader.texts(repository, {file: files[file] for file in sorted(ids)})
    items: list[JSON] = [
        {"id": ids[file], "source": {"file": file, "text": text.text if text.text is not None else "\x00"}} for file, text in texts.items()
    ]
    answers = reader.answer(_SUMMARISE, items, {"source": tip}, repository)
    for (file, text), answer in zip(texts.items(), answers, strict=True):
        if text.trouble:
            yield file, text.trouble
        elif isinstance(answer, Died):
            yield file, answer.detail
        else:
            yield file, str(answer.get("unreadable", ""))


def _replayed(
    reader: Reader, repository: str, commits: Sequence[Commit], ids: Mapping[str, str], policy: Policy
) -> tuple[int, tuple[Landed, ...]]:
    """(how many commits changed a contract, those with something that readers would have had to sign). Each against its first parent."""
    touched, found = 0, []
    settings = {file: entry.settings for file, (entry, _) in policies.listed(policy, ids).items()}
    for commit in commits:
        if not commit.parents:
            continue
        pairs = [one for one in reader.git.changed(repository, commit.parents[0], commit.sha) if one.old_path in ids or one.new_path in ids]
        touched += bool(pairs)
        findings: list[Finding] = []
        for one in pairs:
            if not one.old_path:
                continue  # a contract that is new breaks nobody
            file = one.new_path if one.new_path in ids else one.old_path
            item = _item(reader, repository, one.old_path, one.old_blob, one.new_path, one.new_blob)
            by = settings.get(file, policy.settings)
            item |= {"id": ids[file], "direction": by.protects.value, "profile": dump(by.profile)}
            answer = reader.answer(_JUDGE, [item], {"base": commit.parents[0], "landed": commit.sha}, repository)[0]
            if not isinstance(answer, Died) and "findings" in answer:
                findings += [finding for data in answer["findings"] if (finding := load(Finding, data)).level.blocks]
        if findings:
            found.append(Landed(commit=commit, findings=tuple(findings)))
    return touched, tuple(found)


def _item(reader: Reader, repository: str, old: str, old_blob: str, new: str, new_blob: str) -> dict[str, JSON]:
    sides: dict[str, JSON] = {"base": None, "landed": None}
    for side, file, blob in (("base", old, old_blob), ("landed", new, new_blob)):
        if file:
            text = reader.texts(repository, {file: blob})[file].text
            sides[side] = {"file": file, "text": text if text is not None else "\x00"}
    return sides


def _draft(fresh: Sequence[str], ids: Mapping[str, str], whole: bool, owned: bool, repository: str) -> str:
    entries = [Entry(file, "" if ids[file] == file.rpartition("/")[2].split(".")[0] else ids[file]) for file in fresh]
    return policy_draft(entries, owner_lines(repository.split("/")[0], owned, (), 0), whole=whole)


def policy_place() -> str:
    """Where a first policy is written."""
    return POLICY_FILES[0]
