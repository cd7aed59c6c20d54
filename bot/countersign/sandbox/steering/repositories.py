"""Repositories, commits without a clone, protection, drafts and the merge queue."""

from __future__ import annotations

import shutil

from flask import Response, jsonify

from countersign.sandbox import events
from countersign.sandbox.access import role_of
from countersign.sandbox.actions import checks as check_act
from countersign.sandbox.actions import pulls as act
from countersign.sandbox.errors import unprocessable
from countersign.sandbox.git import ZERO, Person
from countersign.sandbox.nouns import Organisation, Protection, Repository, RequiredCheck
from countersign.sandbox.pushes import ref_moved
from countersign.sandbox.rest.context import world
from countersign.sandbox.shapes import accounts
from countersign.sandbox.steering.context import acting, blueprint, given, role

routes = blueprint("repositories")


def _administrator(owner: str) -> str:
    account = world().account(owner)
    return world().user(min(account.owners, default="web-flow") if isinstance(account, Organisation) else owner).login


@routes.post("/repos")
def add_repository() -> tuple[Response, int]:
    """``files``: path -> text of a first commit. ``fork_of``: full name; the fork holds all its branches."""
    body = given("owner", "name")
    owner = world().account(body["owner"]).login
    if any(one.full_name.lower() == f"{owner}/{body['name']}".lower() for one in world().repositories.values()):
        raise unprocessable(f"{owner}/{body['name']} is there already")
    source = world().repository(*body["fork_of"].split("/")) if body.get("fork_of") else None
    now = world().clock.now()
    repository = Repository(
        id=world().new_id(),
        owner=owner,
        name=body["name"],
        private=source.private if source else bool(body.get("private", False)),
        default_branch=source.default_branch if source else body.get("default_branch", "main"),
        created_at=now,
        pushed_at=now,
        updated_at=now,
        fork_of=source.id if source else None,
        description=body.get("description", ""),
        collaborators={login.lower(): role(access) for login, access in body.get("collaborators", {}).items()},
    )
    git = world().git(repository)
    if source:
        git.copy_from(world().git(source), repository.default_branch)
    else:
        git.create(repository.default_branch)
    world().repositories[repository.id] = repository
    sender = body.get("as", _administrator(owner))
    events.repository(world(), "created", repository, sender)
    for installation in world().installations.values():
        if installation.repositories is None and world().covers(installation, repository):
            events.installation_repositories(world(), installation, [repository], [], sender)
    if body.get("files"):
        _commit(repository, repository.default_branch, body["files"], "Initial commit", sender)
    return jsonify(_shape(repository)), 201


def _shape(repository: Repository) -> dict[str, object]:
    return {
        "id": repository.id,
        "full_name": repository.full_name,
        "clone_url": f"{world().url}/{repository.full_name}.git",
        "default_branch": repository.default_branch,
        "branches": world().git(repository).branches(),
    }


@routes.get("/repos/<owner>/<name>")
def show(owner: str, name: str) -> Response:
    return jsonify(_shape(world().repository(owner, name)))


@routes.patch("/repos/<owner>/<name>")
def change(owner: str, name: str) -> Response:
    """``name``, ``owner`` (another organisation, to which it is transferred), ``private``, ``default_branch``: each is one event."""
    repository, body = world().repository(owner, name), given()
    sender = body.get("as", _administrator(owner))
    new_name, private, branch = body.get("name"), body.get("private"), body.get("default_branch")
    if new_name and new_name != repository.name:
        old, repository.name = repository.name, new_name
        events.repository(world(), "renamed", repository, sender, changes={"repository": {"name": {"from": old}}})
    if body.get("owner") and body["owner"].lower() != repository.owner.lower():
        _transfer(repository, world().organisation(body["owner"]).login, sender)
    if private is not None and private != repository.private:
        repository.private = private
        events.repository(world(), "privatized" if private else "publicized", repository, sender)
    if branch and branch != repository.default_branch:
        old, repository.default_branch = repository.default_branch, branch
        world().git(repository).run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        events.repository(world(), "edited", repository, sender, changes={"default_branch": {"from": old}})
    return jsonify(_shape(repository))


def _transfer(repository: Repository, owner: str, sender: str) -> None:
    """The teams of the one organisation have no place in the other. Each App hears of it from the organisation where it is installed."""
    old = world().organisation(repository.owner)
    for installation in world().installations.values():
        if world().covers(installation, repository):
            events.installation_repositories(world(), installation, [], [repository], sender)
    for team in world().teams.values():
        team.repositories.pop(repository.id, None)
    repository.owner = owner
    for installation in world().installations.values():
        if installation.repositories is None and world().covers(installation, repository):
            events.installation_repositories(world(), installation, [repository], [], sender)
    before = {"owner": {"from": {"organization": accounts.organisation(world(), old)}}}
    events.repository(world(), "transferred", repository, sender, changes=before)


@routes.delete("/repos/<owner>/<name>")
def remove(owner: str, name: str) -> Response:
    repository = world().repository(owner, name)
    events.repository(world(), "deleted", repository, _administrator(owner))
    del world().repositories[repository.id]
    for team in world().teams.values():
        team.repositories.pop(repository.id, None)
    for kept in (world().pulls, world().issues):
        for key in [key for key in kept if key[0] == repository.id]:
            del kept[key]
    shutil.rmtree(world().git(repository).path)
    return jsonify({})


@routes.post("/repos/<owner>/<name>/commits")
def commit(owner: str, name: str) -> tuple[Response, int]:
    """A commit on a branch, as if pushed by ``as``; files with null are removed.

    ``from``: where a new branch starts, or where an old one is forced to first.
    """
    repository, body = world().repository(owner, name), given("branch", "files", "as")
    sha = _commit(repository, body["branch"], body["files"], body.get("message", "Change files"), body["as"], start=body.get("from", ""))
    return jsonify({"sha": sha}), 201


def _commit(repository: Repository, branch: str, files: dict[str, str | None], message: str, who: str, start: str = "") -> str:
    git, user = world().git(repository), world().user(who)
    tip = git.tip(branch)
    parent = git.resolve(start) if start else tip or git.tip(repository.default_branch)
    if start and parent is None:
        raise unprocessable(f"There is no commit {start}")
    person = Person(user.login, user.email)
    sha = git.write_commit(git.write_tree(parent, files), [parent] if parent else [], message, person, person, world().clock.now())
    git.update_ref(f"refs/heads/{branch}", sha)
    ref_moved(world(), repository, f"refs/heads/{branch}", tip or ZERO, sha, user.login)
    return sha


@routes.delete("/repos/<owner>/<name>/branches/<path:branch>")
def remove_branch(owner: str, name: str, branch: str) -> Response:
    repository, body = world().repository(owner, name), given("as")
    git = world().git(repository)
    tip = git.tip(branch)
    if tip is None:
        raise unprocessable(f"There is no branch {branch}")
    git.update_ref(f"refs/heads/{branch}", ZERO)
    ref_moved(world(), repository, f"refs/heads/{branch}", tip, ZERO, world().user(body["as"]).login)
    return jsonify({})


@routes.put("/repos/<owner>/<name>/protection/<path:branch>")
def protect(owner: str, name: str, branch: str) -> Response:
    """``checks``: [{"context", "app_id"?}]. Without ``app_id`` a check is not pinned: anybody who can write may forge it."""
    repository, body = world().repository(owner, name), given("checks")
    repository.protections[branch] = Protection(
        checks=[RequiredCheck(context=check["context"], app=check.get("app_id")) for check in body["checks"]],
        strict=body.get("strict", False),
        enforce_admins=body.get("enforce_admins", False),
        approvals=body.get("approvals", 0),
        bypass=body.get("bypass", []),
    )
    return jsonify({"branch": branch})


@routes.delete("/repos/<owner>/<name>/protection/<path:branch>")
def unprotect(owner: str, name: str, branch: str) -> Response:
    world().repository(owner, name).protections.pop(branch, None)
    return jsonify({})


@routes.put("/repos/<owner>/<name>/collaborators/<login>")
def collaborate(owner: str, name: str, login: str) -> Response:
    """``role``: ``none`` takes it away."""
    repository, user, access = world().repository(owner, name), world().user(login), given("role")["role"]
    repository.collaborators.pop(user.login.lower(), None)
    if access != "none":
        repository.collaborators[user.login.lower()] = role(access)
    return jsonify({"login": user.login, "role": role_of(world(), user.login, repository)})


@routes.put("/repos/<owner>/<name>/pulls/<int:number>/draft")
def draft(owner: str, name: str, number: int) -> Response:
    """REST cannot change this on GitHub either."""
    pull, body = world().pull(world().repository(owner, name).id, number), given("draft")
    act.set_draft(world(), acting(body, pull.issue.author), pull, bool(body["draft"]))
    return jsonify({"draft": pull.draft})


@routes.put("/repos/<owner>/<name>/pulls/<int:number>/stack")
def stack(owner: str, name: str, number: int) -> Response:
    """Put a pull request into a stack that lands in ``trunk``; on GitHub that is done in the web."""
    pull, body = world().pull(world().repository(owner, name).id, number), given("trunk")
    pull.trunk = body["trunk"]
    events.pull_request(world(), "stacked", pull, acting(body, pull.issue.author).login)
    return jsonify({"trunk": pull.trunk})


@routes.post("/repos/<owner>/<name>/pulls/<int:number>/enqueue")
def enqueue(owner: str, name: str, number: int) -> tuple[Response, int]:
    pull, body = world().pull(world().repository(owner, name).id, number), given("as")
    group = act.enqueue(world(), acting(body, ""), pull)
    return jsonify({"head_sha": group.head_sha, "base_sha": group.base_sha, "ref": group.ref}), 201


@routes.post("/repos/<owner>/<name>/queue/settle")
def settle_queue(owner: str, name: str) -> Response:
    """Land every group whose head has its checks: ``[{"number", "outcome": merged|waiting|invalidated}]``."""
    repository, body = world().repository(owner, name), given("as")
    groups = [group for group in world().merge_groups if group.repository == repository.id]
    who = world().user(body["as"]).login
    return jsonify([{"number": group.number, "outcome": act.settle_queue(world(), group, who)} for group in groups])


@routes.post("/repos/<owner>/<name>/check-runs/<int:number>/press")
def press(owner: str, name: str, number: int) -> Response:
    """A check's own button, by its ``identifier``; GitHub has no API for it."""
    body = given("identifier", "as")
    run = check_act.run_of(world(), world().repository(owner, name), number)
    check_act.press(world(), acting(body, ""), run, body["identifier"])
    return jsonify({})
