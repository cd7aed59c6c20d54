"""Going back, as a part of the state machine of an incident: one at a time, on confirmed evidence, and never again by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from countersign.model.incident import By, Incident, Rollback, State
from countersign.model.incident_event import (
    Effect,
    GoBack,
    News,
    Refusal,
    RevertSettled,
    RollbackFailed,
    RolledBack,
    StartRollback,
    Tell,
    UndoFailed,
    Undone,
)
from countersign.model.runtime import RollBack, Runtime

#: How long data has to flow before an incident that nobody resolved is closed; a break within it is the same incident.
QUIET = timedelta(minutes=30)

Stepped = tuple[Incident, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class Refused:
    why: Refusal


def go_back(incident: Incident, runtime: Runtime) -> Stepped:
    """What failed is not tried again by itself, and what a person took back is not undone behind their back."""
    if incident.rollback not in (Rollback.NONE, Rollback.WITHHELD):
        return incident, ()
    if incident.confirmed is not True:
        told = incident.rollback is Rollback.WITHHELD
        return replace(incident, rollback=Rollback.WITHHELD), () if told else tell(News.NOT_CONFIRMED)
    if runtime.roll_back is RollBack.MANUAL:
        return replace(incident, rollback=Rollback.BY_HAND), tell(News.BY_HAND)
    return _going_back(incident)


def _going_back(incident: Incident) -> Stepped:
    return replace(incident, rollback=Rollback.RUNNING), (Tell(news=News.ROLLING_BACK), GoBack())


def start_rollback(incident: Incident, event: StartRollback, now: datetime, _: Runtime) -> Stepped | Refused:
    """By a person: whatever the policy says of going back by itself, and again where it failed. Never on evidence that does not hold."""
    if incident.rollback is Rollback.RUNNING:
        return Refused(Refusal.ROLLING_BACK)
    if incident.rollback is Rollback.DONE:
        return Refused(Refusal.ROLLED_BACK)
    if incident.halted_at is None:
        return Refused(Refusal.NOTHING_STOPPED)
    if incident.confirmed is not True:
        return Refused(Refusal.NOT_CONFIRMED)
    return _going_back(looked_after(incident, event.by, now))


def rolled_back(incident: Incident, _: RolledBack, now: datetime, __: Runtime) -> Stepped | Refused:
    if incident.rollback is not Rollback.RUNNING:
        return Refused(Refusal.NOTHING_NEW)
    close_by = None if incident.broken else now + QUIET
    incident = replace(incident, state=State.ROLLED_BACK, rollback=Rollback.DONE, fix_by=None, acknowledge_by=None, close_by=close_by)
    return incident, tell(News.ROLLED_BACK)


def revert_settled(incident: Incident, _: RevertSettled, __: datetime, ___: Runtime) -> Stepped | Refused:
    """For the timeline alone. What went forward again meanwhile has no use for it."""
    return (incident, ()) if incident.rollback is Rollback.DONE else Refused(Refusal.NOT_ROLLED_BACK)


def rollback_failed(incident: Incident, _: RollbackFailed, __: datetime, ___: Runtime) -> Stepped | Refused:
    if incident.rollback is not Rollback.RUNNING:
        return Refused(Refusal.NOTHING_NEW)
    return replace(incident, rollback=Rollback.FAILED), tell(News.ROLLBACK_FAILED)


def undone(incident: Incident, event: Undone, now: datetime, _: Runtime) -> Stepped | Refused:
    """Whoever goes forward again looks after it from then on."""
    if incident.rollback is not Rollback.DONE:
        return Refused(Refusal.NOT_ROLLED_BACK)
    incident = replace(looked_after(incident, event.by, now), rollback=Rollback.UNDONE)
    state = unfixed(incident) if incident.state is State.ROLLED_BACK else incident.state
    return replace(incident, state=state), tell(News.UNDONE)


def undo_failed(incident: Incident, _: UndoFailed, __: datetime, ___: Runtime) -> Stepped | Refused:
    """It stays rolled back; the timeline says why."""
    return Refused(Refusal.NOT_ROLLED_BACK) if incident.rollback is not Rollback.DONE else (incident, ())


def looked_after(incident: Incident, by: By, now: datetime) -> Incident:
    if incident.acknowledged is not None:
        return incident
    return replace(incident, acknowledged=by, acknowledged_at=now, acknowledge_by=None)


def unfixed(incident: Incident) -> State:
    """Where an incident stands that is not fixed."""
    if incident.rollback is Rollback.DONE:
        return State.ROLLED_BACK
    if incident.acknowledged is not None:
        return State.ACKNOWLEDGED
    return State.HALTED if incident.halted_at is not None else State.OPEN


def tell(news: News) -> tuple[Effect, ...]:
    return (Tell(news=news),)
