"""Home, repositories, files, commits, teams, and choosing who one is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, session
from markupsafe import escape

from countersign.sandbox.access import role_of
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import Refused, not_found
from countersign.sandbox.nouns import WRITERS, PullRequest, Repository
from countersign.sandbox.pages.context import back, check_form, guarded, show, viewer, visible
from countersign.sandbox.pages.diff import shown_files
from countersign.sandbox.rest.context import world
from countersign.sandbox.shapes.repositories import login_of

routes = Blueprint("browse", __name__)

_STATIC = {"sandbox.css": "text/css", "live.js": "text/javascript"}
_HUES = (12, 45, 90, 150, 195, 225, 265, 310)


@routes.get("/_static/<name>")
def static(name: str) -> Response:
    if name not in _STATIC:
        raise not_found()
    response = make_response((Path(__file__).parent / "static" / name).read_text())
    response.mimetype = _STATIC[name]
    return guarded(response)


@routes.get("/_avatars/<login>")
def avatar(login: str) -> Response:
    """A disc with an initial, always the same colour for the same name."""
    hue = _HUES[sum(login.encode()) % len(_HUES)]
    letter = escape(login[:1].upper())
    response = make_response(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="hsl({hue} 45% 42%)"/>'
        f'<text x="16" y="22" font-family="sans-serif" font-size="17" fill="#fff" text-anchor="middle">{letter}</text></svg>'
    )
    response.mimetype = "image/svg+xml"
    return guarded(response)


@routes.post("/_act/user")
def choose_user() -> Response:
    check_form()
    session["login"] = world().user(request.form["login"]).login
    return guarded(make_response(redirect(back())))


@routes.post("/_act/calendar")
def move_calendar() -> Response:
    check_form()
    world().clock.advance(timedelta(days=request.form.get("days", 0, int)))
    return guarded(make_response(redirect(back())))


@routes.get("/")
def home() -> Response:
    """Everything the viewer may see, newest pull requests first."""
    seen = [one for one in world().repositories.values() if _may_read(one)]
    open_pulls = [pull for pull in world().pulls.values() if pull.open and world().repositories[pull.repository] in seen]
    rows = [(one, sum(pull.repository == one.id for pull in open_pulls)) for one in sorted(seen, key=lambda one: one.full_name)]
    recent = sorted(open_pulls, key=lambda pull: pull.id, reverse=True)[:20]
    return show("home.html", repositories=rows, pulls=[_pull_row(pull) for pull in recent], teams=list(world().teams.values()))


def _may_read(repository: Repository) -> bool:
    login = viewer().login
    return not repository.private if not login else role_of(world(), login, repository) != "none"


def _pull_row(pull: PullRequest) -> dict[str, Any]:
    runs = world().checks_on(pull.repository, pull.head_sha)
    newest = {(run.app, run.name): run for run in runs}
    return {"pull": pull, "repository": world().repositories[pull.repository], "checks": list(newest.values())}


@routes.get("/<owner>/<name>")
@routes.get("/<owner>/<name>/tree/<path:ref>")
def repository(owner: str, name: str, ref: str = "") -> Response:
    one = visible(owner, name)
    git = world().git(one)
    branches = git.branches()
    sha = git.resolve(ref or one.default_branch)
    if ref and sha is None:
        raise not_found()
    files = git.files(sha) if sha else {}
    readme = next((path for path in files if path.lower() == "readme.md"), None)
    pulls = sorted(world().pulls_of(one.id), key=lambda pull: (not pull.open, -pull.number))
    issues = [issue for key, issue in world().issues.items() if key[0] == one.id and key not in world().pulls]
    return show(
        "repository.html",
        repository=one,
        ref=ref or one.default_branch,
        branches=branches,
        files=sorted(files),
        last=git.commit(sha) if sha else None,
        readme=git.blob(files[readme][0]).decode(errors="replace") if readme else "",
        pulls=[_pull_row(pull) for pull in pulls],
        issues=issues,
        clone_url=f"{world().url}/{one.full_name}.git",
        may_write=_may_write(one),
    )


def _may_write(repository: Repository) -> bool:
    login = viewer().login
    return bool(login) and role_of(world(), login, repository) in WRITERS


def file_at(one: Repository, rest: str) -> tuple[str, str, str, str]:
    """(ref, commit, path, blob) of ``ref/path`` in a URL; a branch's name may hold slashes."""
    git = world().git(one)
    steps = rest.split("/")
    for at in range(1, len(steps)):
        ref, path = "/".join(steps[:at]), "/".join(steps[at:])
        sha = git.resolve(ref)
        found = git.files(sha).get(path) if sha else None
        if sha and found:
            return ref, sha, path, found[0]
    raise not_found()


@routes.get("/<owner>/<name>/blob/<path:rest>")
def blob(owner: str, name: str, rest: str) -> Response:
    one = visible(owner, name)
    ref, sha, path, number = file_at(one, rest)
    text = world().git(one).blob(number).decode(errors="replace")
    is_branch = ref in world().git(one).branches()
    return show(
        "blob.html", repository=one, ref=ref, sha=sha, path=path, text=text, lines=text.splitlines(), may_edit=is_branch and _may_write(one)
    )


@routes.get("/<owner>/<name>/raw/<path:rest>")
def raw(owner: str, name: str, rest: str) -> Response:
    one = visible(owner, name)
    response = make_response(world().git(one).blob(file_at(one, rest)[3]))
    response.mimetype = "text/plain"
    return guarded(response)


@routes.get("/<owner>/<name>/commit/<sha>")
def commit(owner: str, name: str, sha: str) -> Response:
    one = visible(owner, name)
    git = world().git(one)
    found = git.resolve(sha)
    if found is None:
        raise not_found()
    made = git.commit(found)
    changes = git.changes(made.parents[0], made.sha) if made.parents else []
    return show("commit.html", repository=one, commit=made, login=login_of(world(), made.author), files=shown_files(changes, []))


@routes.get("/orgs/<org>/teams/<slug>")
def team(org: str, slug: str) -> Response:
    one = world().team(org, slug)
    login = viewer().login.lower()
    if login not in world().organisation(org).members:
        raise Refused(404, "Not Found")
    roles = {world().repositories[number].full_name: role for number, role in one.repositories.items() if number in world().repositories}
    children = [other for other in world().teams_in(org) if other.parent == one.slug]
    return show("team.html", team=one, people_of_team=world().people_of(one), roles=roles, children=children)


@routes.get("/<login>")
def profile(login: str) -> Response:
    """An account: what it owns."""
    holder = world().account(login)
    owned = [one for one in world().repositories.values() if one.owner == holder.login and _may_read(one)]
    return show(
        "profile.html", login=holder.login, since=iso(holder.created_at)[:10], repositories=owned, teams=world().teams_in(holder.login)
    )
