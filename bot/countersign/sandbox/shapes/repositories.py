"""Repositories, branches, commits and files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from countersign.sandbox.access import Actor, role_of
from countersign.sandbox.clock import iso
from countersign.sandbox.git import Commit, FileChange, Person
from countersign.sandbox.nouns import PERMISSION_OF_ROLE, ROLES, Repository, Status
from countersign.sandbox.shapes.accounts import account
from countersign.sandbox.world import WEB_FLOW, World, node_id

JSON = dict[str, Any]

_TEMPLATES = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def api_url(world: World, one: Repository) -> str:
    return f"{world.url}/api/v3/repos/{one.full_name}"


def html_url(world: World, one: Repository) -> str:
    return f"{world.url}/{one.full_name}"


def repository(world: World, one: Repository, actor: Actor | None = None) -> JSON:
    """``repository``; with the actor's ``permissions`` if one is given."""
    open_issues = sum(issue.state == "open" for (owner, _), issue in world.issues.items() if owner == one.id)
    forks = sum(other.fork_of == one.id for other in world.repositories.values())
    page = html_url(world, one)
    shape: JSON = {
        "id": one.id,
        "node_id": node_id("Repository", one.id),
        "name": one.name,
        "full_name": one.full_name,
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "owner": account(world, one.owner),
        "html_url": page,
        "description": one.description or None,
        "fork": one.fork_of is not None,
        "url": api_url(world, one),
        **{name: api_url(world, one) + suffix for name, suffix in _TEMPLATES.items()},
        "git_url": f"{page}.git",
        "ssh_url": f"{page}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "size": 0,
        "forks": forks,
        "forks_count": forks,
        "stargazers_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "default_branch": one.default_branch,
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "has_downloads": False,
        "is_template": False,
        "archived": False,
        "disabled": False,
        "allow_forking": True,
        "web_commit_signoff_required": False,
        "custom_properties": {},
        "pushed_at": iso(one.pushed_at),
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
    }
    if actor is not None:
        shape["permissions"] = permissions(role_of(world, actor.login, one) if actor.kind == "user" else "read")
    return shape


def full_repository(world: World, one: Repository, actor: Actor) -> JSON:
    """``full-repository``, as ``GET /repos/{owner}/{repo}`` answers."""
    shape = {**repository(world, one, actor), "subscribers_count": 0, "network_count": 0}
    if one.fork_of is not None:
        shape["parent"] = shape["source"] = repository(world, world.repositories[one.fork_of])
    return shape


def permissions(role: str) -> dict[str, bool]:
    """``{"admin": false, "push": true, …}``."""
    return {permission: ROLES.index(role) >= ROLES.index(name) for name, permission in PERMISSION_OF_ROLE.items()}


def summary(one: Repository) -> JSON:
    """The short form that installation events list."""
    return {
        "id": one.id,
        "node_id": node_id("Repository", one.id),
        "name": one.name,
        "full_name": one.full_name,
        "private": one.private,
    }


def login_of(world: World, person: Person) -> str | None:
    """The account GitHub shows for a commit's author or committer, by email address."""
    user = world.user_by_email(person.email)
    return user.login if user else None


def _git_user(person: Person, date: str) -> JSON:
    return {"name": person.name, "email": person.email, "date": date}


def commit(world: World, one: Repository, made: Commit) -> JSON:
    """``commit`` without its files."""
    author, committer = login_of(world, made.author), login_of(world, made.committer)
    signed = committer == WEB_FLOW
    return {
        "url": f"{api_url(world, one)}/commits/{made.sha}",
        "sha": made.sha,
        "node_id": node_id("Commit", int(made.sha[:8], 16)),
        "html_url": f"{html_url(world, one)}/commit/{made.sha}",
        "comments_url": f"{api_url(world, one)}/commits/{made.sha}/comments",
        "commit": {
            "url": f"{api_url(world, one)}/git/commits/{made.sha}",
            "author": _git_user(made.author, made.authored_at),
            "committer": _git_user(made.committer, made.committed_at),
            "message": made.message,
            "comment_count": 0,
            "tree": {"sha": made.tree, "url": f"{api_url(world, one)}/git/trees/{made.tree}"},
            "verification": {
                "verified": signed,
                "reason": "valid" if signed else "unsigned",
                "payload": None,
                "signature": None,
                "verified_at": None,
            },
        },
        "author": account(world, author) if author else None,
        "committer": account(world, committer) if committer else None,
        "parents": [
            {
                "sha": parent,
                "url": f"{api_url(world, one)}/commits/{parent}",
                "html_url": f"{html_url(world, one)}/commit/{parent}",
            }
            for parent in made.parents
        ],
    }


def git_commit(world: World, one: Repository, made: Commit) -> JSON:
    """``git-commit``: as `commit`, without GitHub's accounts around it."""
    whole = commit(world, one, made)
    inner = whole["commit"]
    kept = {name: inner[name] for name in ("author", "committer", "message", "tree", "verification", "url")}
    return {**kept, **{name: whole[name] for name in ("sha", "node_id", "html_url", "parents")}}


def reference(world: World, one: Repository, ref: str, sha: str, kind: str = "commit") -> JSON:
    """``git-ref`` of a branch, or of an annotated tag (kind ``tag``)."""
    url = api_url(world, one)
    return {
        "ref": ref,
        "node_id": node_id("Ref", int(sha[:8], 16)),
        "url": f"{url}/git/{ref}",
        "object": {"type": kind, "sha": sha, "url": f"{url}/git/{kind}s/{sha}"},
    }


def tag(world: World, one: Repository, sha: str, name: str, commit: str, message: str, tagger: JSON) -> JSON:
    """``git-tag``."""
    url = f"{api_url(world, one)}/git"
    return {
        "node_id": node_id("Tag", int(sha[:8], 16)),
        "tag": name,
        "sha": sha,
        "url": f"{url}/tags/{sha}",
        "message": message,
        "tagger": tagger,
        "object": {"type": "commit", "sha": commit, "url": f"{url}/commits/{commit}"},
    }


def tree(world: World, one: Repository, sha: str, files: Mapping[str, tuple[str, int]]) -> JSON:
    """``git-tree``, every file at once. files: path -> (blob, size)."""
    url = f"{api_url(world, one)}/git"
    entries = [
        {"path": path, "mode": "100644", "type": "blob", "size": size, "sha": blob, "url": f"{url}/blobs/{blob}"}
        for path, (blob, size) in files.items()
    ]
    return {"sha": sha, "url": f"{url}/trees/{sha}", "truncated": False, "tree": entries}


def changed_file(world: World, one: Repository, change: FileChange, head: str) -> JSON:
    """``diff-entry``. ``patch`` is left out for binary files, as GitHub does."""
    shape: JSON = {
        "sha": change.blob,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{html_url(world, one)}/blob/{head}/{change.path}",
        "raw_url": f"{html_url(world, one)}/raw/{head}/{change.path}",
        "contents_url": f"{api_url(world, one)}/contents/{change.path}?ref={head}",
    }
    if change.patch:
        shape["patch"] = change.patch
    if change.old_path:
        shape["previous_filename"] = change.old_path
    return shape


def content(world: World, one: Repository, path: str, ref: str, blob: str, data: bytes) -> JSON:
    """``content-file``: base64 in lines of 60, as GitHub sends it."""
    url = f"{api_url(world, one)}/contents/{path}?ref={ref}"
    page = f"{html_url(world, one)}/blob/{ref}/{path}"
    encoded = base64.b64encode(data).decode()
    git = f"{api_url(world, one)}/git/blobs/{blob}"
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(data),
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "content": "".join(encoded[at : at + 60] + "\n" for at in range(0, len(encoded), 60)),
        "sha": blob,
        "url": url,
        "git_url": git,
        "html_url": page,
        "download_url": f"{html_url(world, one)}/raw/{ref}/{path}",
        "_links": {"git": git, "self": url, "html": page},
    }


def status(world: World, one: Repository, posted: Status) -> JSON:
    """``status``: one commit status."""
    return {
        "url": f"{api_url(world, one)}/statuses/{posted.sha}",
        "avatar_url": f"{world.url}/_avatars/{quote(posted.author)}",
        "id": posted.id,
        "node_id": node_id("StatusContext", posted.id),
        "state": posted.state,
        "description": posted.description or None,
        "target_url": posted.target_url or None,
        "context": posted.context,
        "created_at": iso(posted.created_at),
        "updated_at": iso(posted.created_at),
        "creator": account(world, posted.author),
    }
