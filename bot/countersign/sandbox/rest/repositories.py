"""Repositories, their branches, commits, files and teams."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.access import allow, role_of, signed_in, team_role
from countersign.sandbox.errors import Refused, not_found, unprocessable
from countersign.sandbox.git import Person
from countersign.sandbox.nouns import PullRequest, Team
from countersign.sandbox.protection import refused_refs, rules_of
from countersign.sandbox.pushes import ref_moved
from countersign.sandbox.rest.context import actor, body, page, readable, world
from countersign.sandbox.shapes import accounts, pulls, repositories

routes = Blueprint("rest_repositories", __name__, url_prefix="/api/v3/repos/<owner>/<name>")


@routes.get("")
def get_repository(owner: str, name: str) -> Response:
    return jsonify(repositories.full_repository(world(), readable(owner, name), actor()))


@routes.get("/branches")
def list_branches(owner: str, name: str) -> Response:
    repository = readable(owner, name, "contents")
    branches = sorted(world().git(repository).branches().items())

    def shape(branch: tuple[str, str]) -> dict[str, object]:
        url = f"{repositories.api_url(world(), repository)}/commits/{branch[1]}"
        return {"name": branch[0], "commit": {"sha": branch[1], "url": url}, "protected": bool(rules_of(world(), repository, branch[0]))}

    if request.args.get("protected") == "true":
        branches = [branch for branch in branches if rules_of(world(), repository, branch[0])]
    return page(branches, shape)


@routes.get("/collaborators/<login>/permission")
def permission(owner: str, name: str, login: str) -> Response:
    """``permission`` knows the four old words only: maintain is write, triage is read."""
    repository, user = readable(owner, name), world().user(login)
    role = role_of(world(), user.login, repository)
    old = {"maintain": "write", "triage": "read"}.get(role, role)
    person = {**accounts.account(world(), user.login), "role_name": role, "permissions": repositories.permissions(role)}
    return jsonify({"permission": old, "role_name": role, "user": person})


@routes.get("/teams")
def list_teams(owner: str, name: str) -> Response:
    repository = readable(owner, name)
    found = [team for team in world().teams_in(owner) if team_role(world(), owner, team.slug, repository) != "none"]

    def shape(team: Team) -> dict[str, object]:
        return accounts.team(world(), team, repository=repository)

    return page(found, shape)


@routes.get("/commits")
def list_commits(owner: str, name: str) -> Response:
    repository = readable(owner, name, "contents")
    git = world().git(repository)
    sha = git.resolve(request.args.get("sha", repository.default_branch))
    if sha is None:
        raise not_found()
    return page(git.commits(sha), lambda made: repositories.commit(world(), repository, made))


@routes.get("/commits/<sha>/pulls")
def pulls_of_commit(owner: str, name: str, sha: str) -> Response:
    """Merged pull requests that brought the commit, and open ones that hold it."""
    repository = readable(owner, name, "pull_requests")
    git = world().git(repository)
    commit = git.resolve(sha)
    if commit is None:
        raise Refused(422, f"No commit found for SHA: {sha}")

    def holds(pull: PullRequest) -> bool:
        if commit in (pull.head_sha, pull.merge_commit):
            return True
        if pull.merge_commit and git.is_ancestor(commit, pull.merge_commit):
            return not git.is_ancestor(commit, pull.base_sha)
        return pull.open and git.is_ancestor(commit, pull.head_sha) and not git.is_ancestor(commit, pull.base_sha)

    return page([pull for pull in world().pulls_of(repository.id) if holds(pull)], lambda pull: pulls.simple_pull(world(), pull))


@routes.get("/contents/<path:path>")
def get_content(owner: str, name: str, path: str) -> Response:
    """One file; directories are not listed."""
    repository = readable(owner, name, "contents")
    git, ref = world().git(repository), request.args.get("ref", repository.default_branch)
    sha = git.resolve(ref)
    found = git.files(sha).get(path) if sha else None
    if found is None:
        raise not_found()
    return jsonify(repositories.content(world(), repository, path, ref, found[0], git.blob(found[0])))


@routes.put("/contents/<path:path>")
def put_content(owner: str, name: str, path: str) -> tuple[Response, int]:
    """A commit of one file on a branch. ``sha``: the blob that is replaced; 409 if it is another."""
    repository, given = world().repository(owner, name), body("message", "content")
    allow(world(), actor(), repository, app={"contents": "write"}, user="write")
    who = world().user(signed_in(actor()))
    branch = given.get("branch", repository.default_branch)
    git = world().git(repository)
    tip = git.tip(branch)
    if tip is None:
        raise not_found()
    if f"refs/heads/{branch}" in refused_refs(world(), repository, who.login):
        raise Refused(409, "Repository rule violations found: changes must be made through a pull request.")
    existing = git.files(tip).get(path)
    if existing and existing[0] != given.get("sha"):
        raise Refused(409, f"{path} does not match {given.get('sha') or 'the file that is there'}")
    try:
        text = b64decode(given["content"], validate=True).decode()
    except (BadBase64, UnicodeDecodeError):
        raise unprocessable("content is not valid Base64 of UTF-8 text") from None
    person = Person(who.login, who.email)
    made = git.write_commit(git.write_tree(tip, {path: text}), [tip], given["message"], person, person, world().clock.now())
    git.update_ref(f"refs/heads/{branch}", made, tip)
    ref_moved(world(), repository, f"refs/heads/{branch}", tip, made, who.login)
    blob = git.files(made)[path][0]
    commit = repositories.commit(world(), repository, git.commit(made))
    answer = {
        "content": repositories.content(world(), repository, path, branch, blob, text.encode()),
        "commit": {**commit, **commit["commit"]},
    }
    return jsonify(answer), 200 if existing else 201
