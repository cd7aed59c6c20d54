"""Check runs, check suites and annotations."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.clock import iso
from countersign.sandbox.nouns import CheckRun, CheckSuite, PullRequest, Repository
from countersign.sandbox.shapes.apps import app
from countersign.sandbox.shapes.repositories import api_url, html_url, login_of, repository
from countersign.sandbox.world import World, node_id

JSON = dict[str, Any]


def pull_requests(world: World, home: Repository, sha: str) -> list[JSON]:
    """Open pull requests with this head, in the short form of checks. Those from forks are left out, as GitHub does."""
    found = [pull for pull in world.pulls_of(home.id) if pull.open and pull.head_sha == sha and pull.head_repository == home.id]
    return [_minimal_pull(world, home, pull) for pull in found]


def _minimal_pull(world: World, home: Repository, pull: PullRequest) -> JSON:
    repo = {"id": home.id, "url": api_url(world, home), "name": home.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api_url(world, home)}/pulls/{pull.number}",
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": repo},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": repo},
    }


def check_run(world: World, one: CheckRun) -> JSON:
    """``check-run``."""
    home = world.repositories[one.repository]
    url = f"{api_url(world, home)}/check-runs/{one.id}"
    return {
        "id": one.id,
        "name": one.name,
        "node_id": node_id("CheckRun", one.id),
        "head_sha": one.head_sha,
        "external_id": one.external_id,
        "url": url,
        "html_url": f"{html_url(world, home)}/runs/{one.id}",
        "details_url": one.details_url or f"{html_url(world, home)}/runs/{one.id}",
        "status": one.status,
        "conclusion": one.conclusion,
        "started_at": iso(one.started_at),
        "completed_at": iso(one.completed_at) if one.completed_at else None,
        "output": {
            "title": one.output.get("title"),
            "summary": one.output.get("summary"),
            "text": one.output.get("text"),
            "annotations_count": len(one.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": one.suite},
        "app": app(world, world.app(one.app)),
        "pull_requests": pull_requests(world, home, one.head_sha),
    }


def annotation(world: World, run: CheckRun, one: JSON) -> JSON:
    """``check-annotation``."""
    home = world.repositories[run.repository]
    return {
        "path": one["path"],
        "blob_href": f"{html_url(world, home)}/blob/{run.head_sha}/{one['path']}",
        "start_line": one["start_line"],
        "end_line": one["end_line"],
        "start_column": one.get("start_column"),
        "end_column": one.get("end_column"),
        "annotation_level": one["annotation_level"],
        "title": one.get("title"),
        "message": one["message"],
        "raw_details": one.get("raw_details"),
    }


def suite_state(world: World, one: CheckSuite) -> tuple[str, str | None]:
    """(status, conclusion) of a suite: the worst of its runs."""
    runs = [run for run in world.checks.values() if run.suite == one.id]
    if not runs:
        return "queued", None
    if any(run.status != "completed" for run in runs):
        return "in_progress", None
    conclusions = {run.conclusion for run in runs}
    return "completed", next((bad for bad in ("failure", "timed_out", "cancelled", "action_required") if bad in conclusions), "success")


def check_suite(world: World, one: CheckSuite) -> JSON:
    """A suite as webhooks and REST state it."""
    home = world.repositories[one.repository]
    url = f"{api_url(world, home)}/check-suites/{one.id}"
    status, conclusion = suite_state(world, one)
    made = world.git(home).commit(one.head_sha)
    return {
        "id": one.id,
        "node_id": node_id("CheckSuite", one.id),
        "head_branch": one.head_branch,
        "head_sha": one.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": url,
        "before": made.parents[0] if made.parents else None,
        "after": one.head_sha,
        "pull_requests": pull_requests(world, home, one.head_sha),
        "app": app(world, world.app(one.app)),
        "repository": repository(world, home),
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "latest_check_runs_count": sum(run.suite == one.id for run in world.checks.values()),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": {
            "id": made.sha,
            "tree_id": made.tree,
            "message": made.message,
            "timestamp": made.committed_at,
            "author": {"name": made.author.name, "email": made.author.email, "username": login_of(world, made.author)},
            "committer": {"name": made.committer.name, "email": made.committer.email, "username": login_of(world, made.committer)},
        },
    }
