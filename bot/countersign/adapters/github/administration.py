"""Changing GitHub's settings, by a token that may: an administrator's own, never the App's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countersign.adapters.github import paths
from countersign.adapters.github.conversation import opened
from countersign.adapters.github.operator import Operator
from countersign.adapters.github.trouble import understood
from countersign.model.settings import Body, OpenedIssue, Ruleset
from countersign.ports import GitHubTrouble


class Administration:
    """Fulfils `ports.Administration`: every method raises `GitHubTrouble`. home: a repository (``org/name``) or an organisation."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    def login(self) -> str:
        data = self._operator.call("GET", "/user")
        with understood("the owner of the token"):
            return str(data["login"])

    def role(self, repository: str, login: str) -> str:
        data = self._operator.call("GET", paths.of_repository(repository, "collaborators", login, "permission"))
        with understood(f"the role of {login} in {repository}"):
            return str(data["permission"])

    def repositories(self, organisation: str) -> tuple[str, ...]:
        rows = self._operator.rows(f"{_of(organisation)}/repos")
        with understood(f"the repositories of {organisation}"):
            return tuple(row["full_name"] for row in rows if not row.get("archived"))

    def rulesets(self, home: str) -> tuple[Ruleset, ...]:
        rows = list(self._operator.rows(f"{_of(home)}/rulesets"))
        with understood(f"the rulesets of {home}"):
            # A repository lists its organisation's too.
            own = [row for row in rows if row["source"] == home and row.get("target", "branch") == "branch"]
            return tuple(self._ruleset(home, row["id"]) for row in own)

    def make_ruleset(self, home: str, body: Body) -> None:
        self._operator.call("POST", f"{_of(home)}/rulesets", dict(body))

    def change_ruleset(self, home: str, number: int, change: Body) -> None:
        self._operator.call("PUT", f"{_of(home)}/rulesets/{number}", dict(change))

    def protected_branches(self, repository: str) -> tuple[str, ...]:
        rows = self._operator.rows(paths.of_repository(repository, "branches"), parameters={"protected": "true"})
        with understood(f"the protected branches of {repository}"):
            return tuple(row["name"] for row in rows if row["protected"])

    def required_checks(self, repository: str, branch: str) -> tuple[Body, ...]:
        try:
            data = self._operator.call("GET", paths.of_repository(repository, "branches", branch, "protection"))
        except GitHubTrouble as trouble:
            if trouble.status != 404:
                raise
            return ()
        with understood(f"the protection of {branch} in {repository}"):
            return tuple((data.get("required_status_checks") or {}).get("checks", ()))

    def require_checks(self, repository: str, branch: str, checks: Sequence[Body]) -> None:
        # GitHub takes -1 for "any App", and would otherwise choose one itself.
        sent = [{**check, "app_id": -1 if check.get("app_id") is None else check["app_id"]} for check in checks]
        path = paths.of_repository(repository, "branches", branch, "protection", "required_status_checks")
        self._operator.call("PATCH", path, {"checks": sent})

    def open_issues(self, repository: str) -> tuple[OpenedIssue, ...]:
        rows = self._operator.rows(paths.of_repository(repository, "issues"), parameters={"state": "open"})
        with understood(f"the issues of {repository}"):
            return tuple(opened(row) for row in rows if "pull_request" not in row)

    def open_issue(self, repository: str, title: str, body: str) -> str:
        data = self._operator.call("POST", paths.of_repository(repository, "issues"), {"title": title, "body": body})
        with understood("the issue just opened"):
            return str(data["html_url"])

    def close_issue(self, repository: str, number: int, said: str) -> None:
        self._operator.call("POST", paths.of_repository(repository, "issues", number, "comments"), {"body": said})
        self._operator.call("PATCH", paths.of_repository(repository, "issues", number), {"state": "closed", "state_reason": "completed"})

    def _ruleset(self, home: str, number: int) -> Ruleset:
        body: dict[str, Any] = self._operator.call("GET", f"{_of(home)}/rulesets/{number}")
        return Ruleset(home=home, id=body["id"], name=body["name"], enforcement=body["enforcement"], body=body)


def _of(home: str) -> str:
    """The path of a repository or an organisation. Raises `GitHubTrouble` for anything else."""
    if "/" in home:
        return paths.of_repository(home)
    paths.of_repository(f"{home}/x")  # the same letters
    return f"/orgs/{home}"
