"""A pull request's page: what it changes, what the checks say, who signed, and why it may not merge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, request, url_for

from countersign.sandbox.access import role_of
from countersign.sandbox.actions import checks as check_act
from countersign.sandbox.actions import issues as issue_act
from countersign.sandbox.actions import pulls as act
from countersign.sandbox.actions import reviews as review_act
from countersign.sandbox.errors import not_found
from countersign.sandbox.merging import comparison, mergeability
from countersign.sandbox.nouns import WRITERS, CheckRun, PullRequest
from countersign.sandbox.pages.context import check_form, guarded, show, viewer, visible
from countersign.sandbox.pages.diff import elsewhere, shown_files
from countersign.sandbox.protection import binding, rules_of, standing, why_blocked
from countersign.sandbox.rest.context import world

routes = Blueprint("pulls", __name__, url_prefix="/<owner>/<name>")


@routes.get("/pull/<int:number>")
def pull(owner: str, name: str, number: int) -> Response:
    one = visible(owner, name)
    found = world().pull(one.id, number)
    compared = comparison(world(), found)
    runs = _newest(found)
    annotations = [annotation for run in runs for annotation in run.annotations]
    login = viewer().login
    role = role_of(world(), login, one) if login else "none"
    clean, state = mergeability(world(), found)
    return show(
        "pull.html",
        repository=one,
        pull=found,
        runs=runs,
        statuses=_statuses(found),
        commits=compared.commits,
        files=shown_files(compared.files, annotations),
        elsewhere=elsewhere(compared.files, annotations),
        talk=_talk(found),
        reviewers=_reviewers(found),
        required=_required(found),
        reasons=why_blocked(world(), found, binding(world(), one, found.base_ref, login)),
        clean=clean,
        merge_state=state,
        head_label=f"{world().repositories[found.head_repository].owner}:{found.head_ref}"
        if found.head_repository != one.id
        else found.head_ref,
        is_author=login == found.issue.author,
        may_write=role in WRITERS,
        version=_version(found),
    )


@routes.get("/pull/<int:number>/version")
def version(owner: str, name: str, number: int) -> Response:
    """What the page asks every few seconds, to learn whether it is out of date."""
    return guarded(jsonify(_version(world().pull(visible(owner, name).id, number))))


def _version(one: PullRequest) -> str:
    revisions = sum(run.revision for run in world().checks_on(one.repository, one.head_sha))
    reviews = "".join(review.state[0] for review in world().reviews_of(one))
    comments = sum(comment.id + len(comment.body) for comment in world().comments_of(one.issue))
    asked = ",".join([*one.asked_users, *one.asked_teams])
    return f"{one.head_sha[:8]} {one.issue.state} {one.draft} {one.merge_commit[:8]} {revisions} {reviews} {comments} {asked}"


def _newest(one: PullRequest) -> list[CheckRun]:
    return list({(run.app, run.name): run for run in world().checks_on(one.repository, one.head_sha)}.values())


def _statuses(one: PullRequest) -> list[Any]:
    posted = [status for status in world().statuses if (status.repository, status.sha) == (one.repository, one.head_sha)]
    return list({status.context: status for status in posted}.values())


def _talk(one: PullRequest) -> list[dict[str, Any]]:
    """Reviews and comments, oldest first."""
    said: list[tuple[datetime, int, dict[str, Any]]] = []
    for comment in world().comments_of(one.issue):
        said.append((comment.created_at, comment.id, {"kind": "comment", "author": comment.author, "body": comment.body, "it": comment}))
    for review in world().reviews_of(one):
        said.append(
            (review.submitted_at, review.id, {"kind": review.state.lower(), "author": review.author, "body": review.body, "it": review})
        )
    return [{"at": at, "id": number, **shape} for at, number, shape in sorted(said, key=lambda item: item[:2])]


def _reviewers(one: PullRequest) -> list[dict[str, str]]:
    """Each reviewer's latest opinion, then whom is still waited for."""
    opinions: dict[str, str] = {}
    for review in world().reviews_of(one):
        if review.state != "COMMENTED" or review.author not in opinions:
            opinions[review.author] = review.state.lower()
    waiting = [*one.asked_users, *[f"{world().repositories[one.repository].owner}/{slug}" for slug in one.asked_teams]]
    return [{"who": who, "state": state} for who, state in opinions.items()] + [{"who": who, "state": "waiting"} for who in waiting]


def _required(one: PullRequest) -> list[dict[str, Any]]:
    """The checks that the base branch requires, and whether the head has them."""
    home = world().repositories[one.repository]
    checks = dict.fromkeys(check for rule in rules_of(world(), home, one.base_ref) for check in rule.checks)
    return [
        {
            "context": check.context,
            "by": world().apps[check.app].name if check.app in world().apps else "",
            "state": standing(world(), home, check, one.head_sha),
        }
        for check in checks
    ]


@routes.get("/runs/<int:number>")
def run(owner: str, name: str, number: int) -> Response:
    one = visible(owner, name)
    found = check_act.run_of(world(), one, number)
    pulls = [pull for pull in world().pulls_of(one.id) if pull.head_sha == found.head_sha]
    return show("run.html", repository=one, run=found, app=world().app(found.app), pulls=pulls)


@routes.get("/issues/<int:number>")
def issue(owner: str, name: str, number: int) -> Response:
    one = visible(owner, name)
    if (one.id, number) in world().pulls:
        return guarded(make_response(redirect(url_for("pulls.pull", owner=owner, name=name, number=number))))
    found = world().issue(one.id, number)
    return show("issue.html", repository=one, issue=found, comments=world().comments_of(found))


@routes.post("/pull/<int:number>/<verb>")
def do(owner: str, name: str, number: int, verb: str) -> Response:
    """Whatever the page's forms ask for, as the viewer."""
    check_form()
    one = visible(owner, name)
    found = world().pull(one.id, number)
    if verb not in _VERBS:
        raise not_found()
    said = _VERBS[verb](found)
    if said:
        flash(said, "good")
    return guarded(make_response(redirect(url_for("pulls.pull", owner=one.owner, name=one.name, number=number))))


def _review(one: PullRequest) -> str:
    event = request.form.get("event", "COMMENT")
    body = request.form.get("body", "").strip()
    if event == "SAY":
        issue_act.say(world(), viewer(), one.issue, body)
        return ""
    review_act.submit(world(), viewer(), one, event, body)
    return "Your review was submitted."


def _merge(one: PullRequest) -> str:
    sha = act.merge(world(), viewer(), one, sha=request.form.get("sha", ""), method=request.form.get("method", "merge"))
    return f"Merged as {sha[:7]}."


def _rerun(one: PullRequest) -> str:
    run_number = request.form.get("run", 0, int)
    check_act.rerequest_run(world(), viewer(), check_act.run_of(world(), world().repositories[one.repository], run_number))
    return "The check was asked to run again."


def _press(one: PullRequest) -> str:
    found = check_act.run_of(world(), world().repositories[one.repository], request.form.get("run", 0, int))
    check_act.press(world(), viewer(), found, request.form.get("identifier", ""))
    return ""


def _draft(one: PullRequest) -> str:
    act.set_draft(world(), viewer(), one, not one.draft)
    return ""


def _state(one: PullRequest) -> str:
    act.edit_pull(world(), viewer(), one, {"state": "closed" if one.open else "open"})
    return ""


def _dismiss(one: PullRequest) -> str:
    found = review_act.review_of(world(), one, request.form.get("review", 0, int))
    review_act.dismiss(world(), viewer(), one, found, request.form.get("message", "").strip())
    return "The review was dismissed."


def _enqueue(one: PullRequest) -> str:
    group = act.enqueue(world(), viewer(), one)
    return f"In the merge queue as {group.head_sha[:7]}."


_VERBS = {
    "review": _review,
    "merge": _merge,
    "rerun": _rerun,
    "press": _press,
    "draft": _draft,
    "state": _state,
    "dismiss": _dismiss,
    "enqueue": _enqueue,
}
