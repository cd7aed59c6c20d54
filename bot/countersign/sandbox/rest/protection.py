"""Classic branch protection: what an administrator sets so that the check is required and pinned."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from countersign.sandbox.access import allow
from countersign.sandbox.errors import Refused
from countersign.sandbox.nouns import Protection, Repository, RequiredCheck
from countersign.sandbox.protection import rules_of
from countersign.sandbox.rest.context import actor, body, known_app, readable, world
from countersign.sandbox.shapes.repositories import api_url, commit, html_url

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
        shape["required_status_checks"] = _checks(repository, branch)
    if protection.approvals:
        shape["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": False,
            "require_code_owner_reviews": False,
            "required_approving_review_count": protection.approvals,
        }
    return shape


def _checks(repository: Repository, branch: str) -> dict[str, Any]:
    protection = repository.protections[branch]
    url = f"{api_url(world(), repository)}/branches/{branch}/protection/required_status_checks"
    return {
        "url": url,
        "strict": protection.strict,
        "contexts": [check.context for check in protection.checks],
        "contexts_url": f"{url}/contexts",
        "checks": [{"context": check.context, "app_id": check.app} for check in protection.checks],
    }


@routes.get("/branches/<path:branch>")
def get_branch(owner: str, name: str, branch: str) -> Response:
    """Whoever can read the contents sees which checks are required; all else of the protection is for administrators."""
    repository = readable(owner, name, "contents")
    tip = world().git(repository).tip(branch)
    if tip is None:
        raise Refused(404, "Branch not found")
    classic = repository.protections.get(branch)
    url = f"{api_url(world(), repository)}/branches/{branch}"
    checks: dict[str, Any] = {"enforcement_level": "off", "contexts": [], "checks": []}
    if classic and classic.checks:
        level = "everyone" if classic.enforce_admins else "non_admins"
        checks = {"enforcement_level": level, **{key: _checks(repository, branch)[key] for key in ("contexts", "checks")}}
    shape = {
        "name": branch,
        "commit": commit(world(), repository, world().git(repository).commit(tip)),
        "_links": {"self": url, "html": f"{html_url(world(), repository)}/tree/{branch}"},
        "protected": bool(rules_of(world(), repository, branch)),
        "protection": {"enabled": classic is not None, "required_status_checks": checks},
        "protection_url": f"{url}/protection",
    }
    return jsonify(shape)


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


@routes.patch("/branches/<path:branch>/protection/required_status_checks")
def patch_checks(owner: str, name: str, branch: str) -> Response:
    """404 where no status checks are required, as on GitHub."""
    repository, given = _administered(owner, name), body()
    protection = repository.protections.get(branch)
    if protection is None:
        raise Refused(404, "Required status checks not enabled")
    changed = protection_from({"required_status_checks": {"strict": protection.strict, "contexts": [], **given}})
    protection.checks, protection.strict = changed.checks, changed.strict
    return jsonify(_checks(repository, branch))


def protection_from(given: dict[str, Any]) -> Protection:
    """Classic protection as REST takes it. An ``app_id`` of -1, or none, pins nothing."""
    required = given.get("required_status_checks") or {}
    checks = [RequiredCheck(context=one["context"], app=known_app(one.get("app_id"))) for one in required.get("checks", [])]
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
