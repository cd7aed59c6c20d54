"""GitHub, by our App's tokens: checks, requests, comments, issues, rosters, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from countersign.model.check_run import CheckRun
    from countersign.model.enforceability import BranchRules, Grants
    from countersign.model.github import Confirmation, EndedPullRequest, MergedPullRequest, OpenPullRequest, Repository, TeamRow
    from countersign.model.settings import OpenedIssue


class GitHubTrouble(Exception):
    """GitHub did not do it. retry_after: seconds to wait, or None if waiting does not help."""

    def __init__(self, message: str, *, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


#: Repositories that are asked for in one query. GitHub gives a query 10 seconds.
TOGETHER = 25


class Protection(Protocol):
    """What GitHub's settings ask before something lands, as far as the caller may see; raises `GitHubTrouble` only if it will pass."""

    def branches(self, repository: str) -> tuple[str, ...]: ...
    def rules(self, repository: str, branch: str) -> BranchRules: ...


class GitHub(Protection, Protocol):
    """Every method raises `GitHubTrouble`. Writes may be repeated after a crash; `services.carry_out` sees that nothing doubles."""

    def post_check(self, repository: str, check: CheckRun) -> int: ...
    def update_check(self, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
        """State, title, summary and text. annotations: add them too, which is right for a run that has none yet."""
        ...

    def find_check(self, repository: str, head: str, external_id: str) -> int | None: ...
    def request_reviewers(self, repository: str, number: int, whom: Sequence[str]) -> tuple[str, ...]:
        """Ask in batches of 15, then singly; the names that GitHub refused."""
        ...

    def keep_comment(self, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool) -> int:
        """Write or edit; ``known`` is the comment's id if it was written before. The comment's id.

        ``repeated``: look for the marker first, because an earlier attempt may have got through.
        """
        ...

    def open_issue(self, repository: str, marker: str, title: str, body: str, *, repeated: bool) -> int:
        """``repeated``: look for the marker first, because an earlier attempt may have got through. The issue's number."""
        ...

    def keep_issue(self, repository: str, marker: str, title: str, body: str, known: int | None, *, reopen: bool, repeated: bool) -> int:
        """Edit the issue ``known``, or open one as `open_issue` does. ``reopen``: it was closed by us. The issue's number."""
        ...

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        """Everybody's."""
        ...

    def role(self, repository: str, login: str) -> str:
        """A person's: ``admin``, ``write``, ``read`` or ``none``."""
        ...

    def membership(self, organisation: str, login: str, installation: int) -> str:
        """``admin`` (an owner) or ``member``; "" for whoever is not in the organisation, or has not accepted yet."""
        ...

    def close_issue(self, repository: str, number: int) -> None:
        """One that is closed already, or that nobody can find any more, is left as it is."""
        ...

    def confirm(self, repository: str, number: int) -> Confirmation: ...
    def open_pull_requests(self, repository: str) -> tuple[OpenPullRequest, ...]: ...
    def open_pull_requests_of(
        self, installation: int, repositories: Sequence[str]
    ) -> Mapping[str, tuple[OpenPullRequest, ...] | GitHubTrouble]:
        """The same of several, at most `TOGETHER`, in one query or few. One that cannot be read has its trouble in their place, and
        does not hide the others; raised is what keeps all from being read."""
        ...

    def ended_pull_requests(self, repository: str, since: datetime | None) -> tuple[EndedPullRequest, ...]:
        """Merged, or closed without; those touched last first, back to ``since``."""
        ...

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        """The merged pull requests that brought the commit, to whichever branch."""
        ...

    def deployed(self, repository: str, environment: str) -> str:
        """The commit of the environment's newest deployment that succeeded, of its last few; "" if there is none."""
        ...

    def answer_deployment(self, repository: str, run: int, environment: str, *, approved: bool, comment: str) -> None:
        """Let a workflow run that waits for us deploy, or not. Status 422 if it does not wait (any more)."""
        ...

    def installations(self) -> tuple[tuple[int, str], ...]:
        """(id, organisation) of each."""
        ...

    def grants(self, installation: int) -> Grants: ...
    def repositories(self, installation: int) -> tuple[Repository, ...]: ...
    def teams(self, installation: int, organisation: str) -> tuple[TeamRow, ...]: ...
    def team(self, installation: int, slug: str) -> TeamRow | None: ...
    def git_access(self, repository: str) -> tuple[str, str]:
        """(clone URL without credentials, token that reads this repository only)."""
        ...


class Writer(Protocol):
    """The second, optional App, which may write contents. Every method raises `GitHubTrouble`."""

    @property
    def login(self) -> str:
        """What it is called where it acts: ``slug[bot]``."""
        ...

    def git_access(self, repository: str) -> tuple[str, str]:
        """(clone URL without credentials, token that writes contents of this repository only)."""
        ...

    def propose(self, repository: str, branch: str, *, base: str, title: str, body: str) -> int:
        """Open a pull request of the branch, or find the one that is there, open or closed. Its number."""
        ...

    def tag(self, repository: str, name: str, commit: str, message: str) -> None:
        """An annotated tag; nothing if there is one of that name."""
        ...
