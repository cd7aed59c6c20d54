"""A merge queue's group: its whole difference is judged, and passes by what passed in its pull requests."""

from __future__ import annotations

from dataclasses import replace

from countersign.gates.pull_request import judge
from countersign.model.command import Command, PublishCheck
from countersign.model.github import MergeGroupEvent, Repository
from countersign.model.pull_request import PullRequest
from countersign.model.verdict import Conclusion
from countersign.ports import GitTrouble
from countersign.render import check_run
from countersign.services.compare import compare_commits
from countersign.services.context import Ports
from countersign.services.gather import complete, untouched
from countersign.services.trouble import external_id, undecided


def review_merge_group(ports: Ports, event: MergeGroupEvent) -> list[Command]:
    """The group's check. Not answering would jam the queue, so trouble is answered with a failure that says why."""
    home = ports.records.repository(event.repository.name)
    if home is None:
        return []
    try:
        organisation = ports.organisation_policy(home.name)
        ports.git.fetch(home.name, [event.base, event.head])
        comparison = compare_commits(ports.reader, home.name, event.base, event.head, organisation)
    except GitTrouble as trouble:
        return [undecided(home, event.head, f"{trouble}.", "Take the group out of the queue and put it in again.")]
    pull_request = PullRequest(
        repository=home.name, number=0, author="", head=event.head, base_ref=event.base_ref.removeprefix("refs/heads/"), base_tip=event.base
    )
    if comparison.touched:
        facts = complete(ports, pull_request, comparison)
        facts = replace(facts, merge_group=True, passed_elsewhere=_passed(ports, home))
    else:
        facts = untouched(pull_request, comparison)
    now = ports.calendar.now()
    check = check_run([judge(facts, now)], links=ports.links(home.name, event.head), external_id=external_id(home, event.head), now=now)
    return [PublishCheck(repository=home.name, check=check)]


def _passed(ports: Ports, home: Repository) -> frozenset[str]:
    """Fingerprints of the open pull requests whose check is green now (GATE §4: a merge group takes those)."""
    found: set[str] = set()
    for row in ports.records.open_pull_requests(home.name):
        check = ports.records.check(home.name, row.head)
        judgements = ports.records.judgements(home.name, row.number)
        if check and check.conclusion == Conclusion.SUCCESS and judgements and judgements[-1].head == row.head:
            found |= judgements[-1].fingerprints
    return frozenset(found)
