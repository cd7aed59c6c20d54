"""Pages for people: repositories, pull requests with checks and annotations, reviews, merging, the calendar."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask

from countersign.sandbox.pages import authorise, browse, contribute, pulls
from countersign.sandbox.pages.context import add_filters, error_page

__all__ = ["error_page", "install"]


def install(app: Flask) -> None:
    """Register the pages. Who is signed in lives in a signed cookie that no restart survives."""
    app.secret_key = secrets.token_bytes(32)
    app.config.update(SESSION_COOKIE_NAME="sandbox", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    add_filters(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)


def _blueprints() -> list[Blueprint]:
    return [authorise.routes, browse.routes, pulls.routes, contribute.routes]
