"""The breaker of one partition: closed, open, half-open. Pure: a state and an event in, a state out; time comes with the event.

It opens (in the mode `halt`) when one of the policy's limits is passed:

- ``bad``: the share of bad records in the sliding window, of at least `Window.minimum` records and `Window.least` bad ones;
- ``consecutive``: so many bad records in a row, however few there were in all;
- ``missing``: the share of lost records, by the control totals, in their own window or the sliding one; at least `Window.least` of them.

A limit of 0 is meant: one is too many. In the modes `observe` and `quarantine` the data goes on: the breaker stays closed, and the passing
of the limit has a name all the same (`State.trip`), until less than half of it is left in the window.

An open breaker closes by no data of its own: somebody resumes it. Then a canary is tried (half-open): so many records, of which none may
be bad; the first bad one opens it again, under the same name.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from countersign.model.report import Breaker
from countersign.model.runtime import GuardMode, HaltOver

#: Into how many parts a window is cut: it slides by one of them.
_PARTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the shares are taken of: the last ``records`` records, none older than ``seconds``.

    minimum, least: with fewer records, or fewer bad ones, no share is taken; so one odd value in a quiet hour stops nothing.
    """

    records: int = 10_000
    seconds: int = 24 * 60 * 60
    minimum: int = 1_000
    least: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the policy says (mode, halt_over), and how it is measured. canary: good records in a row that close a half-open breaker."""

    mode: GuardMode = GuardMode.OBSERVE
    halt_over: HaltOver = field(default_factory=HaltOver)
    window: Window = field(default_factory=Window)
    canary: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the window. of: records that the control totals account for, of which ``missing`` never came."""

    since: datetime
    checked: int = 0
    bad: int = 0
    missing: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """trip: names this passing of a limit, "" while all is well. reason: ``bad``, ``consecutive``, ``missing``, or "".

    in_a_row: bad records since the last good one. canary_left: good records still wanted, while half-open.
    """

    phase: Breaker = Breaker.CLOSED
    trip: str = ""
    reason: str = ""
    since: datetime | None = None
    parts: tuple[Part, ...] = ()
    in_a_row: int = 0
    canary_left: int = 0


@dataclass(frozen=True, slots=True)
class Good:
    """So many good records in a row."""

    at: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad record. name: unlike that of any other event of this partition; a trip that begins here is called so."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What the control totals say of one of their windows, or of a stretch of numbers: ``missing`` of ``of`` never came."""

    at: datetime
    name: str
    missing: int
    of: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Somebody says that it is fixed."""

    at: datetime


Event = Good | Bad | Lost | Resumed


def step(state: State, event: Event, limits: Limits) -> State:
    """The state after the event. Events of data that reach an open breaker change nothing."""
    match event:
        case Resumed():
            return _resumed(state, limits)
        case _ if state.phase is Breaker.OPEN:
            return state
        case Good():
            return _good(state, event, limits)
        case Bad():
            added = Part(since=event.at, checked=1, bad=1)
            return _tripped(replace(state, parts=_slid(state.parts, added, limits.window), in_a_row=state.in_a_row + 1), event, limits)
        case Lost():
            added = Part(since=event.at, missing=event.missing, of=event.of)
            return _tripped(replace(state, parts=_slid(state.parts, added, limits.window)), event, limits)


def _resumed(state: State, limits: Limits) -> State:
    if state.phase is not Breaker.OPEN:
        return state
    if limits.canary < 1:
        return State()
    return replace(state, phase=Breaker.HALF_OPEN, parts=(), in_a_row=0, canary_left=limits.canary)


def _good(state: State, event: Good, limits: Limits) -> State:
    if state.phase is Breaker.HALF_OPEN:
        left = state.canary_left - event.count
        return replace(state, canary_left=left) if left > 0 else State()
    parts = state.parts
    chunk = max(limits.window.records // _PARTS, 1)
    left = min(event.count, limits.window.records)  # of a longer run, only the end is within the window
    while left > 0:
        parts = _slid(parts, Part(since=event.at, checked=min(left, chunk)), limits.window)
        left -= chunk
    state = replace(state, parts=parts, in_a_row=0)
    return replace(state, trip="", reason="", since=None) if state.trip and _calm(parts, limits.halt_over) else state


def _tripped(state: State, event: Bad | Lost, limits: Limits) -> State:
    reason = "canary" if state.phase is Breaker.HALF_OPEN and isinstance(event, Bad) else _over(state, event, limits)
    if not reason:
        return state
    known = state.trip
    state = state if known else replace(state, trip=event.name, reason=reason, since=event.at)
    if limits.mode is not GuardMode.HALT and state.phase is Breaker.CLOSED:
        return state
    return replace(state, phase=Breaker.OPEN, parts=(), in_a_row=0, canary_left=0)


def _over(state: State, event: Bad | Lost, limits: Limits) -> str:
    """The limit that is passed, or ""."""
    over, window = limits.halt_over, limits.window
    if isinstance(event, Lost):
        lost = sum(part.missing for part in state.parts), sum(part.of for part in state.parts)
        return "missing" if any(_beyond(*share, over.missing, window.least) for share in ((event.missing, event.of), lost)) else ""
    if state.in_a_row >= over.consecutive:
        return "consecutive"
    checked, bad = sum(part.checked for part in state.parts), sum(part.bad for part in state.parts)
    enough = checked >= window.minimum or over.bad == 0
    return "bad" if enough and _beyond(bad, checked, over.bad, window.least) else ""


def _beyond(count: int, of: int, limit: float, least: int) -> bool:
    return count > limit * of and (count >= least or limit == 0)


def _calm(parts: tuple[Part, ...], over: HaltOver) -> bool:
    checked, of = sum(part.checked for part in parts), sum(part.of for part in parts)
    bad, missing = sum(part.bad for part in parts), sum(part.missing for part in parts)
    return bad <= over.bad * checked / 2 and missing <= over.missing * of / 2


def _slid(parts: tuple[Part, ...], added: Part, window: Window) -> tuple[Part, ...]:
    """The parts with ``added`` at the end, and without those that have left the window."""
    last = parts[-1] if parts else None
    size, length = max(window.records // _PARTS, 1), timedelta(seconds=window.seconds)
    if last and last.checked + added.checked <= size and added.since - last.since < length / _PARTS:
        joined = Part(
            since=last.since,
            checked=last.checked + added.checked,
            bad=last.bad + added.bad,
            missing=last.missing + added.missing,
            of=last.of + added.of,
        )
        return (*parts[:-1], joined)
    parts = (*parts, added)
    rest = sum(part.checked for part in parts)
    first = 0
    for part in parts[:-1]:
        rest -= part.checked
        if rest < window.records and added.since - part.since <= length:
            break
        first += 1
    return parts[first:]
