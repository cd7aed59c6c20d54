"""Rulesets of repositories and of organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.access import Actor, allow, allow_organisation
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import Refused, forbidden, not_found
from countersign.sandbox.nouns import Organisation, Repository, Ruleset
from countersign.sandbox.rest.context import actor, body, known_app, page, readable, world
from countersign.sandbox.rulesets import active_on, rulesets_of
from countersign.sandbox.shapes.repositories import api_url, html_url

routes = Blueprint("rest_rulesets", __name__, url_prefix="/api/v3")


def _shape(home: Repository | Organisation, one: Ruleset, *, full: bool, writer: bool = False) -> dict[str, Any]:
    """writer: only those who can change a ruleset see who may bypass it."""
    repository = isinstance(home, Repository)
    source = home.full_name if isinstance(home, Repository) else home.login
    base = api_url(world(), home) if isinstance(home, Repository) else f"{world().url}/api/v3/orgs/{home.login}"
    page_of = (
        f"{html_url(world(), home)}/rules" if isinstance(home, Repository) else f"{world().url}/organizations/{home.login}/settings/rules"
    )
    shape: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "target": one.body.get("target", "branch"),
        "source_type": "Repository" if repository else "Organization",
        "source": source,
        "enforcement": one.body["enforcement"],
        "node_id": f"RRS_{one.id}",
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "_links": {"self": {"href": f"{base}/rulesets/{one.id}"}, "html": {"href": f"{page_of}/{one.id}"}},
    }
    if full:
        shape |= {name: one.body[name] for name in ("conditions", "rules") if name in one.body}
        if writer:
            shape["bypass_actors"] = one.body.get("bypass_actors", [])
        shape["current_user_can_bypass"] = "never"
    return shape


def _may(check: Callable[[], object]) -> bool:
    try:
        check()
    except Refused:
        return False
    return True


def _administer(repository: Repository) -> None:
    allow(world(), actor(), repository, app={"administration": "write"}, user="admin")


def _govern(organisation: Organisation) -> None:
    who: Actor = actor()
    allow_organisation(world(), who, organisation, "organization_administration")
    if who.kind == "user" and who.login.lower() not in organisation.owners:
        raise forbidden("You must be an organization owner")
    if who.kind == "installation" and who.permissions.get("organization_administration") != "write":
        raise forbidden()


def _writer(home: Repository | Organisation) -> bool:
    return _may(lambda: _administer(home) if isinstance(home, Repository) else _govern(home))


def _made(home: Repository | Organisation, given: dict[str, Any]) -> Ruleset:
    _pins(given)
    now = world().clock.now()
    one = Ruleset(id=world().new_id(), name=given["name"], body=given, created_at=now, updated_at=now)
    home.rulesets.append(one)
    return one


def _changed(one: Ruleset, given: dict[str, Any]) -> None:
    """What is not sent stays as it is."""
    _pins(given)
    one.body |= given
    one.name, one.updated_at = one.body["name"], world().clock.now()


def _pins(given: dict[str, Any]) -> None:
    for rule in given.get("rules", []):
        for check in (rule.get("parameters") or {}).get("required_status_checks", []):
            known_app(check.get("integration_id"))


def _one(rulesets: list[Ruleset], number: int) -> Ruleset:
    for one in rulesets:
        if one.id == number:
            return one
    raise not_found()


# -- a repository's ------------------------------------------------------------------------------------------------------------


@routes.get("/repos/<owner>/<name>/rulesets")
def of_repository(owner: str, name: str) -> Response:
    """With the organisation's, unless ``includes_parents`` says false."""
    repository = readable(owner, name)
    found = rulesets_of(world(), repository)
    if request.args.get("includes_parents") == "false":
        found = [(one, home) for one, home in found if home is repository]
    return page(found, lambda pair: _shape(pair[1], pair[0], full=False))


@routes.post("/repos/<owner>/<name>/rulesets")
def create(owner: str, name: str) -> tuple[Response, int]:
    repository, given = world().repository(owner, name), body("name", "enforcement")
    _administer(repository)
    return jsonify(_shape(repository, _made(repository, given), full=True, writer=True)), 201


@routes.get("/repos/<owner>/<name>/rulesets/<int:number>")
def show(owner: str, name: str, number: int) -> Response:
    found = rulesets_of(world(), readable(owner, name))
    one = _one([ruleset for ruleset, _ in found], number)
    home = next(home for ruleset, home in found if ruleset is one)
    return jsonify(_shape(home, one, full=True, writer=_writer(home)))


@routes.put("/repos/<owner>/<name>/rulesets/<int:number>")
def update(owner: str, name: str, number: int) -> Response:
    repository = world().repository(owner, name)
    _administer(repository)
    one = _one(repository.rulesets, number)
    _changed(one, body())
    return jsonify(_shape(repository, one, full=True, writer=True))


@routes.delete("/repos/<owner>/<name>/rulesets/<int:number>")
def delete(owner: str, name: str, number: int) -> tuple[str, int]:
    repository = world().repository(owner, name)
    _administer(repository)
    repository.rulesets.remove(_one(repository.rulesets, number))
    return "", 204


@routes.get("/repos/<owner>/<name>/rules/branches/<path:branch>")
def on_branch(owner: str, name: str, branch: str) -> Response:
    """The rules of every active ruleset that names the branch, each with the ruleset it comes from."""
    repository = readable(owner, name)
    rules = [(rule, one, home) for one, home in active_on(world(), repository, branch) for rule in one.body.get("rules", [])]

    def shape(found: tuple[dict[str, Any], Ruleset, Repository | Organisation]) -> dict[str, Any]:
        rule, one, home = found
        source = ("Repository", home.full_name) if isinstance(home, Repository) else ("Organization", home.login)
        return {**rule, "ruleset_source_type": source[0], "ruleset_source": source[1], "ruleset_id": one.id}

    return page(rules, shape)


# -- an organisation's ---------------------------------------------------------------------------------------------------------


@routes.get("/orgs/<org>/rulesets")
def of_organisation(org: str) -> Response:
    organisation = world().organisation(org)
    _govern(organisation)
    return page(organisation.rulesets, lambda one: _shape(organisation, one, full=False))


@routes.post("/orgs/<org>/rulesets")
def create_above(org: str) -> tuple[Response, int]:
    organisation, given = world().organisation(org), body("name", "enforcement")
    _govern(organisation)
    return jsonify(_shape(organisation, _made(organisation, given), full=True, writer=True)), 201


@routes.get("/orgs/<org>/rulesets/<int:number>")
def show_above(org: str, number: int) -> Response:
    organisation = world().organisation(org)
    _govern(organisation)
    return jsonify(_shape(organisation, _one(organisation.rulesets, number), full=True, writer=True))


@routes.put("/orgs/<org>/rulesets/<int:number>")
def update_above(org: str, number: int) -> Response:
    organisation = world().organisation(org)
    _govern(organisation)
    one = _one(organisation.rulesets, number)
    _changed(one, body())
    return jsonify(_shape(organisation, one, full=True, writer=True))
