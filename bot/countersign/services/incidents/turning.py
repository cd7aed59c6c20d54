"""The one way by which anything happens to an incident.

The incident, the line of its timeline and what follows are decided together and kept together, under the event's own key (``once``). The
same event again finds its line, and the same commands follow: whoever died after writing the line has lost nothing. Each of these
commands leaves a job that is named after the line (`services.carry_out`), so nothing comes twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from countersign.gates.incident import Refused, brought_by, step
from countersign.model.command import Command, GoBackFor, ShowIncident, TellOf
from countersign.model.incident import By, Hit, Incident, State
from countersign.model.incident_event import Acknowledge, Effect, Event, GoBack, News, Refusal, Tell, Transition
from countersign.model.runtime import Runtime
from countersign.services.context import Ports

log = structlog.get_logger()

#: How often somebody else may be quicker before the job is tried again from its start.
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Turned:
    """The incident as it stands then, and what follows. refused: why the event changed nothing; None if it did, now or before."""

    incident: Incident
    commands: tuple[Command, ...] = ()
    refused: Refusal | None = None


def happen(ports: Ports, number: int, event: Event, *, once: str, runtime: Runtime | None = None) -> Turned:
    """Let an event happen to the incident, once. runtime: the policy's now, for an event that a policy decides.

    Raises LookupError if there is no such incident.
    """
    for _ in range(_TRIES):
        incident, known = ports.records.incident(number), ports.records.transition(once)
        if incident is None:
            raise LookupError(f"there is no incident {number}")
        if known is not None:
            return Turned(incident, following(incident, known))
        now = ports.calendar.now()
        answer = step(incident, event, now, runtime)
        if isinstance(answer, Refused):
            return Turned(incident, refused=answer.why)
        after, effects = answer
        line = as_line(after, event, effects, now, once=once, before=incident.state)
        if ports.records.keep_incident(after, line):
            log_turn(after, line)
            return Turned(after, following(after, line))
    raise RuntimeError(f"incident {number} is changed by others all the time")


def log_turn(incident: Incident, line: Transition) -> None:
    log.info(
        "incident",
        incident=incident.number,
        contract=incident.contract,
        event_name=line.event,
        before=line.before.value if line.before else "",
        state=incident.state.value,
    )


def acknowledge(ports: Ports, number: int, by: By, *, once: str) -> Turned:
    """By whichever way somebody says that it is theirs: the first one counts."""
    return happen(ports, number, Acknowledge(by=by), once=once)


def as_line(after: Incident, event: Event, effects: tuple[Effect, ...], now: datetime, *, once: str, before: State | None) -> Transition:
    """What the timeline says of an event."""
    said = (*(text for name in ("why",) if (text := getattr(event, name, ""))), *_details(event))
    return Transition(
        number=after.number,
        revision=after.revision,
        at=now,
        event=type(event).__name__,
        before=before,
        after=after.state,
        by=brought_by(event),
        said=said,
        news=tuple(effect.news for effect in effects if isinstance(effect, Tell)),
        goes_back=GoBack() in effects,
        once=once,
    )


def _details(event: Event) -> tuple[str, ...]:
    return tuple(text for name in ("what", "done", "not_done") for text in getattr(event, name, ()))


def following(incident: Incident, line: Transition) -> tuple[Command, ...]:
    """What a line of the timeline asks for, each as a job of its own, so that trouble with one keeps no other from being done."""
    told = [TellOf(incident=incident.number, revision=line.revision, news=news) for news in line.news]
    # Going back comes first: people are told of it while it is under way.
    return (*([GoBackFor(incident=incident.number, revision=line.revision)] if line.goes_back else []), *told)


def note_news(ports: Ports, incident: Incident, news: TellOf) -> None:
    """What people are told of is in the ledger, too, for whoever counts."""
    what = {"incident": incident.number, "contract": incident.contract_id, "news": news.news, "source": incident.source}
    once = f"incident:{incident.number}:{news.revision}:{news.news}"
    at = next((one.at for one in ports.records.timeline(incident.number) if one.revision == news.revision), ports.calendar.now())
    ports.records.write_ledger("incident", incident.repository, 0, at, what, once=once)


#: News by which what is hit may have grown.
_GROWS = (News.OPENED, News.HALTED, News.SPREAD)


def note_hit(ports: Ports, found: Hit, incident: Incident, shown: ShowIncident) -> None:
    """Whom it hits, for whoever counts. Assets of a private repository are counted without their names."""
    if shown.news not in _GROWS:
        return
    assets = [
        {"kind": asset.kind, "name": "" if entry.private else asset.name, "reader": entry.team}
        for entry in found.readers
        for asset in entry.assets
    ]
    readers = sorted({entry.team for entry in found.readers})
    what = {"incident": incident.number, "contract": incident.contract_id, "readers": readers, "assets": assets}
    once = f"incident-hit:{incident.number}:{shown.revision}:{shown.news}"
    ports.records.write_ledger("incident-hit", incident.repository, 0, ports.calendar.now(), what, once=once)
