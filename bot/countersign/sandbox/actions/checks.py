"""Check runs and suites, and commit statuses, with the limits that GitHub's description does not state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from countersign.sandbox import events
from countersign.sandbox.access import Actor, allow, signed_in
from countersign.sandbox.errors import forbidden, invalid, not_found, unprocessable
from countersign.sandbox.git import require
from countersign.sandbox.nouns import CheckRun, CheckSuite, Repository, Status
from countersign.sandbox.pushes import suite_for
from countersign.sandbox.world import World

MOST_ANNOTATIONS = 50
#: Of a summary or text: GitHub's documents say characters, its refusals count bytes.
LONGEST_TEXT = 65_535
MOST_ACTIONS = 3
_LONGEST_ACTION = {"label": 20, "description": 40, "identifier": 20}
_LONGEST_ANNOTATION = {"title": 255, "message": 65_536, "raw_details": 65_536}


def create_run(world: World, actor: Actor, repository: Repository, body: dict[str, Any]) -> CheckRun:
    """A new run of a commit, by an App. A second one of the same name stands beside the first; the newest counts."""
    allow(world, actor, repository, app={"checks": "write"}, user=None)
    assert actor.app is not None
    sha = require(world.git(repository), body["head_sha"])
    suite = suite_for(world, repository, actor.app.id, sha)
    now = world.clock.now()
    run = CheckRun(
        id=world.new_id(),
        repository=repository.id,
        app=actor.app.id,
        suite=suite.id,
        name=body["name"],
        head_sha=sha,
        status="queued",
        conclusion=None,
        started_at=_moment(body.get("started_at")) or now,
        completed_at=None,
    )
    _apply(world, run, body)
    world.checks[run.id] = run
    events.check_run(world, "created", run, signed_in(actor))
    if run.status == "completed":
        events.check_run(world, "completed", run, signed_in(actor))
    return run


def update_run(world: World, actor: Actor, run: CheckRun, body: dict[str, Any]) -> None:
    """Change a run of the App's own. Annotations are added to those that stand."""
    allow(world, actor, world.repositories[run.repository], app={"checks": "write"}, user=None)
    if actor.app is None or actor.app.id != run.app:
        raise forbidden("Invalid app_id: this check run belongs to another App")
    was = run.status
    _apply(world, run, body)
    if run.status == "completed" and was != "completed":
        events.check_run(world, "completed", run, signed_in(actor))


def _apply(world: World, run: CheckRun, body: dict[str, Any]) -> None:
    """Check everything, then change: a refused request leaves the run as it was."""
    conclusion = body.get("conclusion")
    status = "completed" if conclusion else body.get("status", run.status)
    if status == "completed" and not (conclusion or run.conclusion):
        raise invalid("CheckRun", "conclusion", "A conclusion is required when the status is completed")
    output = body.get("output") or {}
    _check_output(output)
    actions = body.get("actions")
    _check_actions(actions or [])
    run.name = body.get("name", run.name)
    run.status = status
    run.conclusion = (conclusion or run.conclusion) if status == "completed" else None
    run.completed_at = (_moment(body.get("completed_at")) or run.completed_at or world.clock.now()) if status == "completed" else None
    run.external_id = body.get("external_id", run.external_id)
    run.details_url = body.get("details_url", run.details_url)
    run.output.update({name: output[name] for name in ("title", "summary", "text") if name in output})
    run.annotations = [*run.annotations, *output.get("annotations", [])]
    run.actions = run.actions if actions is None else actions
    run.revision += 1


def _check_output(output: dict[str, Any]) -> None:
    if output and "summary" not in output:
        raise unprocessable("Invalid request.", 'For "output": "summary" wasn\'t supplied.')
    for name in ("summary", "text"):
        if len((output.get(name) or "").encode()) > LONGEST_TEXT:
            raise invalid("CheckRun", name, f"{name} exceeds a maximum bytesize of {LONGEST_TEXT}")
    annotations = output.get("annotations", [])
    if len(annotations) > MOST_ANNOTATIONS:
        raise unprocessable(
            "Invalid request.", f"No more than {MOST_ANNOTATIONS} annotations are allowed; {len(annotations)} were supplied."
        )
    for annotation in annotations:
        for name, most in _LONGEST_ANNOTATION.items():
            if len(annotation.get(name) or "") > most:
                raise invalid("CheckAnnotation", name, f"{name} is too long (maximum is {most} characters)")
        if annotation["start_line"] < 1 or annotation["end_line"] < annotation["start_line"]:
            raise invalid("CheckAnnotation", "end_line", "lines count from 1, and end_line is not before start_line")


def _check_actions(actions: list[dict[str, str]]) -> None:
    if len(actions) > MOST_ACTIONS:
        raise unprocessable("Invalid request.", f"No more than {MOST_ACTIONS} actions are allowed; {len(actions)} were supplied.")
    for action in actions:
        for name, most in _LONGEST_ACTION.items():
            if len(action[name]) > most:
                raise invalid("CheckRun", "actions", f"{name} is too long (maximum is {most} characters)")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def rerequest_run(world: World, actor: Actor, run: CheckRun) -> None:
    """Ask the App to run again. The run itself is not reset."""
    allow(world, actor, world.repositories[run.repository], app={"checks": "write"}, user="write")
    events.check_run(world, "rerequested", run, signed_in(actor))


def rerequest_suite(world: World, actor: Actor, suite: CheckSuite) -> None:
    allow(world, actor, world.repositories[suite.repository], app={"checks": "write"}, user="write")
    events.check_suite(world, "rerequested", suite, signed_in(actor))


def press(world: World, actor: Actor, run: CheckRun, identifier: str) -> None:
    """A button of a check; only a completed one shows its buttons."""
    allow(world, actor, world.repositories[run.repository], app={}, user="write")
    if run.status != "completed" or identifier not in [action["identifier"] for action in run.actions]:
        raise not_found()
    events.check_run(world, "requested_action", run, signed_in(actor), requested_action={"identifier": identifier})


def run_of(world: World, repository: Repository, number: int) -> CheckRun:
    run = world.checks.get(number)
    if run is None or run.repository != repository.id:
        raise not_found()
    return run


def post_status(world: World, actor: Actor, repository: Repository, sha: str, body: dict[str, Any]) -> Status:
    """A commit status of any name, by anyone who can write."""
    allow(world, actor, repository, app={"statuses": "write"}, user="write")
    commit = require(world.git(repository), sha)
    status = Status(
        id=world.new_id(),
        repository=repository.id,
        sha=commit,
        context=body.get("context", "default"),
        state=body["state"],
        description=body.get("description") or "",
        target_url=body.get("target_url") or "",
        author=signed_in(actor),
        created_at=world.clock.now(),
    )
    world.statuses.append(status)
    return status
