"""Repositories, teams and commit authors as GitHub told them. All of it can be read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store, called
from countersign.adapters.database.tables import (
    catalogue,
    enforcements,
    listed_contracts,
    logins,
    owned,
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
            for table in (owned, listed_contracts, enforcements):
                connection.execute(delete(table).where(table.c.repository.in_(names)))

    def repository(self, name: str) -> Repository | None:
        row = self._first(select(repositories).where(repositories.c.name == name))
        return None if row is None else Repository(**row._mapping)

    def repositories_named(self, names: Collection[str]) -> Mapping[str, Repository]:
        rows = self._all_among(lambda some: select(repositories).where(repositories.c.name.in_(some)), names)
        return {row.name: Repository(**row._mapping) for row in rows}

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
        return self.teams([slug])[slug]

    def teams(self, slugs: Collection[str]) -> Mapping[str, Team]:
        keys = {slug.lower() for slug in slugs}
        found: defaultdict[str, list[sa.Row[Any]]] = defaultdict(list)
        for row in self._all_among(called, keys):
            found[row.start].append(row)
        people: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in self._all_among(_people, [key for key in keys if len(found[key]) == 1]):
            people[row.start][row.login] = people[row.start].get(row.login) or row.account
        return {slug: _team(slug, found[slug.lower()], people[slug.lower()]) for slug in slugs}

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
        return self.team_permissions([(slug, repository)])[slug, repository]

    def team_permissions(self, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        above: defaultdict[str, set[str]] = defaultdict(set)
        for row in self._all_among(_above, {slug.lower() for slug, _ in wanted}):
            above[row.start].add(row.slug)
        given: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self._all_among(_given, {repository.lower() for _, repository in wanted}):
            given[row.repository].append((row.team, row.permission))
        return {(slug, repository): _best(above[slug.lower()], given[repository.lower()]) for slug, repository in wanted}

    def teams_of(self, login: str, *, secret: bool = True) -> tuple[str, ...]:
        return self.teams_of_each([login], secret=secret)[login]

    def teams_of_each(self, logins: Collection[str], *, secret: bool = True) -> Mapping[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self._all_among(_teams_of, {login.lower() for login in logins}):
            if secret or not row.secret:
                found[row.start].append(row.name)
        return {login: tuple(found[login.lower()]) for login in logins}

    def people_admitted(self, repository: str) -> frozenset[str]:
        given = (
            select(team_repositories.c.team)
            .where(sa.func.lower(team_repositories.c.repository) == repository.lower())
            .where(team_repositories.c.permission.in_(_PERMISSIONS))
        )
        first = select(teams.c.slug.label("start"), teams.c.slug, teams.c.parent).where(teams.c.slug.in_(given))
        below = _closure(first, downwards=True)
        rows = self._all(select(team_members.c.login).distinct().join(below, below.c.slug == team_members.c.team))
        return frozenset(login for (login,) in rows)

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


def _team(slug: str, called_so: Sequence[sa.Row[Any]], people: Mapping[str, int]) -> Team:
    """people: login -> GitHub's number of the account, of the only team that is called so."""
    return Team(
        name=slug,
        members=frozenset(people),
        known=bool(called_so),
        users={login: account for login, account in people.items() if account},
        secret=any(row.secret for row in called_so),
        shared=len(called_so) > 1,
    )


def _people(slugs: Collection[str]) -> sa.Select[Any]:
    """``start``: the slug that is asked about."""
    below = _closure(_called(slugs), downwards=True)
    return select(below.c.start, team_members.c.login, team_members.c.account).join(below, below.c.slug == team_members.c.team)


def _called(slugs: Collection[str]) -> sa.Select[Any]:
    found = called(slugs).subquery()
    return select(found.c.start, found.c.slug, found.c.parent)


def _above(slugs: Collection[str]) -> sa.Select[Any]:
    """``start``: the slug that is asked about."""
    above = _closure(_called(slugs), downwards=False)
    return select(above.c.start, above.c.slug)


def _given(repositories: Collection[str]) -> sa.Select[Any]:
    home = sa.func.lower(team_repositories.c.repository)
    return select(home.label("repository"), team_repositories.c.team, team_repositories.c.permission).where(home.in_(repositories))


def _best(slugs: Collection[str], given: Iterable[tuple[str, str]]) -> str:
    """given: (team, permission)."""
    permissions = {permission for team, permission in given if team in slugs}
    return max((one for one in _PERMISSIONS if one in permissions), key=_PERMISSIONS.index, default="")


def _teams_of(logins: Collection[str]) -> sa.Select[Any]:
    """``start``: the person."""
    direct = (
        select(team_members.c.login.label("start"), teams.c.slug, teams.c.parent)
        .join(teams, teams.c.slug == team_members.c.team)
        .where(team_members.c.login.in_(logins))
    )
    above = _closure(direct, downwards=False)
    return select(above.c.start, teams.c.name, teams.c.secret).join(above, above.c.slug == teams.c.slug).order_by(teams.c.name)


def _closure(first: sa.Select[Any], *, downwards: bool) -> sa.CTE:
    """The teams of ``first`` (start, slug, parent) with all their child teams, or with all their parents; ``start`` is handed on.

    A ring of parents ends.
    """
    seen = first.cte("seen", recursive=True)
    nearer = teams.alias("nearer")
    step = nearer.c.parent == seen.c.slug if downwards else nearer.c.slug == seen.c.parent
    return seen.union(select(seen.c.start, nearer.c.slug, nearer.c.parent).join(seen, step))


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
