"""Issues and comments."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.access import role_of
from countersign.sandbox.clock import iso
from countersign.sandbox.nouns import Comment, Issue, Organisation, Repository
from countersign.sandbox.shapes.accounts import account
from countersign.sandbox.shapes.apps import app
from countersign.sandbox.shapes.repositories import api_url, html_url
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]


def association(world: World, login: str, repository: Repository) -> str:
    """How an author stands to a repository: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR or NONE."""
    owner = world.account(repository.owner)
    if owner.login.lower() == login.lower():
        return "OWNER"
    if isinstance(owner, Organisation) and login.lower() in owner.members:
        return "MEMBER"
    return "COLLABORATOR" if login.lower() in repository.collaborators or role_of(world, login, repository) == "write" else "NONE"


def issue(world: World, one: Issue) -> JSON:
    """``issue``; with ``pull_request`` if it is one."""
    repository = world.repositories[one.repository]
    url, is_pull = f"{api_url(world, repository)}/issues/{one.number}", (one.repository, one.number) in world.pulls
    page = f"{html_url(world, repository)}/{'pull' if is_pull else 'issues'}/{one.number}"
    shape: JSON = {
        "id": one.id,
        "node_id": node_id("Issue", one.id),
        "url": url,
        "repository_url": api_url(world, repository),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "number": one.number,
        "state": one.state,
        "state_reason": None,
        "title": one.title,
        "body": one.body or None,
        "user": account(world, one.author),
        "labels": [
            {
                "id": number,
                "node_id": node_id("Label", number),
                "url": f"{api_url(world, repository)}/labels/{name}",
                "name": name,
                "color": "ededed",
                "default": False,
                "description": None,
            }
            for number, name in enumerate(one.labels, 1)
        ],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "draft": False,
        "locked": False,
        "active_lock_reason": None,
        "reactions": _reactions(url),
        "comments": len(world.comments_of(one)),
        "closed_at": iso(one.closed_at) if one.closed_at else None,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "author_association": association(world, one.author, repository),
        "performed_via_github_app": app(world, world.app(one.app)) if one.app else None,
    }
    if is_pull:
        pull = world.pulls[one.repository, one.number]
        shape["pull_request"] = {
            "url": f"{api_url(world, repository)}/pulls/{one.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": iso(pull.merged_at) if pull.merged_at else None,
        }
        shape["draft"] = pull.draft
    return shape


def _reactions(url: str) -> JSON:
    """Nobody reacts here."""
    kinds = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(kinds, 0)}


def comment(world: World, one: Comment) -> JSON:
    """``issue-comment``."""
    repository = world.repositories[one.repository]
    kind = "pull" if (one.repository, one.number) in world.pulls else "issues"
    return {
        "id": one.id,
        "node_id": node_id("IssueComment", one.id),
        "url": f"{api_url(world, repository)}/issues/comments/{one.id}",
        "html_url": f"{html_url(world, repository)}/{kind}/{one.number}#issuecomment-{one.id}",
        "issue_url": f"{api_url(world, repository)}/issues/{one.number}",
        "reactions": _reactions(f"{api_url(world, repository)}/issues/comments/{one.id}"),
        "body": one.body,
        "user": account(world, one.author),
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "author_association": association(world, one.author, repository),
        "performed_via_github_app": app(world, world.app(one.app)) if one.app else None,
    }
