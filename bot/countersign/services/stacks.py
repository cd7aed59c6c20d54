"""Stacked pull requests (GATE §1): judged against the trunk that the stack lands in, each for what it changes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from countersign.model.command import Command, Rejudge
from countersign.model.github import PullRequestRow
from countersign.model.pull_request import Below
from countersign.ports import GitTrouble
from countersign.services.compare import compare
from countersign.services.comparison import Comparison
from countersign.services.context import Ports
from countersign.services.publish import PASSING, judged


def own_part(ports: Ports, row: PullRequestRow, tip: str, comparison: Comparison) -> tuple[Comparison, Below | None]:
    """The comparison without what the pull request below brings, and that one. tip: the trunk's.

    Only an open one of this repository, on the same trunk, whose head is the branch that this one stands on: it has to pass by itself, and
    until it does, nothing that stands on it passes. Without one, all that would land is this one's own.
    """
    below = _below(ports, row) if comparison.touched else None
    if below is None:
        return comparison, None
    theirs = compare(ports.reader, row.repository, tip, below.head, ports.organisation_policy(row.repository))
    known = {finding.fingerprint for finding in theirs.findings}
    mine = tuple(finding for finding in comparison.findings if finding.fingerprint not in known)
    check = ports.records.check(row.repository, below.head)
    passes = check is not None and check.conclusion in PASSING and set(judged([below])) <= set(check.judged)
    return replace(comparison, findings=mine), Below(number=below.number, passes=passes)


def stacked_on(ports: Ports, rows: Sequence[PullRequestRow], before: str, conclusion: str) -> list[Command]:
    """Judge again what stands on these pull requests of one head, if their check says something else now."""
    if before == conclusion:
        return []
    return [
        Rejudge(repository=other.repository, number=other.number, why=f"#{row.number}, on which it is stacked, has another check")
        for row in rows
        for other in _above(ports, row)
    ]


def _above(ports: Ports, row: PullRequestRow) -> Iterator[PullRequestRow]:
    for other in ports.records.open_pull_requests(row.repository):
        if other.trunk and other.number != row.number and _tip(ports, other) == row.head:
            yield other


def _below(ports: Ports, row: PullRequestRow) -> PullRequestRow | None:
    if not row.trunk or row.trunk == row.base_ref:
        return None
    tip = _tip(ports, row)
    for other in ports.records.open_pull_requests(row.repository, head=tip) if tip else ():
        if other.number != row.number and not other.fork and not other.draft and (other.trunk or other.base_ref) == row.trunk:
            return other
    return None


def _tip(ports: Ports, row: PullRequestRow) -> str:
    """Where the branch that a stacked pull request stands on is now; "" if nobody can tell."""
    branch = f"refs/heads/{row.base_ref}"
    with suppress(GitTrouble):
        ports.git.fetch(row.repository, [branch])
        return ports.git.resolve(row.repository, branch)
    return ""
