"""Issues and comments (of pull requests too)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.actions import issues as act
from countersign.sandbox.errors import not_found
from countersign.sandbox.nouns import Comment
from countersign.sandbox.rest.context import actor, body, page, readable, world
from countersign.sandbox.shapes import issues

routes = Blueprint("rest_issues", __name__, url_prefix="/api/v3/repos/<owner>/<name>")


@routes.post("/issues")
def create_issue(owner: str, name: str) -> tuple[Response, int]:
    given = body("title")
    labels = [label if isinstance(label, str) else label["name"] for label in given.get("labels", [])]
    issue = act.open_issue(world(), actor(), world().repository(owner, name), str(given["title"]), given.get("body") or "", labels)
    return jsonify(issues.issue(world(), issue)), 201


@routes.get("/issues")
def list_issues(owner: str, name: str) -> Response:
    """Newest first, pull requests among them, as GitHub lists them. ``state``, ``creator``, ``labels`` narrow."""
    repository, wanted = readable(owner, name, "issues"), request.args
    state, creator = wanted.get("state", "open"), wanted.get("creator")
    labels = {label for label in wanted.get("labels", "").split(",") if label}
    found = [
        issue
        for (home, _), issue in world().issues.items()
        if home == repository.id and state in ("all", issue.state) and creator in (None, issue.author) and labels <= set(issue.labels)
    ]
    if wanted.get("direction", "desc") == "desc":
        found.reverse()
    return page(found, lambda issue: issues.issue(world(), issue))


@routes.get("/issues/<int:number>")
def get_issue(owner: str, name: str, number: int) -> Response:
    return jsonify(issues.issue(world(), world().issue(readable(owner, name, "issues").id, number)))


@routes.patch("/issues/<int:number>")
def edit_issue(owner: str, name: str, number: int) -> Response:
    issue, given = world().issue(world().repository(owner, name).id, number), body()
    act.edit_issue(world(), actor(), issue, title=given.get("title"), body=given.get("body"), state=given.get("state"))
    return jsonify(issues.issue(world(), issue))


@routes.post("/issues/<int:number>/comments")
def create_comment(owner: str, name: str, number: int) -> tuple[Response, int]:
    issue = world().issue(world().repository(owner, name).id, number)
    comment = act.say(world(), actor(), issue, body("body")["body"])
    return jsonify(issues.comment(world(), comment)), 201


@routes.get("/issues/<int:number>/comments")
def list_comments(owner: str, name: str, number: int) -> Response:
    """Oldest first. A pull request's may be read with the permission of either kind."""
    repository = world().repository(owner, name)
    is_pull = (repository.id, number) in world().pulls
    readable(owner, name, "pull_requests" if is_pull and "pull_requests" in actor().permissions else "issues")
    return page(world().comments_of(world().issue(repository.id, number)), lambda comment: issues.comment(world(), comment))


def _comment(owner: str, name: str, number: int) -> Comment:
    comment = world().comments.get(number)
    if comment is None or comment.repository != world().repository(owner, name).id:
        raise not_found()
    return comment


@routes.get("/issues/comments/<int:number>")
def get_comment(owner: str, name: str, number: int) -> Response:
    readable(owner, name, "pull_requests" if "pull_requests" in actor().permissions else "issues")
    return jsonify(issues.comment(world(), _comment(owner, name, number)))


@routes.patch("/issues/comments/<int:number>")
def edit_comment(owner: str, name: str, number: int) -> Response:
    comment = _comment(owner, name, number)
    act.edit_comment(world(), actor(), comment, body("body")["body"])
    return jsonify(issues.comment(world(), comment))
