"""Trees, commits and branches made through the API, without a clone."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from countersign.sandbox.access import allow, signed_in
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import not_found, unprocessable
from countersign.sandbox.git import ZERO, Person
from countersign.sandbox.nouns import Repository, User
from countersign.sandbox.protection import refused_refs
from countersign.sandbox.pushes import ref_moved
from countersign.sandbox.rest.context import actor, body, readable, world
from countersign.sandbox.shapes import repositories

routes = Blueprint("rest_git_data", __name__, url_prefix="/api/v3/repos/<owner>/<name>/git")


def _writable(owner: str, name: str) -> tuple[Repository, User]:
    repository = world().repository(owner, name)
    allow(world(), actor(), repository, app={"contents": "write"}, user="write")
    return repository, world().user(signed_in(actor()))


@routes.get("/ref/<path:ref>")
def get_ref(owner: str, name: str, ref: str) -> Response:
    """Branches only: ``heads/NAME``."""
    repository = readable(owner, name, "contents")
    tip = world().git(repository).tip(ref.removeprefix("heads/")) if ref.startswith("heads/") else None
    if tip is None:
        raise not_found()
    return jsonify(repositories.reference(world(), repository, f"refs/{ref}", tip))


@routes.post("/refs")
def create_ref(owner: str, name: str) -> tuple[Response, int]:
    (repository, who), given = _writable(owner, name), body("ref", "sha")
    ref, git = given["ref"], world().git(repository)
    if ref.startswith("refs/tags/"):
        if ref in git.run("for-each-ref", "--format=%(refname)", "refs/tags").splitlines():
            raise unprocessable("Reference already exists")
        git.update_ref(ref, given["sha"])
        return jsonify(repositories.reference(world(), repository, ref, given["sha"], kind="tag")), 201
    if not ref.startswith("refs/heads/"):
        raise unprocessable(f"{ref} is neither a branch nor a tag; the sandbox makes no other refs")
    if git.tip(ref.removeprefix("refs/heads/")):
        raise unprocessable("Reference already exists")
    if git.resolve(given["sha"]) != given["sha"]:
        raise unprocessable("Object does not exist")
    git.update_ref(ref, given["sha"])
    ref_moved(world(), repository, ref, ZERO, given["sha"], who.login)
    return jsonify(repositories.reference(world(), repository, ref, given["sha"])), 201


@routes.patch("/refs/<path:ref>")
def update_ref(owner: str, name: str, ref: str) -> Response:
    """422 for what is no fast-forward, unless ``force``."""
    (repository, who), given = _writable(owner, name), body("sha")
    full, git = f"refs/{ref}", world().git(repository)
    tip = git.tip(ref.removeprefix("heads/")) if ref.startswith("heads/") else None
    if tip is None:
        raise unprocessable("Reference does not exist")
    if git.resolve(given["sha"]) != given["sha"]:
        raise unprocessable("Object does not exist")
    if full in refused_refs(world(), repository, who.login):
        raise unprocessable("Repository rule violations found: changes must be made through a pull request.")
    if not given.get("force") and not git.is_ancestor(tip, given["sha"]):
        raise unprocessable("Update is not a fast forward")
    git.update_ref(full, given["sha"], tip)
    ref_moved(world(), repository, full, tip, given["sha"], who.login)
    return jsonify(repositories.reference(world(), repository, full, given["sha"]))


@routes.post("/tags")
def create_tag(owner: str, name: str) -> tuple[Response, int]:
    """The tag object alone, as on GitHub: it takes a ref to be seen."""
    (repository, who), given = _writable(owner, name), body("tag", "message", "object", "type")
    git, now = world().git(repository), world().clock.now()
    if given["type"] != "commit" or git.resolve(given["object"]) != given["object"]:
        raise unprocessable("Object does not exist")
    person = Person(who.login, who.email)
    made = git.write_tag(given["tag"], given["object"], given["message"], person, now)
    tagger = {"name": person.name, "email": person.email, "date": iso(now)}
    return jsonify(repositories.tag(world(), repository, made, given["tag"], given["object"], given["message"], tagger)), 201


@routes.post("/trees")
def create_tree(owner: str, name: str) -> tuple[Response, int]:
    """Files with their content, on ``base_tree``: other entries are not taken here."""
    (repository, _), given = _writable(owner, name), body("tree")
    files: dict[str, str | None] = {}
    for entry in given["tree"]:
        if entry.get("mode") != "100644" or "content" not in entry:
            raise unprocessable("The sandbox takes regular files with their content only")
        files[entry["path"]] = entry["content"]
    git = world().git(repository)
    tree = git.write_tree(given.get("base_tree"), files)
    return jsonify(repositories.tree(world(), repository, tree, git.files(tree))), 201


@routes.post("/commits")
def create_commit(owner: str, name: str) -> tuple[Response, int]:
    """By and at the name of whoever asks."""
    (repository, who), given = _writable(owner, name), body("message", "tree")
    git, parents = world().git(repository), list(given.get("parents", []))
    if any(git.resolve(parent) != parent for parent in parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    person = Person(who.login, who.email)
    made = git.write_commit(given["tree"], parents, given["message"], person, person, world().clock.now())
    return jsonify(repositories.git_commit(world(), repository, git.commit(made))), 201


@routes.get("/commits/<sha>")
def get_commit(owner: str, name: str, sha: str) -> Response:
    repository = readable(owner, name, "contents")
    git = world().git(repository)
    if git.resolve(sha) != sha:
        raise not_found()
    return jsonify(repositories.git_commit(world(), repository, git.commit(sha)))
