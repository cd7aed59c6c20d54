"""Issues and comments."""

from __future__ import annotations

from countersign.sandbox import events
from countersign.sandbox.access import Actor, allow, signed_in
from countersign.sandbox.errors import forbidden, invalid
from countersign.sandbox.nouns import Comment, Issue, Repository
from countersign.sandbox.world import World

#: GitHub's limit of a comment's or issue's body, in characters.
LONGEST_BODY = 65_536


def new_issue(world: World, repository: Repository, author: str, title: str, body: str) -> Issue:
    """The next number of the repository, for an issue or a pull request."""
    if not title.strip():
        raise invalid("Issue", "title", "title can't be blank")
    _check_body(body)
    repository.last_number += 1
    now = world.clock.now()
    issue = Issue(
        id=world.new_id(),
        repository=repository.id,
        number=repository.last_number,
        title=title,
        body=body,
        author=author,
        created_at=now,
        updated_at=now,
    )
    world.issues[repository.id, issue.number] = issue
    return issue


def open_issue(world: World, actor: Actor, repository: Repository, title: str, body: str, labels: list[str]) -> Issue:
    allow(world, actor, repository, app={"issues": "write"}, user="read")
    issue = new_issue(world, repository, signed_in(actor), title, body)
    issue.labels, issue.app = labels, actor.app.id if actor.app else None
    events.issue(world, "opened", issue, issue.author)
    return issue


def edit_issue(world: World, actor: Actor, issue: Issue, *, title: str | None, body: str | None, state: str | None) -> None:
    repository = world.repositories[issue.repository]
    mine = actor.kind == "user" and actor.login == issue.author
    allow(world, actor, repository, app={"issues": "write"}, user="read" if mine else "write")
    issue.title, issue.body = title or issue.title, issue.body if body is None else body
    issue.updated_at = world.clock.now()
    if state and state != issue.state:
        issue.state = state
        issue.closed_at = world.clock.now() if state == "closed" else None
        events.issue(world, "closed" if state == "closed" else "reopened", issue, signed_in(actor))


def say(world: World, actor: Actor, issue: Issue, body: str) -> Comment:
    """Comment on an issue or a pull request; an App needs the permission of either."""
    repository = world.repositories[issue.repository]
    allow(world, actor, repository, app=_needed(world, issue), user="read")
    if not body.strip():
        raise invalid("IssueComment", "body", "body can't be blank")
    _check_body(body)
    now = world.clock.now()
    comment = Comment(
        id=world.new_id(),
        repository=issue.repository,
        number=issue.number,
        author=signed_in(actor),
        body=body,
        created_at=now,
        updated_at=now,
        app=actor.app.id if actor.app else None,
    )
    world.comments[comment.id] = comment
    issue.updated_at = now
    events.comment(world, "created", comment, comment.author)
    return comment


def edit_comment(world: World, actor: Actor, comment: Comment, body: str) -> None:
    """An App edits only its own comments; people with the write role edit anybody's."""
    repository = world.repositories[comment.repository]
    mine = actor.login == comment.author
    allow(world, actor, repository, app=_needed(world, world.issue(comment.repository, comment.number)), user="read" if mine else "write")
    if actor.kind == "installation" and not mine:
        raise forbidden()
    _check_body(body)
    before, comment.body, comment.updated_at = comment.body, body, world.clock.now()
    events.comment(world, "edited", comment, signed_in(actor), changes={"body": {"from": before}})


def _needed(world: World, issue: Issue) -> dict[str, str]:
    if (issue.repository, issue.number) in world.pulls:
        return {"pull_requests": "write", "issues": "write"}
    return {"issues": "write"}


def _check_body(body: str) -> None:
    if len(body) > LONGEST_BODY:
        raise invalid("Issue", "body", f"body is too long (maximum is {LONGEST_BODY} characters)")
