"""A person takes another login, a team another name. The number stays; the old login or slug is free for anybody from then on."""

from __future__ import annotations

from countersign.sandbox.errors import unprocessable
from countersign.sandbox.nouns import Comment, Issue, Review, Status, Team, User
from countersign.sandbox.world import World


def rename(world: World, user: User, login: str) -> None:
    """No event tells of it, as on GitHub. Everything that the person wrote carries the new login."""
    if login.lower() in {*world.users, *world.organisations}:
        raise unprocessable(f"{login} is taken")
    old = user.login
    for organisation in world.organisations.values():
        for people in (organisation.owners, organisation.members):
            if old.lower() in people:
                people.remove(old.lower())
                people.add(login.lower())
    for team in world.teams.values():
        team.members = _in(team.members, old, login)
    for pull in world.pulls.values():
        pull.asked_users = _in(pull.asked_users, old, login)
        pull.merged_by = login if pull.merged_by == old else pull.merged_by
    everything: list[Issue | Review | Comment | Status] = [
        *world.issues.values(),
        *world.reviews.values(),
        *world.comments.values(),
        *world.statuses,
    ]
    for written in everything:
        written.author = login if written.author == old else written.author
    for repository in world.repositories.values():
        repository.owner = login if repository.owner == old else repository.owner
        if old.lower() in repository.collaborators:
            repository.collaborators[login.lower()] = repository.collaborators.pop(old.lower())
    world.users[login.lower()] = world.users.pop(old.lower())
    user.login = login


def rename_team(world: World, team: Team, name: str) -> None:
    """Its slug follows its name. It keeps its people, repositories, child teams and the reviews that it was asked for."""
    old, slug = team.slug, slug_of(name)
    key = team.organisation.lower()
    if slug != old and (key, slug) in world.teams:
        raise unprocessable(f"There is a team {slug} already")
    world.teams[key, slug] = world.teams.pop((key, old))
    team.slug, team.name = slug, name
    for child in world.teams_in(team.organisation):
        child.parent = slug if child.parent == old else child.parent
    for pull in world.pulls.values():
        if world.repositories[pull.repository].owner == team.organisation:
            pull.asked_teams = _in(pull.asked_teams, old, slug)


def slug_of(name: str) -> str:
    return "-".join(name.lower().split())


def _in(names: list[str], old: str, new: str) -> list[str]:
    return [new if name == old else name for name in names]
