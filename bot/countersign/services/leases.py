"""Leases that are about to end: the team hears of it 30 days before, in its own repository, and again 7 days before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from countersign.model.command import CloseIssue, Command, KeepComment, OpenIssue
from countersign.model.consumer import Registration
from countersign.render import lease_issue, lease_reminder, lease_renewed
from countersign.services.context import Ports
from countersign.services.renamed import names_now

FIRST, LAST = timedelta(days=30), timedelta(days=7)
_MARKER = "countersign:lease:"


def remind_of_leases(ports: Ports) -> list[Command]:
    """An issue for each registration whose lease ends within 30 days, kept open until it is renewed or taken out."""
    now = ports.calendar.now()
    return [command for repository in ports.records.repositories() for command in _of(ports, repository.name, now)]


def _of(ports: Ports, repository: str, now: datetime) -> Iterator[Command]:
    opened = {
        row["what"]["marker"]: row
        for row in ports.records.ledger(kind="issue-opened", repository=repository)
        if row["what"]["marker"].startswith(_MARKER)
    }
    names = names_now(ports)
    ending = {_marker(entry): entry for entry in ports.records.registrations_of(repository) if _ends_soon(entry, now)}
    for marker, entry in ending.items():
        issue = opened.get(marker)
        if entry.ends_at is None or (issue is None and entry.ends_at <= now):
            continue  # what has ended already is no reminder
        if issue is None:
            title, body = lease_issue(names.entry(entry), now, links=ports.links(repository, ""))
            yield OpenIssue(repository=repository, marker=marker, title=title, body=body)
        elif now < entry.ends_at <= now + LAST and issue["at"] <= entry.ends_at - 2 * LAST:  # else the issue itself has just been told
            yield KeepComment(
                repository=repository, number=issue["number"], marker=f"{marker}:last", body=lease_reminder(names.entry(entry))
            )
    for marker in opened.keys() - ending.keys():
        yield CloseIssue(repository=repository, marker=marker, said=lease_renewed())


def _ends_soon(entry: Registration, now: datetime) -> bool:
    return entry.taken_out_at is None and entry.ends_at is not None and entry.ends_at <= now + FIRST


def _marker(entry: Registration) -> str:
    end = entry.ends_at.date().isoformat() if entry.ends_at else ""
    return f"{_MARKER}{entry.reference}:{entry.team}:{entry.on_behalf_of}:{end}"
