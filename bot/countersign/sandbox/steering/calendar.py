"""The calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Response, jsonify

from countersign.sandbox.clock import iso
from countersign.sandbox.errors import unprocessable
from countersign.sandbox.rest.context import world
from countersign.sandbox.steering.context import blueprint, given

routes = blueprint("calendar")


def _now() -> Response:
    clock = world().clock
    return jsonify({"now": iso(clock.now()), "offset_seconds": round(clock.offset.total_seconds())})


@routes.get("/calendar")
def show() -> Response:
    return _now()


@routes.post("/calendar")
def move() -> Response:
    """Set it: ``{"now": "2026-11-22T09:00:00Z"}``; or move it on: ``{"advance": {"days": 30}}``. It goes on from there."""
    body = given()
    try:
        if "now" in body:
            moment = datetime.fromisoformat(body["now"])
            world().clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if "advance" in body:
            world().clock.advance(timedelta(**body["advance"]))
    except (ValueError, TypeError):
        raise unprocessable('Send {"now": an ISO time} or {"advance": {"days": 30}}') from None
    return _now()
