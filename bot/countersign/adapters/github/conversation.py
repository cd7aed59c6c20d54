"""Comments and issues. Each carries a marker, an HTML comment that nobody sees, by which it is found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from countersign.adapters.github import limits, paths
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood
from countersign.model.settings import OpenedIssue
from countersign.ports import GitHubTrouble

#: How GitHub answers for what was deleted, and for an issue that was moved to another repository.
_GONE = (301, 404, 410)


def keep_comment(
    access: Access, repository: str, number: int, marker: str, body: str, known: int | None, *, repeated: bool, app_id: int
) -> int:
    """Edit the comment ``known``, or that of an earlier attempt, or write it if there is none (any more). The comment's id."""
    text = {"body": _marked(marker, body)}
    if known is None and repeated:
        known = _find_comment(access, repository, number, marker, app_id)
    if known is not None:
        try:
            access.call(repository, "PATCH", paths.of_repository(repository, "issues", "comments", known), text)
        except GitHubTrouble as trouble:
            if trouble.status != 404:  # somebody deleted it
                raise
        else:
            return known
    answer = access.call(repository, "POST", paths.of_repository(repository, "issues", number, "comments"), text)
    with understood("the comment just written"):
        return int(answer.data["id"])


@dataclass(frozen=True, slots=True)
class Issue:
    """What an issue says, and the marker by which it is found again."""

    marker: str
    title: str
    body: str

    @property
    def written(self) -> dict[str, str]:
        return {"title": limits.shorten(self.title, limits.TITLE), "body": _marked(self.marker, self.body)}


def open_issue(access: Access, repository: str, issue: Issue, *, repeated: bool, app_id: int) -> int:
    """Open an issue, or find the one that an earlier attempt opened. Its number."""
    if repeated and (number := _find_issue(access, repository, issue.marker, app_id)) is not None:
        return number
    answer = access.call(repository, "POST", paths.of_repository(repository, "issues"), issue.written)
    with understood("the issue just opened"):
        return int(answer.data["number"])


def keep_issue(access: Access, repository: str, issue: Issue, known: int | None, *, reopen: bool, repeated: bool, app_id: int) -> int:
    """Edit the issue ``known``, or that of an earlier attempt, or open it if there is none (any more). The issue's number."""
    if known is None and repeated:
        known = _find_issue(access, repository, issue.marker, app_id)
    if known is not None:
        state = {"state": "open"} if reopen else {}
        try:
            access.call(repository, "PATCH", paths.of_repository(repository, "issues", known), issue.written | state)
        except GitHubTrouble as trouble:
            if trouble.status not in _GONE:
                raise
        else:
            return known
    return open_issue(access, repository, issue, repeated=False, app_id=app_id)


def close_issue(access: Access, repository: str, number: int) -> None:
    """Close an issue as done; one that was deleted or moved away is no trouble."""
    try:
        access.call(
            repository, "PATCH", paths.of_repository(repository, "issues", number), {"state": "closed", "state_reason": "completed"}
        )
    except GitHubTrouble as trouble:
        if trouble.status not in _GONE:
            raise


def open_issues(access: Access, repository: str) -> tuple[OpenedIssue, ...]:
    rows = access.rows(repository, paths.of_repository(repository, "issues"), {"state": "open"})
    with understood(f"the issues of {repository}"):
        return tuple(opened(row) for row in rows if "pull_request" not in row)


def opened(row: dict[str, Any]) -> OpenedIssue:
    return OpenedIssue(number=row["number"], author=(row["user"] or {}).get("login", ""), body=row["body"] or "")


def _find_issue(access: Access, repository: str, marker: str, app_id: int) -> int | None:
    """Among the issues of our own App, newest first: anybody may write our marker into an issue of theirs.

    By the list and not by search, whose index lags behind the write that we want to find.
    """
    parameters: dict[str, str | int] = {"state": "all", "sort": "created", "direction": "desc"}
    tag = _tag(marker)
    rows = access.rows(repository, paths.of_repository(repository, "issues"), parameters)
    with understood(f"the issues of {repository}"):
        for row in rows:
            ours = (row.get("performed_via_github_app") or {}).get("id") == app_id
            if ours and "pull_request" not in row and tag in (row["body"] or ""):
                return int(row["number"])
    return None


def _find_comment(access: Access, repository: str, number: int, marker: str, app_id: int) -> int | None:
    """Among the comments of our own App."""
    tag = _tag(marker)
    rows = access.rows(repository, paths.of_repository(repository, "issues", number, "comments"), {})
    with understood(f"the comments of {repository}#{number}"):
        for row in rows:
            if (row.get("performed_via_github_app") or {}).get("id") == app_id and tag in (row["body"] or ""):
                return int(row["id"])
    return None


def _marked(marker: str, body: str) -> str:
    # Taken out and put at the end, where no cut reaches it.
    tag = _tag(marker)
    ending = f"\n\n{tag}"
    return limits.cut(body.replace(tag, "").strip("\n"), limits.BODY - len(ending.encode()), "The check says all of it.") + ending


def _tag(marker: str) -> str:
    # Quoted, so that a name inside a marker cannot close the comment. A marker that is one already stays as it is.
    return marker if marker.startswith("<!--") and marker.endswith("-->") else f"<!-- {quote(marker, safe='/:#@ ')} -->"
