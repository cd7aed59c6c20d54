"""What GitHub's settings ask of a branch: classic protection, and the rulesets of the repository and its organisation.

Nothing here needs the App to administer anything. Which checks a branch requires is shown to whoever reads its contents
(``GET …/branches/{branch}``), rules and rulesets to whoever reads metadata. Only who may bypass a ruleset is shown to those alone who may
change it: to an operator's token, and not to the App's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from countersign.adapters.github import paths
from countersign.adapters.github.trouble import understood
from countersign.model.check_run import CHECK_NAME
from countersign.model.enforceability import BranchRules, Bypass, Level, Requirement
from countersign.ports import JSON, GitHubTrouble

#: GitHub's numbers of the roles that a ruleset may name.
_ROLES = {2: "the maintain role", 4: "the write role", 5: "repository administrators"}
_LEVELS = {"Repository": Level.REPOSITORY, "Organization": Level.ORGANISATION}


class Protection:
    """Fulfils `ports.Protection`. get, rows: (repository, path) -> an answer's data, or all rows of a list; whoever's token they use."""

    def __init__(self, get: Callable[[str, str], JSON], rows: Callable[[str, str], Iterable[dict[str, Any]]]) -> None:
        self._get = get
        self._rows = rows

    def branches(self, repository: str) -> tuple[str, ...]:
        rows = self._rows(repository, paths.of_repository(repository, "branches"))
        with understood(f"the branches of {repository}"):
            return tuple(row["name"] for row in rows)

    def rules(self, repository: str, branch: str) -> BranchRules:
        found: list[Requirement] = []
        unread: list[str] = []
        queue = False
        try:
            found += self._classic(repository, branch)
        except GitHubTrouble as trouble:
            unread.append(_unseen("classic branch protection", trouble))
        try:
            active, queue = self._active(repository, branch)
            found += active
            if not any(one.app is not None for one in found):
                found += self._resting(repository, branch)
        except GitHubTrouble as trouble:
            unread.append(_unseen("rulesets", trouble))
        return BranchRules(branch=branch, requirements=tuple(found), queue=queue, unread=tuple(unread))

    def _classic(self, repository: str, branch: str) -> list[Requirement]:
        data = self._get(repository, paths.of_repository(repository, "branches", branch))
        with understood(f"the branch {branch} of {repository}"):
            required = (data.get("protection") or {}).get("required_status_checks") or {}
            level = required.get("enforcement_level", "off")
            if level == "off":
                return []
            checks = required.get("checks") or [{"context": name, "app_id": None} for name in required["contexts"]]
            return [
                Requirement(level=Level.CLASSIC, app=_pinned(check.get("app_id")), admins=level == "everyone")
                for check in checks
                if check["context"] == CHECK_NAME
            ]

    def _active(self, repository: str, branch: str) -> tuple[list[Requirement], bool]:
        rules = list(self._rows(repository, paths.of_repository(repository, "rules", "branches", branch)))
        with understood(f"the rules of {branch} in {repository}"):
            ours = [(rule, check) for rule in rules for check in checks_of(rule)]
            found = [
                self._requirement(repository, self._ruleset(repository, rule["ruleset_id"]), _pinned(check.get("integration_id")))
                for rule, check in ours
            ]
            return found, any(rule["type"] == "merge_queue" for rule in rules)

    def _resting(self, repository: str, branch: str) -> list[Requirement]:
        """Rulesets that would ask for the check if they were active."""
        with understood(f"the rulesets of {repository}"):
            asleep = [
                self._ruleset(repository, row["id"])
                for row in self._rows(repository, paths.of_repository(repository, "rulesets"))
                if row["enforcement"] != "active" and row.get("target", "branch") == "branch"
            ]
            return [
                self._requirement(repository, ruleset, _pinned(check.get("integration_id")))
                for ruleset in asleep
                for rule in ruleset.get("rules", [])
                for check in checks_of(rule)
            ]

    def _ruleset(self, repository: str, number: int) -> dict[str, Any]:
        data: dict[str, Any] = self._get(repository, paths.of_repository(repository, "rulesets", number))
        return data

    def _requirement(self, repository: str, ruleset: dict[str, Any], app: int | None) -> Requirement:
        actors = ruleset.get("bypass_actors")
        return Requirement(
            level=_LEVELS[ruleset["source_type"]],
            source=ruleset["name"],
            ruleset=ruleset["id"],
            enforcement=ruleset["enforcement"],
            app=app,
            bypass=None if actors is None else tuple(self._bypass(repository, actor) for actor in actors),
        )

    def _bypass(self, repository: str, actor: dict[str, Any]) -> Bypass:
        kind, number, mode = actor["actor_type"], actor.get("actor_id"), actor.get("bypass_mode", "always")
        if kind == "OrganizationAdmin":
            return Bypass("organisation owners", mode)
        if kind == "RepositoryRole":
            return Bypass(_ROLES.get(number or 0, f"the role {number}"), mode)
        if kind == "Team":
            return Bypass(self._team(repository.split("/")[0], repository, number), mode)
        if kind == "User":
            return Bypass(self._login(repository, number), mode)
        return Bypass("deploy keys" if kind == "DeployKey" else f"the App {number}", mode)

    def _team(self, organisation: str, repository: str, number: int | None) -> str:
        try:
            rows = self._rows(repository, f"/orgs/{organisation}/teams")
            return next((f"@{organisation}/{row['slug']}" for row in rows if row["id"] == number), f"the team {number}")
        except GitHubTrouble:
            return f"the team {number}"

    def _login(self, repository: str, number: int | None) -> str:
        try:
            return f"@{self._get(repository, f'/user/{number}')['login']}"
        except (GitHubTrouble, KeyError):
            return f"the user {number}"


def checks_of(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a rule that ask for a check of our name."""
    if rule["type"] != "required_status_checks":
        return []
    return [check for check in (rule.get("parameters") or {}).get("required_status_checks", []) if check["context"] == CHECK_NAME]


def _pinned(app: int | None) -> int | None:
    """GitHub writes -1, or nothing, where any App's check will do."""
    return None if app in (None, -1) else app


def _unseen(what: str, trouble: GitHubTrouble) -> str:
    """Trouble that passes is raised again: nothing is decided from half an answer."""
    if trouble.retry_after is not None:
        raise trouble
    return f"{what} (GitHub answered {trouble.status})"
