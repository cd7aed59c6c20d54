"""Opening, changing, merging and queueing pull requests."""

from __future__ import annotations

from typing import Any

from countersign.sandbox import events
from countersign.sandbox.access import Actor, allow, signed_in
from countersign.sandbox.actions.issues import new_issue
from countersign.sandbox.errors import Refused, invalid, not_found, unprocessable
from countersign.sandbox.git import Person
from countersign.sandbox.merging import GITHUB, merge_commit, rebase_commits, squash_commit
from countersign.sandbox.nouns import MergeGroup, PullRequest, Repository
from countersign.sandbox.protection import binding, why_blocked
from countersign.sandbox.pushes import close, ref_moved
from countersign.sandbox.world import World


def open_pull(
    world: World, actor: Actor, repository: Repository, *, title: str, head: str, base: str, body: str = "", draft: bool = False
) -> PullRequest:
    """head: ``branch``, or ``owner:branch`` for a fork. 422 if there is nothing to merge or one is open already."""
    allow(world, actor, repository, app={"pull_requests": "write"}, user="read")
    author = signed_in(actor)
    source, branch = _head(world, repository, head)
    git = world.git(repository)
    base_sha, head_sha = git.tip(base), world.git(source).tip(branch)
    if base_sha is None:
        raise invalid("PullRequest", "base", f"There is no branch {base}")
    if head_sha is None:
        raise invalid("PullRequest", "head", f"There is no branch {head}")
    for pull in world.pulls_of(repository.id):
        if pull.open and (pull.head_repository, pull.head_ref, pull.base_ref) == (source.id, branch, base):
            raise invalid("PullRequest", "base", f"A pull request already exists for {source.owner}:{branch}.")
    if source.id != repository.id:
        git.bring(world.git(source), head_sha)
    if git.is_ancestor(head_sha, base_sha):
        raise invalid("PullRequest", "base", f"No commits between {base} and {branch}")
    issue = new_issue(world, repository, author, title, body)
    pull = PullRequest(
        id=world.new_id(),
        issue=issue,
        head_repository=source.id,
        head_ref=branch,
        head_sha=head_sha,
        base_ref=base,
        base_sha=base_sha,
        draft=draft,
    )
    world.pulls[repository.id, issue.number] = pull
    git.update_ref(f"refs/pull/{issue.number}/head", head_sha)
    events.pull_request(world, "opened", pull, author)
    return pull


def _head(world: World, repository: Repository, head: str) -> tuple[Repository, str]:
    owner, colon, branch = head.partition(":")
    if not colon or owner.lower() == repository.owner.lower():
        return repository, branch if colon else head
    for other in world.repositories.values():
        if other.owner.lower() == owner.lower() and other.fork_of == repository.id:
            return other, branch
    raise invalid("PullRequest", "head", f"{owner} has no fork of {repository.full_name}")


def edit_pull(world: World, actor: Actor, pull: PullRequest, changes: dict[str, Any]) -> None:
    """title, body, base, state. Each change that makes a difference is one event, as on GitHub."""
    repository = world.repositories[pull.repository]
    who = _author_or(world, actor, pull, "write")
    before: dict[str, Any] = {}
    for name in ("title", "body"):
        new = changes.get(name)
        if new is not None and new != getattr(pull.issue, name):
            before[name] = {"from": getattr(pull.issue, name)}
            setattr(pull.issue, name, new)
    base = changes.get("base")
    if base and base != pull.base_ref:
        tip = world.git(repository).tip(base)
        if tip is None:
            raise invalid("PullRequest", "base", f"There is no branch {base}")
        before["base"] = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
        pull.base_ref, pull.base_sha = base, tip
    if before:
        pull.issue.updated_at = world.clock.now()
        events.pull_request(world, "edited", pull, who, changes=before)
    state = changes.get("state")
    if state and state != pull.issue.state:
        _set_state(world, pull, state, who)


def _set_state(world: World, pull: PullRequest, state: str, who: str) -> None:
    if state == "closed":
        close(world, pull, who)
        return
    tip = world.git(pull.head_repository).tip(pull.head_ref)
    if pull.merged_at or tip is None:
        raise invalid("PullRequest", "state", "A merged pull request, or one without its branch, cannot be opened again")
    git = world.git(pull.repository)
    if pull.head_repository != pull.repository:
        git.bring(world.git(pull.head_repository), tip)
    pull.issue.state, pull.issue.closed_at, pull.head_sha = "open", None, tip
    git.update_ref(f"refs/pull/{pull.number}/head", tip)
    pull.issue.updated_at = world.clock.now()
    events.pull_request(world, "reopened", pull, who)


def set_draft(world: World, actor: Actor, pull: PullRequest, draft: bool) -> None:
    """Ready for review, or back to draft."""
    who = _author_or(world, actor, pull, "write")
    if pull.draft != draft:
        pull.draft = draft
        pull.issue.updated_at = world.clock.now()
        events.pull_request(world, "converted_to_draft" if draft else "ready_for_review", pull, who)


def _author_or(world: World, actor: Actor, pull: PullRequest, role: str) -> str:
    """The author may, and whoever has the role."""
    repository = world.repositories[pull.repository]
    author = actor.kind == "user" and actor.login == pull.issue.author
    allow(world, actor, repository, app={"pull_requests": "write"}, user="read" if author else role)
    return signed_in(actor)


def merge(
    world: World, actor: Actor, pull: PullRequest, *, sha: str = "", method: str = "merge", title: str = "", message: str = ""
) -> str:
    """Land it; the new tip. 405: not open, draft, conflict, or a rule that binds this person. 409: the head is not ``sha``."""
    repository = world.repositories[pull.repository]
    allow(world, actor, repository, app={"contents": "write"}, user="write")
    who = signed_in(actor)
    if pull.merged_at:
        raise Refused(405, "Pull Request is not mergeable")
    if not pull.open:
        raise Refused(405, "Pull Request is closed")
    if pull.draft:
        raise Refused(405, "Pull Request is still a draft")
    if sha and sha != pull.head_sha:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    reasons = why_blocked(world, pull, binding(world, repository, pull.base_ref, who))
    if reasons:
        raise Refused(405, " ".join(reasons))
    git = world.git(repository)
    base = git.tip(pull.base_ref)
    if base is None:
        raise not_found()
    user = world.user(who)
    person = Person(user.login, user.email)
    new: str | None
    if method == "rebase":
        new = rebase_commits(world, git, base, pull)
    elif method == "squash":
        text = f"{title or f'{pull.issue.title} (#{pull.number})'}\n\n{message or pull.issue.body}".strip()
        author = world.user(pull.issue.author)
        new = squash_commit(world, git, base, pull, Person(author.login, author.email), text)
    else:
        head = f"{world.repositories[pull.head_repository].owner}/{pull.head_ref}"
        text = f"{title or f'Merge pull request #{pull.number} from {head}'}\n\n{message or pull.issue.title}"
        new = merge_commit(world, git, base, pull, person, text)
    if new is None:
        raise Refused(405, "Pull Request has merge conflicts")
    land(world, pull, base, new, who)
    return new


def land(world: World, pull: PullRequest, base: str, new: str, who: str) -> None:
    """Move the base branch, close the pull request as merged, send the events."""
    world.git(pull.repository).update_ref(f"refs/heads/{pull.base_ref}", new, base)
    pull.base_sha, pull.merge_commit = base, new
    pull.merged_at, pull.merged_by = world.clock.now(), who
    close(world, pull, who)
    ref_moved(world, world.repositories[pull.repository], f"refs/heads/{pull.base_ref}", base, new, who)


def enqueue(world: World, actor: Actor, pull: PullRequest) -> MergeGroup:
    """Put it into the merge queue: a group of its own, whose head waits for checks on a temporary branch."""
    repository = world.repositories[pull.repository]
    allow(world, actor, repository, app={"merge_queues": "write"}, user="write")
    who = signed_in(actor)
    git = world.git(repository)
    base = git.tip(pull.base_ref)
    if not pull.open or pull.draft or base is None:
        raise unprocessable("Pull request is not ready for the merge queue")
    head = merge_commit(world, git, base, pull, GITHUB, f"Merge pull request #{pull.number}")
    if head is None:
        raise unprocessable("Pull request has merge conflicts")
    ref = f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"
    git.update_ref(ref, head)
    group = MergeGroup(repository=repository.id, number=pull.number, ref=ref, base_ref=pull.base_ref, head_sha=head, base_sha=base)
    world.merge_groups.append(group)
    events.merge_group(world, "checks_requested", group, who)
    return group


def settle_queue(world: World, group: MergeGroup, who: str) -> str:
    """Land the group if its head has what the branch requires: ``merged``, ``waiting``, or ``invalidated`` if the base has moved."""
    repository, pull = world.repositories[group.repository], world.pull(group.repository, group.number)
    git = world.git(repository)
    if git.tip(group.base_ref) != group.base_sha:
        _leave_queue(world, group, who, "invalidated")
        return "invalidated"
    judged = PullRequest(
        id=pull.id,
        issue=pull.issue,
        head_repository=pull.repository,
        head_ref=group.ref,
        head_sha=group.head_sha,
        base_ref=pull.base_ref,
        base_sha=pull.base_sha,
    )
    if why_blocked(world, judged, binding(world, repository, group.base_ref, who)):
        return "waiting"
    _leave_queue(world, group, who, "merged")
    land(world, pull, group.base_sha, group.head_sha, who)
    return "merged"


def _leave_queue(world: World, group: MergeGroup, who: str, reason: str) -> None:
    world.merge_groups.remove(group)
    events.merge_group(world, "destroyed", group, who, reason=reason)
    world.git(group.repository).update_ref(group.ref, "0" * 40)
