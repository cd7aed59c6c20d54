"""What every REST view needs: the world, the caller, the body, pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Response, current_app, g, jsonify, request

from countersign.sandbox.access import Actor, allow
from countersign.sandbox.errors import Refused, unprocessable
from countersign.sandbox.nouns import Repository
from countersign.sandbox.world import World

T = TypeVar("T")


def world() -> World:
    return cast(World, current_app.extensions["sandbox"])


def actor() -> Actor:
    return cast(Actor, g.actor)


def readable(owner: str, name: str, permission: str = "metadata") -> Repository:
    """The repository, if the caller may read this of it."""
    repository = world().repository(owner, name)
    allow(world(), actor(), repository, app={permission: "read"}, user="read")
    return repository


def body(*required: str) -> dict[str, Any]:
    """The request's JSON object. 400 if it is none, 422 if a member is missing."""
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise Refused(400, "Problems parsing JSON")
    for name in required:
        if name not in given:
            raise unprocessable("Invalid request.", f'"{name}" wasn\'t supplied.')
    return given


def known_app(app: int | None) -> int | None:
    """The App that a required check is pinned to; None, where -1 or nothing pins none. 422 if there is no such App."""
    if app in (None, -1):
        return None
    if app not in world().apps:
        raise unprocessable(f"There is no App {app}")
    return app


def page(items: Sequence[T], shape: Callable[[T], Any], wrap: str = "") -> Response:
    """One page of a list, with a Link header. ``wrap``: the member that holds it beside ``total_count``."""
    size = max(1, min(request.args.get("per_page", 30, int), 100))
    number = max(1, request.args.get("page", 1, int))
    last = max(1, -(-len(items) // size))
    shown = [shape(item) for item in items[(number - 1) * size : number * size]]
    response = jsonify({"total_count": len(items), wrap: shown} if wrap else shown)
    links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    wanted = [name for name in links if (number > 1 if name in ("prev", "first") else number < last)]
    if wanted:
        response.headers["Link"] = ", ".join(f'<{_address(page=links[name], per_page=size)}>; rel="{name}"' for name in wanted)
    return response


def _address(**changes: int) -> str:
    arguments = {**request.args.to_dict(), **{name: str(value) for name, value in changes.items()}}
    return f"{world().url}{request.path}?{urlencode(arguments)}"
