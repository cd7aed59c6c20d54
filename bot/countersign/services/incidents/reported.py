"""A guard's report: noted, and where it says that limits are passed or data flows again, turned into an incident's event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from countersign.gates.incident import opened
from countersign.model.command import Command
from countersign.model.guarded import KeptReport
from countersign.model.incident import Incident
from countersign.model.incident_event import Broke, Resumed
from countersign.model.report import Breaker, Report
from countersign.model.runtime import GuardMode, Runtime
from countersign.services.codec import load
from countersign.services.context import JSON, Ports
from countersign.services.incidents.evidence import invented, judged
from countersign.services.incidents.turning import Turned, as_line, following, happen, log_turn

log = structlog.get_logger()

#: How often another may open the same incident first.
_TRIES = 8
#: How far a guard's clock is taken to be ahead of ours, both being wall time of two machines. One that is further ahead, and is set right
#: then, has its later reports taken for old ones for so long.
_AHEAD = timedelta(minutes=5)


def reported(ports: Ports, data: JSON, *, judge: bool = True) -> list[Command]:
    """The job ``report``. data: a `Report`. judge: False where the job was given up: then people are told of the break at least, and
    the evidence is judged before anything goes back."""
    report = _as_now(ports, load(Report, data))
    once = f"report:{report.id}"
    newest = ports.records.see(report, ports.calendar.now()) or _newest(ports, report)
    if report.trip:
        return _broke(ports, report, once, judge)  # however old: one that is known changes nothing
    if not newest:
        return []  # that data flows is no news if a later report has told otherwise
    incident = ports.records.live_incident(report.contract, report.dataset, report.source)
    if incident is None:
        return []
    return list(happen(ports, incident.number, Resumed(partition=report.partition), once=once).commands)


def _as_now(ports: Ports, report: Report) -> Report:
    """Under the repository's name of now. A guard's clock that is ahead must not make all later reports look old."""
    repository, _, contract = report.contract.partition("#")
    at = min(report.at, datetime.now(UTC) + _AHEAD)
    return replace(report, contract=f"{ports.records.now_called(repository)}#{contract}", at=at)


def _newest(ports: Ports, report: Report) -> bool:
    """Whether it is the one that was noted last, and this job began before and was cut short."""
    return any(one.report.id == report.id for one in ports.records.sightings(repository=report.contract.partition("#")[0]))


def _broke(ports: Ports, report: Report, once: str, judge: bool) -> list[Command]:
    known = ports.records.incident_of_trip(report.contract, report.dataset, report.source, report.partition, report.trip)
    halted = report.mode is GuardMode.HALT and report.breaker is not Breaker.CLOSED
    # What is over for us may go by its name at the guard for long. Only if it is stopped now, and was not, is it another one.
    first = ports.records.transition(once) is None  # or this job began before, and was cut short: what follows is still to be done
    if first and known is not None and (known.ended or known.confirmed) and _as_known(known, report, halted):
        return []
    there, found = judged(ports, report) if judge else (None, None)
    if first and ports.records.live_incident(report.contract, report.dataset, report.source) is None and invented(ports, there, report):
        log.warning("report-of-no-dataset", contract=report.contract, dataset=report.dataset, source=report.source, report=report.id)
        return []
    event = Broke(
        partition=report.partition,
        trip=report.trip,
        halted=halted,
        reason=report.reason,
        first_bad=report.first_bad,
        last_good=report.last_good,
        confirmed=found,
    )
    for _ in range(_TRIES):
        turned = _turned(ports, report, event, there.entry.settings.runtime if there else None, once)
        if turned is None:
            continue
        if turned.refused is None:
            ports.records.keep_report(turned.incident.number, KeptReport(report=report, received_at=ports.calendar.now(), confirmed=found))
        return list(turned.commands)
    raise RuntimeError(f"no incident of {report.contract} could be opened")


def _as_known(incident: Incident, report: Report, halted: bool) -> bool:
    mine = (part for part in incident.parts if (part.partition, part.trip) == (report.partition, report.trip))
    return any(part.halted or not halted for part in mine)


def _turned(ports: Ports, report: Report, event: Broke, runtime: Runtime | None, once: str) -> Turned | None:
    """What came of it, in the incident that lives, or in a new one; None if somebody else opened that meanwhile."""
    living = ports.records.live_incident(report.contract, report.dataset, report.source)
    line = ports.records.transition(once)
    if line is not None or living is not None:
        number = line.number if line is not None else living.number if living is not None else 0
        return happen(ports, number, event, once=once, runtime=runtime)
    now = ports.calendar.now()
    number = ports.records.next_incident()
    incident, effects = opened(number, report.contract, report.dataset, report.source, event, now, runtime or Runtime())
    new = as_line(incident, event, effects, now, once=once, before=None)
    if not ports.records.keep_incident(incident, new):
        return None
    log_turn(incident, new)
    return Turned(incident, following(incident, new))
