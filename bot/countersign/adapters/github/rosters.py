"""Who is where: installations, their repositories, their teams and people."""

from __future__ import annotations

from typing import Any

from countersign.adapters.github import paths, queries
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood
from countersign.model.enforceability import Grants
from countersign.model.github import Repository, TeamRow
from countersign.ports import GitHubTrouble

_PERMISSIONS = {"READ": "pull", "TRIAGE": "triage", "WRITE": "push", "MAINTAIN": "maintain", "ADMIN": "admin"}
_LISTS = {"members": "nodes", "repositories": "edges"}


def installations(access: Access) -> tuple[tuple[int, str], ...]:
    """(id, organisation) of each. A suspended one is left out: it gives no tokens."""
    rows = access.transport.pages("/app/installations", access.tokens.app())
    with understood("the App's installations"):
        return tuple((row["id"], row["account"]["login"]) for row in rows if not row.get("suspended_at"))


def grants(access: Access, installation: int) -> Grants:
    """What the organisation has granted, which may be less than app.yml asks for now."""
    data = access.transport.call("GET", f"/app/installations/{installation}", access.tokens.app()).data
    with understood(f"installation {installation}"):
        return Grants(
            permissions=dict(data["permissions"]), events=frozenset(data["events"]), everywhere=data["repository_selection"] == "all"
        )


def repositories(access: Access, installation: int) -> tuple[Repository, ...]:
    rows = access.rows_of_installation(installation, "/installation/repositories", "repositories")
    with understood(f"the repositories of installation {installation}"):
        return tuple(
            Repository(
                name=row["full_name"],
                id=row["id"],
                installation=installation,
                default_branch=row["default_branch"],
                private=row["private"],
            )
            for row in rows
        )


def role(access: Access, repository: str, login: str) -> str:
    data = access.call(repository, "GET", paths.of_repository(repository, "collaborators", login, "permission")).data
    with understood(f"the role of {login} in {repository}"):
        return str(data["permission"])


def membership(access: Access, organisation: str, login: str, installation: int) -> str:
    """``admin`` or ``member``; "" for whoever is not, or not yet, in the organisation."""
    try:
        data = access.call_organisation(installation, paths.of_membership(organisation, login))
    except GitHubTrouble as trouble:
        if trouble.status != 404:
            raise
        return ""
    with understood(f"the membership of {login} in {organisation}"):
        return str(data["role"]) if data["state"] == "active" else ""


def teams(access: Access, installation: int, organisation: str) -> tuple[TeamRow, ...]:
    """All teams of the organisation: one query per 50, and one per further 100 people or repositories of one team.

    A user's own account, where the App may be installed too, has none.
    """
    after: str | None = None
    rows: list[TeamRow] = []
    with understood(f"the teams of {organisation}"):
        while True:
            found = _organisation(access, installation, queries.TEAMS, {"organisation": organisation, "after": after})
            if found is None:
                return ()
            rows += [_row(access, installation, node) for node in found["teams"]["nodes"]]
            if not found["teams"]["pageInfo"]["hasNextPage"]:
                return tuple(rows)
            after = found["teams"]["pageInfo"]["endCursor"]


def team(access: Access, installation: int, slug: str) -> TeamRow | None:
    """slug: ``org/team``. None if there is no such team."""
    with understood(f"team {slug}"):
        node = _team(access, installation, slug, {})
        return None if node is None else _row(access, installation, node)


def _organisation(access: Access, installation: int, query: str, variables: dict[str, Any]) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = access.query_organisation(installation, query, variables)["organization"]
    except GitHubTrouble as trouble:
        if trouble.status != 404:
            raise
        return None
    return found


def _team(access: Access, installation: int, slug: str, cursors: dict[str, str | None]) -> dict[str, Any] | None:
    organisation, _, name = slug.partition("/")
    found = _organisation(access, installation, queries.TEAM, {"organisation": organisation, "slug": name, **cursors})
    node: dict[str, Any] | None = found and found["team"]
    return node


def _row(access: Access, installation: int, node: dict[str, Any]) -> TeamRow:
    slug = node["combinedSlug"]
    listed: dict[str, list[dict[str, Any]]] = {name: list(node[name][rows]) for name, rows in _LISTS.items()}
    cursors: dict[str, str | None] = dict.fromkeys(_LISTS)
    page = node
    while any(page[name]["pageInfo"]["hasNextPage"] for name in _LISTS):
        # The end of an exhausted list is null, which would mean its start.
        cursors = {name: page[name]["pageInfo"]["endCursor"] or cursor for name, cursor in cursors.items()}
        further = _team(access, installation, slug, cursors)
        if further is None:
            raise GitHubTrouble(f"Team {slug} went away while it was read. Read it again.", status=409, retry_after=1.0)
        page = further
        for name, rows in _LISTS.items():
            listed[name] += page[name][rows]
    return TeamRow(
        slug=slug,
        parent=(node["parentTeam"] or {}).get("combinedSlug", ""),
        members=tuple(sorted(member["login"].lower() for member in listed["members"])),
        repositories={edge["node"]["nameWithOwner"]: _PERMISSIONS[edge["permission"]] for edge in listed["repositories"]},
        secret=node["privacy"] == "SECRET",
        users={member["login"].lower(): member["databaseId"] for member in listed["members"] if member["databaseId"]},
        number=node["databaseId"] or 0,
    )
