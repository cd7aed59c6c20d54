"""What every part of the database shares: its engine, and inserts that know both dialects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache
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

    def _all(self, query: sa.Select[Any], **values: Any) -> list[sa.Row[Any]]:
        """values: of the query's parameters. What is asked often is put together once, which takes longer than to carry it out."""
        with self._engine.connect() as connection:
            return list(connection.execute(query, values))

    def _first(self, query: sa.Select[Any], **values: Any) -> sa.Row[Any] | None:
        """values: as for `_all`."""
        with self._engine.connect() as connection:
            return connection.execute(query, values).first()

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
        if rows:
            with writing(self._engine) as connection:
                connection.execute(_kept(self._insert, table), list(rows))


@cache
def _kept(insert: Any, table: sa.Table) -> Any:
    new = insert(table)
    keys = [column.name for column in table.primary_key]
    values = {column.name: new.excluded[column.name] for column in table.columns if column.name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=values)
