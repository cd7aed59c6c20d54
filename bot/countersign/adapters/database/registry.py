"""Who reads what, and what there is to read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store, called
from countersign.adapters.database.tables import catalogue, owned, products, registrations
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import canonical
from countersign.model.fact import Owned
from countersign.model.product import Product


class Registry(Store):
    def keep_registrations(self, repository: str, rows: Sequence[Registration], received_at: datetime) -> None:
        """One that says the same as before, wherever it stands in its file, keeps its first ``received_at``; one that is not
        among ``rows`` ends now and is kept; one that comes back begins again."""
        wanted = {_said(row): row for row in rows}
        live = registrations.c.repository == repository, registrations.c.gone_at.is_(None)
        with writing(self._engine, alone=f"registrations {repository}") as connection:
            standing = {row.said: row for row in connection.execute(select(registrations).where(*live))}
            for said, old in standing.items():
                change: dict[str, Any] = {"gone_at": received_at}
                if said in wanted:
                    number = old.entry.number or self._number(connection, wanted[said].team)
                    change = {"entry": replace(wanted[said], repository=repository, received_at=old.received_at, number=number)}
                connection.execute(registrations.update().where(registrations.c.sequence == old.sequence).values(change))
            for said, row in wanted.items():
                if said not in standing:
                    row = replace(row, number=row.number or self._number(connection, row.team))
                    connection.execute(registrations.insert().values(_row(repository, said, row, received_at)))

    def _number(self, connection: sa.Connection, name: str) -> int:
        """Of the one team that the name means now; 0 if that is not known, or not one."""
        found = connection.execute(called([name.removeprefix("@")])).all()
        return found[0].number if len(found) == 1 else 0

    def registrations(self, producer: str, contract: str) -> tuple[Registration, ...]:
        """Under every name that the producer has had, in any case: a rename must not cost it its readers."""
        known_as = sa.func.lower(registrations.c.producer).in_(self._names_of(producer))
        return self._live(known_as, registrations.c.contract == contract)

    def registrations_of(self, repository: str) -> tuple[Registration, ...]:
        return self._live(registrations.c.repository == repository)

    def every_registration(self) -> tuple[Registration, ...]:
        return self._live()

    def _live(self, *which: sa.ColumnElement[bool]) -> tuple[Registration, ...]:
        query = select(registrations.c.entry).where(*which, registrations.c.gone_at.is_(None)).order_by(registrations.c.sequence)
        return tuple(entry for (entry,) in self._all(query))

    def keep_products(self, repository: str, rows: Sequence[Product]) -> None:
        kept: list[dict[str, Any]] = [{"repository": repository, "name": row.name, "product": row} for row in rows]
        with writing(self._engine) as connection:
            connection.execute(delete(products).where(products.c.repository == repository))
            if kept:
                connection.execute(products.insert(), kept)

    def products(self, repository: str = "") -> tuple[Product, ...]:
        query = select(products.c.product).order_by(products.c.name, products.c.repository)
        return tuple(row for (row,) in self._all(query.where(products.c.repository == repository) if repository else query))

    def keep_catalogue(self, repository: str, contracts: Mapping[str, Sequence[str]]) -> None:
        rows = [{"repository": repository, "contract": name, "fields": tuple(fields)} for name, fields in contracts.items()]
        with writing(self._engine) as connection:
            connection.execute(delete(catalogue).where(catalogue.c.repository == repository))
            if rows:
                connection.execute(catalogue.insert(), rows)

    def keep_owned(self, repository: str, rows: Sequence[Owned]) -> None:
        values = [{"repository": one.repository, "contract": one.contract, "domain": one.domain, "teams": one.teams} for one in rows]
        with writing(self._engine) as connection:
            connection.execute(delete(owned).where(owned.c.repository == repository))
            if values:
                connection.execute(owned.insert(), values)

    def owned(self) -> tuple[Owned, ...]:
        return tuple(Owned(**row._mapping) for row in self._all(select(owned).order_by(owned.c.repository, owned.c.contract)))

    def catalogue(self) -> tuple[tuple[Reference, tuple[str, ...]], ...]:
        rows = self._all(select(catalogue).order_by(catalogue.c.repository, catalogue.c.contract))
        return tuple((Reference(row.repository, row.contract), row.fields) for row in rows)


def _said(row: Registration) -> str:
    """A digest of what makes a registration another one: not its line, its assets, or who may see it."""
    fields = sorted(list(path) for path in row.fields)
    said: list[Any] = [list(row.reference), row.team, fields, row.criticality, row.until, row.on_behalf_of]
    if row.expects:  # entries that were kept before anything could be expected keep their digest, and with it their time
        said.append(sorted([list(one.field), one.type, one.unit, one.nullable, sorted(one.values), one.new_values] for one in row.expects))
    said += [row.product] if row.product else []
    said += [{"reads_with": row.reads_with}] if row.reads_with else []
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def _row(repository: str, said: str, row: Registration, received_at: datetime) -> dict[str, Any]:
    return {
        "repository": repository,
        "producer": row.reference.repository,
        "contract": row.reference.contract,
        "said": said,
        "entry": replace(row, repository=repository, received_at=received_at),
        "received_at": received_at,
    }
