"""Pull requests and reviews."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.clock import iso
from countersign.sandbox.merging import comparison, mergeability
from countersign.sandbox.nouns import PullRequest, Review
from countersign.sandbox.shapes.accounts import account, team
from countersign.sandbox.shapes.issues import association
from countersign.sandbox.shapes.repositories import api_url, html_url, repository
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]


def simple_pull(world: World, one: PullRequest) -> JSON:
    """``pull-request-simple``, as lists hold them."""
    base, head = world.repositories[one.repository], world.repositories[one.head_repository]
    url, page = f"{api_url(world, base)}/pulls/{one.number}", f"{html_url(world, base)}/pull/{one.number}"
    issue_url = f"{api_url(world, base)}/issues/{one.number}"
    issue = one.issue
    return {
        "url": url,
        "id": one.id,
        "node_id": node_id("PullRequest", one.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue_url,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{api_url(world, base)}/pulls/comments{{/number}}",
        "comments_url": f"{issue_url}/comments",
        "statuses_url": f"{api_url(world, base)}/statuses/{one.head_sha}",
        "number": one.number,
        "state": issue.state,
        "locked": False,
        "title": issue.title,
        "user": account(world, issue.author),
        "body": issue.body or None,
        "labels": [],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": iso(issue.created_at),
        "updated_at": iso(issue.updated_at),
        "closed_at": iso(issue.closed_at) if issue.closed_at else None,
        "merged_at": iso(one.merged_at) if one.merged_at else None,
        "merge_commit_sha": one.merge_commit or None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [account(world, login) for login in one.asked_users],
        "requested_teams": [team(world, world.team(base.owner, slug)) for slug in one.asked_teams],
        "head": {
            "label": f"{head.owner}:{one.head_ref}",
            "ref": one.head_ref,
            "sha": one.head_sha,
            "user": account(world, head.owner),
            "repo": repository(world, head),
        },
        "base": {
            "label": f"{base.owner}:{one.base_ref}",
            "ref": one.base_ref,
            "sha": one.base_sha,
            "user": account(world, base.owner),
            "repo": repository(world, base),
        },
        "_links": {
            "self": {"href": url},
            "html": {"href": page},
            "issue": {"href": issue_url},
            "comments": {"href": f"{issue_url}/comments"},
            "review_comments": {"href": f"{url}/comments"},
            "review_comment": {"href": f"{api_url(world, base)}/pulls/comments{{/number}}"},
            "commits": {"href": f"{url}/commits"},
            "statuses": {"href": f"{api_url(world, base)}/statuses/{one.head_sha}"},
        },
        "author_association": association(world, issue.author, base),
        "auto_merge": None,
        "draft": one.draft,
        **_stack(world, one),
    }


def _stack(world: World, one: PullRequest) -> JSON:
    if not one.trunk:
        return {}
    home = world.repositories[one.repository]
    return {"stack": {"base": {"ref": one.trunk, "sha": world.git(home).resolve(f"refs/heads/{one.trunk}")}}}


def pull(world: World, one: PullRequest) -> JSON:
    """``pull-request``, with what only a single one states: merge state and counts."""
    compared = comparison(world, one)
    clean, state = mergeability(world, one)
    return {
        **simple_pull(world, one),
        "merged": one.merged_at is not None,
        "mergeable": clean,
        "rebaseable": clean,
        "mergeable_state": state,
        "merged_by": account(world, one.merged_by) if one.merged_by else None,
        "comments": len(world.comments_of(one.issue)),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(compared.commits),
        "additions": sum(change.additions for change in compared.files),
        "deletions": sum(change.deletions for change in compared.files),
        "changed_files": len(compared.files),
    }


def review(world: World, one: Review) -> JSON:
    """``pull-request-review``. ``state`` in capitals, as REST has it; webhooks send it in lower case."""
    base = world.repositories[one.repository]
    url, page = f"{api_url(world, base)}/pulls/{one.number}", f"{html_url(world, base)}/pull/{one.number}"
    return {
        "id": one.id,
        "node_id": node_id("PullRequestReview", one.id),
        "user": account(world, one.author),
        "body": one.body,
        "state": one.state,
        "html_url": f"{page}#pullrequestreview-{one.id}",
        "pull_request_url": url,
        "_links": {"html": {"href": f"{page}#pullrequestreview-{one.id}"}, "pull_request": {"href": url}},
        "submitted_at": iso(one.submitted_at),
        "commit_id": one.commit,
        "author_association": association(world, one.author, base),
    }
