"""What a default branch holds: registrations, the catalogue of contracts, and running notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from countersign import policy as policies
from countersign.model.contract import WrittenNotice
from countersign.model.github import Repository
from countersign.model.pull_request import RunningNotice
from countersign.ports import Died
from countersign.services.codec import load
from countersign.services.compare_policy import is_organisation, notices_of
from countersign.services.context import JSON, Ports

_SUMMARISE = "countersign.services.child:summarise"


def refresh_registry(ports: Ports, repository: Repository, received_at: datetime | None = None) -> None:
    """Read the default branch of a repository again.

    received_at: when the push that brought its state was received; now, if nobody knows. An entry that was known keeps its own time.
    """
    at = received_at or ports.calendar.now()
    name, branch = repository.name, f"refs/heads/{repository.default_branch}"
    ports.git.fetch(name, [branch])
    tip = ports.git.resolve(name, branch)
    document = ports.reader.document(name, tip)
    organisation = document if is_organisation(name) else ports.organisation_policy(name)
    policy = ports.reader.policy(name, None if is_organisation(name) else document, organisation).policy
    if policy is None:
        return
    reads = tuple(replace(entry, repository=name) for entry in policy.reads)
    ports.records.keep_registrations(name, reads, at)
    files = ports.git.files(name, tip)
    listed = policies.listed(policy, files)
    catalogue: dict[str, list[str]] = {}
    running: dict[tuple[str, tuple[str, ...]], WrittenNotice] = dict(notices_of(policy, listed))
    texts = ports.reader.texts(name, {path: files[path] for path in listed})
    items: list[JSON] = [
        {"id": listed[path][1], "source": {"file": path, "text": text.text}}
        for path, text in sorted(texts.items())
        if text.text is not None
    ]
    for item, answer in zip(items, ports.reader.answer(_SUMMARISE, items, {"source": tip}, name), strict=True):
        if isinstance(answer, Died) or "unreadable" in answer:
            continue
        catalogue[item["id"]] = answer["fields"]
        for notice in load(tuple[WrittenNotice, ...], answer["notices"]):
            running[(item["id"], notice.path)] = notice
    ports.records.keep_catalogue(name, catalogue)
    ports.records.keep_notices(
        name,
        [
            RunningNotice(
                contract=contract,
                path=path,
                started_at=at,
                remove_after=notice.remove_after,
                replacement=notice.replacement,
                reason=notice.reason,
            )
            for (contract, path), notice in running.items()
        ],
        at,
    )
