"""What every part of the database shares: its engine, and inserts that know both dialects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from countersign.adapters.database.engine import writing
from countersign.adapters.database.tables import repository_names, team_slugs, teams


def called(slugs: Collection[str]) -> sa.Select[Any]:
    """(start, slug, parent, number, secret) of each living team that is called so, or was. start: the one of ``slugs``, in lower case."""
    asked = [slug.lower() for slug in slugs]
    rest = teams.c.slug, teams.c.parent, teams.c.number, teams.c.secret
    now = select(teams.c.slug.label("start"), *rest).where(teams.c.slug.in_(asked))
    once = (
        select(team_slugs.c.slug.label("start"), *rest)
        .join(teams, teams.c.number == team_slugs.c.number)
        .where(team_slugs.c.slug.in_(asked))
    )
    found = now.union(once).subquery()
    return select(found)


T = TypeVar("T")

#: Values in one statement: SQLite takes 32,766 parameters, and some queries take each value three times.
MOST = 5_000


class Store:
    """One part of `Database`. Every method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._insert: Any = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def _all(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with self._engine.connect() as connection:
            return list(connection.execute(query))

    def _first(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(query).first()

    def _all_among(self, query: Callable[[Collection[T]], sa.Select[Any]], values: Collection[T]) -> Iterator[sa.Row[Any]]:
        """The rows of ``query(values)``: one statement, unless there are thousands of values; none for none."""
        distinct = list(dict.fromkeys(values))
        for start in range(0, len(distinct), MOST):
            yield from self._all(query(distinct[start : start + MOST]))

    def _names_of(self, repository: str) -> list[str]:
        """Every name that a repository has had, in lower case."""
        own = select(repository_names.c.id).where(repository_names.c.name == repository.lower())
        return [repository.lower(), *(name for (name,) in self._all(select(repository_names.c.name).where(repository_names.c.id.in_(own))))]

    def _keep(self, table: sa.Table, *rows: dict[str, Any]) -> None:
        """Insert rows, or overwrite those that have the same primary key."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        insert = self._insert(table)
        new = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
        with writing(self._engine) as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=new), list(rows))
