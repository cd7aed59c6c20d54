"""The ledger: facts in the order in which they were learned, never changed. History that is not written now is lost.

Each entry is chained to the one before it (`model.ledger`). Whoever appends holds the row of ``ledger_head`` until its transaction ends,
so that sequences are in the order of the commits, and no two entries follow the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import ledger, ledger_head
from countersign.model.ledger import Entry, seal
from countersign.ports import JSON

_SHOWN = (ledger.c.sequence, ledger.c.kind, ledger.c.repository, ledger.c.number, ledger.c.at, ledger.c.what)
_CHAINED = (*_SHOWN, ledger.c.called, ledger.c.previous, ledger.c.digest)


def hold(connection: sa.Connection) -> tuple[int, str]:
    """Sequence and digest of the last entry. Nobody else appends until the caller's transaction ends.

    Callers take it after every other row that they write: two that took both in different order would wait for each other.
    """
    sequence, digest = connection.execute(select(ledger_head.c.sequence, ledger_head.c.digest).with_for_update()).one()
    return sequence, digest


def append(connection: sa.Connection, insert: Any, kind: str, repository: str, number: int, at: datetime, what: JSON, once: str) -> None:
    """One entry, inside the caller's transaction. ``once``: a second entry under the same key is ignored."""
    last, previous = hold(connection)
    plain = msgspec.json.decode(msgspec.json.encode(what))
    facts = {"sequence": last + 1, "kind": kind, "called": repository, "number": number, "at": at, "what": plain, "previous": previous}
    digest = seal(**facts)
    entry = insert(ledger).values(**facts, repository=repository, digest=digest, once=once or None)
    new = entry.on_conflict_do_nothing(index_elements=["once"]).returning(ledger.c.sequence)
    if connection.execute(new).first() is not None:
        connection.execute(sa.update(ledger_head).values(sequence=last + 1, digest=digest))


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

    def entries_after(self, sequence: int, limit: int) -> tuple[Mapping[str, JSON], ...]:
        query = select(*_SHOWN).where(ledger.c.sequence > sequence).order_by(ledger.c.sequence).limit(limit)
        return tuple(dict(row._mapping) for row in self._all(query))

    def chained_after(self, sequence: int, limit: int, *, kinds: Collection[str] = (), since: datetime | None = None) -> tuple[Entry, ...]:
        query = select(*_CHAINED).where(ledger.c.sequence > sequence).order_by(ledger.c.sequence).limit(limit)
        if kinds:
            query = query.where(ledger.c.kind.in_(kinds))
        if since:
            query = query.where(ledger.c.at >= since)
        return tuple(Entry(**row._mapping) for row in self._all(query))

    def ledger_head(self) -> tuple[int, str]:
        with self._engine.connect() as connection:
            sequence, digest = connection.execute(select(ledger_head.c.sequence, ledger_head.c.digest)).one()
        return sequence, digest
