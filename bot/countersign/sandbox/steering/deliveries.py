"""The call log, faults, violations, and the order in which webhooks arrive."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

from flask import Response, current_app, jsonify, request

from countersign.sandbox.calls import CallLog, Fault
from countersign.sandbox.errors import Refused, not_found, unprocessable
from countersign.sandbox.outbox import Delivery
from countersign.sandbox.rest.context import world
from countersign.sandbox.shapes.apps import full_delivery
from countersign.sandbox.shapes.checks import annotation, check_run
from countersign.sandbox.steering.context import blueprint, given

routes = blueprint("deliveries")

#: The longest that one request waits, in seconds of real time.
_PATIENCE = 60.0


def wait_until(ready: Callable[[], bool], seconds: float) -> bool:
    """Sleep until something changed that makes ``ready`` true. The lock is free meanwhile."""
    deadline = time.monotonic() + min(seconds, _PATIENCE)
    while not ready():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        world().changed.wait(left)
    return True


def _log() -> CallLog:
    return cast(CallLog, current_app.extensions["sandbox_calls"])


@routes.get("/calls")
def calls() -> Response:
    """``since``: a call's number. ``wait``: seconds to wait for the first one after it."""
    since = request.args.get("since", 0, int)
    wait_until(lambda: len(_log().calls) > since, request.args.get("wait", 0.0, float))
    return jsonify(_log().since(since))


@routes.get("/violations")
def violations() -> Response:
    """What was not as GitHub's description has it. ``on``: whether there is a referee."""
    referee = current_app.extensions["sandbox_referee"]
    return jsonify({"on": referee is not None, "violations": referee.violations if referee else []})


@routes.post("/faults")
def add_fault() -> tuple[Response, int]:
    body = given("status")
    try:
        fault = Fault(**body)
    except TypeError:
        raise unprocessable("A fault has method, path, status, times, retry_after, message, done_first, headers") from None
    _log().faults.append(fault)
    return jsonify(asdict(fault)), 201


@routes.get("/faults")
def list_faults() -> Response:
    return jsonify([asdict(fault) for fault in _log().faults if fault.times > 0])


@routes.delete("/faults")
def clear_faults() -> Response:
    _log().faults.clear()
    return jsonify([])


def _shape(delivery: Delivery) -> dict[str, Any]:
    return {**full_delivery(delivery), "state": delivery.state, "app_id": delivery.app}


@routes.get("/deliveries")
def list_deliveries() -> Response:
    """Oldest first. ``since``: an id. ``state``: held, queued, sent or dropped. ``event``: its name."""
    since, state, event = request.args.get("since", 0, int), request.args.get("state"), request.args.get("event")
    return jsonify(
        [_shape(one) for one in world().outbox.deliveries if one.id > since and state in (None, one.state) and event in (None, one.event)]
    )


@routes.put("/deliveries/mode")
def set_mode() -> Response:
    """``hold``: keep new deliveries back. ``drop_next``, ``duplicate_next``: how many coming events to lose, or to send twice."""
    body, outbox = given(), world().outbox
    outbox.holding = bool(body.get("hold", outbox.holding))
    outbox.drop_next = body.get("drop_next", outbox.drop_next)
    outbox.duplicate_next = body.get("duplicate_next", outbox.duplicate_next)
    return jsonify({"hold": outbox.holding, "drop_next": outbox.drop_next, "duplicate_next": outbox.duplicate_next})


@routes.post("/deliveries/release")
def release() -> Response:
    """``order``: ids, as they shall arrive (twice = delivered twice); without it all held ones, oldest first."""
    outbox = world().outbox
    known = {one.id for one in outbox.deliveries}
    order = given().get("order", [one.id for one in outbox.deliveries if one.state == "held"])
    if not known.issuperset(order):
        raise not_found()
    return jsonify([_shape(one) for one in outbox.release(order)])


@routes.post("/deliveries/<int:number>/redeliver")
def redeliver(number: int) -> tuple[Response, int]:
    for one in world().outbox.deliveries:
        if one.id == number:
            return jsonify(_shape(world().outbox.redeliver(world().app(one.app), one))), 202
    raise not_found()


@routes.get("/deliveries/settled")
def settled() -> Response:
    """Waits (``wait`` seconds, 10 by default) until every queued delivery was sent and answered; 408 if not."""
    if not wait_until(lambda: world().outbox.idle, request.args.get("wait", 10.0, float)):
        raise Refused(408, "Deliveries are still under way")
    return jsonify({"deliveries": len(world().outbox.deliveries)})


@routes.get("/wait/check")
def wait_for_check() -> Response:
    """Waits for a check run: ``repository``, ``sha`` or ``number`` (of a pull request, its head now), ``name``.

    ``conclusion`` or ``status``: only one in that state. ``after``: ``<id>.<revision>`` of the run already seen. ``wait``: seconds, 10 by
    default. The answer has ``revision`` and ``annotations`` beside GitHub's members; 408 if it never comes.
    """
    wanted = request.args
    home = world().repository(*wanted["repository"].split("/"))
    seen_id, _, seen_revision = wanted.get("after", "0.0").partition(".")
    seen = (int(seen_id), int(seen_revision or 0))
    found: list[Any] = []

    def ready() -> bool:
        sha = wanted.get("sha") or world().pull(home.id, wanted.get("number", 0, int)).head_sha
        runs = [run for run in world().checks_on(home.id, sha) if run.name == wanted.get("name", run.name)]
        if not runs or (runs[-1].id, runs[-1].revision) <= seen:
            return False
        run = runs[-1]
        found[:] = [run]
        return wanted.get("conclusion") in (None, run.conclusion) and wanted.get("status") in (None, run.status)

    if not wait_until(ready, wanted.get("wait", 10.0, float)):
        state = f"the newest is {found[0].status}, {found[0].conclusion}" if found else "there is none"
        raise Refused(408, f"No such check run came: {state}")
    run = found[0]
    return jsonify(
        {**check_run(world(), run), "revision": run.revision, "annotations": [annotation(world(), run, one) for one in run.annotations]}
    )
