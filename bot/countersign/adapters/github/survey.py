"""The open pull requests of many repositories, in few queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from countersign.adapters.github import queries
from countersign.adapters.github.pull_requests import opened
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood
from countersign.model.check_run import CHECK_NAME
from countersign.model.github import OpenPullRequest
from countersign.ports import GitHubTrouble

Cursors = Mapping[str, str | None]
"""Repository -> where its next page begins; None for the first."""
Pages = dict[str, dict[str, Any] | GitHubTrouble]

#: With these GitHub gives up a query that takes it too long, as it does with anything on a bad day.
_GAVE_UP = frozenset({500, 502, 504})


def open_pull_requests_of(
    access: Access, installation: int, repositories: tuple[str, ...], app_id: int
) -> dict[str, tuple[OpenPullRequest, ...] | GitHubTrouble]:
    """Oldest first: one query per 20 of all repositories together, and one per further 100 reviews of one pull request.

    A repository that cannot be read has its trouble in place of its pull requests, also if it is only a part of them that cannot be read.
    Raises `GitHubTrouble` if a limit is used up, or none can be read for now.
    """
    found: dict[str, list[OpenPullRequest]] = {name: [] for name in repositories}
    troubles: dict[str, GitHubTrouble] = {}
    cursors: Cursors = dict.fromkeys(repositories)
    while cursors:
        further: dict[str, str | None] = {}
        try:
            pages = _pages(lambda some: _query(access, installation, some, app_id), cursors)
        except GitHubTrouble as trouble:
            if trouble.status not in _GAVE_UP or len(cursors) == len(repositories):
                raise
            pages = dict.fromkeys(cursors, trouble)  # the others have been read
        for name, page in pages.items():
            try:
                if isinstance(page, GitHubTrouble):
                    raise page
                with understood(f"the open pull requests of {name}"):
                    found[name] += [opened(access, name, node) for node in page["nodes"]]
                    if page["pageInfo"]["hasNextPage"]:
                        further[name] = page["pageInfo"]["endCursor"]
            except GitHubTrouble as trouble:
                if trouble.status in (403, 429) and trouble.retry_after is not None:
                    raise
                troubles[name] = trouble
        cursors = further
    return {name: troubles[name] if name in troubles else tuple(rows) for name, rows in found.items()}


def _pages(query: Callable[[Cursors], Pages], cursors: Cursors) -> Pages:
    """A page of each. If GitHub gives up, the half in which it does so again is halved, down to the repository that is too much for it.

    If it gives up in both halves it is not because of one repository, and its trouble is raised.
    """
    pages: Pages = {}
    asked = [cursors]
    while True:
        failed: list[tuple[Cursors, GitHubTrouble]] = []
        for some in asked:
            try:
                pages |= query(some)
            except GitHubTrouble as trouble:
                if trouble.status not in _GAVE_UP or len(cursors) == 1:
                    raise
                failed.append((some, trouble))
        if not failed:
            return pages
        [(left, why), *others] = failed
        if others:
            raise why
        names = list(left)
        if len(names) == 1:
            return {**pages, names[0]: why}
        half = len(names) // 2
        asked = [{name: left[name] for name in some} for some in (names[:half], names[half:])]


def _query(access: Access, installation: int, cursors: Cursors, app_id: int) -> Pages:
    variables: dict[str, Any] = {"app": app_id, "check": CHECK_NAME}
    for number, (repository, after) in enumerate(cursors.items()):
        owner, _, name = repository.partition("/")
        variables |= {f"owner{number}": owner, f"name{number}": name, f"after{number}": after}
    data, troubles = access.query_repositories(installation, queries.open_pull_requests_of(len(cursors)), variables)
    return {name: _page(name, data.get(part), troubles.get(part)) for name, part in ((name, f"r{n}") for n, name in enumerate(cursors))}


def _page(repository: str, part: Any, trouble: GitHubTrouble | None) -> dict[str, Any] | GitHubTrouble:
    """Half an answer decides nothing: with trouble beside it, it is trouble."""
    page = part.get("pullRequests") if isinstance(part, dict) else None
    if trouble is not None or not isinstance(page, dict):
        return trouble or GitHubTrouble(f"GitHub says nothing about {repository}", status=404)
    return page
