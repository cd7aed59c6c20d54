"""Incidents: each stands at a revision, and only what follows on that revision is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select

from countersign.adapters.database.engine import writing
from countersign.adapters.database.store import Store
from countersign.adapters.database.tables import guard_reports, incidents, transitions
from countersign.model.guarded import KeptReport
from countersign.model.incident import Incident
from countersign.model.incident_event import Transition


class Incidents(Store):
    def next_incident(self) -> int:
        row = self._first(select(func.max(incidents.c.number)))
        return int(row[0] or 0) + 1 if row else 1

    def keep_incident(self, incident: Incident, transition: Transition) -> bool:
        """The two unique keys (``once``, and a living incident's subject) hold whatever two workers do at once."""
        values = _columns(incident)
        said = {"number": incident.number, "revision": incident.revision, "once": transition.once, "transition": transition}
        with writing(self._engine, alone="incidents") as connection:
            known = select(transitions.c.number).where(transitions.c.once == transition.once)
            if connection.execute(known).first() is not None:
                return False
            if incident.revision == 1:
                new = self._insert(incidents).values(values).on_conflict_do_nothing().returning(incidents.c.number)
                kept = connection.execute(new).first() is not None
            else:
                stands = incidents.c.number == incident.number, incidents.c.revision == incident.revision - 1
                kept = connection.execute(incidents.update().where(*stands).values(values)).rowcount == 1
            if kept:
                connection.execute(transitions.insert().values(said))
        return kept

    def incident(self, number: int) -> Incident | None:
        return self._one(incidents.c.number == number)

    def incidents(self, *, repository: str = "", live: bool = False) -> tuple[Incident, ...]:
        query = select(incidents).order_by(incidents.c.number)
        if repository:
            query = query.where(func.lower(incidents.c.repository) == repository.lower())
        if live:
            query = query.where(incidents.c.subject.is_not(None))
        return tuple(_as_named(row._mapping) for row in self._all(query))

    def live_incident(self, contract: str, dataset: str, source: str) -> Incident | None:
        found = (one for one in self._of_contract(contract) if not one.ended and (one.dataset, one.source) == (dataset, source))
        return next(found, None)

    def incident_of_trip(self, contract: str, dataset: str, source: str, partition: str, trip: str) -> Incident | None:
        found = (
            one
            for one in reversed(self._of_contract(contract))
            if (one.dataset, one.source) == (dataset, source)
            and any((part.partition, part.trip) == (partition, trip) for part in one.parts)
        )
        return next(found, None)

    def transition(self, once: str) -> Transition | None:
        row = self._first(select(transitions.c.transition).where(transitions.c.once == once))
        return None if row is None else row.transition

    def timeline(self, number: int) -> tuple[Transition, ...]:
        query = select(transitions.c.transition).where(transitions.c.number == number).order_by(transitions.c.sequence)
        return tuple(transition for (transition,) in self._all(query))

    def due_incidents(self, now: datetime) -> tuple[tuple[int, int], ...]:
        query = select(incidents.c.number, incidents.c.revision).where(incidents.c.due_at <= now).order_by(incidents.c.number)
        return tuple((row.number, row.revision) for row in self._all(query))

    def keep_report(self, number: int, kept: KeptReport) -> None:
        new = self._insert(guard_reports).values(id=kept.report.id, number=number, report=kept).on_conflict_do_nothing()
        with writing(self._engine) as connection:
            connection.execute(new)

    def reports(self, number: int) -> tuple[KeptReport, ...]:
        query = select(guard_reports.c.report).where(guard_reports.c.number == number).order_by(guard_reports.c.sequence)
        return tuple(kept for (kept,) in self._all(query))

    def forget_evidence(self, before: datetime) -> int:
        ended = [one.number for one in self.incidents() if one.ended_at is not None and one.ended_at < before]
        rows = self._all_among(lambda some: select(guard_reports).where(guard_reports.c.number.in_(some)), ended)
        kept = [row for row in rows if row.report.report.sample]
        if not kept:
            return 0
        with writing(self._engine) as connection:
            for row in kept:
                bare = replace(row.report, report=replace(row.report.report, sample=()))
                connection.execute(guard_reports.update().where(guard_reports.c.sequence == row.sequence).values(report=bare))
        return len(kept)

    def _of_contract(self, contract: str) -> tuple[Incident, ...]:
        repository, _, name = contract.partition("#")
        mine = func.lower(incidents.c.repository) == repository.lower(), incidents.c.contract == name
        return tuple(_as_named(row._mapping) for row in self._all(select(incidents).where(*mine).order_by(incidents.c.number)))

    def _one(self, *where: sa.ColumnElement[bool]) -> Incident | None:
        row = self._first(select(incidents).where(*where))
        return None if row is None else _as_named(row._mapping)


def _columns(incident: Incident) -> dict[str, Any]:
    return {
        "number": incident.number,
        "repository": incident.repository,
        "contract": incident.contract_id,
        "revision": incident.revision,
        # JSON, so that no name can be two names.
        "subject": None if incident.ended else json.dumps([incident.contract, incident.dataset, incident.source]),
        "due_at": incident.due_at,
        "incident": incident,
    }


def _as_named(row: Mapping[Any, Any]) -> Incident:
    """A repository's rows follow it to another name, and what they hold is read under it."""
    incident: Incident = row["incident"]
    return replace(incident, contract=f"{row['repository']}#{row['contract']}")
