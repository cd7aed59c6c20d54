"""Environments, deployments to them, and Apps that are asked before a workflow run deploys (custom deployment protection rules)."""

from __future__ import annotations

from typing import Any

from countersign.sandbox import events
from countersign.sandbox.access import Actor, allow, signed_in
from countersign.sandbox.errors import forbidden, not_found, unprocessable
from countersign.sandbox.git import require
from countersign.sandbox.nouns import Deployment, DeploymentStatus, Repository, WaitingDeployment
from countersign.sandbox.world import World

#: That GitHub takes; the second and third come from Actions alone.
STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")


def deploy(world: World, actor: Actor, repository: Repository, body: dict[str, Any]) -> Deployment:
    """A deployment of a ref, to which nothing has happened yet."""
    allow(world, actor, repository, app={"deployments": "write"}, user="write")
    made = Deployment(
        id=world.new_id(),
        repository=repository.id,
        environment=body.get("environment", "production"),
        sha=require(world.git(repository), str(body["ref"])),
        ref=str(body["ref"]),
        task=body.get("task", "deploy"),
        description=body.get("description") or "",
        creator=signed_in(actor),
        created_at=world.clock.now(),
    )
    world.deployments[made.id] = made
    return made


def report(world: World, actor: Actor, deployment: Deployment, body: dict[str, Any]) -> DeploymentStatus:
    """What became of it. A success makes earlier ones of the environment inactive, of which GitHub sends no event."""
    allow(world, actor, world.repositories[deployment.repository], app={"deployments": "write"}, user="write")
    if body["state"] not in STATES:
        raise unprocessable("Validation Failed", {"resource": "DeploymentStatus", "field": "state", "code": "invalid"})
    status = DeploymentStatus(
        id=world.new_id(),
        state=body["state"],
        environment=body.get("environment") or deployment.environment,
        description=body.get("description") or "",
        creator=signed_in(actor),
        created_at=world.clock.now(),
    )
    deployment.statuses.append(status)
    events.deployment_status(world, deployment, status)
    return status


def ask(world: World, actor: Actor, repository: Repository, environment: str, ref: str) -> WaitingDeployment:
    """A workflow run reaches a job that deploys to the environment: every App that protects it is asked, and the job waits."""
    allow(world, actor, repository, app={}, user="write")
    waiting = WaitingDeployment(run=world.new_id(), deployment=deploy(world, actor, repository, {"ref": ref, "environment": environment}))
    waiting.answers = dict.fromkeys(sorted(repository.environments.get(environment, set())))
    world.waiting_deployments[waiting.run] = waiting
    for app in waiting.answers:
        events.deployment_protection_rule(world, waiting, app, signed_in(actor))
    _go_on(world, actor, waiting)
    return waiting


def review(world: World, actor: Actor, run: int, repository: Repository, body: dict[str, Any]) -> None:
    """An App answers for itself. The job goes on when all have approved, and fails when one rejects; an answer can be changed by none."""
    allow(world, actor, repository, app={"deployments": "write"}, user=None)
    waiting = world.waiting_deployments.get(run)
    if waiting is None or waiting.deployment.repository != repository.id:
        raise not_found()
    if actor.app is None or actor.app.id not in waiting.answers:
        raise forbidden("This App protects no environment of the run")
    if body.get("environment_name") != waiting.deployment.environment or waiting.answers[actor.app.id] is not None:
        raise unprocessable("There is no pending deployment request to this environment")
    waiting.comments.append(body.get("comment") or "")
    if "state" not in body:
        return
    waiting.answers[actor.app.id] = body["state"]
    _go_on(world, actor, waiting)


def _go_on(world: World, actor: Actor, waiting: WaitingDeployment) -> None:
    states = set(waiting.answers.values())
    waiting.state = "rejected" if "rejected" in states else "waiting" if None in states else "approved"
