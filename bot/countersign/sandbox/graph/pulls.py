"""Repositories, pull requests, reviews, commits and checks."""

from __future__ import annotations

from typing import Any

from countersign.sandbox.access import Actor, allow
from countersign.sandbox.clock import iso
from countersign.sandbox.errors import Refused
from countersign.sandbox.git import Commit, Person
from countersign.sandbox.graph.actors import account
from countersign.sandbox.graph.connections import connection
from countersign.sandbox.graph.errors import Unresolved
from countersign.sandbox.merging import comparison, mergeability
from countersign.sandbox.nouns import CheckRun, CheckSuite, PullRequest, Repository, Review
from countersign.sandbox.shapes.checks import suite_state
from countersign.sandbox.shapes.repositories import html_url, login_of
from countersign.sandbox.world import World, node_id

Node = dict[str, Any]


def repository(world: World, actor: Actor, one: Repository) -> Node:
    def allowed(permission: str) -> None:
        try:
            allow(world, actor, one, app={permission: "read"}, user="read")
        except Refused as refusal:
            raise Unresolved("FORBIDDEN", refusal.message) from None

    def pull_request(_: Any, number: int) -> Node:
        allowed("pull_requests")
        found = world.pulls.get((one.id, number))
        if found is None:
            raise Unresolved("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return pull(world, found)

    def pull_requests(_: Any, **arguments: Any) -> Node:
        allowed("pull_requests")
        return connection(_chosen(world.pulls_of(one.id), arguments), lambda found: pull(world, found), arguments)

    return {
        "id": node_id("Repository", one.id),
        "databaseId": one.id,
        "name": one.name,
        "nameWithOwner": one.full_name,
        "isPrivate": one.private,
        "url": html_url(world, one),
        "pullRequest": pull_request,
        "pullRequests": pull_requests,
    }


def _chosen(pulls: list[PullRequest], arguments: dict[str, Any]) -> list[PullRequest]:
    states, base, head = arguments.get("states"), arguments.get("baseRefName"), arguments.get("headRefName")
    chosen = [
        one for one in pulls if (not states or _state(one) in states) and base in (None, one.base_ref) and head in (None, one.head_ref)
    ]
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    if order["field"] == "UPDATED_AT":
        chosen.sort(key=lambda one: one.issue.updated_at)
    return chosen[::-1] if order["direction"] == "DESC" else chosen


def _state(one: PullRequest) -> str:
    return "MERGED" if one.merged_at else one.issue.state.upper()


def pull(world: World, one: PullRequest) -> Node:
    def reviews(_: Any, **arguments: Any) -> Node:
        states = arguments.get("states")
        chosen = [given for given in world.reviews_of(one) if not states or given.state in states]
        return connection(chosen, lambda given: review(world, one, given), arguments)

    def commits(_: Any, **arguments: Any) -> Node:
        """At most 250, as GitHub lists of a pull request."""
        shown = comparison(world, one).commits[:250]
        home = world.repositories[one.repository]
        return connection(shown, lambda made: {"id": node_id("PullRequestCommit", one.id), "commit": commit(world, home, made)}, arguments)

    def mergeable(_: Any) -> str:
        return {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}[mergeability(world, one)[0]]

    def merge_commit(_: Any) -> Node | None:
        home = world.repositories[one.repository]
        return commit(world, home, world.git(home).commit(one.merge_commit)) if one.merge_commit else None

    issue = one.issue
    return {
        "id": node_id("PullRequest", one.id),
        "databaseId": one.id,
        "fullDatabaseId": str(one.id),
        "number": one.number,
        "title": issue.title,
        "body": issue.body,
        "url": f"{html_url(world, world.repositories[one.repository])}/pull/{one.number}",
        "state": _state(one),
        "isDraft": one.draft,
        "isCrossRepository": one.head_repository != one.repository,
        "merged": one.merged_at is not None,
        "mergedAt": iso(one.merged_at) if one.merged_at else None,
        "mergedBy": account(world, one.merged_by) if one.merged_by else None,
        "mergeCommit": merge_commit,
        "mergeable": mergeable,
        "headRefOid": one.head_sha,
        "headRefName": one.head_ref,
        "baseRefName": one.base_ref,
        "baseRefOid": one.base_sha,
        "author": account(world, issue.author),
        "createdAt": iso(issue.created_at),
        "updatedAt": iso(issue.updated_at),
        "closedAt": iso(issue.closed_at) if issue.closed_at else None,
        "reviews": reviews,
        "commits": commits,
    }


def review(world: World, one: PullRequest, given: Review) -> Node:
    home = world.repositories[one.repository]
    return {
        "id": node_id("PullRequestReview", given.id),
        "databaseId": given.id,
        "fullDatabaseId": str(given.id),
        "author": account(world, given.author),
        "state": given.state,
        "body": given.body,
        "submittedAt": iso(given.submitted_at),
        "url": f"{html_url(world, home)}/pull/{one.number}#pullrequestreview-{given.id}",
        "commit": lambda _: commit(world, home, world.git(home).commit(given.commit)),
    }


def commit(world: World, home: Repository, made: Commit) -> Node:
    def suites(_: Any, **arguments: Any) -> Node:
        wanted = arguments.get("filterBy") or {}
        app, name = wanted.get("appId"), wanted.get("checkName")
        found = [
            suite
            for suite in world.suites.values()
            if (suite.repository, suite.head_sha) == (home.id, made.sha)
            and app in (None, suite.app)
            and (name is None or any(run.name == name for run in _runs(world, suite)))
        ]
        return connection(found, lambda suite: check_suite(world, suite), arguments)

    def authors(_: Any, **arguments: Any) -> Node:
        return connection([made.author], lambda person: _git_actor(world, person), arguments)

    return {
        "id": node_id("Commit", int(made.sha[:8], 16)),
        "oid": made.sha,
        "message": made.message,
        "author": _git_actor(world, made.author),
        "authors": authors,
        "committer": _git_actor(world, made.committer),
        "committedDate": made.committed_at,
        "checkSuites": suites,
        "statusCheckRollup": lambda _: _rollup(world, home, made.sha),
    }


def _git_actor(world: World, person: Person) -> Node:
    login = login_of(world, person)
    return {"name": person.name, "email": person.email, "user": account(world, login) if login else None}


def _rollup(world: World, home: Repository, sha: str) -> Node | None:
    """The worst of the newest check of each name and App, and the newest status of each context."""
    runs = {(run.app, run.name): run for run in world.checks_on(home.id, sha)}
    states = [run.conclusion or "pending" for run in runs.values()]
    statuses = {one.context: one.state for one in world.statuses if one.repository == home.id and one.sha == sha}
    states += statuses.values()
    if not states:
        return None
    worst = next((state for state in ("failure", "error", "cancelled", "timed_out", "action_required") if state in states), None)
    return {"id": node_id("StatusCheckRollup", home.id), "state": "FAILURE" if worst else "PENDING" if "pending" in states else "SUCCESS"}


def _runs(world: World, suite: CheckSuite) -> list[CheckRun]:
    return [run for run in world.checks.values() if run.suite == suite.id]


def check_suite(world: World, suite: CheckSuite) -> Node:
    def runs(_: Any, **arguments: Any) -> Node:
        wanted = arguments.get("filterBy") or {}
        chosen = [
            run
            for run in _runs(world, suite)
            if run.name == wanted.get("checkName", run.name)
            and run.app == wanted.get("appId", run.app)
            and run.status.upper() == wanted.get("status", run.status.upper())
        ]
        if wanted.get("checkType") == "LATEST":
            chosen = list({run.name: run for run in chosen}.values())
        return connection(chosen, lambda run: check_run(world, run), arguments)

    status, conclusion = suite_state(world, suite)
    app = world.app(suite.app)
    return {
        "id": node_id("CheckSuite", suite.id),
        "databaseId": suite.id,
        "app": {"id": node_id("App", app.id), "databaseId": app.id, "name": app.name, "slug": app.slug},
        "status": status.upper(),
        "conclusion": conclusion.upper() if conclusion else None,
        "checkRuns": runs,
    }


def check_run(world: World, run: CheckRun) -> Node:
    return {
        "id": node_id("CheckRun", run.id),
        "databaseId": run.id,
        "name": run.name,
        "status": run.status.upper(),
        "conclusion": run.conclusion.upper() if run.conclusion else None,
        "externalId": run.external_id,
        "title": run.output.get("title"),
        "summary": run.output.get("summary"),
        "startedAt": iso(run.started_at),
        "completedAt": iso(run.completed_at) if run.completed_at else None,
        "url": f"{html_url(world, world.repositories[run.repository])}/runs/{run.id}",
        "detailsUrl": run.details_url or None,
    }
