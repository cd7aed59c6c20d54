"""What a branch requires, and whether a commit has it."""

from __future__ import annotations

from countersign.sandbox.access import role_of
from countersign.sandbox.nouns import WRITERS, Protection, PullRequest, Repository, RequiredCheck
from countersign.sandbox.rulesets import active_on, as_protection
from countersign.sandbox.world import World

#: GitHub lets neutral and skipped satisfy a required check.
_PASSING = ("success", "neutral", "skipped")


def rules_of(world: World, repository: Repository, branch: str) -> list[Protection]:
    """Classic protection and every active ruleset that names the branch, the organisation's too."""
    found = [repository.protections[branch]] if branch in repository.protections else []
    return found + [as_protection(world, repository, one.body) for one, _ in active_on(world, repository, branch)]


def binding(world: World, repository: Repository, branch: str, login: str, *, pushing: bool = False) -> list[Protection]:
    """The rules that bind this person: not those that name them, nor those that spare administrators. pushing: past pull requests."""
    admin = role_of(world, login, repository) == "admin"
    return [
        rule
        for rule in rules_of(world, repository, branch)
        if login.lower() not in (name.lower() for name in (rule.bypass if pushing else [*rule.bypass, *rule.bypass_pulls]))
        and (rule.enforce_admins or not admin)
    ]


def satisfied(world: World, repository: Repository, check: RequiredCheck, sha: str) -> bool:
    """Pinned: the App's newest check run of that name passes. Not pinned: any check or commit status of that name does.

    That the second is so weak is the reason to pin, and why a test can show a forged status letting a pull request through.
    """
    runs = {run.app: run for run in world.checks_on(repository.id, sha) if run.name == check.context}
    if check.app is not None:
        return check.app in runs and runs[check.app].conclusion in _PASSING
    posted = {
        status.author: status
        for status in world.statuses
        if status.repository == repository.id and status.sha == sha and status.context == check.context
    }
    return any(run.conclusion in _PASSING for run in runs.values()) or any(status.state == "success" for status in posted.values())


def why_blocked(world: World, pull: PullRequest, rules: list[Protection]) -> list[str]:
    """What rules still miss on a pull request, one sentence each."""
    repository = world.repositories[pull.repository]
    reasons = []
    for rule in rules:
        for check in rule.checks:
            state = standing(world, repository, check, pull.head_sha)
            if state != "success":
                reasons.append(f'Required status check "{check.context}" is {state}.')
        if rule.strict and not world.git(repository).is_ancestor(world.git(repository).tip(pull.base_ref) or pull.base_sha, pull.head_sha):
            reasons.append("The head branch is not up to date with the base branch.")
        if len(_approvers(world, pull, repository)) < rule.approvals:
            reasons.append(f"At least {rule.approvals} approving review is required by reviewers with write access.")
    return list(dict.fromkeys(reasons))


def standing(world: World, repository: Repository, check: RequiredCheck, sha: str) -> str:
    """What people read of a required check: ``success``, ``expected`` (nobody has posted it), ``in progress`` or ``failing``."""
    if satisfied(world, repository, check, sha):
        return "success"
    runs = [run for run in world.checks_on(repository.id, sha) if run.name == check.context and check.app in (None, run.app)]
    if not runs:
        return "expected"
    return "failing" if runs[-1].status == "completed" else "in progress"


def _approvers(world: World, pull: PullRequest, repository: Repository) -> set[str]:
    """Whose latest opinion is an approval. GitHub's own rule ignores people who can only read."""
    opinions = {review.author: review.state for review in world.reviews_of(pull) if review.state != "COMMENTED"}
    return {login for login, state in opinions.items() if state == "APPROVED" and role_of(world, login, repository) in WRITERS}


def refused_refs(world: World, repository: Repository, login: str) -> list[str]:
    """Branches that this person may not push to directly.

    Stricter than GitHub in one place: it would take a commit whose required checks have all passed already.
    """
    branches = [*repository.protections, *world.git(repository).branches()]
    return [f"refs/heads/{branch}" for branch in dict.fromkeys(branches) if binding(world, repository, branch, login, pushing=True)]
