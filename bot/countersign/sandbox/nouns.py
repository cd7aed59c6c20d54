"""What the sandbox remembers. Accounts are referred to by login, repositories by id (so that a rename costs nothing)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: A team's or person's access to a repository, weakest first; REST calls read and write ``pull`` and ``push``.
ROLES = ("none", "read", "triage", "write", "maintain", "admin")
#: Roles that may push and merge.
WRITERS = ("write", "maintain", "admin")
ROLE_OF_PERMISSION = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
PERMISSION_OF_ROLE = {role: permission for permission, role in ROLE_OF_PERMISSION.items()}


@dataclass(kw_only=True)
class User:
    """kind: ``User`` or ``Bot``. token: lets one act as this person; "" for bots. email: maps commits to the person."""

    id: int
    login: str
    email: str
    created_at: datetime
    token: str = ""
    kind: str = "User"


@dataclass(kw_only=True)
class Ruleset:
    """A ruleset of branches, of a repository or an organisation, as REST takes it: ``body`` is what was sent."""

    id: int
    name: str
    body: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(kw_only=True)
class Organisation:
    """base_role: what every member may do in every repository."""

    id: int
    login: str
    created_at: datetime
    owners: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    base_role: str = "read"
    rulesets: list[Ruleset] = field(default_factory=list)


@dataclass(kw_only=True)
class Team:
    """parent: a slug or "". repositories: repository id -> role. privacy: ``closed`` or ``secret``."""

    id: int
    organisation: str
    slug: str
    name: str
    created_at: datetime
    privacy: str = "closed"
    parent: str = ""
    members: list[str] = field(default_factory=list)
    repositories: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RequiredCheck:
    """A status that a branch requires. app: the only App whose check counts, or None: anybody's."""

    context: str
    app: int | None = None


@dataclass(kw_only=True)
class Protection:
    """Classic protection of a branch, or one active ruleset seen from a branch. bypass: logins that may push and merge past it.

    bypass_pulls: logins that may merge past it, and not push.
    """

    checks: list[RequiredCheck] = field(default_factory=list)
    strict: bool = False
    enforce_admins: bool = False
    approvals: int = 0
    bypass: list[str] = field(default_factory=list)
    bypass_pulls: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Repository:
    """owner: an organisation's or a person's login. fork_of: the id of the repository it was forked from.

    environments: name -> the Apps that are asked before a workflow deploys there.
    """

    id: int
    owner: str
    name: str
    private: bool
    default_branch: str
    created_at: datetime
    pushed_at: datetime
    updated_at: datetime
    fork_of: int | None = None
    description: str = ""
    collaborators: dict[str, str] = field(default_factory=dict)
    last_number: int = 0
    protections: dict[str, Protection] = field(default_factory=dict)
    rulesets: list[Ruleset] = field(default_factory=list)
    environments: dict[str, set[int]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"


@dataclass(kw_only=True)
class Issue:
    """An issue, or the issue side of a pull request of the same number."""

    id: int
    repository: int
    number: int
    title: str
    body: str
    author: str
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    closed_at: datetime | None = None
    labels: list[str] = field(default_factory=list)
    app: int | None = None


@dataclass(kw_only=True)
class PullRequest:
    """``head_repository`` differs from the issue's for forks. base_sha: the base's tip when the pull request last moved.

    trunk: the branch that its stack lands in, "" if it is in none.
    """

    id: int
    issue: Issue
    head_repository: int
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: str = ""
    merge_commit: str = ""
    asked_users: list[str] = field(default_factory=list)
    asked_teams: list[str] = field(default_factory=list)
    trunk: str = ""

    @property
    def repository(self) -> int:
        return self.issue.repository

    @property
    def number(self) -> int:
        return self.issue.number

    @property
    def open(self) -> bool:
        return self.issue.state == "open"


@dataclass(kw_only=True)
class Review:
    """state: APPROVED, CHANGES_REQUESTED, COMMENTED or DISMISSED. commit: the head when it was given."""

    id: int
    repository: int
    number: int
    author: str
    state: str
    body: str
    commit: str
    submitted_at: datetime


@dataclass(kw_only=True)
class Comment:
    id: int
    repository: int
    number: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime
    app: int | None = None


@dataclass(kw_only=True)
class CheckSuite:
    id: int
    repository: int
    app: int
    head_sha: str
    head_branch: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(kw_only=True)
class CheckRun:
    """``output`` holds title, summary and text; annotations are kept in the order they came."""

    id: int
    repository: int
    app: int
    suite: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None
    external_id: str = ""
    details_url: str = ""
    output: dict[str, str | None] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)
    revision: int = 0


@dataclass(kw_only=True)
class Status:
    """A commit status: any writer may post one of any name."""

    id: int
    repository: int
    sha: str
    context: str
    state: str
    description: str
    target_url: str
    author: str
    created_at: datetime


@dataclass(kw_only=True)
class App:
    """public_key: PEM. permissions: resource -> ``read`` or ``write``. webhook_url: "" while none is set.

    client_id, client_secret, callback_urls: for people who sign in somewhere else with their account here.
    """

    id: int
    slug: str
    name: str
    owner: str
    public_key: bytes
    webhook_secret: str
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    webhook_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    callback_urls: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Authorisation:
    """A person let an App know who they are: behind a code, and then behind a token. challenge: of PKCE, "" without.

    expires: wall time, as `InstallationToken` has it.
    """

    app: int
    login: str
    expires: float
    callback: str = ""
    challenge: str = ""


@dataclass(kw_only=True)
class Installation:
    """repositories: ids of the selected ones, or None for all of the account."""

    id: int
    app: int
    account: str
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    updated_at: datetime
    repositories: set[int] | None = None
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class InstallationToken:
    """expires: wall time, seconds since the epoch: the calendar must not spend a token's hour."""

    installation: int
    repositories: frozenset[int] | None
    permissions: dict[str, str]
    expires: float


@dataclass(kw_only=True)
class MergeGroup:
    """One entry of the merge queue, in a group of its own."""

    repository: int
    number: int
    ref: str
    base_ref: str
    head_sha: str
    base_sha: str


@dataclass(kw_only=True)
class DeploymentStatus:
    id: int
    state: str
    environment: str
    description: str
    creator: str
    created_at: datetime


@dataclass(kw_only=True)
class Deployment:
    """statuses: oldest first."""

    id: int
    repository: int
    environment: str
    sha: str
    ref: str
    task: str
    description: str
    creator: str
    created_at: datetime
    statuses: list[DeploymentStatus] = field(default_factory=list)


@dataclass(kw_only=True)
class WaitingDeployment:
    """A workflow run that waits for Apps before it deploys. answers: App -> approved, rejected, or None while it has not answered.

    state: waiting, approved or rejected. comments: what the Apps said.
    """

    run: int
    deployment: Deployment
    answers: dict[int, str | None] = field(default_factory=dict)
    state: str = "waiting"
    comments: list[str] = field(default_factory=list)
