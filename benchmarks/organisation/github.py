"""GitHub as a meter: it answers as the App needs it, counts what each call costs, and refuses what passes a limit."""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from countersign.model.check_run import CheckRun
from countersign.model.enforceability import BranchRules, Grants, Level, Requirement
from countersign.model.github import Confirmation, MergedPullRequest, OpenPullRequest, PullRequestRow, Repository, TeamRow
from countersign.model.pull_request import Review
from countersign.model.settings import OpenedIssue
from countersign.ports import TOGETHER, GitHubTrouble

#: Seconds that a call takes; the App makes them one after another.
LATENCY = 0.15
_BATCH = 15  # names of a review request
_PAGE = 50  # rows of a query
_PAGE_OF_MANY = 20  # pull requests of each repository, where one query asks for several repositories
_LISTS = 3  # that are asked for of each pull request: reviews, commits, checks
_WRITE, _READ = 5, 1  # points


@dataclass(slots=True)
class Clock:
    """The simulation's own time; what the services see of it is in whole seconds."""

    at: datetime = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at.replace(microsecond=0)

    def reach(self, at: datetime) -> None:
        self.at = max(self.at, at)


@dataclass(slots=True)
class Limit:
    """At most ``most`` within ``span``, whenever that begins. peak: the most there ever was."""

    most: int
    span: timedelta
    peak: int = 0
    _spent: deque[tuple[datetime, int]] = field(default_factory=deque)
    _sum: int = 0

    def wait(self, now: datetime, cost: int) -> float:
        """Seconds until so much more is allowed; 0 if it is now."""
        while self._spent and self._spent[0][0] <= now - self.span:
            self._sum -= self._spent.popleft()[1]
        over, free = self._sum + cost - self.most, 0
        for at, spent in self._spent if over > 0 else ():
            free += spent
            if free >= over:
                return (at + self.span - now).total_seconds()
        return 0.0

    def spend(self, now: datetime, cost: int) -> None:
        self._spent.append((now, cost))
        self._sum += cost
        self.peak = max(self.peak, self._sum)


def limits() -> dict[str, Limit]:
    """GitHub's limits for one installation, as its documentation has them, at their least: they grow with repositories and people.

    GraphQL's queries count with the other requests, which is stricter, and their points by themselves.
    """
    return {
        "requests an hour": Limit(5000, timedelta(hours=1)),
        "GraphQL points an hour": Limit(5000, timedelta(hours=1)),
        "points a minute": Limit(900, timedelta(minutes=1)),
        "content-creating calls a minute": Limit(80, timedelta(minutes=1)),
        "content-creating calls an hour": Limit(500, timedelta(hours=1)),
    }


@dataclass(slots=True)
class Pull:
    """A pull request as GitHub has it."""

    row: PullRequestRow
    reviews: list[Review] = field(default_factory=list)


@dataclass(slots=True)
class Metered:
    """Fulfils `ports.GitHub`. pulls: repository -> number -> what is there. calls: by name.
    refused: how often a limit was met. on_ask, on_check: what people see of it."""

    clock: Clock
    organisation: str
    rows: Sequence[Repository]
    team_rows: Sequence[TeamRow]
    on_ask: Callable[[str, int, tuple[str, ...]], None]
    on_check: Callable[[str, CheckRun], None]
    pulls: defaultdict[str, dict[int, Pull]] = field(default_factory=lambda: defaultdict(dict))
    checked: set[tuple[str, str]] = field(default_factory=set)
    limits: dict[str, Limit] = field(default_factory=limits)
    calls: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    _last: int = 0

    def _spend(self, what: str, *, write: bool = False, times: int = 1, lookups: int = 0) -> None:
        """lookups: of a GraphQL query, what it may need at most: one for each list, and for each list within each row of another."""
        for _ in range(times):
            costs = {"requests an hour": 1, "points a minute": _WRITE if write else _READ}
            if lookups:
                costs["GraphQL points an hour"] = max(round(lookups / 100), 1)
            if write:
                costs |= {"content-creating calls a minute": 1, "content-creating calls an hour": 1}
            wait = max(self.limits[name].wait(self.clock.at, cost) for name, cost in costs.items())
            if wait > 0:
                self.refused += 1
                raise GitHubTrouble("a limit of GitHub's is used up", status=403, retry_after=wait)
            for name, cost in costs.items():
                self.limits[name].spend(self.clock.at, cost)
            self.calls[what] += 1
            self.clock.at += timedelta(seconds=LATENCY)

    def _number(self) -> int:
        self._last += 1
        return self._last

    # -- writes --------------------------------------------------------------------------------------------------------------

    def post_check(self, repository: str, check: CheckRun) -> int:
        self._spend("check posted", write=True, times=max(math.ceil(len(check.annotations) / 50), 1))
        self._shown(repository, check)
        return self._number()

    def update_check(self, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
        self._spend("check updated", write=True)
        self._shown(repository, check)

    def _shown(self, repository: str, check: CheckRun) -> None:
        if check.conclusion is not None:
            self.on_check(repository, check)
            self.checked.add((repository, check.head))

    def request_reviewers(self, repository: str, number: int, whom: Sequence[str]) -> tuple[str, ...]:
        self._spend("reviews requested", write=True, times=math.ceil(len(whom) / _BATCH))
        self.on_ask(repository, number, tuple(whom))
        return ()

    def keep_comment(self, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool) -> int:
        self._spend("comment written", write=True, times=1 + repeated)
        return known or self._number()

    def open_issue(self, repository: str, marker: str, title: str, body: str, *, repeated: bool) -> int:
        self._spend("issue written", write=True, times=1 + repeated)
        return self._number()

    def keep_issue(self, repository: str, marker: str, title: str, body: str, known: int | None, *, reopen: bool, repeated: bool) -> int:
        self._spend("issue written", write=True, times=1 + repeated)
        return known or self._number()

    def close_issue(self, repository: str, number: int) -> None:
        self._spend("issue written", write=True)

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        self._spend("open issues read")
        return ()

    # -- reads ---------------------------------------------------------------------------------------------------------------

    def find_check(self, repository: str, head: str, external_id: str) -> int | None:
        self._spend("check looked for")
        return None

    def confirm(self, repository: str, number: int) -> Confirmation:
        self._spend("signatures confirmed", lookups=2)
        pull = self.pulls[repository][number]
        row = pull.row
        is_open = row.state == "open"
        return Confirmation(
            head=row.head, base_ref=row.base_ref, open=is_open, draft=False, reviews=tuple(pull.reviews), committers=(row.author,)
        )

    def open_pull_requests(self, repository: str) -> tuple[OpenPullRequest, ...]:
        found = self._open(repository)
        self._spend("open pull requests read", times=max(math.ceil(len(found) / _PAGE), 1), lookups=1 + _LISTS * _PAGE)
        return found

    def open_pull_requests_of(
        self, installation: int, repositories: Sequence[str]
    ) -> Mapping[str, tuple[OpenPullRequest, ...] | GitHubTrouble]:
        if len(repositories) > TOGETHER:
            raise AssertionError(f"{len(repositories)} repositories in one query: it would take GitHub too long")
        found = {name: self._open(name) for name in repositories}
        seen = 0
        while seen == 0 or any(len(rows) > seen for rows in found.values()):
            asked = sum(1 for rows in found.values() if seen == 0 or len(rows) > seen)
            self._spend("open pull requests of several repositories read", lookups=asked * (1 + _LISTS * _PAGE_OF_MANY))
            seen += _PAGE_OF_MANY
        return found

    def _open(self, repository: str) -> tuple[OpenPullRequest, ...]:
        return tuple(
            OpenPullRequest(
                number=pull.row.number,
                author=pull.row.author,
                head=pull.row.head,
                base_ref=pull.row.base_ref,
                draft=False,
                fork=False,
                has_check=(repository, pull.row.head) in self.checked,
                reviews=tuple(pull.reviews),
                updated_at=pull.row.updated_at,
            )
            for pull in self.pulls[repository].values()
            if pull.row.state == "open"
        )

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        self._spend("pull requests of a commit read")
        return tuple(
            MergedPullRequest(number=number, merged_at=pull.row.merged_at, base_ref=pull.row.base_ref)
            for number, pull in self.pulls[repository].items()
            if pull.row.merge_commit == commit and pull.row.merged_at
        )

    def installations(self) -> tuple[tuple[int, str], ...]:
        self._spend("installations read")
        return ((1, self.organisation),)

    def grants(self, installation: int) -> Grants:
        self._spend("grants read")
        return Grants()

    def repositories(self, installation: int) -> tuple[Repository, ...]:
        self._spend("repositories read", times=math.ceil(len(self.rows) / 100))
        return tuple(self.rows)

    def teams(self, installation: int, organisation: str) -> tuple[TeamRow, ...]:
        self._spend("teams read", times=math.ceil(len(self.team_rows) / _PAGE), lookups=1 + 2 * _PAGE)
        return tuple(self.team_rows)

    def team(self, installation: int, slug: str) -> TeamRow | None:
        self._spend("teams read", lookups=2)
        return next((row for row in self.team_rows if row.slug == slug), None)

    def branches(self, repository: str) -> tuple[str, ...]:
        self._spend("branches read")
        return ("main",)

    def rules(self, repository: str, branch: str) -> BranchRules:
        self._spend("rules read", times=3)  # the branch, its rules, the ruleset
        return BranchRules(branch=branch, requirements=(Requirement(level=Level.ORGANISATION, source="gate", ruleset=1, app=1),))

    def git_access(self, repository: str) -> tuple[str, str]:
        raise NotImplementedError("Git is in memory here")
