"""Incidents and tokens on a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from countersign.model.complaint import ComplaintToken
from countersign.model.guarded import GuardToken
from countersign.model.incident import By, How, Incident, Rollback, State
from countersign.model.incident_event import Refusal, Transition
from countersign.render.words import clean, count, moment, shortened

_STATES = {
    State.OPEN: "open",
    State.HALTED: "halted",
    State.ACKNOWLEDGED: "acknowledged",
    State.FIXED: "fixed",
    State.ROLLED_BACK: "rolled back",
    State.CLOSED: "closed",
    State.FALSE_ALARM: "false alarm",
    State.CORRECTED: "corrected",
}
_EVENTS = {
    "Broke": "the guard reported a break",
    "Confirmed": "the evidence was judged and holds",
    "Resumed": "the guard reported that data flows again",
    "Acknowledge": "acknowledged",
    "Resolve": "said to be fixed",
    "CallFalseAlarm": "called a false alarm",
    "Correct": "the contract is corrected instead",
    "Due": "a clock ran out",
    "StartRollback": "a rollback was started",
    "RolledBack": "rolled back",
    "RevertSettled": "the revert",
    "RollbackFailed": "the rollback failed",
    "Undone": "the rollback was taken back",
    "UndoFailed": "the rollback could not be taken back",
}
_WAYS = {
    How.GUARD: "",
    How.EVIDENCE: "",
    How.CLOCK: "",
    How.COMMENT: "in a comment",
    How.COMMAND: "by `countersign incidents`",
    How.LINK: "by a link",
    How.PAGER: "by the pager",
    How.ROLLBACK: "",
}
_REFUSALS = {
    Refusal.ENDED: "The incident is over.",
    Refusal.NOTHING_NEW: "It is known already.",
    Refusal.NOT_DUE: "It is not time yet.",
    Refusal.ACKNOWLEDGED: "It was acknowledged before.",
    Refusal.FIXED: "It was said to be fixed before; what counts now is that data flows again.",
    Refusal.NOTHING_STOPPED: "No data was stopped, so there is nothing to go back from.",
    Refusal.NOT_CONFIRMED: "The evidence did not hold when Countersign judged it, so nothing is rolled back.",
    Refusal.ROLLING_BACK: "A rollback is under way. Wait until it is done; `countersign incidents show` tells.",
    Refusal.ROLLED_BACK: "It was rolled back before.",
    Refusal.NOT_ROLLED_BACK: "It was not rolled back.",
}


def incidents_text(incidents: Sequence[Incident]) -> str:
    if not incidents:
        return "There is no incident."
    return "\n".join(_line(incident) for incident in incidents)


def given_up_text(jobs: Sequence[tuple[str, str, str, int]]) -> str:
    """For an operator, with the line's end; "" if there are none. jobs: id, kind, what went wrong, seconds since 1970 of when it came."""
    lines = [f"{count(len(jobs), 'job')} about incidents could not be done. `countersign incidents again JOB` tries one again."]
    for name, kind, trouble, stored_at in jobs:
        lines.append(f"  {clean(name)}  {kind}, {moment(datetime.fromtimestamp(stored_at, UTC))}: {shortened(clean(trouble), 200)}")
    return "".join(f"{line}\n" for line in lines) if jobs else ""


def incidents_json(incidents: Sequence[Incident]) -> str:
    return json.dumps([_data(incident) for incident in incidents], indent=2)


def incident_text(incident: Incident, timeline: Sequence[Transition]) -> str:
    """The incident, what is stopped, what comes next, and how it came about."""
    return "\n".join([_line(incident), *(f"  {line}" for line in _facts(incident)), "", *(_event(line) for line in timeline)])


def incident_json(incident: Incident, timeline: Sequence[Transition]) -> str:
    return json.dumps({**_data(incident), "timeline": [msgspec.to_builtins(line) for line in timeline]}, indent=2)


def incident_refused(why: Refusal) -> str:
    return _REFUSALS[why]


def state_in_words(state: State) -> str:
    return _STATES[state]


def tokens_text(tokens: Sequence[GuardToken], of_tools: Sequence[ComplaintToken]) -> str:
    lines: list[tuple[GuardToken | ComplaintToken, str]] = [(token, f"{token.reference} at {clean(token.source)}") for token in tokens]
    lines += [(token, f"complaints about {clean(token.organisation)} by {clean(token.tool)}") for token in of_tools]
    return (
        "\n".join(
            f"{token.id}  {what}, made {moment(token.made_at)}" + (f", revoked {moment(token.revoked_at)}" if token.revoked_at else "")
            for token, what in lines
        )
        or "There is no token."
    )


def _data(incident: Incident) -> Any:
    return msgspec.to_builtins(incident)


def _line(incident: Incident) -> str:
    what = f"{incident.contract}/{clean(incident.dataset)} at {clean(incident.source)}"
    return f"{incident.number}  {_STATES[incident.state]:<13} since {moment(incident.opened_at)}  {what}"


def _facts(incident: Incident) -> list[str]:
    facts = []
    if incident.stopped:
        names = ", ".join(clean(part.partition) or "the only one" for part in incident.stopped[:5])
        more = f" and {len(incident.stopped) - 5} more" if len(incident.stopped) > 5 else ""
        facts.append(f"Stopped: {count(len(incident.stopped), 'partition')} ({names}{more}).")
    if incident.acknowledged:
        facts.append(f"Looked after by {_who(incident.acknowledged)}.")
    if incident.acknowledge_by:
        facts.append(f"To be acknowledged by {moment(incident.acknowledge_by)}.")
    if incident.fix_by:
        facts.append(f"To be fixed by {moment(incident.fix_by)}.")
    if incident.rollback is not Rollback.NONE:
        facts.append(f"Rollback: {incident.rollback.value.replace('-', ' ')}.")
    if incident.confirmed is False:
        facts.append("Not confirmed: every record that the guard sent keeps the contract.")
    return facts


def _event(line: Transition) -> str:
    who = f" by {_who(line.by)}" if line.by.who else ""
    said = f": {'; '.join(clean(text) for text in line.said)}" if line.said else ""
    moved = f" -> {_STATES[line.after]}" if line.before is not line.after else ""
    return f"{moment(line.at)}  {_EVENTS.get(line.event, line.event)}{who}{said}{moved}"


def _who(by: By) -> str:
    way = _WAYS[by.how]
    return clean(by.who) + (f" {way}" if way else "")
