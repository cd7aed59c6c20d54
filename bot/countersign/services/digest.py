"""What landed and breaks nobody, told to readers once a week in their own repositories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from zlib import crc32

from countersign.model.command import CloseIssue, Command, KeepIssue
from countersign.model.finding import Finding, Level
from countersign.model.pull_request import Standing
from countersign.render import LandedChange, digest_issue
from countersign.services.codec import dump, load
from countersign.services.context import Ports
from countersign.services.discretion import more_public
from countersign.services.issues import stands
from countersign.services.roster import cannot_read, readers

#: The ledger's kind: what a push brought to the default branch that breaks nobody.
HARMLESS = "landed-harmless"
_MARKER = "countersign:digest:"
#: The version is raised by every change, and is no news.
_NO_NEWS = frozenset({"version-changed"})
#: Of one push; what is longer is a new contract, or nobody reads it.
_MOST = 50


def keep_harmless(ports: Ports, repository: str, ref: str, commit: str, findings: Sequence[Finding]) -> None:
    """Write down what the next digest tells. ref: only what reaches the default branch is told."""
    home = ports.records.repository(repository)
    told = [one for one in findings if one.level in (Level.SAFE, Level.NOTICE) and one.contract and one.rule not in _NO_NEWS]
    if home is None or ref != f"refs/heads/{home.default_branch}" or not told:
        return
    what = {"commit": commit, "findings": [dump(one) for one in told[:_MOST]]}
    ports.records.write_ledger(HARMLESS, repository, 0, ports.calendar.now(), what, once=f"{HARMLESS}:{repository}:{commit}")


def weekly_digest(ports: Ports) -> list[Command]:
    """An issue in each reader's repository about what landed this week, or last week until this one brings something.

    It is edited in place within its week. When a new one is opened, those before are closed. Each repository has its own hour of the day,
    at which its issue is brought up to date: written all at once, those of a large organisation would take all that GitHub allows an hour.
    """
    now = ports.calendar.now()
    this_week = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0)
    commands: list[Command] = []
    for week in (this_week - timedelta(days=7), this_week):
        for home, landed in sorted(_landed(ports, week).items()):
            changes = [one for one in landed if one.landed_at <= last_turn(home, now)]
            issue = _issue(home, week, changes)
            if changes and not stands(ports, issue):
                commands += [issue, *(CloseIssue(repository=home, marker=marker) for marker in _earlier(ports, home, issue.marker))]
    return commands


def last_turn(home: str, now: datetime) -> datetime:
    """When the repository's hour came last."""
    turn = now.replace(hour=crc32(home.encode()) % 24, minute=0, second=0)
    return turn if turn <= now else turn - timedelta(days=1)


def _issue(home: str, week: datetime, changes: Sequence[LandedChange]) -> KeepIssue:
    title, body = digest_issue(week, changes)
    return KeepIssue(repository=home, marker=f"{_MARKER}{week.date().isoformat()}", title=title, body=body)


def _landed(ports: Ports, week: datetime) -> dict[str, list[LandedChange]]:
    """repository of readers -> what landed in that week in the contracts that are read there, oldest first.

    What is private is left out where more people may read the digest: nothing is asked of anybody, so nobody misses it.
    """
    found: dict[str, list[LandedChange]] = {}
    readership = cache(partial(_homes, ports))
    for row in ports.records.ledger(kind=HARMLESS, since=week):
        if row["at"] >= week + timedelta(days=7):
            continue
        producer = row["repository"]
        findings = [load(Finding, one) for one in row["what"]["findings"]]
        for contract in dict.fromkeys(one.contract for one in findings):
            mine = tuple(one for one in findings if one.contract == contract)
            for home, hidden in readership(producer, contract).items():
                link = "" if hidden else f"{ports.github_url}/{producer}/commit/{row['what']['commit']}"
                landed = LandedChange(repository=producer, contract=contract, findings=mine, landed_at=row["at"], url=link)
                found.setdefault(home, []).append(landed)
    return found


def _homes(ports: Ports, producer: str, contract: str) -> dict[str, bool]:
    """repository of readers who may be told -> whether they cannot follow a link to the producer's."""
    entries = [one.registration for one in readers(ports, producer, contract) if one.standing is Standing.COUNTS]
    away = cannot_read(ports, producer, {entry.team for entry in entries})
    others = [entry for entry in entries if entry.repository != producer and not more_public(ports, entry.repository, producer)]
    return {entry.repository: entry.team in away for entry in others}


def _earlier(ports: Ports, home: str, marker: str) -> list[str]:
    """Markers of the digests that were opened there before."""
    rows = ports.records.ledger(kind="issue-opened", repository=home)
    return sorted({row["what"]["marker"] for row in rows if row["what"]["marker"].startswith(_MARKER)} - {marker})
