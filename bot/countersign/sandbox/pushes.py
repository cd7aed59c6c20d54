"""What follows when refs have moved: pull requests follow their branches, suites are made, and events are sent."""

from __future__ import annotations

from countersign.sandbox import events
from countersign.sandbox.git import ZERO
from countersign.sandbox.nouns import CheckSuite, PullRequest, Repository
from countersign.sandbox.world import World


def ref_moved(world: World, repository: Repository, ref: str, old: str, new: str, sender: str) -> None:
    """One ref went from ``old`` to ``new`` (zeros: it was made, or deleted)."""
    repository.pushed_at = world.clock.now()
    events.push(world, repository, ref, old, new, sender)
    if not ref.startswith("refs/heads/"):
        return
    branch = ref.removeprefix("refs/heads/")
    for pull in [pull for pull in world.pulls.values() if pull.open]:
        if (pull.head_repository, pull.head_ref) == (repository.id, branch):
            follow_head(world, pull, old, new, sender)
        elif (pull.repository, pull.base_ref) == (repository.id, branch) and new != ZERO:
            _landed_by_push(world, pull, new, sender)
    if new != ZERO:
        request_suites(world, repository, branch, new, sender)


def follow_head(world: World, pull: PullRequest, old: str, new: str, sender: str) -> None:
    """The branch of an open pull request moved, or went away."""
    git = world.git(pull.repository)
    if new == ZERO:
        close(world, pull, sender)
        return
    if pull.head_repository != pull.repository:
        git.bring(world.git(pull.head_repository), new)
    pull.head_sha = new
    pull.base_sha = git.tip(pull.base_ref) or pull.base_sha
    pull.issue.updated_at = world.clock.now()
    git.update_ref(f"refs/pull/{pull.number}/head", new)
    events.pull_request(world, "synchronize", pull, sender, before=old, after=new)


def close(world: World, pull: PullRequest, sender: str) -> None:
    pull.issue.state = "closed"
    pull.issue.closed_at = pull.issue.updated_at = world.clock.now()
    events.pull_request(world, "closed", pull, sender)


def _landed_by_push(world: World, pull: PullRequest, base: str, sender: str) -> None:
    """Somebody pushed the pull request's own commits to its base: GitHub then shows it as merged."""
    if world.git(pull.repository).is_ancestor(pull.head_sha, base):
        pull.merged_at, pull.merged_by, pull.merge_commit = world.clock.now(), sender, pull.head_sha
        close(world, pull, sender)


def request_suites(world: World, repository: Repository, branch: str, sha: str, sender: str) -> None:
    """GitHub makes a check suite for every App that may write checks, and tells it."""
    for installation in world.installations.values():
        app = world.app(installation.app)
        if world.covers(installation, repository) and installation.permissions.get("checks") == "write":
            events.check_suite(world, "requested", suite_for(world, repository, app.id, sha, branch), sender)


def suite_for(world: World, repository: Repository, app: int, sha: str, branch: str | None = None) -> CheckSuite:
    """The App's one suite of a commit."""
    for suite in world.suites.values():
        if (suite.repository, suite.app, suite.head_sha) == (repository.id, app, sha):
            return suite
    if branch is None:
        branch = next((name for name, tip in world.git(repository).branches().items() if tip == sha), None)
    now = world.clock.now()
    suite = CheckSuite(
        id=world.new_id(), repository=repository.id, app=app, head_sha=sha, head_branch=branch, created_at=now, updated_at=now
    )
    world.suites[suite.id] = suite
    return suite
