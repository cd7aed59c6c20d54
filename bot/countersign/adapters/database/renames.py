"""A repository under another name: in one transaction, all that is kept under the old one stands under the new.

Three kinds of columns hold repositories' names. `MOVED` name the repository that a row is about, and change. `AS_WRITTEN` name it
as somebody's file does, which nobody changed: they are found under every name (`Store._names_of`). `REWRITTEN` hold names among
other things. What `frozen` holds is copied, because no row of it ever changes but for the name that it stands under
(`migrations.guards`); what the ledger says, `services.repository_names` says again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, func, select

from countersign.adapters.database import tables
from countersign.adapters.database.engine import writing
from countersign.adapters.database.ledger import append, hold
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import APPEND_ONLY, github_writes, ledger, repositories, repository_names
from countersign.model.consumer import Registration
from countersign.model.github import Repository
from countersign.model.ledger import RENAMED
from countersign.model.names import with_name
from countersign.model.product import Product
from countersign.model.pull_request import Frozen
from countersign.model.suspect import StoredDataset

MOVED: tuple[sa.Column[Any], ...] = (
    tables.repositories.c.name,
    *(
        table.c.repository
        for table in (
            tables.team_repositories,
            tables.catalogue,
            tables.owned,
            tables.products,
            tables.listed_contracts,
            tables.enforcements,
            tables.verdicts,
            tables.registrations,
            tables.stored_datasets,
            tables.pull_requests,
            tables.reviews,
            tables.overrides,
            tables.statements,
            tables.dismissals,
            tables.judgements,
            tables.frozen,
            tables.checks,
            tables.modes,
            tables.asked,
            tables.notices,
            tables.wakes,
            tables.tips,
            tables.pushers,
            tables.incidents,
            tables.sightings,
            tables.guard_tokens,
            tables.ledger,
        )
    ),
)
AS_WRITTEN: tuple[sa.Column[Any], ...] = (tables.registrations.c.producer, tables.suspects.c.producer, tables.suspects.c.suspect)
REWRITTEN: tuple[sa.Column[Any], ...] = (
    tables.registrations.c.entry,
    tables.products.c.product,
    tables.stored_datasets.c.entry,
    tables.frozen.c.readers,
    github_writes.c.key,
    ledger.c.once,
)


class Renames(Store):
    def repository_numbered(self, number: int) -> Repository | None:
        row = self._first(select(repositories).where(repositories.c.id == number))
        return None if row is None else Repository(**row._mapping)

    def was_called(self, number: int, name: str) -> bool:
        known = select(repository_names.c.id).where(repository_names.c.id == number, repository_names.c.name == name.lower())
        return self._first(known) is not None

    def now_called(self, name: str) -> str:
        if self._first(select(repositories.c.id).where(repositories.c.name == name)) is not None:
            return name
        now = select(repositories.c.name).join(repository_names, repository_names.c.id == repositories.c.id)
        row = self._first(now.where(repository_names.c.name == name.lower()).order_by(repositories.c.id.desc()))
        return name if row is None else str(row.name)

    def last_called(self, name: str, *, but: int) -> int:
        others = select(func.max(repository_names.c.id)).where(repository_names.c.name == name.lower(), repository_names.c.id != but)
        row = self._first(others)
        return int(row[0]) if row is not None and row[0] is not None else 0

    def move_repository(self, number: int, old: str, new: str, at: datetime) -> None:
        """Where a row of the same key stands under the new name already, it came later, and stands; one that is never changed stays.

        Of the ledger, the entries before the one that tells of the move stand under the new name, and none after it: from those that
        tell of moves it can be worked out where each entry must stand.
        """
        both: list[dict[str, Any]] = [{"name": name.lower(), "id": number} for name in (old, new)]
        with writing(self._engine, alone="rename") as connection:
            connection.execute(self._insert(repository_names).on_conflict_do_nothing(), both)
            *others, of_ledger = MOVED
            for column in others:
                _move(connection, column, old, new)
            _rewrite(connection, new)
            _copy_frozen(connection, old, new)
            hold(connection)
            _move(connection, of_ledger, old, new)
            for text in (github_writes.c.key, ledger.c.once):
                _rename_within(connection, text, old, new)
            append(connection, self._insert, RENAMED, new, 0, at, {"before": old, "after": new, "id": number}, "")


def _move(connection: sa.Connection, column: sa.Column[Any], old: str, new: str) -> None:
    table = column.table
    mine, taken = func.lower(column) == old.lower(), [_taken(column, key, new) for key in _keys(column)]
    if taken and table not in APPEND_ONLY:
        connection.execute(delete(table).where(mine, sa.or_(*taken)))
    connection.execute(sa.update(table).where(mine, *(~there for there in taken)).values({column.name: new}))


def _keys(column: sa.Column[Any]) -> Iterator[list[sa.Column[Any]]]:
    """What else is in each unique key that holds the column."""
    table = column.table
    assert isinstance(table, sa.Table)
    keys = [list(table.primary_key), *(list(index.columns) for index in table.indexes if index.unique)]
    yield from ([other for other in key if other is not column] for key in keys if any(other is column for other in key))


def _taken(column: sa.Column[Any], others: list[sa.Column[Any]], new: str) -> sa.ColumnElement[bool]:
    there = column.table.alias("there")
    same = [there.c[other.name] == other for other in others]
    return select(sa.literal(1)).select_from(there).where(there.c[column.name] == new, *same).correlate(column.table).exists()


def _rewrite(connection: sa.Connection, new: str) -> None:
    """What a row holds says the same name as the row."""
    for table, column in ((tables.registrations, "entry"), (tables.products, "product"), (tables.stored_datasets, "entry")):
        keys = list(table.primary_key)
        for row in list(connection.execute(select(table).where(table.c.repository == new))):
            held: Mapping[Any, Any] = row._mapping
            values = {column: _named(held[column], new)}
            connection.execute(sa.update(table).where(*(key == held[key.name] for key in keys)).values(values))


def _named(held: Registration | Product | StoredDataset, new: str) -> Registration | Product | StoredDataset:
    if isinstance(held, StoredDataset):
        return replace(held, reference=held.reference._replace(repository=new))
    return replace(held, repository=new)


def _copy_frozen(connection: sa.Connection, old: str, new: str) -> None:
    """The newest row of a fingerprint is the one that holds, so its readers are noted again, each under the name of its repository."""
    frozen = tables.frozen
    named = func.lower(sa.cast(frozen.c.readers, sa.Text)).contains(old.lower(), autoescape=True)
    newest = select(func.max(frozen.c.sequence)).group_by(frozen.c.repository, frozen.c.number, frozen.c.fingerprint)
    for row in list(connection.execute(select(frozen).where(named, frozen.c.sequence.in_(newest)).order_by(frozen.c.sequence))):
        held: Frozen = row.readers
        readers = tuple(
            replace(reader, registration=replace(reader.registration, repository=new))
            if reader.registration.repository.lower() == old.lower()
            else reader
            for reader in held.readers
        )
        if readers != held.readers:
            kept = {name: value for name, value in row._mapping.items() if name != "sequence"}
            connection.execute(frozen.insert().values(kept | {"readers": replace(held, readers=readers)}))


def _rename_within(connection: sa.Connection, column: sa.Column[Any], old: str, new: str) -> None:
    table = column.table
    assert isinstance(table, sa.Table)
    found = select(column).where(func.lower(column).contains(old.lower(), autoescape=True))
    for (text,) in list(connection.execute(found)):
        now = with_name(text, old, new)
        if now == text:
            continue
        if connection.execute(select(column).where(column == now)).first() is None:
            connection.execute(sa.update(table).where(column == text).values({column.name: now}))
        elif table not in APPEND_ONLY:
            connection.execute(delete(table).where(column == text))
