"""What a push brought to a gated branch, held against what was signed: the gate's last look, whoever pushed and however it was merged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from countersign.gates.pull_request import judge
from countersign.model.command import Audit, Command, OpenIssue, Shown
from countersign.model.finding import Finding
from countersign.model.github import PullRequestRow, Repository
from countersign.model.pull_request import PullRequest
from countersign.model.verdict import Judged, Verdict
from countersign.policy import POLICY_FILES
from countersign.ports import Commit, GitTrouble
from countersign.render import direct_push_issue, merged_blocked_issue
from countersign.services.compare import compare_commits
from countersign.services.comparison import Comparison, paths_of
from countersign.services.context import Ports
from countersign.services.digest import keep_harmless
from countersign.services.gather import complete
from countersign.services.publish import PASSING
from countersign.services.reading import CODEOWNERS_FILES

#: Commits of a push whose pull request GitHub is asked for. What is not found by then counts as signed by nobody.
_MOST_ASKED = 20


def shown(ports: Ports, row: PullRequestRow) -> Shown:
    """What the check of the pull request says now."""
    check = ports.records.check(row.repository, row.head)
    judgements = ports.records.judgements(row.repository, row.number)
    known = judgements[-1].fingerprints if judgements and judgements[-1].head == row.head else None
    return Shown(number=row.number, conclusion=(check.conclusion if check else "") or "missing", fingerprints=known)


def audit(ports: Ports, push: Audit) -> list[Command]:
    """An issue for every merge that was blocked, and one for what landed otherwise without having been signed.

    A finding is signed if a passing check of the pull request that brought it showed it. Only what is enforced is told of.
    """
    home = ports.records.repository(push.repository)
    comparison = _comparison(ports, push)
    if home is None or comparison is None:
        return []
    keep_harmless(ports, push.repository, push.ref, push.after, comparison.findings)
    left = _standing(ports, push, home, comparison)
    if left is None:
        return []
    commands: list[Command] = []
    rest = left.judged
    for row, said in left.blocked:
        theirs = rest.keys() if said.fingerprints is None else said.fingerprints
        commands += _merged_while_blocked(ports, push, comparison, row, said.conclusion, theirs)
        rest = _without(rest, theirs)
    return [*commands, *_landed_unsigned(ports, push, comparison, tuple(rest.values()), left.numbers)]


def unsigned(ports: Ports, push: Audit) -> tuple[Finding, ...]:
    """What a passing check of the pull request that brought it never showed, as `audit` finds it; nobody is told.

    Raises `GitTrouble` if the push can no longer be compared.
    """
    home = ports.records.repository(push.repository)
    comparison = _comparison(ports, push)
    if home is None or comparison is None:
        raise GitTrouble(f"{push.repository}: {push.before[:12]}..{push.after[:12]} cannot be compared any more")
    left = _standing(ports, push, home, comparison)
    return tuple(one.finding for one in left.judged.values()) if left else ()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands unsigned. judged: by fingerprint. blocked: the pull requests that were merged while they were. numbers: of all asked."""

    judged: dict[str, Judged]
    blocked: list[tuple[PullRequestRow, Shown]]
    numbers: list[int]


def _standing(ports: Ports, push: Audit, home: Repository, comparison: Comparison) -> _Standing | None:
    """None if all that blocks was shown by a passing check."""
    verdict = _verdict(ports, push, comparison, _row(push, 0, None))
    left = {one.finding.fingerprint: one for one in verdict.judged if one.blocks}
    if not left:
        return None
    known = {one.number: one for one in push.shown}
    numbers: list[int] = []
    blocked: list[tuple[PullRequestRow, Shown]] = []
    for number in _pull_requests(ports, home, push, comparison):
        numbers.append(number)
        row = ports.records.pull_request(home.name, number)
        said = known.get(number) or (shown(ports, row) if row else None)
        if row is None or said is None:
            continue
        if said.conclusion in PASSING:
            left = _without(left, said.fingerprints or frozenset())
        else:
            blocked.append((row, said))
        if not left:
            return None
    return _Standing(left, blocked, numbers)


def _without(left: Mapping[str, Judged], fingerprints: Collection[str]) -> dict[str, Judged]:
    return {one: judged for one, judged in left.items() if one not in fingerprints}


def owners_told(comparison: Comparison) -> tuple[str, ...]:
    """The owners of what was touched, each once."""
    return tuple(dict.fromkeys(owner for contract in comparison.contracts for owner in contract.owners)) or comparison.owners


def _comparison(ports: Ports, push: Audit) -> Comparison | None:
    name = push.repository
    organisation = ports.organisation_policy(name)
    ports.git.fetch(name, [push.after])
    with suppress(GitTrouble):  # after a forced push GitHub may have it no more; we may
        ports.git.fetch(name, [push.before])
    try:
        ports.git.resolve(name, push.before)
    except GitTrouble as trouble:
        what = {"ref": push.ref, "before": push.before, "after": push.after, "by": push.pusher, "trouble": str(trouble)}
        ports.records.write_ledger("push-not-audited", name, 0, ports.calendar.now(), what, once=f"push-not-audited:{name}:{push.after}")
        return None
    return compare_commits(ports.reader, name, push.before, push.after, organisation)


def _row(push: Audit, number: int, row: PullRequestRow | None) -> PullRequest:
    return PullRequest(
        repository=push.repository,
        number=number,
        author=row.author if row else push.pusher,
        head=row.head if row else push.after,
        base_ref=push.ref.removeprefix("refs/heads/"),
        base_tip=push.before,
    )


def _verdict(ports: Ports, push: Audit, comparison: Comparison, pull_request: PullRequest) -> Verdict:
    if not comparison.touched:
        return Verdict(pull_request=pull_request, conclusion=PASSING[0], touched=False)
    return judge(complete(ports, pull_request, comparison), ports.calendar.now())


def _pull_requests(ports: Ports, home: Repository, push: Audit, comparison: Comparison) -> Iterator[int]:
    """Those merged into this branch that brought commits of the push, each once, the newest first. Asks GitHub as it goes."""
    branch = push.ref.removeprefix("refs/heads/")
    seen: set[int] = set()
    for commit in _bearing(ports, push, comparison)[:_MOST_ASKED]:
        for one in ports.github.pull_requests_of(home.name, commit.sha):
            if one.base_ref == branch and one.number not in seen:
                seen.add(one.number)
                yield one.number


def _bearing(ports: Ports, push: Audit, comparison: Comparison) -> list[Commit]:
    """The push's commits that change something the findings are about; none if the branch was forced, for no merge does that."""
    name = push.repository
    if not ports.git.is_ancestor(name, push.before, push.after):
        return []
    commits = ports.git.first_parents(name, push.after, until=push.before)
    places = [place for finding in comparison.findings for place in (finding.old, finding.new) if place]
    files = {*POLICY_FILES, *CODEOWNERS_FILES, *(one.file for one in comparison.contracts), *(place.file for place in places)}
    bearing = [one for one in commits if not one.parents or files & paths_of(ports.git.changed(name, one.parents[0], one.sha))]
    return bearing or list(commits)


def _merged_while_blocked(
    ports: Ports, push: Audit, comparison: Comparison, row: PullRequestRow, conclusion: str, showed: Collection[str]
) -> list[Command]:
    """Told with the signatures that it had: what was signed there is not missing."""
    name, number = push.repository, row.number
    verdict = _verdict(ports, push, comparison, _row(push, number, row))
    theirs = tuple(one for one in verdict.judged if not one.blocks or one.finding.fingerprint in showed)
    if not any(one.blocks for one in theirs):
        return []
    by = row.merged_by or push.pusher
    what = {"head": row.head, "commit": push.after, "by": by, "conclusion": conclusion}
    ports.records.write_ledger(
        "merged-while-blocked", name, number, ports.calendar.now(), what, once=f"merged-while-blocked:{name}#{number}"
    )
    title, body = merged_blocked_issue(
        replace(verdict, judged=theirs),
        commit=push.after,
        merged_by=by,
        owners=owners_told(comparison),
        links=ports.links(name, push.after),
    )
    return [OpenIssue(repository=name, marker=f"countersign:merged:{number}", title=title, body=body)]


def _landed_unsigned(ports: Ports, push: Audit, comparison: Comparison, left: tuple[Judged, ...], numbers: list[int]) -> list[Command]:
    if not left:
        return []
    name = push.repository
    findings = tuple(one.finding for one in left)
    what = {
        "ref": push.ref,
        "after": push.after,
        "by": push.pusher,
        "pull_requests": numbers,
        "findings": [{"contract": f.contract, "rule": f.rule, "level": f.level.value, "fingerprint": f.fingerprint} for f in findings],
    }
    kind = "landed-unsigned" if numbers else "direct-push"
    ports.records.write_ledger(kind, name, 0, ports.calendar.now(), what, once=f"{kind}:{name}:{push.after}")
    title, body = direct_push_issue(
        findings,
        repository=name,
        branch=push.ref.removeprefix("refs/heads/"),
        commit=push.after,
        pusher=push.pusher,
        pull_requests=numbers,
        owners=owners_told(comparison),
        links=ports.links(name, push.after),
    )
    return [OpenIssue(repository=name, marker=f"countersign:push:{push.after}", title=title, body=body)]
