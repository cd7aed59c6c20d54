"""The client that services are given: `ports.GitHub`, fulfilled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from countersign.adapters.github import checks, conversation, deployments, history, pull_requests, reviewers, rosters, survey
from countersign.adapters.github.protection import Protection
from countersign.adapters.github.settings import AppSettings
from countersign.adapters.github.tokens import Access, Tokens
from countersign.adapters.github.transport import OnCall, OnLimit, Transport
from countersign.model.check_run import CheckRun
from countersign.model.enforceability import BranchRules, Grants
from countersign.model.github import Confirmation, EndedPullRequest, MergedPullRequest, OpenPullRequest, Repository, TeamRow
from countersign.model.settings import OpenedIssue
from countersign.ports import GitHubTrouble


def _unheard(method: str, path: str, status: int, seconds: float) -> None:
    """Nobody counts the calls."""


class GitHubApp:
    """One App on one GitHub, for any number of threads. Fulfils `ports.GitHub`: every method raises `GitHubTrouble`.

    installation_of: repository -> installation, None where the App is not installed. number_of: see `Tokens`. on_call: told (method,
    path, status, seconds) after every request. on_limit: told (resource, requests left) whenever GitHub says so. wall: seconds since
    the epoch, for the ends of tokens and limits; never the calendar.
    Raises ValueError for a key that cannot sign.
    """

    def __init__(
        self,
        settings: AppSettings,
        *,
        installation_of: Callable[[str], int | None],
        on_call: OnCall = _unheard,
        wall: Callable[[], float] = time.time,
        number_of: Callable[[str], int] = lambda _: 0,
        on_limit: OnLimit = lambda resource, left: None,
    ) -> None:
        self._app_id = settings.app_id
        self._web_url = settings.web_url
        transport = Transport(settings, on_call=on_call, wall=wall, on_limit=on_limit)
        tokens = Tokens(transport, settings, installation_of=installation_of, wall=wall, number_of=number_of)
        self._access = access = Access(transport, tokens)
        self._protection = Protection(
            lambda repository, path: access.call(repository, "GET", path).data,
            lambda repository, path: access.rows(repository, path, {}),
        )

    def post_check(self, repository: str, check: CheckRun) -> int:
        return checks.post(self._access, repository, check)

    def update_check(self, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
        checks.update(self._access, repository, run, check, annotations=annotations)

    def find_check(self, repository: str, head: str, external_id: str) -> int | None:
        return checks.find(self._access, repository, head, external_id, self._app_id)

    def request_reviewers(self, repository: str, number: int, whom: Sequence[str]) -> tuple[str, ...]:
        return reviewers.request(self._access, repository, number, whom)

    def keep_comment(self, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool) -> int:
        return conversation.keep_comment(self._access, repository, number, marker, body, known, repeated=repeated, app_id=self._app_id)

    def open_issue(self, repository: str, marker: str, title: str, body: str, *, repeated: bool) -> int:
        issue = conversation.Issue(marker, title, body)
        return conversation.open_issue(self._access, repository, issue, repeated=repeated, app_id=self._app_id)

    def keep_issue(self, repository: str, marker: str, title: str, body: str, known: int | None, *, reopen: bool, repeated: bool) -> int:
        issue = conversation.Issue(marker, title, body)
        return conversation.keep_issue(self._access, repository, issue, known, reopen=reopen, repeated=repeated, app_id=self._app_id)

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        return conversation.open_issues(self._access, repository)

    def role(self, repository: str, login: str) -> str:
        return rosters.role(self._access, repository, login)

    def membership(self, organisation: str, login: str, installation: int) -> str:
        return rosters.membership(self._access, organisation, login, installation)

    def close_issue(self, repository: str, number: int) -> None:
        conversation.close_issue(self._access, repository, number)

    def confirm(self, repository: str, number: int) -> Confirmation:
        return pull_requests.confirm(self._access, repository, number)

    def open_pull_requests(self, repository: str) -> tuple[OpenPullRequest, ...]:
        return pull_requests.open_pull_requests(self._access, repository, self._app_id)

    def open_pull_requests_of(
        self, installation: int, repositories: Sequence[str]
    ) -> Mapping[str, tuple[OpenPullRequest, ...] | GitHubTrouble]:
        return survey.open_pull_requests_of(self._access, installation, tuple(repositories), self._app_id)

    def ended_pull_requests(self, repository: str, since: datetime | None) -> tuple[EndedPullRequest, ...]:
        return history.ended_pull_requests(self._access, repository, self._app_id, since)

    def pull_requests_of(self, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
        return pull_requests.of_commit(self._access, repository, commit)

    def deployed(self, repository: str, environment: str) -> str:
        return deployments.deployed(self._access, repository, environment)

    def answer_deployment(self, repository: str, run: int, environment: str, *, approved: bool, comment: str) -> None:
        deployments.answer(self._access, repository, run, environment, approved=approved, comment=comment)

    def installations(self) -> tuple[tuple[int, str], ...]:
        return rosters.installations(self._access)

    def grants(self, installation: int) -> Grants:
        return rosters.grants(self._access, installation)

    def branches(self, repository: str) -> tuple[str, ...]:
        return self._protection.branches(repository)

    def rules(self, repository: str, branch: str) -> BranchRules:
        return self._protection.rules(repository, branch)

    def repositories(self, installation: int) -> tuple[Repository, ...]:
        return rosters.repositories(self._access, installation)

    def teams(self, installation: int, organisation: str) -> tuple[TeamRow, ...]:
        return rosters.teams(self._access, installation, organisation)

    def team(self, installation: int, slug: str) -> TeamRow | None:
        return rosters.team(self._access, installation, slug)

    def git_access(self, repository: str) -> tuple[str, str]:
        """The token reads the contents of this repository, and nothing else."""
        token = self._access.tokens.get(self._access.tokens.scope(repository, "read"))
        return f"{self._web_url}/{repository}.git", token

    def close(self) -> None:
        """Close idle connections. Nobody may be using the client any more."""
        self._access.transport.close()
