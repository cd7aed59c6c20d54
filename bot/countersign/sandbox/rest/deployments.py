"""Deployments, their statuses, and Apps' answers to runs that wait for them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox import deployments as act
from countersign.sandbox.errors import not_found
from countersign.sandbox.nouns import Deployment, Repository
from countersign.sandbox.rest.context import actor, body, page, readable, world
from countersign.sandbox.shapes import deployments

routes = Blueprint("rest_deployments", __name__, url_prefix="/api/v3/repos/<owner>/<name>")


def _one(repository: Repository, number: int) -> Deployment:
    found = world().deployments.get(number)
    if found is None or found.repository != repository.id:
        raise not_found()
    return found


@routes.post("/deployments")
def create(owner: str, name: str) -> tuple[Response, int]:
    made = act.deploy(world(), actor(), world().repository(owner, name), body("ref"))
    return jsonify(deployments.deployment(world(), made)), 201


@routes.get("/deployments")
def listing(owner: str, name: str) -> Response:
    """Newest first. ``environment``, ``sha`` narrow."""
    repository, wanted = readable(owner, name, "deployments"), request.args
    found = [
        one
        for one in world().deployments.values()
        if one.repository == repository.id
        and one.environment == wanted.get("environment", one.environment)
        and one.sha == wanted.get("sha", one.sha)
    ]
    return page(found[::-1], lambda one: deployments.deployment(world(), one))


@routes.post("/deployments/<int:number>/statuses")
def report(owner: str, name: str, number: int) -> tuple[Response, int]:
    one = _one(world().repository(owner, name), number)
    return jsonify(deployments.status(world(), one, act.report(world(), actor(), one, body("state")))), 201


@routes.get("/deployments/<int:number>/statuses")
def statuses(owner: str, name: str, number: int) -> Response:
    """Newest first."""
    one = _one(readable(owner, name, "deployments"), number)
    return page(one.statuses[::-1], lambda status: deployments.status(world(), one, status))


@routes.post("/actions/runs/<int:run>/deployment_protection_rule")
def review(owner: str, name: str, run: int) -> tuple[str, int]:
    act.review(world(), actor(), run, world().repository(owner, name), body("environment_name"))
    return "", 204
