"""After a merge: what it brought, what was overridden, and whether it should have been possible at all."""

from __future__ import annotations

from countersign.gates.pull_request import judge
from countersign.model.command import Command, OpenIssue, Wake
from countersign.model.github import PullRequestEvent, PullRequestRow
from countersign.model.pull_request import PullRequest
from countersign.model.verdict import Conclusion
from countersign.render import merged_blocked_issue
from countersign.services.compare import compare_commits
from countersign.services.context import Ports
from countersign.services.gather import complete
from countersign.services.push import owners_told


def merged(ports: Ports, event: PullRequestEvent) -> list[Command]:
    """Record how a pull request ended. One that merged although its check was not green is told to the owners."""
    row = event.pull_request
    name, number = row.repository, row.number
    commands: list[Command] = [Wake(repository=name, number=number, at=())]
    if not row.merge_commit:
        ports.records.write_ledger(
            "closed", name, number, ports.calendar.now(), {"head": row.head}, once=f"closed:{name}#{number}:{row.head}"
        )
        return commands
    check = ports.records.check(name, row.head)
    conclusion = check.conclusion if check else "missing"
    at = row.merged_at or ports.calendar.now()
    what = {"head": row.head, "commit": row.merge_commit, "by": row.merged_by, "conclusion": conclusion}
    ports.records.write_ledger("merge", name, number, at, what, once=f"merge:{name}#{number}")
    for override in ports.records.overrides(name, number):
        debt = {"handles": list(override.handles), "by": override.by, "reason": override.reason}
        ports.records.write_ledger("debt", name, number, at, debt, once=f"debt:{name}#{number}:{override.url or override.received_at}")
    if conclusion not in (Conclusion.SUCCESS, Conclusion.NEUTRAL) and _was_touched(ports, row):
        ports.records.write_ledger("merged-while-blocked", name, number, at, what, once=f"merged-while-blocked:{name}#{number}")
        commands.append(_tell_owners(ports, row))
    return commands


def _was_touched(ports: Ports, row: PullRequestRow) -> bool:
    """A published judgement with findings, or none at all: then nobody knows, and the owners are told as well."""
    judgements = [j for j in ports.records.judgements(row.repository, row.number) if j.head == row.head]
    return not judgements or bool(judgements[-1].fingerprints)


def _tell_owners(ports: Ports, row: PullRequestRow) -> OpenIssue:
    """An issue in the repository itself, about what landed as it landed."""
    name = row.repository
    ports.git.fetch(name, [row.merge_commit])
    before = ports.git.first_parents(name, row.merge_commit, limit=1)[0].parents[0]
    comparison = compare_commits(ports.reader, name, before, row.merge_commit, ports.organisation_policy(name))
    pull_request = PullRequest(repository=name, number=row.number, author=row.author, head=row.head, base_ref=row.base_ref, base_tip=before)
    verdict = judge(complete(ports, pull_request, comparison), ports.calendar.now())
    title, body = merged_blocked_issue(
        verdict,
        commit=row.merge_commit,
        merged_by=row.merged_by,
        owners=owners_told(comparison),
        links=ports.links(name, row.merge_commit),
    )
    return OpenIssue(repository=name, marker=f"countersign:merged:{row.number}", title=title, body=body)
