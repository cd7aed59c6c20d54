"""The state machine of an incident: the incident and what happened, in; the incident as it is then and what follows from it, out.

Two clocks run from the halt (an ADR says why two): one until somebody acknowledges, one until it is fixed. When either ends, the data goes
back to the last known good, if the evidence is confirmed and the policy lets it go back by itself. Acknowledging stops only the first.
A clock is a due time in the incident and is taken out when it fires, so looking at the calendar twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from countersign.gates.incident_rollback import (
    QUIET,
    Refused,
    Stepped,
    go_back,
    looked_after,
    revert_settled,
    rollback_failed,
    rolled_back,
    start_rollback,
    tell,
    undo_failed,
    undone,
    unfixed,
)
from countersign.model.incident import By, How, Incident, Part, Rollback, State
from countersign.model.incident_event import (
    Acknowledge,
    Broke,
    CallFalseAlarm,
    Confirmed,
    Correct,
    Due,
    Effect,
    Event,
    News,
    Refusal,
    Resolve,
    Resumed,
    RevertSettled,
    RollbackFailed,
    RolledBack,
    StartRollback,
    UndoFailed,
    Undone,
)
from countersign.model.runtime import RollBack, Runtime

__all__ = ["QUIET", "Refused", "Stepped", "brought_by", "opened", "step"]


def opened(number: int, contract: str, dataset: str, source: str, event: Broke, now: datetime, runtime: Runtime) -> Stepped:
    """A new incident. Without a halt no clock runs: nothing is stopped that anybody waits for."""
    incident = Incident(number=number, contract=contract, dataset=dataset, source=source, opened_at=now)
    incident = replace(incident, confirmed=event.confirmed, runtime=runtime, parts=(_part(event, now),))
    return _halted(incident, now, runtime) if event.halted else (incident, tell(News.OPENED))


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
        incident, effects = replace(incident, state=unfixed(incident), said_fixed=False), tell(News.OPENED)
    elif spread:
        effects = tell(News.SPREAD)
    if newly_confirmed:
        incident, more = _now_confirmed(incident, runtime)
        effects += more
    return incident, effects


def _confirmed(incident: Incident, _: Confirmed, __: datetime, runtime: Runtime) -> Stepped | Refused:
    return Refused(Refusal.NOTHING_NEW) if incident.confirmed else _now_confirmed(incident, runtime)


def _now_confirmed(incident: Incident, runtime: Runtime) -> Stepped:
    """What waited for it begins."""
    incident = replace(incident, confirmed=True)
    return go_back(incident, runtime) if incident.rollback is Rollback.WITHHELD else (incident, ())


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
        state=unfixed(replace(incident, halted_at=now)),
        halted_at=now,
        said_fixed=False,
        close_by=None,
        acknowledge_by=now + timedelta(minutes=runtime.acknowledge_minutes) if waiting else None,
        fix_by=now + timedelta(minutes=runtime.fix_minutes),
    ), tell(News.HALTED)


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
        return _ended(incident, State.CLOSED), tell(News.CLOSED)
    incident = replace(incident, acknowledge_by=None, fix_by=None, close_by=now + QUIET)
    if incident.state in (State.FIXED, State.ROLLED_BACK):
        return incident, ()
    return replace(incident, state=State.FIXED), tell(News.FIXED)


def _acknowledge(incident: Incident, event: Acknowledge, now: datetime, _: Runtime) -> Stepped | Refused:
    if incident.acknowledged is not None:
        return Refused(Refusal.ACKNOWLEDGED)
    state = State.ACKNOWLEDGED if incident.state in (State.OPEN, State.HALTED) else incident.state
    return looked_after(replace(incident, state=state), event.by, now), tell(News.ACKNOWLEDGED)


def _resolve(incident: Incident, event: Resolve, now: datetime, runtime: Runtime) -> Stepped | Refused:
    """A word stops the clock, but not for ever: where data is still stopped, it has to flow before the clock has run once more."""
    if incident.rollback is Rollback.RUNNING:
        return Refused(Refusal.ROLLING_BACK)
    incident = looked_after(incident, event.by, now)
    if not incident.broken:
        return _ended(incident, State.CLOSED), tell(News.CLOSED)
    if incident.said_fixed:
        return Refused(Refusal.FIXED)
    again = now + timedelta(minutes=runtime.fix_minutes) if incident.stopped else None
    return replace(incident, state=State.FIXED, said_fixed=True, acknowledge_by=None, fix_by=again), tell(News.FIXED)


def _false_alarm(incident: Incident, event: CallFalseAlarm, now: datetime, _: Runtime) -> Stepped | Refused:
    return _end(incident, State.FALSE_ALARM, News.FALSE_ALARM, event.by, now)


def _correct(incident: Incident, event: Correct, now: datetime, _: Runtime) -> Stepped | Refused:
    return _end(incident, State.CORRECTED, News.CORRECTED, event.by, now)


def _end(incident: Incident, state: State, news: News, by: By, now: datetime) -> Stepped | Refused:
    if incident.rollback is Rollback.RUNNING:
        return Refused(Refusal.ROLLING_BACK)
    return _ended(looked_after(incident, by, now), state), tell(news)


def _ended(incident: Incident, state: State) -> Incident:
    return replace(incident, state=state, acknowledge_by=None, fix_by=None, close_by=None)


def _due(incident: Incident, event: Due, now: datetime, runtime: Runtime) -> Stepped | Refused:
    if _past(incident.close_by, now) and incident.rollback is not Rollback.RUNNING:
        return _ended(incident, State.CLOSED), tell(News.CLOSED)
    unacknowledged, not_fixed = _past(incident.acknowledge_by, now), _past(incident.fix_by, now)
    if not unacknowledged and not not_fixed:
        return Refused(Refusal.NOT_DUE)
    effects: tuple[Effect, ...] = ()
    if unacknowledged:
        incident, effects = replace(incident, acknowledge_by=None), tell(News.UNACKNOWLEDGED)
    if not_fixed:
        incident = replace(incident, fix_by=None, said_fixed=False, state=unfixed(incident))
        effects += tell(News.NOT_FIXED)
    incident, more = go_back(incident, runtime if event.armed else replace(runtime, roll_back=RollBack.MANUAL))
    return incident, effects + more


def _past(due: datetime | None, now: datetime) -> bool:
    return due is not None and due <= now


def brought_by(event: Event) -> By:
    """Who brought an event about."""
    match event:
        case Broke() | Resumed():
            return By(how=How.GUARD)
        case Confirmed():
            return By(how=How.EVIDENCE)
        case Due():
            return By(how=How.CLOCK)
        case RolledBack() | RevertSettled() | RollbackFailed():
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
        StartRollback: start_rollback,
        RolledBack: rolled_back,
        RevertSettled: revert_settled,
        RollbackFailed: rollback_failed,
        Undone: undone,
        UndoFailed: undo_failed,
    },
)
