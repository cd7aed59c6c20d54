"""Two questions of whoever runs the process: does it live, and can it work."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def blueprint(ready: Callable[[], str]) -> Blueprint:
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def live() -> ResponseReturnValue:
        return "Alive.\n", 200, _TEXT

    @routes.get("/readyz")
    def readiness() -> ResponseReturnValue:
        why_not = ready()
        return (f"{why_not}\n", 503, _TEXT) if why_not else ("Ready.\n", 200, _TEXT)

    return routes
