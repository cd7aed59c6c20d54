"""Pull requests that have ended, as GitHub remembers them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from countersign.adapters.github import queries
from countersign.adapters.github.pull_requests import GHOST, all_reviews, login_of
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood
from countersign.model.check_run import CHECK_NAME
from countersign.model.github import EndedPullRequest, PullRequestRow


def ended_pull_requests(access: Access, repository: str, app_id: int, since: datetime | None) -> tuple[EndedPullRequest, ...]:
    """Last touched first, back to ``since``: one query per 50, and one per further 100 reviews of one pull request."""
    owner, _, name = repository.partition("/")
    variables: dict[str, Any] = {"owner": owner, "name": name, "app": app_id, "check": CHECK_NAME, "after": None}
    found: list[EndedPullRequest] = []
    with understood(f"the pull requests of {repository} that have ended"):
        while True:
            page = access.query(repository, queries.ENDED_PULL_REQUESTS, variables)["repository"]["pullRequests"]
            for node in page["nodes"]:
                if since and datetime.fromisoformat(node["updatedAt"]) < since:
                    return tuple(found)
                found.append(_ended(access, repository, node))
            if not page["pageInfo"]["hasNextPage"]:
                return tuple(found)
            variables["after"] = page["pageInfo"]["endCursor"]


def _ended(access: Access, repository: str, node: dict[str, Any]) -> EndedPullRequest:
    row = PullRequestRow(
        repository=repository,
        number=node["number"],
        author=login_of(node["author"]),
        head=node["headRefOid"],
        base_ref=node["baseRefName"],
        draft=node["isDraft"],
        state="closed",
        fork=node["isCrossRepository"],
        url=node["url"],
        merged_at=datetime.fromisoformat(node["mergedAt"]) if node["mergedAt"] else None,
        merge_commit=(node["mergeCommit"] or {}).get("oid", ""),
        merged_by="" if (by := login_of(node["mergedBy"])) == GHOST else by,
        updated_at=datetime.fromisoformat(node["updatedAt"]),
    )
    ended_at, reviews = datetime.fromisoformat(node["closedAt"]), all_reviews(access, repository, node)
    return EndedPullRequest(row=row, ended_at=ended_at, conclusion=_conclusion(node), reviews=reviews)


def _conclusion(node: dict[str, Any]) -> str:
    """Of our check on the head, in lower case; "" if none was finished there."""
    for commit in (one["commit"] for one in node["commits"]["nodes"]):
        suites = (commit["checkSuites"] or {}).get("nodes", ()) if commit["oid"] == node["headRefOid"] else ()
        for run in (run for suite in suites for run in suite["checkRuns"]["nodes"]):
            return (run["conclusion"] or "").lower()
    return ""
