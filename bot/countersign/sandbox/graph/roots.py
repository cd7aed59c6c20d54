"""Where a query begins, and organisations with their teams. Values that cost something are functions, called when asked for."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.access import Actor, allow, allow_organisation, team_role
from countersign.sandbox.errors import Refused
from countersign.sandbox.graph.actors import account
from countersign.sandbox.graph.connections import connection
from countersign.sandbox.graph.errors import Unresolved
from countersign.sandbox.graph.pulls import repository
from countersign.sandbox.nouns import Organisation, Repository, Team
from countersign.sandbox.world import World, node_id

Node = dict[str, Any]


def query_root(world: World, actor: Actor) -> Node:
    def find_repository(_: Any, owner: str, name: str) -> Node:
        try:
            found = world.repository(owner, name)
            allow(world, actor, found, app={"metadata": "read"}, user="read")
        except Refused:
            raise Unresolved("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.") from None
        return repository(world, actor, found)

    def find_organisation(_: Any, login: str) -> Node:
        try:
            found = world.organisation(login)
            allow_organisation(world, actor, found)
        except Refused as refusal:
            if refusal.status == 403:
                raise Unresolved("FORBIDDEN", refusal.message) from None
            raise Unresolved("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.") from None
        return organisation(world, actor, found)

    return {"repository": find_repository, "organization": find_organisation, "viewer": lambda _: account(world, actor.login)}


def organisation(world: World, actor: Actor, one: Organisation) -> Node:
    def find_team(_: Any, slug: str) -> Node | None:
        found = world.teams.get((one.login.lower(), slug.lower()))
        return team(world, actor, found) if found else None

    teams = sorted(world.teams_in(one.login), key=lambda each: each.id)
    return {
        **account(world, one.login),
        "teams": lambda _, **arguments: connection(teams, lambda each: team(world, actor, each), arguments),
        "team": find_team,
    }


def team(world: World, actor: Actor, one: Team) -> Node:
    def members(_: Any, membership: str = "ALL", **arguments: Any) -> Node:
        below = world.people_of(one)
        people = {"ALL": below, "IMMEDIATE": one.members, "CHILD_TEAM": [login for login in below if login not in one.members]}[membership]
        return connection(people, lambda login: account(world, login), arguments)

    def role(each: Repository) -> str:
        return team_role(world, one.organisation, one.slug, each)

    def repositories(_: Any, **arguments: Any) -> Node:
        reached = [each for each in world.repositories.values() if role(each) != "none"]
        return connection(
            reached, lambda each: repository(world, actor, each), arguments, edge=lambda each: {"permission": role(each).upper()}
        )

    children = [other for other in world.teams_in(one.organisation) if other.parent == one.slug]
    return {
        "id": node_id("Team", one.id),
        "databaseId": one.id,
        "name": one.name,
        "slug": one.slug,
        "combinedSlug": f"{one.organisation}/{one.slug}",
        "privacy": "SECRET" if one.privacy == "secret" else "VISIBLE",
        "parentTeam": lambda _: team(world, actor, world.team(one.organisation, one.parent)) if one.parent else None,
        "childTeams": lambda _, **arguments: connection(children, lambda each: team(world, actor, each), arguments),
        "members": members,
        "repositories": repositories,
    }
