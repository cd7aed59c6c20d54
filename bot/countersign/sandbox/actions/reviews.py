"""Reviews, and asking for them."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.sandbox import events
from countersign.sandbox.access import Actor, allow, is_collaborator, signed_in, team_role
from countersign.sandbox.errors import Refused, not_found, unprocessable
from countersign.sandbox.nouns import Organisation, PullRequest, Review
from countersign.sandbox.shapes.accounts import account, team
from countersign.sandbox.world import World

#: As many people as one pull request may ask.
MOST_REVIEWERS = 15

_STATE_OF_EVENT = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def ask(world: World, actor: Actor, pull: PullRequest, users: Sequence[str], teams: Sequence[str]) -> None:
    """Request reviews. One bad name refuses the whole request, as on GitHub. Asking again who is asked already is fine."""
    repository = world.repositories[pull.repository]
    allow(world, actor, repository, app={"pull_requests": "write"}, user="write")
    who = signed_in(actor)
    if len(users) > MOST_REVIEWERS:
        raise unprocessable(f"Only {MOST_REVIEWERS} reviewers may be requested at a time")
    for login in users:
        if login.lower() == pull.issue.author.lower():
            raise unprocessable("Review cannot be requested from pull request author.")
        if login.lower() not in world.users or not is_collaborator(world, login, repository):
            raise unprocessable(
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a "
                f"collaborator of the {repository.full_name} repository."
            )
    if len({slug.lower() for slug in teams}) < len(teams):
        raise unprocessable("Could not resolve to a unique team: a team was named twice.")
    for slug in teams:
        if not _may_be_asked(world, repository.owner, slug, pull):
            raise unprocessable(
                "Reviews may only be requested from collaborators. One or more of the teams you specified is not a "
                f"collaborator of the {repository.full_name} repository."
            )
    for login in users:
        name = world.user(login).login
        if name not in pull.asked_users:
            pull.asked_users.append(name)
            events.pull_request(world, "review_requested", pull, who, requested_reviewer=account(world, name))
    for slug in teams:
        asked = world.team(repository.owner, slug)
        if asked.slug not in pull.asked_teams:
            pull.asked_teams.append(asked.slug)
            events.pull_request(world, "review_requested", pull, who, requested_team=team(world, asked))


def _may_be_asked(world: World, owner: str, slug: str, pull: PullRequest) -> bool:
    if not isinstance(world.account(owner), Organisation) or (owner.lower(), slug.lower()) not in world.teams:
        return False
    return team_role(world, owner, slug, world.repositories[pull.repository]) != "none"


def unask(world: World, actor: Actor, pull: PullRequest, users: Sequence[str], teams: Sequence[str]) -> None:
    """Take review requests back."""
    repository = world.repositories[pull.repository]
    allow(world, actor, repository, app={"pull_requests": "write"}, user="write")
    who = signed_in(actor)
    for login in users:
        if login in pull.asked_users:
            pull.asked_users.remove(login)
            events.pull_request(world, "review_request_removed", pull, who, requested_reviewer=account(world, login))
    for slug in teams:
        if slug in pull.asked_teams:
            pull.asked_teams.remove(slug)
            asked = team(world, world.team(repository.owner, slug))
            events.pull_request(world, "review_request_removed", pull, who, requested_team=asked)


def submit(world: World, actor: Actor, pull: PullRequest, event: str, body: str = "", commit: str = "") -> Review:
    """Approve, request changes, or comment. Readers may; an author may only comment. It is given at the head of this moment."""
    repository = world.repositories[pull.repository]
    allow(world, actor, repository, app={"pull_requests": "write"}, user="read")
    who = signed_in(actor)
    if event not in _STATE_OF_EVENT:
        raise unprocessable("Variable $event of type PullRequestReviewEvent was provided invalid value")
    if event != "APPROVE" and not body:
        raise unprocessable("Review body cannot be blank for a comment or a request for changes")
    if who.lower() == pull.issue.author.lower() and event != "COMMENT":
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise Refused(422, "Unprocessable Entity", [f"Review Can not {verb} your own pull request"])
    review = Review(
        id=world.new_id(),
        repository=pull.repository,
        number=pull.number,
        author=who,
        state=_STATE_OF_EVENT[event],
        body=body,
        commit=commit or pull.head_sha,
        submitted_at=world.clock.now(),
    )
    world.reviews[review.id] = review
    _answered(world, pull, who)
    pull.issue.updated_at = world.clock.now()
    events.review(world, "submitted", pull, review, who)
    return review


def _answered(world: World, pull: PullRequest, login: str) -> None:
    """A review answers the request to its author, and to every team the author is in."""
    pull.asked_users = [name for name in pull.asked_users if name != login]
    owner = world.repositories[pull.repository].owner
    pull.asked_teams = [slug for slug in pull.asked_teams if login not in world.people_of(world.team(owner, slug))]


def dismiss(world: World, actor: Actor, pull: PullRequest, review: Review, message: str) -> None:
    """Take an opinion away. A COMMENTED one cannot be dismissed: 422."""
    allow(world, actor, world.repositories[pull.repository], app={"pull_requests": "write"}, user="write")
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unprocessable("Can not dismiss a commented or dismissed pull request review")
    if not message:
        raise unprocessable("A message says why the review is dismissed")
    review.state = "DISMISSED"
    events.review(world, "dismissed", pull, review, signed_in(actor))


def review_of(world: World, pull: PullRequest, number: int) -> Review:
    review = world.reviews.get(number)
    if review is None or (review.repository, review.number) != (pull.repository, pull.number):
        raise not_found()
    return review
