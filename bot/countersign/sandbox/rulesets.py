"""Rulesets: which of a repository and its organisation reach a branch, and what they then are as protection."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from countersign.sandbox.access import role_of
from countersign.sandbox.nouns import Organisation, Protection, Repository, RequiredCheck, Ruleset
from countersign.sandbox.world import World

#: GitHub's numbers of the roles that can be named as bypassing.
_ROLES = {2: ("maintain", "admin"), 4: ("write", "maintain", "admin"), 5: ("admin",)}
Found = tuple[Ruleset, Repository | Organisation]


def rulesets_of(world: World, repository: Repository) -> list[Found]:
    """Every ruleset that the repository is under, whatever its enforcement, each with where it is kept: its own first."""
    owner = world.account(repository.owner)
    above = owner.rulesets if isinstance(owner, Organisation) else []
    found: list[Found] = [(one, repository) for one in repository.rulesets]
    if isinstance(owner, Organisation):
        found += [(one, owner) for one in above if _covers(one.body.get("conditions") or {}, repository)]
    return found


def active_on(world: World, repository: Repository, branch: str) -> list[Found]:
    """Those that are in force and name the branch."""
    return [
        (one, home)
        for one, home in rulesets_of(world, repository)
        if one.body.get("enforcement") == "active" and names(one.body.get("conditions") or {}, repository, branch)
    ]


def names(conditions: dict[str, Any], repository: Repository, branch: str) -> bool:
    def matches(pattern: str) -> bool:
        if pattern == "~DEFAULT_BRANCH":
            return branch == repository.default_branch
        return pattern == "~ALL" or fnmatchcase(f"refs/heads/{branch}", pattern)

    return _among(conditions.get("ref_name") or {}, matches)


def _covers(conditions: dict[str, Any], repository: Repository) -> bool:
    """An organisation's ruleset names repositories; without a word about them it means none."""
    return _among(conditions.get("repository_name") or {}, lambda pattern: pattern == "~ALL" or fnmatchcase(repository.name, pattern))


def _among(condition: dict[str, Any], matches: Any) -> bool:
    return any(map(matches, condition.get("include", []))) and not any(map(matches, condition.get("exclude", [])))


def as_protection(world: World, repository: Repository, body: dict[str, Any]) -> Protection:
    """Rulesets bind administrators too; only those named as bypassing are free."""
    protection = Protection(enforce_admins=True)
    for rule in body.get("rules", []):
        parameters = rule.get("parameters") or {}
        if rule["type"] == "required_status_checks":
            protection.strict = parameters.get("strict_required_status_checks_policy", False)
            protection.checks += [
                RequiredCheck(context=check["context"], app=check.get("integration_id")) for check in parameters["required_status_checks"]
            ]
        if rule["type"] == "pull_request":
            protection.approvals = parameters.get("required_approving_review_count", 0)
    for actor in body.get("bypass_actors", []):
        free = protection.bypass_pulls if actor.get("bypass_mode") == "pull_request" else protection.bypass
        free += _people(world, repository, actor)
    return protection


def _people(world: World, repository: Repository, actor: dict[str, Any]) -> list[str]:
    kind, number = actor["actor_type"], actor.get("actor_id")
    owner = world.account(repository.owner)
    if kind == "OrganizationAdmin":
        return sorted(owner.owners) if isinstance(owner, Organisation) else []
    if kind == "RepositoryRole":
        return [login for login in world.users if role_of(world, login, repository) in _ROLES.get(number or 0, ())]
    if kind == "Team":
        return [login for team in world.teams_in(repository.owner) if team.id == number for login in world.people_of(team)]
    return [user.login for user in world.users.values() if kind == "User" and user.id == number]
