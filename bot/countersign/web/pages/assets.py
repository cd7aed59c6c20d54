"""Files that pages load from this site: kept by browsers for a year, because another content has another address."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

_HERE = Path(__file__).parents[1] / "static"


def blueprint() -> Blueprint:
    routes = Blueprint("assets", __name__)

    @routes.get("/static/<name>")
    def asset(name: str) -> Response:
        response = send_from_directory(_HERE, name, max_age=31_536_000)
        response.cache_control.immutable = True
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return routes


@cache
def address_of(name: str) -> str:
    digest = hashlib.sha256((_HERE / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
