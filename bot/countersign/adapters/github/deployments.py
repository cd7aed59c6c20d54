"""Deployments: what runs in an environment, and our answer to a run that wants to deploy there."""

from __future__ import annotations

from urllib.parse import urlencode

from countersign.adapters.github import limits, paths
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood

#: Deployments that are looked at, newest first: an environment that failed so often in a row has more trouble than ours.
_MOST = 10
_COMMENT = 1_000  # GitHub states no limit; the page of a run has little room


def deployed(access: Access, repository: str, environment: str) -> str:
    """A later deployment makes an earlier one inactive, so a success counts whatever came after it."""
    query = urlencode({"environment": environment, "per_page": _MOST})
    path = f"{paths.of_repository(repository, 'deployments')}?{query}"
    with understood(f"the deployments of {repository}"):
        for one in access.deploy(repository, "GET", path).data:
            statuses = paths.of_repository(repository, "deployments", int(one["id"]), "statuses")
            if any(status["state"] == "success" for status in access.deploy(repository, "GET", f"{statuses}?per_page=100").data):
                return str(one["sha"])
    return ""


def answer(access: Access, repository: str, run: int, environment: str, *, approved: bool, comment: str) -> None:
    state = "approved" if approved else "rejected"
    body = {"environment_name": environment, "state": state, "comment": limits.shorten(comment, _COMMENT)}
    access.deploy(repository, "POST", paths.of_repository(repository, "actions", "runs", run, "deployment_protection_rule"), body)
