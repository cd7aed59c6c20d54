"""Deployments and their statuses."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.clock import iso
from countersign.sandbox.nouns import Deployment, DeploymentStatus
from countersign.sandbox.shapes.accounts import account
from countersign.sandbox.shapes.repositories import api_url, html_url
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]


def deployment(world: World, one: Deployment) -> JSON:
    home = api_url(world, world.repositories[one.repository])
    moved = one.statuses[-1].created_at if one.statuses else one.created_at
    return {
        "id": one.id,
        "node_id": node_id("Deployment", one.id),
        "url": f"{home}/deployments/{one.id}",
        "sha": one.sha,
        "ref": one.ref,
        "task": one.task,
        "payload": {},
        "original_environment": one.environment,
        "environment": one.environment,
        "description": one.description or None,
        "creator": account(world, one.creator),
        "created_at": iso(one.created_at),
        "updated_at": iso(moved),
        "statuses_url": f"{home}/deployments/{one.id}/statuses",
        "repository_url": home,
        "transient_environment": False,
        "production_environment": one.environment == "production",
        "performed_via_github_app": None,
    }


def status(world: World, of: Deployment, one: DeploymentStatus) -> JSON:
    repository = world.repositories[of.repository]
    home, page = api_url(world, repository), f"{html_url(world, repository)}/deployments"
    return {
        "id": one.id,
        "node_id": node_id("DeploymentStatus", one.id),
        "url": f"{home}/deployments/{of.id}/statuses/{one.id}",
        "state": one.state,
        "creator": account(world, one.creator),
        "description": one.description,
        "environment": one.environment,
        "target_url": page,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
        "deployment_url": f"{home}/deployments/{of.id}",
        "repository_url": home,
        "environment_url": page,
        "log_url": page,
        "performed_via_github_app": None,
    }
