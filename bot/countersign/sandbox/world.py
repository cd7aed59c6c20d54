"""All state, behind one lock. A request holds the lock from start to end; whoever waits, waits on ``changed``."""

from __future__ import annotations

import base64
import itertools
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

from countersign.sandbox.clock import Clock
from countersign.sandbox.errors import not_found
from countersign.sandbox.git import BareRepository
from countersign.sandbox.nouns import (
    App,
    Authorisation,
    CheckRun,
    CheckSuite,
    Comment,
    Deployment,
    Installation,
    InstallationToken,
    Issue,
    MergeGroup,
    Organisation,
    PullRequest,
    Repository,
    Review,
    Status,
    Team,
    User,
    WaitingDeployment,
)
from countersign.sandbox.outbox import Outbox
from countersign.sandbox.receiver import Receiver

#: Who commits what is done on GitHub's own pages.
WEB_FLOW = "web-flow"
WEB_FLOW_EMAIL = "noreply@github.com"


class World:
    """Accounts, repositories and everything in them.

    data: directory of the bare repositories. url: ``http://127.0.0.1:PORT``, without a slash, known once the server listens;
    so is mail_port, the mail server's.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.url = ""
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.clock = Clock()
        self.outbox = Outbox(self.changed, self.clock)
        self.receiver = Receiver(self.changed)
        self.mail_port = 0
        self._ids = itertools.count(1001)
        self.users: dict[str, User] = {}
        self.organisations: dict[str, Organisation] = {}
        self.teams: dict[tuple[str, str], Team] = {}
        self.repositories: dict[int, Repository] = {}
        self.issues: dict[tuple[int, int], Issue] = {}
        self.pulls: dict[tuple[int, int], PullRequest] = {}
        self.reviews: dict[int, Review] = {}
        self.comments: dict[int, Comment] = {}
        self.suites: dict[int, CheckSuite] = {}
        self.checks: dict[int, CheckRun] = {}
        self.statuses: list[Status] = []
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.installation_tokens: dict[str, InstallationToken] = {}
        self.codes: dict[str, Authorisation] = {}
        self.user_tokens: dict[str, Authorisation] = {}
        self.merge_groups: list[MergeGroup] = []
        self.deployments: dict[int, Deployment] = {}
        self.waiting_deployments: dict[int, WaitingDeployment] = {}
        self.add_user(WEB_FLOW, WEB_FLOW_EMAIL)

    def new_id(self) -> int:
        return next(self._ids)

    # -- accounts

    def add_user(self, login: str, email: str = "", kind: str = "User") -> User:
        """A person (with a token) or a bot. ``email`` defaults to ``LOGIN@example.com``."""
        token = "" if kind == "Bot" or login == WEB_FLOW else f"ghp_{secrets.token_urlsafe(27)}"
        user = User(
            id=self.new_id(),
            login=login,
            email=email or f"{login}@example.com",
            created_at=self.clock.now(),
            token=token,
            kind=kind,
        )
        self.users[login.lower()] = user
        return user

    def user(self, login: str) -> User:
        try:
            return self.users[login.lower()]
        except KeyError:
            raise not_found() from None

    def user_by_email(self, email: str) -> User | None:
        return next((user for user in self.users.values() if user.email.lower() == email.lower()), None)

    def organisation(self, login: str) -> Organisation:
        try:
            return self.organisations[login.lower()]
        except KeyError:
            raise not_found() from None

    def account(self, login: str) -> User | Organisation:
        return self.organisations.get(login.lower()) or self.user(login)

    def team(self, organisation: str, slug: str) -> Team:
        try:
            return self.teams[organisation.lower(), slug.lower()]
        except KeyError:
            raise not_found() from None

    def teams_in(self, organisation: str) -> list[Team]:
        return [team for (owner, _), team in self.teams.items() if owner == organisation.lower()]

    def lineage(self, team: Team) -> Iterator[Team]:
        """The team, its parent, and so on up."""
        seen: set[str] = set()
        while team.slug not in seen:
            seen.add(team.slug)
            yield team
            if not team.parent:
                return
            team = self.team(team.organisation, team.parent)

    def people_of(self, team: Team) -> list[str]:
        """Its members and those of its child teams, as GitHub counts them."""
        below = [other for other in self.teams_in(team.organisation) if team in self.lineage(other)]
        return sorted({login for other in below for login in other.members})

    # -- repositories and what is in them

    def repository(self, owner: str, name: str) -> Repository:
        for repository in self.repositories.values():
            if repository.owner.lower() == owner.lower() and repository.name.lower() == name.lower():
                return repository
        raise not_found()

    def git(self, repository: int | Repository) -> BareRepository:
        number = repository if isinstance(repository, int) else repository.id
        return BareRepository(self.data / "repositories" / f"{number}.git")

    def pull(self, repository: int, number: int) -> PullRequest:
        try:
            return self.pulls[repository, number]
        except KeyError:
            raise not_found() from None

    def pulls_of(self, repository: int) -> list[PullRequest]:
        """Oldest first."""
        return [pull for (owner, _), pull in self.pulls.items() if owner == repository]

    def issue(self, repository: int, number: int) -> Issue:
        try:
            return self.issues[repository, number]
        except KeyError:
            raise not_found() from None

    def reviews_of(self, pull: PullRequest) -> list[Review]:
        return [review for review in self.reviews.values() if (review.repository, review.number) == (pull.repository, pull.number)]

    def comments_of(self, issue: Issue) -> list[Comment]:
        return [comment for comment in self.comments.values() if (comment.repository, comment.number) == (issue.repository, issue.number)]

    def checks_on(self, repository: int, sha: str) -> list[CheckRun]:
        """Oldest first."""
        return [run for run in self.checks.values() if run.repository == repository and run.head_sha == sha]

    # -- Apps

    def app(self, number: int) -> App:
        try:
            return self.apps[number]
        except KeyError:
            raise not_found() from None

    def bot(self, app: App) -> User:
        return self.user(f"{app.slug}[bot]")

    def installation(self, number: int) -> Installation:
        try:
            return self.installations[number]
        except KeyError:
            raise not_found() from None

    def covers(self, installation: Installation, repository: Repository) -> bool:
        """True if the App is installed on the repository."""
        if installation.account.lower() != repository.owner.lower():
            return False
        return installation.repositories is None or repository.id in installation.repositories

    def covered(self, installation: Installation) -> list[Repository]:
        return [repository for repository in self.repositories.values() if self.covers(installation, repository)]


def node_id(kind: str, number: int) -> str:
    """An opaque id as GraphQL and REST hand out."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()
