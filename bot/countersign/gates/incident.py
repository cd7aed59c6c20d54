"""The state machine of an incident: the incident and what happened, in; the incident as it is then and what follows from it, out.

Two clocks run from the halt (an ADR says why two): one until somebody acknowledges, one until it is fixed. When either ends, the data goes
back to the last known good, if the evidence is confirmed and the policy lets it go back by itself. Acknowledging stops only the first.
A clock is a due time in the incident and is taken out when it fires, so looking at the calendar twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from countersign.model.incident import (
    Acknowledge,
    Broke,
    By,
    CallFalseAlarm,
    Confirmed,
    Correct,
    Due,
    Effect,
    Event,
    GoBack,
    How,
    Incident,
    News,
    Part,
    Refusal,
    Resolve,
    Resumed,
    Rollback,
    RollbackFailed,
    RolledBack,
    StartRollback,
    State,
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


def opened(number: int, contract: str, dataset: str, source: str, event: Broke, now: datetime, runtime: Runtime) -> Stepped:
    """A new incident. Without a halt no clock runs: nothing is stopped that anybody waits for."""
    incident = Incident(number=number, contract=contract, dataset=dataset, source=source, opened_at=now)
    incident = replace(incident, confirmed=event.confirmed, runtime=runtime, parts=(_part(event, now),))
    return _halted(incident, now, runtime) if event.halted else (incident, _tell(News.OPENED))


def step(incident: Incident, event: Event, now: datetime, runtime: Runtime | None = None) -> Stepped | Refused:
    """The incident after the event, its revision one higher, and what follows; or why the event changes nothing.

    runtime: the policy's now, where it is known; it holds from a break on, and until the next one.
    """
    if incident.ended:
        return Refused(Refusal.ENDED)
    if runtime is not None and isinstance(event, Broke | Confirmed):
        incident = replace(incident, runtime=runtime)
    answer = _HANDLERS[type(event)](incident, event, now, incident.runtime)
    if isinstance(answer, Refused):
        return answer
    after, effects = answer
    ended_at = now if after.ended else None
    return replace(after, revision=incident.revision + 1, ended_at=ended_at), effects


def _broke(incident: Incident, event: Broke, now: datetime, runtime: Runtime) -> Stepped | Refused:
    known = next((part for part in incident.parts if (part.partition, part.trip) == (event.partition, event.trip)), None)
    newly_confirmed = event.confirmed is True and incident.confirmed is not True
    newly_halted = event.halted and (known is None or not known.halted)
    if known is not None and not newly_confirmed and not (newly_halted and known.resumed_at is None):
        return Refused(Refusal.NOTHING_NEW)
    relapsed = known is None and (incident.state is State.FIXED or not incident.broken)
    spread = not any(part.partition == event.partition and part.halted == event.halted for part in incident.broken)
    if known is None or newly_halted:
        # An opening that came after another of the same partition takes its place; the timeline keeps both.
        others = tuple(part for part in incident.parts if part.partition != event.partition)
        incident = replace(incident, parts=(*others, _part(event, now)), close_by=None)
    if not newly_confirmed:
        incident = replace(incident, confirmed=_first_known(incident.confirmed, event.confirmed))
    effects: tuple[Effect, ...] = ()
    if newly_halted and (incident.halted_at is None or relapsed):
        incident, effects = _halted(incident, now, runtime)
    elif relapsed:
        incident, effects = replace(incident, state=_unfixed(incident), said_fixed=False), _tell(News.OPENED)
    elif spread:
        effects = _tell(News.SPREAD)
    if newly_confirmed:
        incident, more = _now_confirmed(incident, runtime)
        effects += more
    return incident, effects


def _confirmed(incident: Incident, _: Confirmed, __: datetime, runtime: Runtime) -> Stepped | Refused:
    return Refused(Refusal.NOTHING_NEW) if incident.confirmed else _now_confirmed(incident, runtime)


def _now_confirmed(incident: Incident, runtime: Runtime) -> Stepped:
    """What waited for it begins."""
    incident = replace(incident, confirmed=True)
    return _go_back(incident, runtime) if incident.rollback is Rollback.WITHHELD else (incident, ())


def _first_known(before: bool | None, now: bool | None) -> bool | None:
    return before if before is not None else now


def _part(event: Broke, now: datetime) -> Part:
    return Part(
        partition=event.partition,
        trip=event.trip,
        halted=event.halted,
        since=now,
        reason=event.reason,
        first_bad=event.first_bad,
        last_good=event.last_good,
    )


def _halted(incident: Incident, now: datetime, runtime: Runtime) -> Stepped:
    """The clocks start. Whoever looks after it already needs not say so again. What went back stays gone back."""
    waiting = incident.acknowledged is None
    return replace(
        incident,
        state=_unfixed(replace(incident, halted_at=now)),
        halted_at=now,
        said_fixed=False,
        close_by=None,
        acknowledge_by=now + timedelta(minutes=runtime.acknowledge_minutes) if waiting else None,
        fix_by=now + timedelta(minutes=runtime.fix_minutes),
    ), _tell(News.HALTED)


def _unfixed(incident: Incident) -> State:
    """Where an incident stands that is not fixed."""
    if incident.rollback is Rollback.DONE:
        return State.ROLLED_BACK
    if incident.acknowledged is not None:
        return State.ACKNOWLEDGED
    return State.HALTED if incident.halted_at is not None else State.OPEN


def _resumed(incident: Incident, event: Resumed, now: datetime, _: Runtime) -> Stepped | Refused:
    if event.partition not in {part.partition for part in incident.broken}:
        return Refused(Refusal.NOTHING_NEW)
    parts = tuple(
        replace(part, resumed_at=now) if part.partition == event.partition and part.resumed_at is None else part for part in incident.parts
    )
    incident = replace(incident, parts=parts)
    if incident.broken:
        return incident, ()
    if incident.said_fixed and incident.rollback is not Rollback.RUNNING:
        return _ended(incident, State.CLOSED), _tell(News.CLOSED)
    incident = replace(incident, acknowledge_by=None, fix_by=None, close_by=now + QUIET)
    if incident.state in (State.FIXED, State.ROLLED_BACK):
        return incident, ()
    return replace(incident, state=State.FIXED), _tell(News.FIXED)


def _acknowledge(incident: Incident, event: Acknowledge, now: datetime, _: Runtime) -> Stepped | Refused:
    if incident.acknowledged is not None:
        return Refused(Refusal.ACKNOWLEDGED)
    state = State.ACKNOWLEDGED if incident.state in (State.OPEN, State.HALTED) else incident.state
    return _looked_after(replace(incident, state=state), event.by, now), _tell(News.ACKNOWLEDGED)


def _looked_after(incident: Incident, by: By, now: datetime) -> Incident:
    if incident.acknowledged is not None:
        return incident
    return replace(incident, acknowledged=by, acknowledged_at=now, acknowledge_by=None)


def _resolve(incident: Incident, event: Resolve, now: datetime, runtime: Runtime) -> Stepped | Refused:
    """A word stops the clock, but not for ever: where data is still stopped, it has to flow before the clock has run once more."""
    if incident.rollback is Rollback.RUNNING:
        return Refused(Refusal.ROLLING_BACK)
    incident = _looked_after(incident, event.by, now)
    if not incident.broken:
        return _ended(incident, State.CLOSED), _tell(News.CLOSED)
    if incident.said_fixed:
        return Refused(Refusal.FIXED)
    again = now + timedelta(minutes=runtime.fix_minutes) if incident.stopped else None
    return replace(incident, state=State.FIXED, said_fixed=True, acknowledge_by=None, fix_by=again), _tell(News.FIXED)


def _false_alarm(incident: Incident, event: CallFalseAlarm, now: datetime, _: Runtime) -> Stepped | Refused:
    return _end(incident, State.FALSE_ALARM, News.FALSE_ALARM, event.by, now)


def _correct(incident: Incident, event: Correct, now: datetime, _: Runtime) -> Stepped | Refused:
    return _end(incident, State.CORRECTED, News.CORRECTED, event.by, now)


def _end(incident: Incident, state: State, news: News, by: By, now: datetime) -> Stepped | Refused:
    if incident.rollback is Rollback.RUNNING:
        return Refused(Refusal.ROLLING_BACK)
    return _ended(_looked_after(incident, by, now), state), _tell(news)


def _ended(incident: Incident, state: State) -> Incident:
    return replace(incident, state=state, acknowledge_by=None, fix_by=None, close_by=None)


def _due(incident: Incident, event: Due, now: datetime, runtime: Runtime) -> Stepped | Refused:
    if _past(incident.close_by, now) and incident.rollback is not Rollback.RUNNING:
        return _ended(incident, State.CLOSED), _tell(News.CLOSED)
    unacknowledged, unfixed = _past(incident.acknowledge_by, now), _past(incident.fix_by, now)
    if not unacknowledged and not unfixed:
        return Refused(Refusal.NOT_DUE)
    effects: tuple[Effect, ...] = ()
    if unacknowledged:
        incident, effects = replace(incident, acknowledge_by=None), _tell(News.UNACKNOWLEDGED)
    if unfixed:
        incident = replace(incident, fix_by=None, said_fixed=False, state=_unfixed(incident))
        effects += _tell(News.NOT_FIXED)
    incident, more = _go_back(incident, runtime if event.armed else replace(runtime, roll_back=RollBack.MANUAL))
    return incident, effects + more


def _past(due: datetime | None, now: datetime) -> bool:
    return due is not None and due <= now


def _go_back(incident: Incident, runtime: Runtime) -> Stepped:
    """What failed is not tried again by itself, and what a person took back is not undone behind their back."""
    if incident.rollback not in (Rollback.NONE, Rollback.WITHHELD):
        return incident, ()
    if incident.confirmed is not True:
        told = incident.rollback is Rollback.WITHHELD
        return replace(incident, rollback=Rollback.WITHHELD), () if told else _tell(News.NOT_CONFIRMED)
    if runtime.roll_back is RollBack.MANUAL:
        return replace(incident, rollback=Rollback.BY_HAND), _tell(News.BY_HAND)
    return _going_back(incident)


def _going_back(incident: Incident) -> Stepped:
    return replace(incident, rollback=Rollback.RUNNING), (Tell(news=News.ROLLING_BACK), GoBack())


def _start_rollback(incident: Incident, event: StartRollback, now: datetime, _: Runtime) -> Stepped | Refused:
    """By a person: whatever the policy says of going back by itself, and again where it failed. Never on evidence that does not hold."""
    if incident.rollback is Rollback.RUNNING:
        return Refused(Refusal.ROLLING_BACK)
    if incident.rollback is Rollback.DONE:
        return Refused(Refusal.ROLLED_BACK)
    if incident.halted_at is None:
        return Refused(Refusal.NOTHING_STOPPED)
    if incident.confirmed is not True:
        return Refused(Refusal.NOT_CONFIRMED)
    return _going_back(_looked_after(incident, event.by, now))


def _rolled_back(incident: Incident, _: RolledBack, now: datetime, __: Runtime) -> Stepped | Refused:
    if incident.rollback is not Rollback.RUNNING:
        return Refused(Refusal.NOTHING_NEW)
    close_by = None if incident.broken else now + QUIET
    incident = replace(incident, state=State.ROLLED_BACK, rollback=Rollback.DONE, fix_by=None, acknowledge_by=None, close_by=close_by)
    return incident, _tell(News.ROLLED_BACK)


def _rollback_failed(incident: Incident, _: RollbackFailed, __: datetime, ___: Runtime) -> Stepped | Refused:
    if incident.rollback is not Rollback.RUNNING:
        return Refused(Refusal.NOTHING_NEW)
    return replace(incident, rollback=Rollback.FAILED), _tell(News.ROLLBACK_FAILED)


def _undone(incident: Incident, event: Undone, now: datetime, _: Runtime) -> Stepped | Refused:
    """Whoever goes forward again looks after it from then on."""
    if incident.rollback is not Rollback.DONE:
        return Refused(Refusal.NOT_ROLLED_BACK)
    incident = replace(_looked_after(incident, event.by, now), rollback=Rollback.UNDONE)
    state = _unfixed(incident) if incident.state is State.ROLLED_BACK else incident.state
    return replace(incident, state=state), _tell(News.UNDONE)


def _undo_failed(incident: Incident, _: UndoFailed, __: datetime, ___: Runtime) -> Stepped | Refused:
    """It stays rolled back; the timeline says why."""
    return Refused(Refusal.NOT_ROLLED_BACK) if incident.rollback is not Rollback.DONE else (incident, ())


def _tell(news: News) -> tuple[Effect, ...]:
    return (Tell(news=news),)


def brought_by(event: Event) -> By:
    """Who brought an event about."""
    match event:
        case Broke() | Resumed():
            return By(how=How.GUARD)
        case Confirmed():
            return By(how=How.EVIDENCE)
        case Due():
            return By(how=How.CLOCK)
        case RolledBack() | RollbackFailed():
            return By(how=How.ROLLBACK)
        case _:
            return event.by


_Handler = Callable[[Incident, Any, datetime, Runtime], Stepped | Refused]

_HANDLERS = cast(
    dict[type[Event], _Handler],
    {
        Broke: _broke,
        Confirmed: _confirmed,
        Resumed: _resumed,
        Acknowledge: _acknowledge,
        Resolve: _resolve,
        CallFalseAlarm: _false_alarm,
        Correct: _correct,
        Due: _due,
        StartRollback: _start_rollback,
        RolledBack: _rolled_back,
        RollbackFailed: _rollback_failed,
        Undone: _undone,
        UndoFailed: _undo_failed,
    },
)
