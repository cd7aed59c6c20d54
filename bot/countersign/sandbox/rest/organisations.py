"""Organisations, teams, their people, and users."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from countersign.sandbox.access import allow_organisation, role_of, signed_in, team_role
from countersign.sandbox.errors import not_found
from countersign.sandbox.nouns import Organisation, Repository, Team
from countersign.sandbox.rest.context import actor, page, world
from countersign.sandbox.shapes import accounts, repositories

routes = Blueprint("rest_organisations", __name__, url_prefix="/api/v3")


def _organisation(login: str) -> Organisation:
    organisation = world().organisation(login)
    allow_organisation(world(), actor(), organisation)
    return organisation


def _team(org: str, slug: str) -> Team:
    """Secret teams are seen by their people, by owners and by Apps that may read members."""
    team = world().team(_organisation(org).login, slug)
    who = actor()
    insider = who.kind == "installation" or who.login in world().people_of(team) or who.login.lower() in world().organisation(org).owners
    if team.privacy == "secret" and not insider:
        raise not_found()
    return team


@routes.get("/orgs/<org>/teams")
def list_teams(org: str) -> Response:
    return page(world().teams_in(_organisation(org).login), lambda team: accounts.team(world(), team))


@routes.get("/orgs/<org>/teams/<slug>")
def get_team(org: str, slug: str) -> Response:
    return jsonify(accounts.full_team(world(), _team(org, slug)))


@routes.get("/orgs/<org>/teams/<slug>/teams")
def child_teams(org: str, slug: str) -> Response:
    team = _team(org, slug)
    children = [other for other in world().teams_in(org) if other.parent == team.slug]
    return page(children, lambda other: accounts.team(world(), other))


@routes.get("/orgs/<org>/teams/<slug>/members")
def team_members(org: str, slug: str) -> Response:
    """With the members of child teams."""
    return page(world().people_of(_team(org, slug)), lambda login: accounts.account(world(), login))


@routes.get("/orgs/<org>/teams/<slug>/repos")
def team_repositories(org: str, slug: str) -> Response:
    """With those inherited from parent teams."""
    team = _team(org, slug)
    found = [one for one in world().repositories.values() if team_role(world(), team.organisation, team.slug, one) != "none"]

    def shape(one: Repository) -> dict[str, object]:
        role = team_role(world(), team.organisation, team.slug, one)
        return {**repositories.repository(world(), one), "permissions": repositories.permissions(role), "role_name": role}

    return page(found, shape)


@routes.get("/orgs/<org>/members")
def organisation_members(org: str) -> Response:
    return page(sorted(_organisation(org).members), lambda login: accounts.account(world(), login))


@routes.get("/orgs/<org>/memberships/<login>")
def membership(org: str, login: str) -> Response:
    organisation, person = _organisation(org), world().user(login)
    if person.login.lower() not in {member.lower() for member in organisation.members}:
        raise not_found()
    return jsonify(accounts.membership(world(), organisation, person))


@routes.get("/orgs/<org>/repos")
def organisation_repositories(org: str) -> Response:
    """Those that the caller can see."""
    owner, who = _organisation(org), actor()
    mine = [one for one in world().repositories.values() if one.owner.lower() == owner.login.lower()]
    seen = [one for one in mine if who.kind == "installation" or role_of(world(), who.login, one) != "none"]
    return page(seen, lambda one: repositories.repository(world(), one))


@routes.get("/users/<login>")
def get_user(login: str) -> Response:
    return jsonify(accounts.public_user(world(), world().user(login)))


@routes.get("/user")
def get_me() -> Response:
    return jsonify(accounts.public_user(world(), world().user(signed_in(actor()))))
