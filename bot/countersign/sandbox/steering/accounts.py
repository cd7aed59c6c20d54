"""Organisations, people and teams."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from countersign.sandbox import events
from countersign.sandbox.errors import unprocessable
from countersign.sandbox.nouns import Organisation, Team
from countersign.sandbox.renames import rename, rename_team, slug_of
from countersign.sandbox.rest.context import world
from countersign.sandbox.steering.context import blueprint, given, named, role

routes = blueprint("accounts")


@routes.post("/users")
def add_user() -> tuple[Response, int]:
    body = given("login")
    if body["login"].lower() in {*world().users, *world().organisations}:
        raise unprocessable(f"{body['login']} is taken")
    user = world().add_user(body["login"], body.get("email", ""))
    return jsonify({"login": user.login, "id": user.id, "email": user.email, "token": user.token}), 201


@routes.put("/users/<login>/login")
def take_login(login: str) -> Response:
    """``login``: the new one."""
    user = world().user(login)
    rename(world(), user, given("login")["login"])
    return jsonify({"login": user.login, "id": user.id})


@routes.get("/users")
def list_users() -> Response:
    return jsonify([{"login": user.login, "email": user.email, "token": user.token} for user in world().users.values() if user.token])


@routes.post("/orgs")
def add_organisation() -> tuple[Response, int]:
    """owners and members are logins that exist. ``base_role``: what every member may do everywhere, ``none`` for nothing."""
    body = given("login")
    if body["login"].lower() in {*world().users, *world().organisations}:
        raise unprocessable(f"{body['login']} is taken")
    owners = {world().user(login).login.lower() for login in body.get("owners", [])}
    members = {world().user(login).login.lower() for login in body.get("members", [])}
    base = body.get("base_role", "read")
    organisation = Organisation(
        id=world().new_id(),
        login=body["login"],
        created_at=world().clock.now(),
        owners=owners,
        members=owners | members,
        base_role=base if base == "none" else role(base),
    )
    world().organisations[organisation.login.lower()] = organisation
    return jsonify({"login": organisation.login, "id": organisation.id}), 201


@routes.put("/orgs/<org>/members/<login>")
def join(org: str, login: str) -> Response:
    """``role``: ``member`` or ``owner``."""
    organisation, user, body = world().organisation(org), world().user(login), given()
    organisation.members.add(user.login.lower())
    if body.get("role") == "owner":
        organisation.owners.add(user.login.lower())
    events.organisation(world(), "member_added", organisation.login, user.login, _owner(organisation))
    return jsonify({"login": user.login})


@routes.delete("/orgs/<org>/members/<login>")
def leave(org: str, login: str) -> Response:
    """Leaves its teams as well."""
    organisation, user = world().organisation(org), world().user(login)
    events.organisation(world(), "member_removed", organisation.login, user.login, _owner(organisation))
    organisation.members.discard(user.login.lower())
    organisation.owners.discard(user.login.lower())
    for team in world().teams_in(org):
        if user.login in team.members:
            team.members.remove(user.login)
            events.membership(world(), "removed", team, user.login, _owner(organisation))
    return jsonify({})


def _owner(organisation: Organisation) -> str:
    """Administrators' clicks carry an owner's name where nobody else is named."""
    return world().user(min(organisation.owners, default="web-flow")).login


@routes.post("/orgs/<org>/teams")
def add_team(org: str) -> tuple[Response, int]:
    """``members``: logins; they join the organisation. ``parent``: a slug. ``repositories``: full name -> role."""
    organisation, body = world().organisation(org), given("name")
    slug = body.get("slug") or slug_of(body["name"])
    if (org.lower(), slug) in world().teams:
        raise unprocessable(f"There is a team {slug} already")
    team = Team(
        id=world().new_id(),
        organisation=organisation.login,
        slug=slug,
        name=body["name"],
        created_at=world().clock.now(),
        privacy=body.get("privacy", "closed"),
        parent=world().team(org, body["parent"]).slug if body.get("parent") else "",
    )
    world().teams[org.lower(), slug] = team
    events.team(world(), "created", team, _owner(organisation))
    for login in body.get("members", []):
        _add_member(organisation, team, login)
    for full_name, access in body.get("repositories", {}).items():
        _give(organisation, team, full_name, access)
    return jsonify(_shape(team)), 201


def _shape(team: Team) -> dict[str, Any]:
    access = {world().repositories[number].full_name: name for number, name in team.repositories.items()}
    return {"slug": team.slug, "id": team.id, "parent": team.parent, "members": team.members, "repositories": access}


@routes.get("/orgs/<org>/teams/<slug>")
def show_team(org: str, slug: str) -> Response:
    return jsonify(_shape(world().team(org, slug)))


@routes.patch("/orgs/<org>/teams/<slug>")
def change_team(org: str, slug: str) -> Response:
    """``name``: the new one."""
    team, body = world().team(org, slug), given("name")
    old = team.name
    rename_team(world(), team, body["name"])
    events.team(world(), "edited", team, _owner(world().organisation(org)), changes={"name": {"from": old}})
    return jsonify(_shape(team))


@routes.delete("/orgs/<org>/teams/<slug>")
def remove_team(org: str, slug: str) -> Response:
    team = world().team(org, slug)
    events.team(world(), "deleted", team, _owner(world().organisation(org)))
    del world().teams[org.lower(), team.slug]
    for pull in world().pulls.values():
        if world().repositories[pull.repository].owner == team.organisation and team.slug in pull.asked_teams:
            pull.asked_teams.remove(team.slug)
    for child in world().teams_in(org):
        if child.parent == team.slug:
            child.parent = ""
    return jsonify({})


def _add_member(organisation: Organisation, team: Team, login: str) -> None:
    user = world().user(login)
    organisation.members.add(user.login.lower())
    if user.login not in team.members:
        team.members.append(user.login)
        events.membership(world(), "added", team, user.login, _owner(organisation))


@routes.put("/orgs/<org>/teams/<slug>/members/<login>")
def add_member(org: str, slug: str, login: str) -> Response:
    team = world().team(org, slug)
    _add_member(world().organisation(org), team, login)
    return jsonify(_shape(team))


@routes.delete("/orgs/<org>/teams/<slug>/members/<login>")
def remove_member(org: str, slug: str, login: str) -> Response:
    team, user = world().team(org, slug), world().user(login)
    if user.login in team.members:
        team.members.remove(user.login)
        events.membership(world(), "removed", team, user.login, _owner(world().organisation(org)))
    return jsonify(_shape(team))


def _give(organisation: Organisation, team: Team, full_name: str, access: str) -> None:
    repository = named(full_name)
    team.repositories[repository.id] = role(access)
    events.team(world(), "added_to_repository", team, _owner(organisation), repository)


@routes.put("/orgs/<org>/teams/<slug>/repos/<owner>/<name>")
def give(org: str, slug: str, owner: str, name: str) -> Response:
    team = world().team(org, slug)
    _give(world().organisation(org), team, f"{owner}/{name}", given("role")["role"])
    return jsonify(_shape(team))


@routes.delete("/orgs/<org>/teams/<slug>/repos/<owner>/<name>")
def take(org: str, slug: str, owner: str, name: str) -> Response:
    team, repository = world().team(org, slug), world().repository(owner, name)
    if team.repositories.pop(repository.id, None):
        events.team(world(), "removed_from_repository", team, _owner(world().organisation(org)), repository)
    return jsonify(_shape(team))
