"""Apps and their installations."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from countersign.sandbox.actions import apps as act
from countersign.sandbox.nouns import Installation, Organisation, Repository
from countersign.sandbox.rest.context import world
from countersign.sandbox.steering.context import blueprint, given, named

routes = blueprint("apps")


@routes.post("/apps")
def register() -> tuple[Response, int]:
    """``manifest`` as GitHub's manifest flow takes it; the answer is what its conversion gives, once."""
    body = given("owner", "manifest")
    app, pem = act.register(world(), world().account(body["owner"]).login, body["manifest"])
    kept = {name: getattr(app, name) for name in ("id", "slug", "webhook_secret", "client_id", "client_secret", "permissions")}
    return jsonify({**kept, "pem": pem}), 201


@routes.patch("/apps/<int:number>")
def change(number: int) -> Response:
    """``webhook_url``, ``webhook_secret``, ``events``, ``callback_urls``."""
    app, body = world().app(number), given()
    app.webhook_url = body.get("webhook_url", app.webhook_url)
    app.webhook_secret = body.get("webhook_secret", app.webhook_secret)
    app.events = body.get("events", app.events)
    app.callback_urls = body.get("callback_urls", app.callback_urls)
    return jsonify({"id": app.id, "webhook_url": app.webhook_url, "events": app.events})


@routes.post("/apps/<int:number>/expire-tokens")
def expire(number: int) -> Response:
    """Every token of the App's installations is refused from now on."""
    mine = {one.id for one in world().installations.values() if one.app == number}
    tokens = [value for value, token in world().installation_tokens.items() if token.installation in mine]
    for value in tokens:
        del world().installation_tokens[value]
    return jsonify({"expired": len(tokens)})


def _sender(account: str) -> str:
    holder = world().account(account)
    return world().user(min(holder.owners, default="web-flow") if isinstance(holder, Organisation) else account).login


def _selected(body: dict[str, Any]) -> list[Repository] | None:
    names = body.get("repositories")
    return None if names is None else [named(name) for name in names]


@routes.post("/apps/<int:number>/installations")
def install(number: int) -> tuple[Response, int]:
    """``account``, and ``repositories`` (full names) for selected ones; without it: all."""
    body = given("account")
    installation = act.install(world(), world().app(number), body["account"], _selected(body), _sender(body["account"]))
    return jsonify(_shape(installation)), 201


def _shape(installation: Installation) -> dict[str, Any]:
    return {
        "id": installation.id,
        "account": installation.account,
        "repositories": [repository.full_name for repository in world().covered(installation)],
        "suspended": installation.suspended,
    }


@routes.patch("/installations/<int:number>")
def change_installation(number: int) -> Response:
    """``repositories``: full names, null for all. ``suspended``."""
    installation, body = world().installation(number), given()
    if "repositories" in body:
        act.select(world(), installation, _selected(body), _sender(installation.account))
    if "suspended" in body:
        act.suspend(world(), installation, bool(body["suspended"]), _sender(installation.account))
    return jsonify(_shape(installation))


@routes.delete("/installations/<int:number>")
def uninstall(number: int) -> Response:
    installation = world().installation(number)
    act.uninstall(world(), installation, _sender(installation.account))
    return jsonify({})
