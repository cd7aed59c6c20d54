"""The way from watching to enforcing: what would have been blocked, which contracts are ready, and the edit that sets them to enforce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign import policy as policies
from countersign.model.command import CloseIssue, Command, KeepIssue
from countersign.model.github import Repository
from countersign.model.policy import Mode, Policy
from countersign.model.pull_request import Standing
from countersign.model.rollout import Edit, NotYet, Rollout, Watched, WouldBlock
from countersign.policy import Document
from countersign.ports import Died, GitTrouble
from countersign.render import rollout_issue
from countersign.services.branches import default_ref
from countersign.services.comparison import Documents, Listed
from countersign.services.context import JSON, Ports
from countersign.services.in_force import documents_at, is_organisation
from countersign.services.notice_history import summaries
from countersign.services.roster import readers

WEEK = timedelta(days=7)
#: A contract of which somebody said so lately that the gate cries wolf is not set to enforce.
QUIET = timedelta(days=14)
_UNPROMISED = ("draft", "proposed")


@dataclass(frozen=True, slots=True)
class _Home:
    """A repository's policy at its tip, and what it lists."""

    repository: str
    documents: Documents
    policy: Policy
    listed: Listed
    drafts: frozenset[str]


def weekly(ports: Ports) -> list[Command]:
    """An issue a week in the ``.github`` repository of each organisation with contracts that are not enforced; last week's is closed."""
    commands: list[Command] = []
    now = ports.calendar.now()
    for row in ports.records.repositories():
        if not is_organisation(row.name):
            continue
        found = rollout(ports, row.name.split("/")[0], now - WEEK, now)
        commands.append(CloseIssue(repository=row.name, marker=_marker(now - WEEK), said="The next week's report is there."))
        if found.watched:
            title, body = rollout_issue(found)
            commands.append(KeepIssue(repository=row.name, marker=_marker(now), title=title, body=body))
    return commands


def _marker(day: datetime) -> str:
    year, week, _ = day.isocalendar()
    return f"countersign:rollout:{year}-{week:02}"


def rollout(ports: Ports, organisation: str, since: datetime, until: datetime) -> Rollout:
    """Everything of one organisation. A repository that cannot be read now is left out; the audit tells of those."""
    watched: list[Watched] = []
    edits: list[Edit] = []
    enforced = 0
    disputed = frozenset(_disputed(ports, organisation, until - QUIET))
    for home in _homes(ports, organisation):
        there = [_watched(ports, home, contract, mode, disputed) for contract, mode in _modes(home) if mode is not Mode.ENFORCE]
        enforced += sum(mode is Mode.ENFORCE for _, mode in _modes(home))
        watched += there
        edits += _edits(ports, home, {one.contract for one in there if one.not_yet is None})
    judged, would_block = _pull_requests(ports, organisation, since)
    return Rollout(
        organisation=organisation,
        since=since,
        until=until,
        judged=judged,
        would_block=would_block,
        watched=tuple(sorted(watched, key=lambda one: (one.not_yet is not None, one.repository, one.contract))),
        enforced=enforced,
        edits=tuple(edits),
    )


def _homes(ports: Ports, organisation: str) -> Iterator[_Home]:
    publishing = {reference.repository for reference, _ in ports.records.catalogue()}
    for row in ports.records.repositories():
        if row.name in publishing and row.name.split("/")[0].lower() == organisation.lower():
            try:
                home = _home(ports, row)
            except GitTrouble:
                continue
            if home is not None:
                yield home


def _home(ports: Ports, row: Repository) -> _Home | None:
    ports.git.fetch(row.name, [default_ref(row)])
    tip = ports.git.resolve(row.name, default_ref(row))
    above = ports.organisation_policy(row.name)
    documents = documents_at(ports.reader, row.name, tip, above.document if above else None)
    policy = ports.reader.policy(row.name, *documents).policy
    if policy is None:
        return None
    blobs = ports.reader.contracts(row.name, tip, policy)
    listed = policies.listed(policy, blobs)
    texts = {path: text.text for path, text in ports.reader.texts(row.name, blobs).items()}
    told = summaries(ports, row.name, tip, {path: listed[path][1] for path in listed}, texts)
    drafts = frozenset(contract for contract, summary in told.items() if summary["status"] in _UNPROMISED)
    return _Home(row.name, documents, policy, listed, drafts)


def _modes(home: _Home) -> list[tuple[str, Mode]]:
    return sorted((contract, entry.settings.mode) for entry, contract in home.listed.values())


def _watched(ports: Ports, home: _Home, contract: str, mode: Mode, disputed: frozenset[tuple[str, str]]) -> Watched:
    counting = [one for one in readers(ports, home.repository, contract, home.policy.contested) if one.standing is Standing.COUNTS]
    not_yet = None
    if contract in home.drafts:
        not_yet = NotYet.DRAFT
    elif not counting:
        not_yet = NotYet.NOBODY_READS
    elif (home.repository, contract) in disputed:
        not_yet = NotYet.DISPUTED
    teams = tuple(sorted({one.registration.team for one in counting}))
    return Watched(repository=home.repository, contract=contract, mode=mode, readers=teams, not_yet=not_yet)


def _disputed(ports: Ports, organisation: str, since: datetime) -> Iterator[tuple[str, str]]:
    """(repository, contract) of every finding that was disputed since."""
    for row in ports.records.ledger(kind="dispute", since=since):
        if _of(row, organisation):
            wanted = set(row["what"]["fingerprints"])
            for said in _said(ports, row["repository"], row["number"]):
                if said["fingerprint"] in wanted:
                    yield row["repository"], said["contract"]


def _said(ports: Ports, repository: str, number: int) -> Iterator[Mapping[str, JSON]]:
    for judgement in ports.records.ledger(kind="judgement", repository=repository, number=number):
        yield from judgement["what"]


def _pull_requests(ports: Ports, organisation: str, since: datetime) -> tuple[int, tuple[WouldBlock, ...]]:
    """(how many were judged where nothing is enforced, those that would have been blocked), each by its last judgement."""
    last: dict[tuple[str, int], list[Mapping[str, JSON]]] = {}
    for row in ports.records.ledger(kind="judgement", since=since):
        loose = [said for said in row["what"] if said["mode"] != Mode.ENFORCE.value]
        if _of(row, organisation) and loose:
            last[row["repository"], row["number"]] = loose
    merged = {(row["repository"], row["number"]) for row in ports.records.ledger(kind="merge", since=since)}
    found = []
    for (repository, number), said in sorted(last.items()):
        open_ones = [one for one in said if one["cleared_by"] == "nothing"]
        if open_ones:
            found.append(
                WouldBlock(
                    repository=repository,
                    number=number,
                    changes=tuple((one["contract"], one["rule"], one["path"]) for one in open_ones),
                    waits_for=tuple(sorted({team for one in open_ones for team in one["waits_for"]})),
                    merged=(repository, number) in merged,
                )
            )
    return len(last), tuple(found)


def _of(row: Mapping[str, JSON], organisation: str) -> bool:
    return str(row["repository"]).split("/")[0].lower() == organisation.lower()


def _edits(ports: Ports, home: _Home, ready: Iterable[str]) -> Iterator[Edit]:
    """An edit a policy file, of the entries all of whose contracts are ready. One that does not read back as meant is not offered."""
    wanted = set(ready)
    files: dict[str, dict[str, int]] = {}
    by_pattern: dict[str, set[str]] = {}
    for entry, contract in home.listed.values():
        by_pattern.setdefault(entry.pattern, set()).add(contract)
    whole = home.documents[0]
    if whole is None:
        return
    counts: dict[str, int] = {}
    for entry in home.policy.publishes:
        index = counts.setdefault(entry.place.file, 0)
        counts[entry.place.file] += 1
        if by_pattern.get(entry.pattern) and by_pattern[entry.pattern] <= wanted:
            files.setdefault(entry.place.file, {})[entry.pattern] = index
    for file, entries in sorted(files.items()):
        document = next(one for one in (whole, *whole.parts) if one.file == file)
        yield _edit(ports, home, document, entries, by_pattern)


def _edit(ports: Ports, home: _Home, document: Document, entries: Mapping[str, int], by_pattern: Mapping[str, set[str]]) -> Edit:
    """entries: pattern -> its number in the file."""
    every = tuple(sorted(contract for pattern in entries for contract in by_pattern[pattern]))
    item = {"file": document.file, "text": document.text, "entries": sorted(entries.values())}
    answer = ports.reader.children.run("countersign.services.child:enforce_policy", [item])[0]
    if not isinstance(answer, Died):
        left = {pattern for pattern, index in entries.items() if index in answer["left"]}
        done = entries.keys() - left
        changed = Document(document.file, answer["text"], document.parts)
        if done and _reads_as_meant(ports, home, document, changed, done):
            return Edit(
                repository=home.repository,
                file=document.file,
                before=document.text,
                after=answer["text"],
                contracts=tuple(sorted(contract for pattern in done for contract in by_pattern[pattern])),
                by_hand=tuple(sorted(contract for pattern in left for contract in by_pattern[pattern])),
            )
    return Edit(repository=home.repository, file=document.file, before=document.text, after=document.text, contracts=(), by_hand=every)


def _reads_as_meant(ports: Ports, home: _Home, before: Document, after: Document, patterns: Iterable[str]) -> bool:
    whole = home.documents[0]
    assert whole is not None  # there was something to edit
    if before == whole:
        new = after
    else:
        parts = tuple(after if part == before else part for part in whole.parts)
        new = Document(whole.file, whole.text, parts)
    policy = ports.reader.policy(home.repository, new, home.documents[1]).policy
    return policy is not None and policies.only_enforces(home.policy, policy, set(patterns))
