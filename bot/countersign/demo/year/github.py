"""`ports.GitHub` in memory: what is there when Countersign asks, and nothing that it would only show to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from countersign.model.enforceability import BranchRules, Grants, Level, Requirement
from countersign.model.github import Confirmation, EndedPullRequest, MergedPullRequest, OpenPullRequest, PullRequestRow, Repository, TeamRow
from countersign.model.pull_request import Review, ReviewState
from countersign.model.settings import OpenedIssue
from countersign.ports import GitHubTrouble
from countersign.services.publish import PASSING

if TYPE_CHECKING:
    from datetime import datetime

    from countersign.model.check_run import CheckRun

APP, INSTALLATION = 1, 1
APP_LOGIN = "countersign[bot]"


@dataclass(slots=True)
class Standing:
    """A pull request as GitHub has it. check: the newest of ours on its head."""

    row: PullRequestRow
    title: str
    reviews: list[Review] = field(default_factory=list)
    check: CheckRun | None = None

    @property
    def passes(self) -> bool:
        return self.check is not None and self.check.conclusion in PASSING


@dataclass(slots=True)
class Issue:
    number: int
    marker: str
    title: str
    body: str
    open: bool = True


class MemoryGitHub:
    """Fulfils `ports.GitHub` for one organisation.

    protected: repositories whose default branch requires our check. on_request: told who is asked to review which pull request.
    """

    def __init__(self, organisation: str, grants: Grants) -> None:
        self.organisation = organisation
        self.pulls: dict[tuple[str, int], Standing] = {}
        self.issues: dict[str, list[Issue]] = {}
        self.protected: set[str] = set()
        self.on_request: Callable[[str, int, Sequence[str]], None] = lambda repository, number, whom: None
        self._granted = grants
        self._repositories: dict[str, Repository] = {}
        self._teams: dict[str, TeamRow] = {}
        self._heads: dict[tuple[str, str], list[Standing]] = {}
        self._merges: dict[tuple[str, str], MergedPullRequest] = {}
        self._numbers: dict[str, int] = {}
        self._ids = count(1)

    # -- what people do ------------------------------------------------------------------------------------------------------

    def found_repository(self, name: str, *, private: bool = False) -> Repository:
        row = Repository(name=name, id=next(self._ids), installation=INSTALLATION, default_branch="main", private=private)
        self._repositories[name] = row
        self.protected.add(name)
        return row

    def found_team(self, slug: str, members: Mapping[str, int], repositories: Mapping[str, str]) -> None:
        """members: login -> number of the account. repositories: name -> permission."""
        self._teams[slug] = TeamRow(
            slug=slug,
            parent="",
            members=tuple(sorted(members)),
            repositories=dict(repositories),
            users=dict(members),
            number=next(self._ids),
        )

    def repository(self, name: str) -> Repository:
        return self._repositories[name]

    def next_id(self) -> int:
        """Of a review or a comment."""
        return next(self._ids)

    def next_number(self, repository: str) -> int:
        """Of a pull request or an issue, which share theirs."""
        self._numbers[repository] = self.peek_number(repository)
        return self._numbers[repository]

    def peek_number(self, repository: str) -> int:
        """What `next_number` will give."""
        return self._numbers.get(repository, 0) + 1

    def keep(self, standing: Standing) -> None:
        """A pull request as it is now."""
        row = standing.row
        known = self._heads.setdefault((row.repository, row.head), [])
        if not any(one is standing for one in known):
            known.append(standing)
        self.pulls[row.repository, row.number] = standing
        if row.merge_commit and row.merged_at:
            merged = MergedPullRequest(number=row.number, merged_at=row.merged_at, base_ref=row.base_ref, title=standing.title)
            self._merges[row.repository, row.head] = self._merges[row.repository, row.merge_commit] = merged

    # -- checks, requests, comments, issues ----------------------------------------------------------------------------------

    def post_check(self, repository: str, check: CheckRun) -> int:
        for standing in self._heads.get((repository, check.head), ()):
            standing.check = check
        return next(self._ids)

    def update_check(self, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
        for standing in self._heads.get((repository, check.head), ()):
            standing.check = check

    def find_check(self, repository: str, head: str, external_id: str) -> int | None:
        return None  # no write is ever lost here

    def request_reviewers(self, repository: str, number: int, whom: Sequence[str]) -> tuple[str, ...]:
        self.on_request(repository, number, whom)
        return ()

    def keep_comment(self, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool) -> int:
        return known or next(self._ids)

    def open_issue(self, repository: str, marker: str, title: str, body: str, *, repeated: bool) -> int:
        number = self.next_number(repository)
        self.issues.setdefault(repository, []).append(Issue(number, marker, title, body))
        return number

    def keep_issue(self, repository: str, marker: str, title: str, body: str, known: int | None, *, reopen: bool, repeated: bool) -> int:
        issue = self.issue(repository, marker)
        if issue is None:
            return self.open_issue(repository, marker, title, body, repeated=repeated)
        issue.title, issue.body, issue.open = title, body, issue.open or reopen
        return issue.number

    def issue(self, repository: str, marker: str) -> Issue | None:
        return next((one for one in self.issues.get(repository, ()) if one.marker == marker), None)

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        return tuple(OpenedIssue(number=one.number, author=APP_LOGIN, body=one.body) for one in self.issues.get(repository, ()) if one.open)

    def close_issue(self, repository: str, number: int) -> None:
        for issue in self.issues.get(repository, ()):
            if issue.number == number:
                issue.open = False

    # -- pull requests -------------------------------------------------------------------------------------------------------

    def confirm(self, repository: str, number: int) -> Confirmation:
        standing = self.pulls[repository, number]
        row = standing.row
        return Confirmation(
            head=row.head,
            base_ref=row.base_ref,
            open=row.state == "open",
            draft=row.draft,
            reviews=tuple(standing.reviews),
            committers=(row.author,),
        )

    def open_pull_requests(self, repository: str) -> tuple[OpenPullRequest, ...]:
        return tuple(
            OpenPullRequest(
                number=row.number,
                author=row.author,
                head=row.head,
                base_ref=row.base_ref,
                draft=row.draft,
                fork=row.fork,
                has_check=standing.check is not None,
                reviews=tuple(review for review in standing.reviews if review.state is not ReviewState.COMMENTED),
                updated_at=row.updated_at,
            )
            for standing in self.pulls.values()
            if (row := standing.row).repository == repository and row.state == "open"
        )

    def open_pull_requests_of(
        self, installation: int, repositories: Sequence[str]
    ) -> Mapping[str, tuple[OpenPullRequest, ...] | GitHubTrouble]:
        return {name: self.open_pull_requests(name) for name in repositories}

    def ended_pull_requests(self, repository: str, since: datetime | None) -> tuple[EndedPullRequest, ...]:
        return ()

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        found = self._merges.get((repository, commit))
        return (found,) if found else ()

    def deployed(self, repository: str, environment: str) -> str:
        return ""

    def answer_deployment(self, repository: str, run: int, environment: str, *, approved: bool, comment: str) -> None:
        raise GitHubTrouble("no workflow run waits here", status=422)

    # -- who is where, and what holds the gate up -----------------------------------------------------------------------------

    def installations(self) -> tuple[tuple[int, str], ...]:
        return ((INSTALLATION, self.organisation),)

    def grants(self, installation: int) -> Grants:
        return self._granted

    def repositories(self, installation: int) -> tuple[Repository, ...]:
        return tuple(self._repositories.values())

    def teams(self, installation: int, organisation: str) -> tuple[TeamRow, ...]:
        return tuple(self._teams.values())

    def team(self, installation: int, slug: str) -> TeamRow | None:
        return self._teams.get(slug)

    def role(self, repository: str, login: str) -> str:
        return "write" if any(login in team.members and repository in team.repositories for team in self._teams.values()) else "read"

    def membership(self, organisation: str, login: str, installation: int) -> str:
        return "member" if any(login in team.members for team in self._teams.values()) else ""

    def git_access(self, repository: str) -> tuple[str, str]:
        raise GitHubTrouble(f"{repository} is nowhere to be cloned from", status=404)

    def branches(self, repository: str) -> tuple[str, ...]:
        return ("main",)

    def rules(self, repository: str, branch: str) -> BranchRules:
        if repository not in self.protected:
            return BranchRules(branch=branch)
        held = Requirement(level=Level.REPOSITORY, source="contracts", ruleset=1, app=APP)
        return BranchRules(branch=branch, requirements=(held,))
