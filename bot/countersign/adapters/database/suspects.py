"""Readers that evidence shows, what people said of them, and where the datasets are that evidence speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import delete, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import dismissals, evidence_read, stored_datasets, suspects
from countersign.model.suspect import Dismissal, EvidenceKind, StoredDataset, Suspect


class Suspects(Store):
    def keep_stored(self, repository: str, rows: Sequence[StoredDataset]) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(stored_datasets).where(stored_datasets.c.repository == repository))
            if rows:
                connection.execute(stored_datasets.insert(), [{"repository": repository, "entry": row} for row in rows])

    def stored(self) -> tuple[StoredDataset, ...]:
        return tuple(entry for (entry,) in self._all(select(stored_datasets.c.entry).order_by(stored_datasets.c.sequence)))

    def keep_suspects(self, rows: Sequence[Suspect]) -> None:
        self._keep(
            suspects,
            *(
                {
                    "fingerprint": row.fingerprint,
                    "producer": row.reference.repository,
                    "contract": row.reference.contract,
                    "suspect": replace(row, dismissed=None, hidden=False),
                }
                for row in rows
            ),
        )

    def suspects(self, producer: str = "", contract: str = "") -> tuple[Suspect, ...]:
        query = select(suspects.c.suspect).order_by(suspects.c.producer, suspects.c.contract, suspects.c.fingerprint)
        if producer:
            query = query.where(sa.func.lower(suspects.c.producer).in_(self._names_of(producer)))
        if contract:
            query = query.where(suspects.c.contract == contract)
        found = [suspect for (suspect,) in self._all(query)]
        said = self._dismissed([suspect.fingerprint for suspect in found])
        return tuple(replace(suspect, dismissed=said.get(suspect.fingerprint)) for suspect in found)

    def _dismissed(self, fingerprints: Sequence[str]) -> dict[str, Dismissal]:
        """The last one of each."""
        if not fingerprints:
            return {}
        query = select(dismissals.c.fingerprint, dismissals.c.dismissal).where(dismissals.c.fingerprint.in_(fingerprints))
        return {row.fingerprint: row.dismissal for row in self._all(query.order_by(dismissals.c.sequence))}

    def keep_dismissal(self, repository: str, number: int, fingerprint: str, dismissal: Dismissal) -> None:
        row = {"repository": repository, "number": number, "fingerprint": fingerprint, "dismissal": dismissal}
        with writing(self._engine) as connection:
            connection.execute(dismissals.insert().values(row))

    def keep_evidence_read(self, organisation: str, kind: EvidenceKind, at: datetime) -> None:
        self._keep(evidence_read, {"organisation": organisation.lower(), "kind": kind.value, "read_at": at})

    def evidence_read(self, organisation: str) -> Mapping[EvidenceKind, datetime]:
        rows = self._all(select(evidence_read).where(evidence_read.c.organisation == organisation.lower()))
        return {EvidenceKind(row.kind): row.read_at for row in rows}
