"""Webhook events: whom they go to, and what they carry around the noun that changed."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.access import team_role
from countersign.sandbox.clock import iso
from countersign.sandbox.git import ZERO, Commit
from countersign.sandbox.nouns import (
    CheckRun,
    CheckSuite,
    Comment,
    Deployment,
    DeploymentStatus,
    Installation,
    Issue,
    MergeGroup,
    PullRequest,
    Repository,
    Review,
    Team,
    User,
    WaitingDeployment,
)
from countersign.sandbox.shapes import accounts, apps, checks, deployments, issues, pulls, repositories
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]

#: Sent to every App without being subscribed to.
ALWAYS = ("installation", "installation_repositories")


def send(
    world: World, event: str, payload: JSON, *, sender: str, account: str, repository: Repository | None = None, only_app: int | None = None
) -> None:
    """To every App that subscribes, is installed on the repository (or its account) and is not suspended."""
    for installation in list(world.installations.values()):
        app = world.app(installation.app)
        if only_app not in (None, app.id) or installation.account.lower() != account.lower() or installation.suspended:
            continue
        if event not in ALWAYS and event not in app.events:
            continue
        if repository and not world.covers(installation, repository):
            continue
        to_installation(world, installation, event, payload, sender=sender, repository=repository)


def to_installation(
    world: World, installation: Installation, event: str, payload: JSON, *, sender: str, repository: Repository | None = None
) -> None:
    """Add what surrounds every payload, and queue it for one installation."""
    body = dict(payload)
    if repository:
        body.setdefault("repository", repositories.repository(world, repository))
    if installation.account.lower() in world.organisations:
        body["organization"] = accounts.organisation(world, world.organisation(installation.account))
    body["sender"] = accounts.account(world, sender)
    body.setdefault("installation", {"id": installation.id, "node_id": node_id("Installation", installation.id)})
    world.outbox.add(
        world.app(installation.app), event, body, installation=installation.id, repository=repository.id if repository else None
    )


def pull_request(world: World, action: str, pull: PullRequest, sender: str, **more: Any) -> None:
    """opened, synchronize, reopened, closed, edited, ready_for_review, converted_to_draft, review_requested, …"""
    home = world.repositories[pull.repository]
    payload = {"action": action, "number": pull.number, "pull_request": pulls.pull(world, pull), **more}
    send(world, "pull_request", payload, sender=sender, account=home.owner, repository=home)


def review(world: World, action: str, pull: PullRequest, given: Review, sender: str) -> None:
    """submitted, dismissed. The state is in lower case here, unlike in REST."""
    home = world.repositories[pull.repository]
    shape = {**pulls.review(world, given), "state": given.state.lower()}
    payload = {"action": action, "review": shape, "pull_request": pulls.simple_pull(world, pull)}
    send(world, "pull_request_review", payload, sender=sender, account=home.owner, repository=home)


def comment(world: World, action: str, said: Comment, sender: str, **more: Any) -> None:
    """created, edited."""
    home = world.repositories[said.repository]
    issue = world.issue(said.repository, said.number)
    payload = {"action": action, "issue": issues.issue(world, issue), "comment": issues.comment(world, said), **more}
    send(world, "issue_comment", payload, sender=sender, account=home.owner, repository=home)


def issue(world: World, action: str, one: Issue, sender: str) -> None:
    """opened, closed, reopened."""
    home = world.repositories[one.repository]
    send(world, "issues", {"action": action, "issue": issues.issue(world, one)}, sender=sender, account=home.owner, repository=home)


def check_run(world: World, action: str, run: CheckRun, sender: str, **more: Any) -> None:
    """created, completed, rerequested, requested_action; the last two only to the App that owns the run."""
    home = world.repositories[run.repository]
    suite = world.suites[run.suite]
    shape = {**checks.check_run(world, run), "check_suite": checks.check_suite(world, suite)}
    only = run.app if action in ("rerequested", "requested_action") else None
    send(
        world,
        "check_run",
        {"action": action, "check_run": shape, **more},
        sender=sender,
        account=home.owner,
        repository=home,
        only_app=only,
    )


def check_suite(world: World, action: str, suite: CheckSuite, sender: str) -> None:
    """requested, rerequested; only to the App that owns the suite."""
    home = world.repositories[suite.repository]
    payload = {"action": action, "check_suite": checks.check_suite(world, suite)}
    send(world, "check_suite", payload, sender=sender, account=home.owner, repository=home, only_app=suite.app)


def push(world: World, repository: Repository, ref: str, before: str, after: str, sender: str) -> None:
    """One ref's update, with its new commits oldest first."""
    git = world.git(repository)
    commits: list[Commit] = []
    if after != ZERO and ref.startswith("refs/heads/"):
        others = [f"^{sha}" for name, sha in git.branches().items() if f"refs/heads/{name}" != ref] if before == ZERO else [f"^{before}"]
        commits = git.commits(after, *others, limit=2048)[::-1]
    head = _push_commit(world, repository, git.commit(after)) if after != ZERO and ref.startswith("refs/heads/") else None
    forced = ZERO not in (before, after) and not git.is_ancestor(before, after)
    payload = {
        "ref": ref,
        "before": before,
        "after": after,
        "created": before == ZERO,
        "deleted": after == ZERO,
        "forced": forced,
        "base_ref": None,
        "compare": f"{repositories.html_url(world, repository)}/compare/{before[:12]}...{after[:12]}",
        "commits": [_push_commit(world, repository, commit) for commit in commits],
        "head_commit": head,
        "pusher": {"name": sender, "email": world.user(sender).email},
        "repository": _pushed_repository(world, repository),
    }
    send(world, "push", payload, sender=sender, account=repository.owner, repository=repository)


def _pushed_repository(world: World, one: Repository) -> JSON:
    """As push events have it: two times are seconds since the epoch, and the owner has a name and an address."""
    shape, owner = repositories.repository(world, one), world.account(one.owner)
    shape["owner"] |= {"name": owner.login, "email": owner.email if isinstance(owner, User) else None}
    return {**shape, "created_at": int(one.created_at.timestamp()), "pushed_at": int(one.pushed_at.timestamp())}


def _push_commit(world: World, repository: Repository, commit: Commit) -> JSON:
    git = world.git(repository)
    changes = git.changes(commit.parents[0], commit.sha) if commit.parents else []
    author, committer = repositories.login_of(world, commit.author), repositories.login_of(world, commit.committer)
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": commit.committed_at,
        "url": f"{repositories.html_url(world, repository)}/commit/{commit.sha}",
        "author": {
            "name": commit.author.name,
            "email": commit.author.email,
            "date": commit.authored_at,
            **({"username": author} if author else {}),
        },
        "committer": {
            "name": commit.committer.name,
            "email": commit.committer.email,
            "date": commit.committed_at,
            **({"username": committer} if committer else {}),
        },
        "added": [change.path for change in changes if change.status == "added"] if commit.parents else sorted(git.files(commit.sha)),
        "removed": [change.old_path or change.path for change in changes if change.status in ("removed", "renamed")],
        "modified": [change.path for change in changes if change.status in ("modified", "renamed")],
    }


def installation(world: World, action: str, one: Installation, sender: str) -> None:
    """created, deleted, suspend, unsuspend."""
    payload = {
        "action": action,
        "installation": apps.installation(world, one),
        "repositories": [repositories.summary(repository) for repository in world.covered(one)],
    }
    to_installation(world, one, "installation", payload, sender=sender)


def installation_repositories(world: World, one: Installation, added: list[Repository], removed: list[Repository], sender: str) -> None:
    """added or removed, one event each."""
    for action, changed in (("added", added), ("removed", removed)):
        if changed:
            payload = {
                "action": action,
                "installation": apps.installation(world, one),
                "repository_selection": "all" if one.repositories is None else "selected",
                "repositories_added": [repositories.summary(repository) for repository in changed] if action == "added" else [],
                "repositories_removed": [repositories.summary(repository) for repository in changed] if action == "removed" else [],
                "requester": None,
            }
            to_installation(world, one, "installation_repositories", payload, sender=sender)


def team(world: World, action: str, one: Team, sender: str, repository: Repository | None = None, *, changes: JSON | None = None) -> None:
    """created, deleted, edited, added_to_repository, removed_from_repository. changes: of ``edited``."""
    payload: JSON = {"action": action, "team": accounts.team(world, one)} | ({} if changes is None else {"changes": changes})
    if repository:
        granted = repositories.permissions(team_role(world, one.organisation, one.slug, repository))
        payload["repository"] = {**repositories.repository(world, repository), "permissions": granted}
    send(world, "team", payload, sender=sender, account=one.organisation, repository=repository)


def membership(world: World, action: str, one: Team, member: str, sender: str) -> None:
    """added, removed."""
    payload = {"action": action, "scope": "team", "member": accounts.account(world, member), "team": accounts.team(world, one)}
    send(world, "membership", payload, sender=sender, account=one.organisation)


def organisation(world: World, action: str, login: str, member: str, sender: str) -> None:
    """member_added, member_removed."""
    owners = world.organisation(login).owners
    shape = {
        "url": f"{world.url}/api/v3/orgs/{login}/memberships/{member}",
        "state": "active",
        "role": "admin" if member.lower() in owners else "member",
        "organization_url": f"{world.url}/api/v3/orgs/{login}",
        "user": accounts.account(world, member),
    }
    send(world, "organization", {"action": action, "membership": shape}, sender=sender, account=login)


def repository(world: World, action: str, one: Repository, sender: str, **more: Any) -> None:
    """created, renamed, transferred, privatized, publicized, edited, deleted."""
    send(world, "repository", {"action": action, **more}, sender=sender, account=one.owner, repository=one)


def merge_group(world: World, action: str, group: MergeGroup, sender: str, **more: Any) -> None:
    """checks_requested, destroyed. No list of pull requests: GitHub sends none."""
    home = world.repositories[group.repository]
    head = world.git(home).commit(group.head_sha)
    shape = {
        "head_sha": group.head_sha,
        "head_ref": group.ref,
        "base_sha": group.base_sha,
        "base_ref": f"refs/heads/{group.base_ref}",
        "head_commit": {
            "id": head.sha,
            "tree_id": head.tree,
            "message": head.message,
            "timestamp": iso(world.clock.now()),
            "author": {"name": head.author.name, "email": head.author.email},
            "committer": {"name": head.committer.name, "email": head.committer.email},
        },
    }
    send(world, "merge_group", {"action": action, "merge_group": shape, **more}, sender=sender, account=home.owner, repository=home)


def deployment_status(world: World, one: Deployment, status: DeploymentStatus) -> None:
    """Always ``created``."""
    home = world.repositories[one.repository]
    payload = {
        "action": "created",
        "deployment_status": deployments.status(world, one, status),
        "deployment": deployments.deployment(world, one),
        "check_run": None,
        "workflow": None,
        "workflow_run": None,
    }
    send(world, "deployment_status", payload, sender=status.creator, account=home.owner, repository=home)


def deployment_protection_rule(world: World, waiting: WaitingDeployment, app: int, sender: str) -> None:
    """``requested``, to the App that protects the environment, with the address at which it answers."""
    one = waiting.deployment
    home = world.repositories[one.repository]
    payload = {
        "action": "requested",
        "environment": one.environment,
        "event": "push",
        "sha": one.sha,
        "ref": one.ref,
        "deployment_callback_url": f"{repositories.api_url(world, home)}/actions/runs/{waiting.run}/deployment_protection_rule",
        "deployment": deployments.deployment(world, one),
        "pull_requests": [],
    }
    send(world, "deployment_protection_rule", payload, sender=sender, account=home.owner, repository=home, only_app=app)
