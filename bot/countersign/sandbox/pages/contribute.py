"""Changing a file on a page: as on GitHub, a commit on a branch of one's own and a pull request."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from countersign.sandbox.access import allow, signed_in
from countersign.sandbox.actions import pulls as act
from countersign.sandbox.errors import unprocessable
from countersign.sandbox.git import ZERO, Person
from countersign.sandbox.nouns import Repository
from countersign.sandbox.pages.browse import file_at
from countersign.sandbox.pages.context import check_form, guarded, show, viewer, visible
from countersign.sandbox.protection import refused_refs
from countersign.sandbox.pushes import ref_moved
from countersign.sandbox.rest.context import world

routes = Blueprint("contribute", __name__, url_prefix="/<owner>/<name>")


@routes.get("/edit/<path:rest>")
def edit(owner: str, name: str, rest: str) -> Response:
    one = visible(owner, name)
    ref, _, path, blob = file_at(one, rest)
    text = world().git(one).blob(blob).decode(errors="replace")
    return show("edit.html", repository=one, ref=ref, path=path, text=text, branch=_free_branch(one), direct=_may_commit(one, ref))


def _free_branch(repository: Repository) -> str:
    taken, number = world().git(repository).branches(), 1
    while f"{viewer().login}-patch-{number}" in taken:
        number += 1
    return f"{viewer().login}-patch-{number}"


def _may_commit(repository: Repository, branch: str) -> bool:
    return f"refs/heads/{branch}" not in refused_refs(world(), repository, viewer().login)


@routes.post("/edit/<path:rest>")
def save(owner: str, name: str, rest: str) -> Response:
    """``how``: ``direct`` commits to the branch itself; else to a new branch, with a pull request."""
    check_form()
    one = visible(owner, name)
    allow(world(), viewer(), one, app={}, user="write")
    ref, sha, path, _ = file_at(one, rest)
    direct = request.form.get("how") == "direct"
    branch = ref if direct else request.form.get("branch", "").strip()
    git = world().git(one)
    if direct and not _may_commit(one, ref):
        raise unprocessable(f"{ref} is protected: propose the change in a pull request.")
    if not direct and (not branch or branch in git.branches()):
        raise unprocessable(f"Choose a branch name that is free, not {branch or 'an empty one'}.")
    text = request.form.get("text", "").replace("\r\n", "\n")
    message = request.form.get("message", "").strip() or f"Update {path.rsplit('/', 1)[-1]}"
    user = world().user(signed_in(viewer()))
    person = Person(user.login, user.email)
    tree = git.write_tree(sha, {path: text})
    if tree == git.commit(sha).tree:
        raise unprocessable("Nothing was changed.")
    made = git.write_commit(tree, [sha], message, person, person, world().clock.now())
    git.update_ref(f"refs/heads/{branch}", made)
    ref_moved(world(), one, f"refs/heads/{branch}", sha if direct else ZERO, made, user.login)
    if direct:
        flash(f"Committed {made[:7]} to {branch}.", "good")
        target = url_for("browse.blob", owner=one.owner, name=one.name, rest=f"{branch}/{path}")
    else:
        pull = act.open_pull(world(), viewer(), one, title=message, head=branch, base=ref)
        target = url_for("pulls.pull", owner=one.owner, name=one.name, number=pull.number)
    return guarded(make_response(redirect(target)))
