"""Repositories, teams and commit authors as GitHub told them. All of it can be read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store, called
from countersign.adapters.database.tables import (
    catalogue,
    logins,
    repositories,
    repository_names,
    team_members,
    team_repositories,
    team_slugs,
    teams,
)
from countersign.model.github import Repository, TeamRow
from countersign.model.pull_request import Team

#: GitHub's permissions, weakest first.
_PERMISSIONS = ("pull", "triage", "push", "maintain", "admin")


class Repositories(Store):
    def keep_repositories(self, rows: Sequence[Repository]) -> None:
        self._keep(
            repositories,
            *(
                {"name": r.name, "id": r.id, "installation": r.installation, "default_branch": r.default_branch, "private": r.private}
                for r in rows
            ),
        )
        if rows:
            known = self._insert(repository_names).on_conflict_do_nothing()
            with writing(self._engine) as connection:
                connection.execute(known, [{"name": r.name.lower(), "id": r.id} for r in rows])

    def forget_repositories(self, names: Sequence[str]) -> None:
        """Also forgets what they publish. Their registrations end by `keep_registrations`, which knows when."""
        with writing(self._engine) as connection:
            connection.execute(delete(repositories).where(repositories.c.name.in_(names)))
            connection.execute(delete(catalogue).where(catalogue.c.repository.in_(names)))

    def repository(self, name: str) -> Repository | None:
        row = self._first(select(repositories).where(repositories.c.name == name))
        return None if row is None else Repository(**row._mapping)

    def repositories(self) -> tuple[Repository, ...]:
        return tuple(Repository(**row._mapping) for row in self._all(select(repositories).order_by(repositories.c.name)))


class Logins(Store):
    """Emails are known in lower case."""

    def learn_login(self, email: str, login: str) -> None:
        self._keep(logins, {"email": email.lower(), "login": login})

    def logins(self, emails: Sequence[str]) -> Mapping[str, str]:
        asked = {email.lower(): email for email in emails}
        rows = self._all(select(logins.c.email, logins.c.login).where(logins.c.email.in_(asked)))
        return {asked[row.email]: row.login for row in rows}


class Teams(Store):
    """Slugs (``org/team``) and logins are compared without regard to case.

    A slug means the one living team that has it or has ever had it. One that several have had means none of them: who renamed a team,
    or took a name that was given up, would otherwise speak for others.
    """

    def keep_teams(self, organisation: str, rows: Sequence[TeamRow]) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(teams).where(teams.c.organisation == organisation.lower()))
            for row in rows:
                self._add(connection, row)

    def keep_team(self, row: TeamRow) -> bool:
        with writing(self._engine) as connection:
            same = _is(connection, row.slug, row.number)
            if same:
                self._add(connection, row)
        return same

    def learn_slug(self, slug: str, number: int) -> None:
        """Only where the database has that team without its number; of any other its own reading has told more."""
        with writing(self._engine) as connection:
            known = connection.execute(select(teams).where(teams.c.slug == slug.lower(), teams.c.number == 0)).first()
            if known is not None:
                self._learn(connection, known.name, number)

    def forget_team(self, slug: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(teams).where(teams.c.slug == slug.lower()))

    def change_member(self, slug: str, login: str, *, present: bool, user: int = 0, number: int = 0) -> bool:
        """A team that is not known yet is left alone: it will be read whole."""
        team, person = slug.lower(), login.lower()
        with writing(self._engine) as connection:
            if not _is(connection, slug, number):
                return False
            connection.execute(delete(team_members).where(team_members.c.team == team, team_members.c.login == person))
            if present and connection.execute(select(teams.c.slug).where(teams.c.slug == team)).first():
                connection.execute(team_members.insert().values(team=team, login=person, account=user))
        return True

    def team(self, slug: str) -> Team:
        found = self._all(called(slug))
        if len(found) != 1:
            return Team(name=slug, known=bool(found), secret=any(row.secret for row in found), shared=len(found) > 1)
        below = _closure(teams.c.slug == found[0].slug, downwards=True)
        rows = self._all(select(team_members.c.login, team_members.c.account).join(below, below.c.slug == team_members.c.team))
        return Team(
            name=slug,
            members=frozenset(row.login for row in rows),
            users={row.login: row.account for row in rows if row.account},
            secret=found[0].secret,
        )

    def renamed_teams(self) -> Mapping[str, str]:
        former = (
            select(team_slugs.c.slug, teams.c.name)
            .join(teams, teams.c.number == team_slugs.c.number)
            .where(team_slugs.c.slug != teams.c.slug, team_slugs.c.slug.not_in(select(teams.c.slug)))
        )
        names: dict[str, list[str]] = {}
        for row in self._all(former):
            names.setdefault(row.slug, []).append(row.name)
        return {slug: found[0] for slug, found in names.items() if len(found) == 1}

    def moved_teams(self) -> Mapping[int, str]:
        rows = self._all(
            select(team_slugs.c.slug, teams.c.number, teams.c.slug.label("now"), teams.c.name).join(
                teams, teams.c.number == team_slugs.c.number
            )
        )
        moved = {row.number: row.name for row in rows if row.slug != row.now}
        holders: dict[str, set[int]] = {}
        for row in rows:
            holders.setdefault(row.slug, set()).add(row.number)
        return {number: name for number, name in moved.items() if len(holders[name.lower()]) == 1}

    def team_names(self, organisation: str, *, secret: bool = True) -> tuple[str, ...]:
        found = select(teams.c.name).where(teams.c.organisation == organisation.lower()).order_by(teams.c.name)
        return tuple(name for (name,) in self._all(found if secret else found.where(~teams.c.secret)))

    def team_permission(self, slug: str, repository: str) -> str:
        above = _closure(teams.c.slug.in_([row.slug for row in self._all(called(slug))]), downwards=False)
        rows = self._all(
            select(team_repositories.c.permission)
            .join(above, above.c.slug == team_repositories.c.team)
            .where(sa.func.lower(team_repositories.c.repository) == repository.lower())
        )
        given = {permission for (permission,) in rows}
        return max((p for p in _PERMISSIONS if p in given), key=_PERMISSIONS.index, default="")

    def teams_of(self, login: str, *, secret: bool = True) -> tuple[str, ...]:
        direct = select(team_members.c.team).where(team_members.c.login == login.lower())
        above = _closure(teams.c.slug.in_(direct), downwards=False)
        found = select(teams.c.name).join(above, above.c.slug == teams.c.slug).order_by(teams.c.name)
        return tuple(name for (name,) in self._all(found if secret else found.where(~teams.c.secret)))

    def _add(self, connection: sa.Connection, row: TeamRow) -> None:
        """In place of what was known of it, under whatever slug."""
        slug = row.slug.lower()
        if row.number:
            old = connection.execute(select(teams.c.slug).where(teams.c.number == row.number, teams.c.slug != slug)).scalars().all()
            connection.execute(delete(teams).where(teams.c.slug.in_(old)))
            connection.execute(teams.update().where(teams.c.parent.in_(old)).values(parent=slug))
            self._learn(connection, row.slug, row.number)
        connection.execute(delete(teams).where(teams.c.slug == slug))
        _insert(connection, slug, row)

    def _learn(self, connection: sa.Connection, name: str, number: int) -> None:
        known = self._insert(team_slugs).on_conflict_do_nothing()
        connection.execute(known, [{"slug": name.lower(), "number": number, "name": name}])


def _is(connection: sa.Connection, slug: str, number: int) -> bool:
    """Whether the team that has the slug, if there is one, is the one of this number, as far as both are known."""
    known = connection.execute(select(teams.c.number).where(teams.c.slug == slug.lower())).scalar()
    return known in (None, 0, number) or not number


def _closure(start: sa.ColumnElement[bool], *, downwards: bool) -> sa.CTE:
    """The teams that ``start`` selects with all their child teams, or with all their parents. A ring of parents ends."""
    seen = select(teams.c.slug, teams.c.parent).where(start).cte("seen", recursive=True)
    nearer = teams.alias("nearer")
    step = nearer.c.parent == seen.c.slug if downwards else nearer.c.slug == seen.c.parent
    return seen.union(select(nearer.c.slug, nearer.c.parent).join(seen, step))


def _insert(connection: sa.Connection, slug: str, row: TeamRow) -> None:
    team = {"slug": slug, "name": row.slug, "organisation": slug.partition("/")[0], "parent": row.parent.lower()}
    connection.execute(teams.insert().values(team | {"secret": row.secret, "number": row.number}))
    people = sorted({member.lower() for member in row.members})
    members: list[dict[str, Any]] = [{"team": slug, "login": login, "account": row.users.get(login, 0)} for login in people]
    if members:
        connection.execute(team_members.insert(), members)
    access: list[dict[str, Any]] = [{"team": slug, "repository": name, "permission": p} for name, p in row.repositories.items()]
    if access:
        connection.execute(team_repositories.insert(), access)
