"""The ledger: facts in the order in which they were learned, never changed. History that is not written now is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import ledger
from countersign.ports import JSON

_SHOWN = (ledger.c.sequence, ledger.c.kind, ledger.c.repository, ledger.c.number, ledger.c.at, ledger.c.what)


def append(connection: sa.Connection, insert: Any, kind: str, repository: str, number: int, at: datetime, what: JSON, once: str) -> None:
    """One entry, inside the caller's transaction. ``once``: a second entry under the same key is ignored."""
    entry = insert(ledger).values(kind=kind, repository=repository, number=number, at=at, what=what, once=once or None)
    connection.execute(entry.on_conflict_do_nothing(index_elements=["once"]))


class Ledger(Store):
    def write_ledger(self, kind: str, repository: str, number: int, at: datetime, what: JSON, *, once: str = "") -> None:
        with writing(self._engine) as connection:
            append(connection, self._insert, kind, repository, number, at, what, once)

    def ledger(
        self, *, kind: str = "", repository: str = "", number: int = 0, since: datetime | None = None
    ) -> tuple[Mapping[str, JSON], ...]:
        """Oldest first: ``sequence``, ``kind``, ``repository``, ``number``, ``at`` (an aware datetime) and ``what``.

        since: only what is of that time or later.
        """
        query = select(*_SHOWN).order_by(ledger.c.sequence)
        if kind:
            query = query.where(ledger.c.kind == kind)
        if repository:
            query = query.where(ledger.c.repository == repository)
        if number:
            query = query.where(ledger.c.number == number)
        if since:
            query = query.where(ledger.c.at >= since)
        return tuple(dict(row._mapping) for row in self._all(query))

    def ledger_of(self, kind: str, repositories: Collection[str]) -> tuple[Mapping[str, JSON], ...]:
        query = select(*_SHOWN).where(ledger.c.kind == kind).order_by(ledger.c.sequence)
        rows = self._all_among(lambda some: query.where(ledger.c.repository.in_(some)), repositories)
        return tuple(dict(row._mapping) for row in rows)
