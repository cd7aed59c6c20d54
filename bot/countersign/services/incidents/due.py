"""What the calendar brings. Due times are rows; each tick looks at them, and leaves a job for those that are past."""

from __future__ import annotations

from countersign.model.command import Command, TurnIncident
from countersign.model.incident_event import Due
from countersign.services.arming import armed
from countersign.services.context import JSON, Ports
from countersign.services.incidents.evidence import judged_again
from countersign.services.incidents.turning import happen


def due_incidents(ports: Ports) -> list[Command]:
    """Those for which the calendar has something. The same one again is the same job."""
    return [TurnIncident(incident=number, revision=revision) for number, revision in ports.records.due_incidents(ports.calendar.now())]


def turned_due(ports: Ports, data: JSON, *, look: bool = True) -> list[Command]:
    """The job ``incident-due``. data: incident, revision. look: False where the job was given up: then people are told that the time is
    over, and nothing goes back by itself."""
    number = data["incident"]
    before = judged_again(ports, number) if look else ()
    incident = ports.records.incident(number)
    event = Due(armed=look and incident is not None and armed(ports, incident))
    return [*before, *happen(ports, number, event, once=f"due:{number}:{data['revision']}").commands]
