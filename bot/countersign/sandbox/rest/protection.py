"""Classic branch protection and rulesets: what an administrator sets so that the check is required and pinned."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from countersign.sandbox.access import allow
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import Refused, not_found, unprocessable
from countersign.sandbox.nouns import Protection, Repository, RequiredCheck, Ruleset
from countersign.sandbox.rest.context import actor, body, page, readable, world
from countersign.sandbox.shapes.repositories import api_url, html_url

routes = Blueprint("rest_protection", __name__, url_prefix="/api/v3/repos/<owner>/<name>")


def _administered(owner: str, name: str, level: str = "write") -> Repository:
    repository = world().repository(owner, name)
    allow(world(), actor(), repository, app={"administration": level}, user="admin")
    return repository


def _shape(repository: Repository, branch: str) -> dict[str, Any]:
    protection = repository.protections[branch]
    url = f"{api_url(world(), repository)}/branches/{branch}/protection"
    shape: dict[str, Any] = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": protection.enforce_admins},
        "required_linear_history": {"enabled": False},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
    }
    if protection.checks:
        shape["required_status_checks"] = {
            "url": f"{url}/required_status_checks",
            "strict": protection.strict,
            "contexts": [check.context for check in protection.checks],
            "contexts_url": f"{url}/required_status_checks/contexts",
            "checks": [{"context": check.context, "app_id": check.app} for check in protection.checks],
        }
    if protection.approvals:
        shape["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": False,
            "require_code_owner_reviews": False,
            "required_approving_review_count": protection.approvals,
        }
    return shape


@routes.get("/branches/<path:branch>/protection")
def get_protection(owner: str, name: str, branch: str) -> Response:
    repository = _administered(owner, name, "read")
    if branch not in repository.protections:
        raise Refused(404, "Branch not protected")
    return jsonify(_shape(repository, branch))


@routes.put("/branches/<path:branch>/protection")
def put_protection(owner: str, name: str, branch: str) -> Response:
    repository = _administered(owner, name)
    given = body("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions")
    repository.protections[branch] = protection_from(given)
    return jsonify(_shape(repository, branch))


def protection_from(given: dict[str, Any]) -> Protection:
    """Classic protection as REST takes it. An ``app_id`` of -1, or none, pins nothing."""
    required = given.get("required_status_checks") or {}
    checks = [RequiredCheck(context=one["context"], app=_pinned(one.get("app_id"))) for one in required.get("checks", [])]
    checks += [
        RequiredCheck(context=context) for context in required.get("contexts", []) if context not in [check.context for check in checks]
    ]
    reviews = given.get("required_pull_request_reviews") or {}
    return Protection(
        checks=checks,
        strict=required.get("strict", False),
        enforce_admins=bool(given.get("enforce_admins")),
        approvals=reviews.get("required_approving_review_count", 0),
        bypass=(reviews.get("bypass_pull_request_allowances") or {}).get("users", []),
    )


def _pinned(app: int | None) -> int | None:
    if app in (None, -1):
        return None
    if app not in world().apps:
        raise unprocessable(f"There is no App {app}")
    return app


def _ruleset(repository: Repository, one: Ruleset, *, full: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "target": one.body.get("target", "branch"),
        "source_type": "Repository",
        "source": repository.full_name,
        "enforcement": one.body["enforcement"],
        "node_id": f"RRS_{one.id}",
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "_links": {
            "self": {"href": f"{api_url(world(), repository)}/rulesets/{one.id}"},
            "html": {"href": f"{html_url(world(), repository)}/rules/{one.id}"},
        },
    }
    if full:
        shape |= {name: one.body[name] for name in ("conditions", "rules", "bypass_actors") if name in one.body}
        shape["current_user_can_bypass"] = "never"
    return shape


@routes.get("/rulesets")
def list_rulesets(owner: str, name: str) -> Response:
    repository = readable(owner, name)
    return page(repository.rulesets, lambda one: _ruleset(repository, one, full=False))


@routes.post("/rulesets")
def create_ruleset(owner: str, name: str) -> tuple[Response, int]:
    repository, given, now = _administered(owner, name), body("name", "enforcement"), world().clock.now()
    for rule in given.get("rules", []):
        for check in (rule.get("parameters") or {}).get("required_status_checks", []):
            _pinned(check.get("integration_id"))
    one = Ruleset(id=world().new_id(), name=given["name"], body=given, created_at=now, updated_at=now)
    repository.rulesets.append(one)
    return jsonify(_ruleset(repository, one, full=True)), 201


def _one(repository: Repository, number: int) -> Ruleset:
    for one in repository.rulesets:
        if one.id == number:
            return one
    raise not_found()


@routes.get("/rulesets/<int:number>")
def get_ruleset(owner: str, name: str, number: int) -> Response:
    repository = readable(owner, name)
    return jsonify(_ruleset(repository, _one(repository, number), full=True))


@routes.put("/rulesets/<int:number>")
def update_ruleset(owner: str, name: str, number: int) -> Response:
    repository = _administered(owner, name)
    one = _one(repository, number)
    one.body |= body()
    one.name, one.updated_at = one.body["name"], world().clock.now()
    return jsonify(_ruleset(repository, one, full=True))


@routes.delete("/rulesets/<int:number>")
def delete_ruleset(owner: str, name: str, number: int) -> tuple[str, int]:
    repository = _administered(owner, name)
    repository.rulesets.remove(_one(repository, number))
    return "", 204
