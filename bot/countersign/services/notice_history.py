"""When a notice began to run, if our own record of its push is lost (GATE §4, Notice): from the pull request that merged it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from countersign import policy as policies
from countersign.model.contract import WrittenNotice
from countersign.model.path import Path
from countersign.policy import POLICY_FILES
from countersign.ports import Died
from countersign.services.codec import load
from countersign.services.compare_policy import notices_of
from countersign.services.context import JSON, Ports
from countersign.services.in_force import is_organisation

#: (contract id, path) of a notice.
Key = tuple[str, Path]

SUMMARISE = "countersign.services.child:summarise"


def began(ports: Ports, repository: str, tip: str, key: Key, notice: WrittenNotice) -> datetime | None:
    """When GitHub merged the pull request since which the notice has stood without a gap; None if no pull request brought it."""
    announced = _in_policy if notice.place.file.rpartition("/")[2] == POLICY_FILES[0] else _in_contract
    first = None
    for commit in ports.git.first_parents_touching(repository, tip, notice.place.file):
        if not announced(ports, repository, commit, key, notice.place.file):
            break
        first = commit
    if first is None:
        return None
    merged = ports.github.pull_requests_of(repository, first)
    return max((one.merged_at for one in merged), default=None)


def _in_policy(ports: Ports, repository: str, commit: str, key: Key, file: str) -> bool:
    document = ports.reader.document(repository, commit)
    sides = (None, document) if is_organisation(repository) else (document, None)
    policy = ports.reader.policy(repository, *sides).policy
    return policy is not None and key in dict(notices_of(policy, policies.listed(policy, ports.git.files(repository, commit))))


def _in_contract(ports: Ports, repository: str, commit: str, key: Key, file: str) -> bool:
    texts = ports.reader.texts(repository, ports.git.paths(repository, commit, [file]))
    summary = summaries(ports, repository, commit, {file: key[0]}, {path: text.text for path, text in texts.items()}).get(key[0])
    return summary is not None and any(notice.path == key[1] for notice in load(tuple[WrittenNotice, ...], summary["notices"]))


def summaries(ports: Ports, repository: str, commit: str, ids: Mapping[str, str], texts: Mapping[str, str | None]) -> dict[str, JSON]:
    """contract id -> what the child tells of it, for those of the files (path -> id) that can be read."""
    items: list[JSON] = [
        {"id": ids[path], "source": {"file": path, "text": text}} for path, text in sorted(texts.items()) if text is not None
    ]
    answers = ports.reader.answer(SUMMARISE, items, {"source": commit}, repository)
    return {
        item["id"]: answer
        for item, answer in zip(items, answers, strict=True)
        if not isinstance(answer, Died) and "unreadable" not in answer
    }
