"""Pull requests and what people did to them, as received."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import and_, func, or_, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import overrides, pull_requests, reviews, statements
from countersign.model.github import PullRequestRow
from countersign.model.pull_request import Override, Review, ReviewState, Statement


class PullRequests(Store):
    def keep_pull_request(self, row: PullRequestRow) -> None:
        """Of two with the same time the later to come wins, but a closed one is not opened by it: GitHub's times are whole
        seconds, and "closed" is said last. A row without a time is older than any with one."""
        with writing(self._engine) as connection:
            connection.execute(_kept(self._insert), asdict(row))

    def pull_request(self, repository: str, number: int) -> PullRequestRow | None:
        row = self._first(_ONE, repository=repository, number=number)
        return None if row is None else PullRequestRow(**row._mapping)

    def pull_requests(self, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], PullRequestRow]:
        key = sa.tuple_(pull_requests.c.repository, pull_requests.c.number)
        rows = self._all_among(lambda some: select(pull_requests).where(key.in_(list(some))), wanted)
        return {(row.repository, row.number): PullRequestRow(**row._mapping) for row in rows}

    def open_pull_requests(self, repository: str, *, head: str = "", base_ref: str = "") -> tuple[PullRequestRow, ...]:
        query, values = _OPEN, {"repository": repository}
        if head:
            query, values = query.where(_AT_HEAD), values | {"head": head}
        if base_ref:
            query, values = query.where(_ONTO), values | {"base_ref": base_ref}
        return tuple(PullRequestRow(**row._mapping) for row in self._all(query, **values))


# Made once: to put them together takes longer than to carry them out.
_MINE = pull_requests.c.repository == sa.bindparam("repository")
_ONE = select(pull_requests).where(_MINE, pull_requests.c.number == sa.bindparam("number"))
_OPEN = select(pull_requests).where(_MINE, pull_requests.c.state == "open").order_by(pull_requests.c.number)
_AT_HEAD = pull_requests.c.head == sa.bindparam("head")
_ONTO = or_(pull_requests.c.base_ref == sa.bindparam("base_ref"), pull_requests.c.trunk == sa.bindparam("base_ref"))


@cache
def _kept(insert: Any) -> Any:
    row = insert(pull_requests)
    new, old = row.excluded, pull_requests.c
    newer = func.coalesce(new.updated_at, 0) > func.coalesce(old.updated_at, 0)
    level = func.coalesce(new.updated_at, 0) == func.coalesce(old.updated_at, 0)
    opens = and_(old.state == "closed", new.state == "open")
    values = {column.name: new[column.name] for column in pull_requests.columns if not column.primary_key}
    return row.on_conflict_do_update(index_elements=["repository", "number"], set_=values, where=or_(newer, and_(level, ~opens)))


class Reviews(Store):
    def keep_review(self, repository: str, number: int, review: Review) -> None:
        """The first word stands, for an edit never changes what a review signs; only a dismissal comes over it, and stays."""
        gone = review.state is ReviewState.DISMISSED
        insert = self._insert(reviews).values(repository=repository, number=number, id=review.id, dismissed=gone, review=review)
        statement = insert.on_conflict_do_update(
            index_elements=["repository", "number", "id"],
            set_={"dismissed": sa.true(), "review": insert.excluded.review},
            where=and_(insert.excluded.dismissed, ~reviews.c.dismissed),
        )
        with writing(self._engine) as connection:
            connection.execute(statement)

    def reviews(self, repository: str, number: int) -> tuple[Review, ...]:
        """In the order in which they were given."""
        rows = self._all(select(reviews.c.review).where(reviews.c.repository == repository, reviews.c.number == number))
        return tuple(sorted((review for (review,) in rows), key=lambda review: (review.submitted_at, review.id)))

    def keep_override(self, repository: str, number: int, comment: int, override: Override) -> None:
        """A comment may hold several; the same one again changes nothing."""
        handles = " ".join(sorted(override.handles))
        insert = self._insert(overrides).values(repository=repository, number=number, comment=comment, handles=handles, override=override)
        with writing(self._engine) as connection:
            connection.execute(insert.on_conflict_do_nothing())

    def overrides(self, repository: str, number: int) -> tuple[Override, ...]:
        query = select(overrides.c.override).where(overrides.c.repository == repository, overrides.c.number == number)
        return tuple(override for (override,) in self._all(query.order_by(overrides.c.sequence)))

    def keep_statement(self, repository: str, number: int, comment: int, statement: Statement) -> None:
        """A comment may hold several; the same one again changes nothing."""
        said = " ".join((statement.kind.value, *sorted(statement.handles)))
        insert = self._insert(statements).values(repository=repository, number=number, comment=comment, said=said, statement=statement)
        with writing(self._engine) as connection:
            connection.execute(insert.on_conflict_do_nothing())

    def statements(self, repository: str, number: int) -> tuple[Statement, ...]:
        query = select(statements.c.statement).where(statements.c.repository == repository, statements.c.number == number)
        return tuple(statement for (statement,) in self._all(query.order_by(statements.c.sequence)))
