"""Webhooks: is it from GitHub (`verify`), and what does it tell (`read`)?

One small function an event, listed in `_READERS`. A test holds the list against the subscriptions in app.yml.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from countersign.adapters.github.payload import BadPayload, Payload
from countersign.adapters.github.pull_requests import GHOST
from countersign.model.github import (
    CheckRequestedEvent,
    CommentEvent,
    DeployedEvent,
    DeploymentRequestedEvent,
    Event,
    InstallationEvent,
    MergeGroupEvent,
    PullRequestEvent,
    PullRequestRow,
    PushEvent,
    Repository,
    RepositoryEvent,
    ReviewEvent,
    RosterEvent,
)
from countersign.model.pull_request import Review, ReviewState

__all__ = ["BadPayload", "handled", "read", "verify"]


def verify(secrets: Sequence[bytes], raw: bytes, header: str) -> bool:
    """Whether ``X-Hub-Signature-256`` signs the raw body with one of the secrets (several while one replaces the other)."""
    given = header.encode("utf-8", "replace")
    # All are computed, so that the time taken does not tell which secret it was.
    matches = [
        hmac.compare_digest(b"sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest().encode(), given)
        for secret in secrets
        if secret  # anybody can sign with an empty one
    ]
    return any(matches)


def read(event: str, payload: Mapping[str, Any], *, app_id: int | None = None) -> Event | None:
    """What a delivery tells; None for what is no concern of ours. event: ``X-GitHub-Event``. Raises `BadPayload`.

    app_id: ours, so that another App's checks are ignored. A payload without installation was not sent to an App, and is ignored too.
    """
    reader = _READERS.get(event)
    fields = Payload(event, payload)
    if reader is None or fields.find("installation.id") is None:
        return None
    if app_id is not None and event in ("check_run", "check_suite") and fields.find(f"{event}.app.id") != app_id:
        return None
    return reader(fields)


def handled() -> frozenset[str]:
    """Names of the events that `read` understands."""
    return frozenset(_READERS)


# -- what is in many events --------------------------------------------------------------------------------------------------


def _repository(fields: Payload) -> Repository:
    return Repository(
        name=fields.repository_name("repository.full_name"),
        id=fields.number("repository.id"),
        installation=fields.number("installation.id"),
        default_branch=fields.text("repository.default_branch"),
        private=fields.flag("repository.private"),
    )


def _pull_request(fields: Payload) -> PullRequestRow:
    merged_at = fields.maybe_time("pull_request.merged_at")
    trunk = fields.maybe_text("pull_request.stack.base.ref") or fields.maybe_text("stack.base.ref")
    return PullRequestRow(
        repository=fields.repository_name("repository.full_name"),
        number=fields.number("pull_request.number"),
        author=_login(fields, "pull_request.user"),
        head=fields.sha("pull_request.head.sha"),
        base_ref=_branch(fields.text("pull_request.base.ref")),
        trunk=_branch(trunk) if trunk else "",
        draft=fields.find("pull_request.draft") is True,  # absent where an organisation's plan has no drafts
        state=fields.text("pull_request.state"),
        fork=fields.find("pull_request.head.repo.id") != fields.number("pull_request.base.repo.id"),  # null: the fork was deleted
        url=fields.text("pull_request.html_url"),
        merged_at=merged_at,
        # Before the merge, GitHub names its own trial merge there.
        merge_commit=fields.sha("pull_request.merge_commit_sha") if merged_at else "",
        merged_by=fields.maybe_text("pull_request.merged_by.login"),
        updated_at=fields.time("pull_request.updated_at"),
    )


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/")  # merge groups give it in full, pull requests do not


def _login(fields: Payload, path: str) -> str:
    return fields.maybe_text(f"{path}.login") or GHOST


# -- pull requests -----------------------------------------------------------------------------------------------------------


def _on_pull_request(fields: Payload) -> PullRequestEvent | None:
    action = fields.action
    if action == "stacked" or (action == "edited" and fields.find("changes.base") is not None):
        action = "edited"  # either way it now lands elsewhere
    elif action not in ("opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft", "closed"):
        return None
    return PullRequestEvent(
        action=action,
        repository=_repository(fields),
        pull_request=_pull_request(fields),
        sender=_login(fields, "sender"),
        user=fields.maybe_number("sender.id"),
    )


def _on_review(fields: Payload) -> ReviewEvent | None:
    if fields.action not in ("submitted", "edited", "dismissed"):
        return None
    state = fields.text("review.state").lower()
    if state not in list(ReviewState):
        raise BadPayload(f"{fields.event}: review.state should be one of {', '.join(ReviewState)}, but it is {state!r}")
    review = Review(
        id=fields.number("review.id"),
        login=_login(fields, "review.user"),
        state=ReviewState(state),
        commit=fields.maybe_text("review.commit_id"),
        submitted_at=fields.time("review.submitted_at"),
        body=fields.maybe_text("review.body"),
        bot=fields.find("review.user.type") == "Bot",
        url=fields.text("review.html_url"),
        user=fields.maybe_number("review.user.id"),
    )
    return ReviewEvent(
        action=fields.action,
        repository=_repository(fields),
        pull_request=_pull_request(fields),
        review=review,
        sender=_login(fields, "sender"),
    )


def _on_comment(fields: Payload) -> CommentEvent | None:
    if fields.action != "created":
        return None
    return CommentEvent(
        repository=_repository(fields),
        number=fields.number("issue.number"),
        comment=fields.number("comment.id"),
        login=_login(fields, "comment.user"),
        sender=_login(fields, "sender"),
        body=fields.maybe_text("comment.body"),
        created_at=fields.time("comment.created_at"),
        url=fields.text("comment.html_url"),
        bot=fields.find("comment.user.type") == "Bot",
        issue=fields.find("issue.pull_request") is None,
        user=fields.maybe_number("comment.user.id"),
    )


# -- code --------------------------------------------------------------------------------------------------------------------


def _on_push(fields: Payload) -> PushEvent | None:
    ref = fields.text("ref")
    if not ref.startswith("refs/heads/"):
        return None
    logins: dict[str, str] = {}
    for commit in fields.rows("commits") if fields.find("commits") is not None else []:
        for person in ("author", "committer"):
            email, login = commit.maybe_text(f"{person}.email"), commit.maybe_text(f"{person}.username")
            if email and login:
                logins[email.lower()] = login
    return PushEvent(
        repository=_repository(fields),
        ref=ref,
        before=fields.sha("before"),
        after=fields.sha("after"),
        pusher=fields.maybe_text("sender.login") or fields.text("pusher.name"),
        forced=fields.find("forced") is True,
        logins=logins,
        user=fields.maybe_number("sender.id"),
    )


def _on_check_run(fields: Payload) -> CheckRequestedEvent | None:
    if fields.action not in ("rerequested", "requested_action"):
        return None
    return CheckRequestedEvent(repository=_repository(fields), head=fields.sha("check_run.head_sha"))


def _on_check_suite(fields: Payload) -> CheckRequestedEvent | None:
    if fields.action not in ("requested", "rerequested"):
        return None
    # A push requests the suite by itself; only people ask again.
    return CheckRequestedEvent(repository=_repository(fields), head=fields.sha("check_suite.head_sha"), anew=fields.action == "rerequested")


def _on_merge_group(fields: Payload) -> MergeGroupEvent | None:
    if fields.action != "checks_requested":
        return None
    return MergeGroupEvent(
        repository=_repository(fields),
        head=fields.sha("merge_group.head_sha"),
        base=fields.sha("merge_group.base_sha"),
        base_ref=_branch(fields.text("merge_group.base_ref")),
        ref=_branch(fields.text("merge_group.head_ref")),
    )


def _on_deployment_status(fields: Payload) -> DeployedEvent | None:
    if fields.action != "created" or fields.find("deployment_status.state") != "success":
        return None
    return DeployedEvent(
        repository=_repository(fields),
        environment=fields.text("deployment.environment"),
        commit=fields.sha("deployment.sha"),
        deployment=fields.number("deployment.id"),
        sender=_login(fields, "deployment_status.creator"),
    )


def _on_deployment_protection_rule(fields: Payload) -> DeploymentRequestedEvent | None:
    """Only the run's number is taken from the address to answer at: the answer goes to the API that we know, whatever host stands there."""
    if fields.action != "requested":
        return None
    repository = _repository(fields)
    address = fields.text("deployment_callback_url")
    run = re.search(r"/repos/([^/]+/[^/]+)/actions/runs/(\d{1,19})/deployment_protection_rule$", address)
    if run is None or run[1].lower() != repository.name.lower():
        raise BadPayload(f"{fields.event}: deployment_callback_url should name a run of {repository.name}, but it is {address[:200]!r}")
    return DeploymentRequestedEvent(
        repository=repository, environment=fields.text("environment"), commit=_deployed(fields), run=int(run[2])
    )


def _deployed(fields: Payload) -> str:
    return fields.sha("deployment.sha" if fields.find("deployment") is not None else "sha")


# -- where we are, and who is there ------------------------------------------------------------------------------------------


def _on_installation(fields: Payload) -> InstallationEvent | None:
    came = fields.action in ("created", "unsuspend", "new_permissions_accepted")
    gone = fields.action in ("deleted", "suspend")
    if not came and not gone:
        return None
    return InstallationEvent(
        installation=fields.number("installation.id"),
        organisation=fields.text("installation.account.login"),
        all=True,
        gone=gone,
    )


def _on_installation_repositories(fields: Payload) -> InstallationEvent | None:
    if fields.action not in ("added", "removed"):
        return None
    return InstallationEvent(
        installation=fields.number("installation.id"),
        organisation=fields.text("installation.account.login"),
        added=tuple(row.repository_name("full_name") for row in fields.rows("repositories_added")),
        removed=tuple(row.repository_name("full_name") for row in fields.rows("repositories_removed")),
    )


def _roster(fields: Payload, *, team: bool, login: str = "", user: int = 0, present: bool = True, gone: bool = False) -> RosterEvent:
    organisation = fields.text("organization.login")
    return RosterEvent(
        installation=fields.number("installation.id"),
        organisation=organisation,
        team=f"{organisation}/{fields.text('team.slug')}" if team else "",
        login=login,
        user=user,
        present=present,
        gone=gone,
        number=fields.maybe_number("team.id") if team else 0,
    )


def _on_membership(fields: Payload) -> RosterEvent | None:
    if fields.action not in ("added", "removed"):
        return None
    if fields.find("team.slug") is None or fields.find("member.login") is None:
        return _roster(fields, team=False)  # the team was deleted, or the account was
    login, user = fields.text("member.login"), fields.maybe_number("member.id")
    return _roster(fields, team=True, login=login, user=user, present=fields.action == "added")


def _on_team(fields: Payload) -> RosterEvent | None:
    if fields.action not in ("created", "edited", "deleted", "added_to_repository", "removed_from_repository"):
        return None
    if fields.action == "edited" and fields.find("changes.name") is not None:
        return _renamed(fields)
    return _roster(fields, team=True, gone=fields.action == "deleted")


def _renamed(fields: Payload) -> RosterEvent:
    """All teams are to be read again: its child teams name it as their parent, and another may have its old slug by now."""
    organisation = fields.text("organization.login")
    # Its old slug is not told; GitHub makes slugs of names like this.
    slug = re.sub(r"[^a-z0-9_]+", "-", fields.text("changes.name.from").lower()).strip("-")
    return replace(_roster(fields, team=False), was=f"{organisation}/{slug}", number=fields.number("team.id"))


def _on_organization(fields: Payload) -> RosterEvent | None:
    return _roster(fields, team=False) if fields.action in ("member_removed", "renamed") else None


def _on_repository(fields: Payload) -> RepositoryEvent | None:
    action, old_name = fields.action, ""
    repository = _repository(fields)
    owner, _, name = repository.name.partition("/")
    if action == "renamed":
        old_name = f"{owner}/{fields.text('changes.repository.name.from')}"
    elif action == "transferred":
        before = fields.maybe_text("changes.owner.from.organization.login") or fields.text("changes.owner.from.user.login")
        old_name = f"{before}/{name}"
    elif action not in ("deleted", "privatized", "publicized") and not (action == "edited" and fields.find("changes.default_branch")):
        return None
    return RepositoryEvent(action=action, repository=repository, old_name=old_name)


_READERS: Mapping[str, Callable[[Payload], Event | None]] = {
    "pull_request": _on_pull_request,
    "pull_request_review": _on_review,
    "issue_comment": _on_comment,
    "push": _on_push,
    "check_run": _on_check_run,
    "check_suite": _on_check_suite,
    "merge_group": _on_merge_group,
    "installation": _on_installation,
    "installation_repositories": _on_installation_repositories,
    "membership": _on_membership,
    "team": _on_team,
    "organization": _on_organization,
    "repository": _on_repository,
    "deployment_status": _on_deployment_status,
    "deployment_protection_rule": _on_deployment_protection_rule,
}
