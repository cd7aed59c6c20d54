"""What people say of an incident: in a comment on its issue, or by `countersign incidents`."""

from __future__ import annotations

from dataclasses import replace

from countersign.gates.incident import Refused, step
from countersign.model.command import Command
from countersign.model.incident import By, How, Incident
from countersign.model.incident_event import Acknowledge, CallFalseAlarm, Correct, Event, Refusal, Resolve, StartRollback
from countersign.services.context import JSON, Ports
from countersign.services.incidents.evidence import judged_again
from countersign.services.incidents.turning import Turned, happen

#: What somebody may say -> whether a reason is needed.
VERBS = {"acknowledge": False, "resolve": False, "false-alarm": True, "corrected": True, "roll-back": False}


def event_of(verb: str, by: By, why: str = "") -> Event:
    """verb: one of `VERBS`."""
    match verb:
        case "acknowledge":
            return Acknowledge(by=by)
        case "resolve":
            return Resolve(by=by, why=why)
        case "false-alarm":
            return CallFalseAlarm(by=by, why=why)
        case "corrected":
            return Correct(by=by, why=why)
        case "roll-back":
            return StartRollback(by=by, why=why)
    raise ValueError(f"nobody can say {verb!r} of an incident")


def refusal_of(incident: Incident, verb: str) -> Refusal | None:
    """Why it would change nothing, for a command that is about to leave the job. What people say hangs on no clock.

    Evidence that is not confirmed is judged again by the job, so it is none of the reasons here.
    """
    answer = step(incident, event_of(verb, By(how=How.COMMAND)), incident.opened_at)
    return answer.why if isinstance(answer, Refused) and answer.why is not Refusal.NOT_CONFIRMED else None


def said(ports: Ports, number: int, verb: str, by: By, why: str = "", *, once: str) -> Turned:
    """Let what somebody says happen. Whoever wants to go back has the evidence judged again first, if it was not confirmed."""
    first = judged_again(ports, number) if verb == "roll-back" else ()
    turned = happen(ports, number, event_of(verb, by, why), once=once)
    return replace(turned, commands=(*first, *turned.commands))


def said_by_operator(ports: Ports, data: JSON) -> list[Command]:
    """The job ``incident``. data: incident, verb, who, why, once."""
    by = By(who=data["who"], how=How.COMMAND)
    return list(said(ports, data["incident"], data["verb"], by, data["why"], once=data["once"]).commands)
