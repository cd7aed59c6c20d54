"""What the steering views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from countersign.sandbox.access import Actor, as_user
from countersign.sandbox.errors import Refused, unprocessable
from countersign.sandbox.nouns import PERMISSION_OF_ROLE, ROLE_OF_PERMISSION, Repository
from countersign.sandbox.rest.context import world


def blueprint(name: str) -> Blueprint:
    """Only JSON may steer: a form on some other page cannot send it."""
    routes = Blueprint(f"steering_{name}", __name__, url_prefix="/_sandbox")

    @routes.before_request
    def _only_json() -> None:
        if request.method != "GET" and not request.is_json:
            raise Refused(415, "Send application/json")

    return routes


def given(*required: str) -> dict[str, Any]:
    """The request's JSON object; 422 names what is missing."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise unprocessable("Send a JSON object")
    missing = [name for name in required if name not in body]
    if missing:
        raise unprocessable(f"Missing: {', '.join(missing)}")
    return body


def role(name: str) -> str:
    """A role by either of GitHub's names: ``push`` or ``write``."""
    if name not in ROLE_OF_PERMISSION and name not in PERMISSION_OF_ROLE:
        raise unprocessable(f"{name} is no role; use read, triage, write, maintain or admin")
    return ROLE_OF_PERMISSION.get(name, name)


def named(full_name: str) -> Repository:
    owner, _, name = full_name.partition("/")
    return world().repository(owner, name)


def acting(body: dict[str, Any], default: str) -> Actor:
    """Who does it: ``as`` in the body."""
    return as_user(world().user(body.get("as", default)))
