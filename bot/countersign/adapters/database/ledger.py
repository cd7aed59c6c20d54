"""The ledger: facts in the order in which they were learned, never changed. History that is not written now is lost.

Each entry is chained to the one before it (`model.ledger`). Whoever appends holds the row of ``ledger_head`` until its transaction ends,
so that sequences are in the order of the commits, and no two entries follow the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import func, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import MOST, Store
from countersign.adapters.database.tables import ledger, ledger_cut, ledger_head, pull_requests
from countersign.model.ledger import CUT, STANDING, Cut, Entry, seal, written
from countersign.ports import JSON

_SHOWN = (ledger.c.sequence, ledger.c.kind, ledger.c.repository, ledger.c.number, ledger.c.at, ledger.c.what)
_NAMES = tuple(column.name for column in _SHOWN)
_CHAINED = (*_SHOWN, ledger.c.called, ledger.c.previous, ledger.c.digest)


def hold(connection: sa.Connection) -> tuple[int, str]:
    """Sequence and digest of the last entry. Nobody else appends until the caller's transaction ends.

    Callers take it after the rows of other tables that they write, and before the ledger's own that they change: two that took them in
    another order would wait for each other.
    """
    sequence, digest = connection.execute(_HEAD).one()
    return sequence, digest


def append(connection: sa.Connection, insert: Any, kind: str, repository: str, number: int, at: datetime, what: JSON, once: str) -> None:
    """One entry, inside the caller's transaction. ``once``: a second entry under the same key is ignored."""
    last, previous = hold(connection)
    plain = msgspec.json.decode(msgspec.json.encode(what))
    facts = {"sequence": last + 1, "kind": kind, "called": repository, "number": number, "at": at, "what": plain, "previous": previous}
    digest = seal(**facts)
    entry = facts | {"repository": repository, "digest": digest, "once": once or None}
    if connection.execute(_new(insert), entry).first() is not None:
        connection.execute(_NEXT, {"last": last + 1, "seal": digest})


# Made once: to put them together takes longer than to carry them out.
_HEAD = select(ledger_head.c.sequence, ledger_head.c.digest).with_for_update()
_NEXT = sa.update(ledger_head).values(sequence=sa.bindparam("last"), digest=sa.bindparam("seal"))


@cache
def _new(insert: Any) -> Any:
    return insert(ledger).on_conflict_do_nothing(index_elements=["once"]).returning(ledger.c.sequence)


def _entry(row: sa.Row[Any]) -> Mapping[str, JSON]:
    return dict(zip(_NAMES, row, strict=True))


@cache
def _shown(given: tuple[str, ...]) -> sa.Select[Any]:
    """given: by what it is looked for."""
    query = select(*_SHOWN).order_by(ledger.c.sequence)
    for name in given:
        there = ledger.c.at >= sa.bindparam(name, type_=ledger.c.at.type) if name == "since" else ledger.c[name] == sa.bindparam(name)
        query = query.where(there)
    return query


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
        wanted = {"kind": kind, "repository": repository, "number": number, "since": since}
        given = {name: value for name, value in wanted.items() if value}
        return tuple(_entry(row) for row in self._all(_shown(tuple(given)), **given))

    def ledger_of(self, kind: str, repositories: Collection[str]) -> tuple[Mapping[str, JSON], ...]:
        query = select(*_SHOWN).where(ledger.c.kind == kind).order_by(ledger.c.sequence)
        rows = self._all_among(lambda some: query.where(ledger.c.repository.in_(some)), repositories)
        return tuple(_entry(row) for row in rows)

    def entries_after(self, sequence: int, limit: int) -> tuple[Mapping[str, JSON], ...]:
        query = select(*_SHOWN).where(ledger.c.sequence > sequence).order_by(ledger.c.sequence).limit(limit)
        return tuple(_entry(row) for row in self._all(query))

    def chained_after(self, sequence: int, limit: int, *, kinds: Collection[str] = (), since: datetime | None = None) -> tuple[Entry, ...]:
        query = select(*_CHAINED).where(ledger.c.sequence > sequence).order_by(ledger.c.sequence).limit(limit)
        if kinds:
            query = query.where(ledger.c.kind.in_(kinds))
        if since:
            query = query.where(ledger.c.at >= since)
        return tuple(Entry(**row._mapping) for row in self._all(query))

    def cut_after(self, sequence: int, limit: int) -> tuple[Cut, ...]:
        query = select(ledger_cut).where(ledger_cut.c.sequence > sequence).order_by(ledger_cut.c.sequence).limit(limit)
        return tuple(Cut(row.sequence, row.digest) for row in self._all(query))

    def cut_ledger(self, organisation: str, before: datetime, at: datetime, *, but: Collection[tuple[str, int]]) -> int:
        entry = select(ledger.c.sequence, ledger.c.digest, ledger.c.repository, ledger.c.number).where(
            func.lower(ledger.c.repository).startswith(f"{organisation.lower()}/", autoescape=True),
            ledger.c.at < before,
            ledger.c.kind.not_in(STANDING),
            ~_of_an_open_pull_request(),
        )
        with writing(self._engine) as connection:
            hold(connection)
            rows = [row for row in connection.execute(entry.order_by(ledger.c.sequence)) if (row.repository, row.number) not in but]
            if not rows:
                return 0
            connection.execute(sa.insert(ledger_cut), [{"sequence": row.sequence, "digest": row.digest} for row in rows])
            for start in range(0, len(rows), MOST):
                sequences = [row.sequence for row in rows[start : start + MOST]]
                connection.execute(sa.delete(ledger).where(ledger.c.sequence.in_(sequences)))
            what = {"before": written(before), "entries": len(rows), "through": rows[-1].sequence}
            append(connection, self._insert, CUT, f"{organisation}/.github", 0, at, what, "")
        return len(rows)

    def ledger_head(self) -> tuple[int, str]:
        with self._engine.connect() as connection:
            sequence, digest = connection.execute(select(ledger_head.c.sequence, ledger_head.c.digest)).one()
        return sequence, digest


def _of_an_open_pull_request() -> sa.Exists:
    mine = pull_requests.c.repository == ledger.c.repository, pull_requests.c.number == ledger.c.number
    return select(sa.literal(1)).select_from(pull_requests).where(*mine, pull_requests.c.state == "open").correlate(ledger).exists()
