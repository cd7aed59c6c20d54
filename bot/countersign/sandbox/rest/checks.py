"""Check runs, suites and commit statuses."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.access import signed_in
from countersign.sandbox.actions import checks as act
from countersign.sandbox.errors import not_found
from countersign.sandbox.git import require
from countersign.sandbox.nouns import CheckSuite
from countersign.sandbox.rest.context import actor, body, page, readable, world
from countersign.sandbox.shapes import checks, repositories

routes = Blueprint("rest_checks", __name__, url_prefix="/api/v3/repos/<owner>/<name>")


@routes.post("/check-runs")
def create_run(owner: str, name: str) -> tuple[Response, int]:
    run = act.create_run(world(), actor(), world().repository(owner, name), body("name", "head_sha"))
    return jsonify(checks.check_run(world(), run)), 201


@routes.patch("/check-runs/<int:number>")
def update_run(owner: str, name: str, number: int) -> Response:
    run = act.run_of(world(), world().repository(owner, name), number)
    act.update_run(world(), actor(), run, body())
    return jsonify(checks.check_run(world(), run))


@routes.get("/check-runs/<int:number>")
def get_run(owner: str, name: str, number: int) -> Response:
    return jsonify(checks.check_run(world(), act.run_of(world(), readable(owner, name, "checks"), number)))


@routes.get("/check-runs/<int:number>/annotations")
def list_annotations(owner: str, name: str, number: int) -> Response:
    run = act.run_of(world(), readable(owner, name, "checks"), number)
    return page(run.annotations, lambda one: checks.annotation(world(), run, one))


@routes.post("/check-runs/<int:number>/rerequest")
def rerequest_run(owner: str, name: str, number: int) -> tuple[Response, int]:
    act.rerequest_run(world(), actor(), act.run_of(world(), world().repository(owner, name), number))
    return jsonify({}), 201


@routes.post("/check-suites/<int:number>/rerequest")
def rerequest_suite(owner: str, name: str, number: int) -> tuple[Response, int]:
    suite = world().suites.get(number)
    if suite is None or suite.repository != world().repository(owner, name).id:
        raise not_found()
    act.rerequest_suite(world(), actor(), suite)
    return jsonify({}), 201


@routes.get("/commits/<path:ref>/check-runs")
def runs_of_commit(owner: str, name: str, ref: str) -> Response:
    """``filter=latest`` (the default) leaves out older runs of the same name and App."""
    repository = readable(owner, name, "checks")
    runs = world().checks_on(repository.id, require(world().git(repository), ref))
    wanted = request.args
    if wanted.get("filter", "latest") == "latest":
        runs = list({(run.app, run.name): run for run in runs}.values())
    runs = [
        run
        for run in runs
        if run.name == wanted.get("check_name", run.name)
        and run.status == wanted.get("status", run.status)
        and run.app == wanted.get("app_id", run.app, int)
    ]
    return page(runs[::-1], lambda run: checks.check_run(world(), run), wrap="check_runs")


@routes.get("/commits/<path:ref>/check-suites")
def suites_of_commit(owner: str, name: str, ref: str) -> Response:
    repository = readable(owner, name, "checks")
    sha = require(world().git(repository), ref)
    app = request.args.get("app_id", None, int)

    def wanted(suite: CheckSuite) -> bool:
        return suite.repository == repository.id and suite.head_sha == sha and app in (None, suite.app)

    suites = [suite for suite in world().suites.values() if wanted(suite)]
    return page(suites, _suite, wrap="check_suites")


def _suite(suite: CheckSuite) -> dict[str, object]:
    return checks.check_suite(world(), suite)


@routes.post("/statuses/<sha>")
def post_status(owner: str, name: str, sha: str) -> tuple[Response, int]:
    signed_in(actor())
    repository = world().repository(owner, name)
    posted = act.post_status(world(), actor(), repository, sha, body("state"))
    return jsonify(repositories.status(world(), repository, posted)), 201


@routes.get("/commits/<path:ref>/statuses")
def statuses_of_commit(owner: str, name: str, ref: str) -> Response:
    """Newest first."""
    repository = readable(owner, name, "statuses")
    sha = require(world().git(repository), ref)
    found = [one for one in world().statuses if one.repository == repository.id and one.sha == sha]
    return page(found[::-1], lambda one: repositories.status(world(), repository, one))
