"""What pages show and no other table holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import enforcements, listed_contracts, verdicts
from countersign.model.consumer import Reference
from countersign.model.enforceability import Enforcement
from countersign.model.policy import Mode
from countersign.model.shown import ListedContract, ReadEnforcement, ShownVerdict


class Shown(Store):
    def keep_listed(self, repository: str, rows: Sequence[ListedContract]) -> None:
        values = [
            {
                "repository": repository,
                "contract": one.reference.contract,
                "file": one.file,
                "mode": one.mode.value,
                "version": one.version,
                "status": one.status,
            }
            for one in rows
        ]
        with writing(self._engine) as connection:
            connection.execute(delete(listed_contracts).where(listed_contracts.c.repository == repository))
            if values:
                connection.execute(listed_contracts.insert(), values)

    def listed(self, repository: str = "") -> tuple[ListedContract, ...]:
        table = listed_contracts
        query = select(table).order_by(table.c.repository, table.c.contract)
        return tuple(
            ListedContract(
                reference=Reference(row.repository, row.contract),
                file=row.file,
                mode=Mode(row.mode),
                version=row.version,
                status=row.status,
            )
            for row in self._all(query.where(table.c.repository == repository) if repository else query)
        )

    def keep_enforcement(self, repository: str, enforcement: Enforcement, at: datetime) -> None:
        self._keep(enforcements, {"repository": repository, "enforcement": enforcement, "read_at": at})

    def enforcements(self) -> Mapping[str, ReadEnforcement]:
        return {row.repository: ReadEnforcement(**row._mapping) for row in self._all(select(enforcements))}

    def keep_verdict(self, repository: str, number: int, verdict: ShownVerdict, at: datetime) -> None:
        self._keep(verdicts, {"repository": repository, "number": number, "verdict": verdict, "published_at": at})

    def verdicts(self, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[ShownVerdict, datetime]]:
        key = tuple_(verdicts.c.repository, verdicts.c.number)
        rows = self._all_among(lambda some: select(verdicts).where(key.in_(list(some))), wanted)
        return {(row.repository, row.number): (row.verdict, row.published_at) for row in rows}
