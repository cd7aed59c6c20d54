"""A merge queue's group: its whole difference is judged, and passes by what passed in its pull requests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from countersign.gates.pull_request import judge
from countersign.model.command import Command, PublishCheck
from countersign.model.github import MergeGroupEvent, PullRequestRow
from countersign.model.pull_request import PullRequest
from countersign.model.verdict import Conclusion
from countersign.ports import GitTrouble
from countersign.render import check_run
from countersign.services.compare import compare_commits
from countersign.services.context import Ports
from countersign.services.gather import complete, untouched
from countersign.services.publish import judged
from countersign.services.trouble import external_id, undecided

#: The pull request that joined the group last, in the name of the group's branch.
_NUMBER = re.compile(r"/pr-(\d+)-[0-9a-f]{40}$")


def review_merge_group(ports: Ports, event: MergeGroupEvent) -> list[Command]:
    """The group's check. Not answering would jam the queue, so trouble is answered with a failure that says why."""
    home = ports.records.repository(event.repository.name)
    if home is None:
        return []
    try:
        organisation = ports.organisation_policy(home.name)
        ports.git.fetch(home.name, [event.base, event.head])
        comparison = compare_commits(ports.reader, home.name, event.base, event.head, organisation)
        members = _members(ports, event)
    except GitTrouble as trouble:
        return [undecided(ports, home, event.head, f"{trouble}.", "Take the group out of the queue and put it in again.")]
    pull_request = PullRequest(
        repository=home.name, number=0, author="", head=event.head, base_ref=event.base_ref.removeprefix("refs/heads/"), base_tip=event.base
    )
    if comparison.touched:
        facts = complete(ports, pull_request, comparison)
        facts = replace(facts, merge_group=True, passed_elsewhere=_passed(ports, members))
    else:
        facts = untouched(pull_request, comparison)
    now = ports.calendar.now()
    check = check_run([judge(facts, now)], links=ports.links(home.name, event.head), external_id=external_id(home, event.head), now=now)
    return [PublishCheck(repository=home.name, check=check, judged=judged(members))]


def _members(ports: Ports, event: MergeGroupEvent) -> list[PullRequestRow]:
    """The open pull requests whose changes are in the group.

    GitHub lists them nowhere. One is in it if its commits are (a queue that merges), or if the group's branch has its number in its name
    (``gh-readonly-queue/main/pr-7-SHA``). Behind others in the queue, the group stands on their groups' heads, which we have judged.
    """
    name, branch = event.repository.name, event.base_ref.removeprefix("refs/heads/")
    named = _NUMBER.search(event.ref)
    numbers = {int(named.group(1))} if named else set()
    for commit in ports.git.first_parents(name, event.head, until=event.base):
        group = ports.records.check(name, commit.sha)
        numbers |= {number for number, _ in group.judged} if group else set()
    return [
        row
        for row in ports.records.open_pull_requests(name, base_ref=branch)
        if not row.draft and (row.number in numbers or _brought(ports, event, row))
    ]


def _brought(ports: Ports, event: MergeGroupEvent, row: PullRequestRow) -> bool:
    """Whether the group brings the head. One that GitHub has told us of, but that no mirror holds, is not in the group we hold."""
    try:
        ports.git.resolve(row.repository, row.head)
    except GitTrouble:
        return False
    inside = ports.git.is_ancestor(row.repository, row.head, event.head)
    return inside and not ports.git.is_ancestor(row.repository, row.head, event.base)


def _passed(ports: Ports, rows: Sequence[PullRequestRow]) -> frozenset[str]:
    """Fingerprints of those whose check is green now (GATE §4: a merge group takes those of its open, passing pull requests)."""
    found: set[str] = set()
    for row in rows:
        check = ports.records.check(row.repository, row.head)
        judgements = ports.records.judgements(row.repository, row.number)
        if check and check.conclusion == Conclusion.SUCCESS and judgements and judgements[-1].head == row.head:
            found |= judgements[-1].fingerprints
    return frozenset(found)
