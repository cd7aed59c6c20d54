"""People, organisations and teams."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from countersign.sandbox.access import team_role
from countersign.sandbox.clock import iso
from countersign.sandbox.nouns import PERMISSION_OF_ROLE, Organisation, Repository, Team, User
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]


def account(world: World, login: str) -> JSON:
    """``simple-user`` of a person, a bot or an organisation."""
    holder = world.account(login)
    kind = holder.kind if isinstance(holder, User) else "Organization"
    name = quote(holder.login)
    api = f"{world.url}/api/v3/users/{name}"
    return {
        "login": holder.login,
        "id": holder.id,
        "node_id": node_id(kind, holder.id),
        "avatar_url": f"{world.url}/_avatars/{name}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{world.url}/{name}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(world: World, user: User) -> JSON:
    """``public-user``, as ``GET /users/{username}`` answers."""
    owned = [repository for repository in world.repositories.values() if repository.owner == user.login and not repository.private]
    return {
        **account(world, user.login),
        "name": user.login,
        "company": None,
        "blog": "",
        "location": None,
        "email": user.email,
        "hireable": None,
        "bio": None,
        "public_repos": len(owned),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": iso(user.created_at),
        "updated_at": iso(user.created_at),
    }


def organisation(world: World, org: Organisation) -> JSON:
    """``organization-simple``."""
    api = f"{world.url}/api/v3/orgs/{org.login}"
    return {
        "login": org.login,
        "id": org.id,
        "node_id": node_id("Organization", org.id),
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"{world.url}/_avatars/{org.login}",
        "description": None,
    }


def membership(world: World, org: Organisation, person: User) -> JSON:
    """``org-membership`` of somebody who is in it."""
    api = f"{world.url}/api/v3/orgs/{org.login}"
    return {
        "url": f"{api}/memberships/{person.login}",
        "state": "active",
        "role": "admin" if person.login.lower() in {owner.lower() for owner in org.owners} else "member",
        "organization_url": api,
        "organization": organisation(world, org),
        "user": account(world, person.login),
    }


def team(world: World, one: Team, *, parent: bool = True, repository: Repository | None = None) -> JSON:
    """``team``; ``permission`` is the one for ``repository`` if that is given."""
    org = world.organisation(one.organisation)
    api = f"{world.url}/api/v3/organizations/{org.id}/team/{one.id}"
    role = team_role(world, one.organisation, one.slug, repository) if repository else "read"
    shape: JSON = {
        "id": one.id,
        "node_id": node_id("Team", one.id),
        "name": one.name,
        "slug": one.slug,
        "description": None,
        "privacy": one.privacy,
        "notification_setting": "notifications_enabled",
        "permission": PERMISSION_OF_ROLE.get(role, "pull"),
        "url": api,
        "html_url": f"{world.url}/orgs/{org.login}/teams/{one.slug}",
        "members_url": f"{api}/members{{/member}}",
        "repositories_url": f"{api}/repos",
        "type": "organization",
        "organization_id": org.id,
    }
    if parent:
        shape["parent"] = team(world, world.team(one.organisation, one.parent), parent=False) if one.parent else None
    return shape


def full_team(world: World, one: Team) -> JSON:
    """``team-full``, as ``GET /orgs/{org}/teams/{slug}`` answers."""
    org = world.organisation(one.organisation)
    return {
        **team(world, one),
        "members_count": len(world.people_of(one)),
        "repos_count": len(one.repositories),
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
        "organization": {
            **organisation(world, org),
            "name": org.login,
            "has_organization_projects": False,
            "has_repository_projects": False,
            "public_repos": 0,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "html_url": f"{world.url}/{org.login}",
            "created_at": iso(org.created_at),
            "updated_at": iso(org.created_at),
            "archived_at": None,
            "type": "Organization",
        },
    }
