"""Environments with their protection, and workflow runs that deploy to them."""

from __future__ import annotations

from flask import Response, jsonify, request

from countersign.sandbox import deployments as act
from countersign.sandbox.errors import Refused, not_found
from countersign.sandbox.nouns import WaitingDeployment
from countersign.sandbox.rest.context import world
from countersign.sandbox.steering.context import acting, blueprint, given
from countersign.sandbox.steering.deliveries import wait_until

routes = blueprint("deployments")


@routes.put("/repos/<owner>/<name>/environments/<environment>")
def protect(owner: str, name: str, environment: str) -> Response:
    """``apps``: ids of those that are asked before a workflow deploys there."""
    repository = world().repository(owner, name)
    repository.environments[environment] = {world().app(number).id for number in given("apps")["apps"]}
    return jsonify({"name": environment})


@routes.post("/repos/<owner>/<name>/runs")
def run(owner: str, name: str) -> tuple[Response, int]:
    """A workflow run that reaches its deploying job: ``environment``, ``ref``, ``as``."""
    body = given("environment", "ref", "as")
    waiting = act.ask(world(), acting(body, ""), world().repository(owner, name), body["environment"], body["ref"])
    return jsonify(_shape(waiting)), 201


@routes.get("/runs/<int:number>")
def answered(number: int) -> Response:
    """Waits (``wait`` seconds, 10 by default) until the Apps have answered; 408 if they do not."""
    waiting = world().waiting_deployments.get(number)
    if waiting is None:
        raise not_found()
    if not wait_until(lambda: waiting.state != "waiting", request.args.get("wait", 10.0, float)):
        raise Refused(408, "Nobody has answered the run")
    return jsonify(_shape(waiting))


def _shape(waiting: WaitingDeployment) -> dict[str, object]:
    one = waiting.deployment
    return {"run": waiting.run, "deployment": one.id, "sha": one.sha, "state": waiting.state, "comments": waiting.comments}
