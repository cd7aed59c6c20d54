"""Pull requests as GitHub has them now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from countersign.adapters.github import paths, queries
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood
from countersign.model.check_run import CHECK_NAME
from countersign.model.github import Confirmation, MergedPullRequest, OpenPullRequest
from countersign.model.pull_request import Review, ReviewState
from countersign.ports import GitHubTrouble

GHOST = "ghost"
"""Whom GitHub shows in the place of a deleted account."""


def confirm(access: Access, repository: str, number: int) -> Confirmation:
    """The pull request with all reviews and all committers: one query, a further one per 100 of either."""
    what = f"{repository}#{number}"
    reviews: list[dict[str, Any]] = []
    commits: list[dict[str, Any]] = []
    cursors: dict[str, str | None] = {"reviews": None, "commits": None}
    head = ""
    with understood(what):
        while True:
            page = _pull_request(access, repository, number, queries.CONFIRM, cursors)
            head = head or page["headRefOid"]
            if page["headRefOid"] != head:
                raise GitHubTrouble(f"{what} was pushed to while it was read. Read it again.", status=409, retry_after=1.0)
            reviews += page["reviews"]["nodes"]
            commits += page["commits"]["nodes"]
            # The end of an exhausted list is null, which would mean its start.
            cursors = {name: page[name]["pageInfo"]["endCursor"] or cursor for name, cursor in cursors.items()}
            if not any(page[name]["pageInfo"]["hasNextPage"] for name in cursors):
                break
        committers = [_committer(node["commit"]) for node in commits]
        if len(commits) < page["commits"]["totalCount"]:
            committers.append(None)  # GitHub lists 250 commits of a pull request: of the others nobody is known
        return Confirmation(
            head=head,
            base_ref=page["baseRefName"],
            open=page["state"] == "OPEN",
            draft=page["isDraft"],
            reviews=_reviews(reviews),
            committers=tuple(dict.fromkeys(committers)),
        )


def open_pull_requests(access: Access, repository: str, app_id: int) -> tuple[OpenPullRequest, ...]:
    """Oldest first: one query per 50, and one per further 100 reviews of one pull request."""
    owner, _, name = repository.partition("/")
    variables: dict[str, Any] = {"owner": owner, "name": name, "app": app_id, "check": CHECK_NAME, "after": None}
    rows: list[OpenPullRequest] = []
    with understood(f"the open pull requests of {repository}"):
        while True:
            page = access.query(repository, queries.OPEN_PULL_REQUESTS, variables)["repository"]["pullRequests"]
            rows += [opened(access, repository, node) for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                return tuple(rows)
            variables["after"] = page["pageInfo"]["endCursor"]


def of_commit(access: Access, repository: str, commit: str) -> tuple[MergedPullRequest, ...]:
    """The merged pull requests that brought a commit."""
    rows = access.rows(repository, paths.of_repository(repository, "commits", commit, "pulls"), {})
    with understood(f"the pull requests of {commit}"):
        return tuple(
            MergedPullRequest(
                number=row["number"],
                merged_at=datetime.fromisoformat(row["merged_at"]),
                base_ref=row["base"]["ref"],
                title=row["title"],
            )
            for row in rows
            if row["merged_at"]
        )


def _pull_request(access: Access, repository: str, number: int, query: str, cursors: Mapping[str, str | None]) -> dict[str, Any]:
    owner, _, name = repository.partition("/")
    data = access.query(repository, query, {"owner": owner, "name": name, "number": number, **cursors})
    found: dict[str, Any] | None = (data.get("repository") or {}).get("pullRequest")
    if found is None:
        raise GitHubTrouble(f"GitHub knows no pull request {repository}#{number}", status=404)
    return found


def all_reviews(access: Access, repository: str, node: dict[str, Any]) -> tuple[Review, ...]:
    """Of a pull request in a list; further reviews than its 100 are asked for."""
    reviews, page = list(node["reviews"]["nodes"]), node["reviews"]
    while page["pageInfo"]["hasNextPage"]:
        cursor = {"reviews": page["pageInfo"]["endCursor"]}
        page = _pull_request(access, repository, node["number"], queries.REVIEWS, cursor)["reviews"]
        reviews += page["nodes"]
    return _reviews(reviews)


def opened(access: Access, repository: str, node: dict[str, Any]) -> OpenPullRequest:
    """A row of such a query."""
    return OpenPullRequest(
        number=node["number"],
        author=login_of(node["author"]),
        head=node["headRefOid"],
        base_ref=node["baseRefName"],
        draft=node["isDraft"],
        fork=node["isCrossRepository"],
        has_check=any(_carries_check(commit["commit"], node["headRefOid"]) for commit in node["commits"]["nodes"]),
        reviews=all_reviews(access, repository, node),
        updated_at=datetime.fromisoformat(node["updatedAt"]),
    )


def _carries_check(commit: dict[str, Any], head: str) -> bool:
    return commit["oid"] == head and bool((commit["checkSuites"] or {}).get("nodes"))


def _reviews(nodes: list[dict[str, Any]]) -> tuple[Review, ...]:
    """Submitted ones, in the order of their submission. A review not submitted yet is nobody's opinion."""
    return tuple(_review(node) for node in nodes if node["submittedAt"] and node["state"] != "PENDING")


def _review(node: dict[str, Any]) -> Review:
    author = node["author"] or {"__typename": "User"}
    return Review(
        id=int(node["fullDatabaseId"]),
        login=login_of(author),
        state=ReviewState(node["state"].lower()),
        commit=(node["commit"] or {}).get("oid", ""),
        submitted_at=datetime.fromisoformat(node["submittedAt"]),
        body=node["body"],
        bot=author["__typename"] != "User",
        url=node["url"],
        user=author.get("databaseId") or 0,
    )


def _committer(commit: dict[str, Any]) -> str | None:
    """Who is to be taken for the commit's maker; None if GitHub knows no account of that address."""
    committer = commit["committer"] or {}
    login = (committer.get("user") or {}).get("login")
    if login == "web-flow" or committer.get("email") == "noreply@github.com":  # made on GitHub's pages: GitHub committed for the author
        login = ((commit["author"] or {}).get("user") or {}).get("login")
    return login


def login_of(actor: dict[str, Any] | None) -> str:
    """`GHOST` if there is none."""
    return (actor or {}).get("login") or GHOST
