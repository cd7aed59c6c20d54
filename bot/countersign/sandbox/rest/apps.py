"""The App's own endpoints: tokens, installations, deliveries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.access import Actor, allow_organisation
from countersign.sandbox.actions.apps import mint
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import Refused, forbidden, not_found
from countersign.sandbox.nouns import App, Installation
from countersign.sandbox.outbox import Delivery
from countersign.sandbox.rest.context import actor, body, page, world
from countersign.sandbox.shapes import apps, repositories

routes = Blueprint("rest_apps", __name__, url_prefix="/api/v3")


def _app(who: Actor) -> App:
    if who.kind != "app" or who.app is None:
        raise Refused(401, "A JSON web token could not be decoded")
    return who.app


def _mine(number: int) -> Installation:
    installation = world().installation(number)
    if installation.app != _app(actor()).id:
        raise not_found()
    return installation


@routes.get("/app")
def get_app() -> Response:
    return jsonify(apps.app(world(), _app(actor())))


@routes.get("/app/installations")
def list_installations() -> Response:
    mine = [one for one in world().installations.values() if one.app == _app(actor()).id]
    return page(mine, lambda one: apps.installation(world(), one))


@routes.get("/app/installations/<int:number>")
def get_installation(number: int) -> Response:
    return jsonify(apps.installation(world(), _mine(number)))


@routes.post("/app/installations/<int:number>/access_tokens")
def create_token(number: int) -> tuple[Response, int]:
    installation = _mine(number)
    if installation.suspended:
        raise forbidden("This installation has been suspended")
    value, token = mint(world(), installation, body())
    answer: dict[str, Any] = {
        "token": value,
        "expires_at": iso(datetime.fromtimestamp(token.expires, UTC)),
        "permissions": token.permissions,
        "repository_selection": "all" if token.repositories is None and installation.repositories is None else "selected",
    }
    if token.repositories is not None:
        chosen = [one for one in world().covered(installation) if one.id in token.repositories]
        answer["repositories"] = [repositories.repository(world(), one, actor()) for one in chosen]
    return jsonify(answer), 201


@routes.get("/installation/repositories")
def installation_repositories() -> Response:
    who = actor()
    if who.kind != "installation" or who.installation is None:
        raise forbidden("You must authenticate with an installation access token in order to list repositories for an installation.")
    covered = [one for one in world().covered(who.installation) if who.repositories is None or one.id in who.repositories]
    return page(covered, lambda one: repositories.repository(world(), one, who), wrap="repositories")


@routes.get("/repos/<owner>/<name>/installation")
def repository_installation(owner: str, name: str) -> Response:
    repository, app = world().repository(owner, name), _app(actor())
    for one in world().installations.values():
        if one.app == app.id and world().covers(one, repository):
            return jsonify(apps.installation(world(), one))
    raise not_found()


@routes.get("/orgs/<org>/installation")
def organisation_installation(org: str) -> Response:
    app = _app(actor())
    for one in world().installations.values():
        if one.app == app.id and one.account.lower() == org.lower():
            return jsonify(apps.installation(world(), one))
    raise not_found()


@routes.get("/app/hook/deliveries")
def list_deliveries() -> Response:
    """Newest first, by cursor. ``status``: ``success`` or ``failure``."""
    app, wanted = _app(actor()), request.args.get("status")
    attempts = [one for one in world().outbox.deliveries[::-1] if one.app == app.id and one.state == "sent"]
    if wanted:
        attempts = [one for one in attempts if one.ok == (wanted == "success")]
    size, cursor = request.args.get("per_page", 30, int), request.args.get("cursor", 0, int)
    start = next((at for at, one in enumerate(attempts) if one.id < cursor), len(attempts)) if cursor else 0
    shown = attempts[start : start + size]
    response = jsonify([apps.delivery(one) for one in shown])
    if start + size < len(attempts):
        status = f"&status={wanted}" if wanted else ""
        response.headers["Link"] = f'<{world().url}{request.path}?per_page={size}&cursor={shown[-1].id}{status}>; rel="next"'
    return response


def _delivery(number: int) -> Delivery:
    app = _app(actor())
    for one in world().outbox.deliveries:
        if one.id == number and one.app == app.id:
            return one
    raise not_found()


@routes.get("/app/hook/deliveries/<int:number>")
def get_delivery(number: int) -> Response:
    return jsonify(apps.full_delivery(_delivery(number)))


@routes.post("/app/hook/deliveries/<int:number>/attempts")
def redeliver(number: int) -> tuple[Response, int]:
    world().outbox.redeliver(_app(actor()), _delivery(number))
    return jsonify({}), 202


@routes.get("/rate_limit")
def rate_limit() -> Response:
    """Nothing is limited here but by injected faults; the figures are an installation's own."""
    limit = {"limit": 5000, "used": 0, "remaining": 5000, "reset": int(world().clock.now().timestamp()) + 3600}
    return jsonify({"resources": {"core": limit, "search": limit, "graphql": limit}, "rate": limit})


@routes.get("/orgs/<org>/installations")
def organisation_installations(org: str) -> Response:
    """Apps installed on an organisation, for its members."""
    allow_organisation(world(), actor(), world().organisation(org), "organization_administration")
    found = [one for one in world().installations.values() if one.account.lower() == org.lower()]
    return page(found, lambda one: apps.installation(world(), one), wrap="installations")
