"""After a pull request: how it ended, and which debts it leaves."""

from __future__ import annotations

from countersign.model.command import Command, TagVersion, Wake
from countersign.model.github import PullRequestEvent, PullRequestRow
from countersign.ports import GitTrouble
from countersign.services.context import Ports
from countersign.services.debts import owed
from countersign.services.elsewhere import ended_elsewhere
from countersign.services.tags import version_tags


def merged(ports: Ports, event: PullRequestEvent) -> list[Command]:
    """Record how a pull request ended. Whether all that landed was signed is asked when its push comes (`services.landed`)."""
    row = event.pull_request
    name, number = row.repository, row.number
    commands: list[Command] = [Wake(repository=name, number=number, at=()), *ended_elsewhere(ports, row)]
    if not row.merge_commit:
        ports.records.write_ledger(
            "closed", name, number, ports.calendar.now(), {"head": row.head}, once=f"closed:{name}#{number}:{row.head}"
        )
        return commands
    check = ports.records.check(name, row.head)
    conclusion = (check.conclusion if check else "") or "missing"
    at = row.merged_at or ports.calendar.now()
    what = {"head": row.head, "commit": row.merge_commit, "by": row.merged_by, "conclusion": conclusion}
    ports.records.write_ledger("merge", name, number, at, what, once=f"merge:{name}#{number}")
    return [*commands, *owed(ports, row), *_tags(ports, row)]


def _tags(ports: Ports, row: PullRequestRow) -> list[TagVersion]:
    """A merge that no mirror can bring is on record, and goes untagged."""
    home = ports.records.repository(row.repository)
    try:
        return version_tags(ports, home, row) if home else []
    except GitTrouble as trouble:
        ports.records.write_ledger("tag-not-made", row.repository, row.number, ports.calendar.now(), {"why": str(trouble)})
        return []
