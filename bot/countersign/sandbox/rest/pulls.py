"""Pull requests, their files, reviews and reviewers, and merging."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from countersign.sandbox.actions import pulls as act
from countersign.sandbox.actions import reviews as review_act
from countersign.sandbox.errors import Refused, not_found
from countersign.sandbox.merging import comparison
from countersign.sandbox.nouns import PullRequest
from countersign.sandbox.rest.context import actor, body, page, readable, world
from countersign.sandbox.shapes import pulls, repositories

routes = Blueprint("rest_pulls", __name__, url_prefix="/api/v3/repos/<owner>/<name>/pulls")


def _pull(owner: str, name: str, number: int) -> PullRequest:
    return world().pull(readable(owner, name, "pull_requests").id, number)


@routes.post("")
def create_pull(owner: str, name: str) -> tuple[Response, int]:
    given, repository = body("head", "base"), world().repository(owner, name)
    pull = act.open_pull(
        world(),
        actor(),
        repository,
        title=given.get("title", ""),
        head=given["head"],
        base=given["base"],
        body=given.get("body") or "",
        draft=given.get("draft", False),
    )
    return jsonify(pulls.pull(world(), pull)), 201


@routes.get("")
def list_pulls(owner: str, name: str) -> Response:
    """Newest first. ``state``, ``base`` and ``head`` (``owner:branch``) narrow."""
    repository, wanted = readable(owner, name, "pull_requests"), request.args
    state, base, head = wanted.get("state", "open"), wanted.get("base"), wanted.get("head")

    def label(pull: PullRequest) -> str:
        return f"{world().repositories[pull.head_repository].owner}:{pull.head_ref}"

    found = [
        pull
        for pull in world().pulls_of(repository.id)
        if state in ("all", pull.issue.state) and base in (None, pull.base_ref) and head in (None, label(pull))
    ]
    if wanted.get("direction", "desc") == "desc":
        found.reverse()
    return page(found, lambda pull: pulls.simple_pull(world(), pull))


@routes.get("/<int:number>")
def get_pull(owner: str, name: str, number: int) -> Response:
    return jsonify(pulls.pull(world(), _pull(owner, name, number)))


@routes.patch("/<int:number>")
def edit_pull(owner: str, name: str, number: int) -> Response:
    pull = world().pull(world().repository(owner, name).id, number)
    act.edit_pull(world(), actor(), pull, body())
    return jsonify(pulls.pull(world(), pull))


@routes.get("/<int:number>/files")
def list_files(owner: str, name: str, number: int) -> Response:
    """At most 3,000, as GitHub caps them."""
    pull = _pull(owner, name, number)
    home = world().repositories[pull.repository]
    files = comparison(world(), pull).files[:3000]
    return page(files, lambda change: repositories.changed_file(world(), home, change, pull.head_sha))


@routes.get("/<int:number>/commits")
def list_commits(owner: str, name: str, number: int) -> Response:
    """Oldest first, at most 250, as GitHub caps them."""
    pull = _pull(owner, name, number)
    home = world().repositories[pull.repository]
    return page(comparison(world(), pull).commits[:250], lambda made: repositories.commit(world(), home, made))


@routes.put("/<int:number>/merge")
def merge(owner: str, name: str, number: int) -> Response:
    pull, given = world().pull(world().repository(owner, name).id, number), body()
    sha = act.merge(
        world(),
        actor(),
        pull,
        sha=given.get("sha", ""),
        method=given.get("merge_method", "merge"),
        title=given.get("commit_title", ""),
        message=given.get("commit_message", ""),
    )
    return jsonify({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


@routes.get("/<int:number>/merge")
def is_merged(owner: str, name: str, number: int) -> tuple[str, int]:
    if not _pull(owner, name, number).merged_at:
        raise not_found()
    return "", 204


@routes.get("/<int:number>/requested_reviewers")
def get_asked(owner: str, name: str, number: int) -> Response:
    shape = pulls.simple_pull(world(), _pull(owner, name, number))
    return jsonify({"users": shape["requested_reviewers"], "teams": shape["requested_teams"]})


@routes.post("/<int:number>/requested_reviewers")
def ask(owner: str, name: str, number: int) -> tuple[Response, int]:
    pull, given = world().pull(world().repository(owner, name).id, number), body()
    review_act.ask(world(), actor(), pull, given.get("reviewers", []), given.get("team_reviewers", []))
    return jsonify(pulls.simple_pull(world(), pull)), 201


@routes.delete("/<int:number>/requested_reviewers")
def unask(owner: str, name: str, number: int) -> Response:
    pull, given = world().pull(world().repository(owner, name).id, number), body("reviewers")
    review_act.unask(world(), actor(), pull, given["reviewers"], given.get("team_reviewers", []))
    return jsonify(pulls.simple_pull(world(), pull))


@routes.post("/<int:number>/reviews")
def submit(owner: str, name: str, number: int) -> Response:
    """Submitted at once: drafts of reviews (a request without ``event``) are not kept here."""
    pull, given = world().pull(world().repository(owner, name).id, number), body("event")
    git, commit = world().git(pull.repository), given.get("commit_id", "")
    if commit and not (git.resolve(commit) == commit and git.is_ancestor(commit, pull.head_sha)):
        raise Refused(422, "Unprocessable Entity", ["The commit is not part of the pull request"])
    review = review_act.submit(world(), actor(), pull, given["event"], given.get("body") or "", commit)
    return jsonify(pulls.review(world(), review))


@routes.get("/<int:number>/reviews")
def list_reviews(owner: str, name: str, number: int) -> Response:
    return page(world().reviews_of(_pull(owner, name, number)), lambda review: pulls.review(world(), review))


@routes.get("/<int:number>/reviews/<int:review>")
def get_review(owner: str, name: str, number: int, review: int) -> Response:
    return jsonify(pulls.review(world(), review_act.review_of(world(), _pull(owner, name, number), review)))


@routes.put("/<int:number>/reviews/<int:review>/dismissals")
def dismiss(owner: str, name: str, number: int, review: int) -> Response:
    pull = world().pull(world().repository(owner, name).id, number)
    given = review_act.review_of(world(), pull, review)
    review_act.dismiss(world(), actor(), pull, given, body("message")["message"])
    return jsonify(pulls.review(world(), given))
