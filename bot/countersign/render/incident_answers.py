"""What comes of a command about an incident."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.model.incident import By, Incident, Rollback, State
from countersign.model.incident_event import Refusal
from countersign.render.incident_words import has_table
from countersign.render.incidents_console import incident_refused
from countersign.render.markdown import code, mention, plain
from countersign.render.words import listed, moment

_FORMS = {
    "acknowledge": ("acknowledge", "says that you look after it; the clock until the fix goes on"),
    "resolve": ("resolve", "says that it is fixed; it is closed once data flows again"),
    "false-alarm": ('false-alarm "why"', "ends it: the data was right, and the guard wrong"),
    "corrected": ('corrected "#123"', "ends it: the data was right, and the contract is corrected"),
    "roll-back": ("roll-back", "goes back to the last known good now"),
    "deploy-fix": ("deploy-fix COMMIT", "lets this commit be deployed while the incident is open"),
}


def incident_answer(verb: str, incident: Incident, refused: Refusal | None) -> str:
    """What came of a command, by what the incident is afterwards."""
    if refused is not None:
        return _refused(incident, refused)
    match verb:
        case "acknowledge":
            return f"You look after it now.{_next(incident)}"
        case "resolve" if incident.state is State.CLOSED:
            return "Data flows, and the incident is closed."
        case "resolve":
            return f"Noted as fixed. It is closed as soon as the guard sees good data.{_next(incident)}"
        case "false-alarm":
            return "Ended as a false alarm. A partition that is still stopped is started at the guard."
        case "corrected":
            return "Ended: the contract is corrected. A partition that is still stopped is started at the guard."
    return "The rollback has begun. What comes of it is said here."


def _next(incident: Incident) -> str:
    if incident.fix_by is None:
        return ""
    if incident.rollback in (Rollback.NONE, Rollback.WITHHELD):
        then = "the data goes back to the last known good" if has_table(incident) else "a revert of what probably did it is proposed"
        return f" It has to be fixed by {moment(incident.fix_by)}; otherwise {then}."
    return f" It has to be fixed by {moment(incident.fix_by)}."


def _refused(incident: Incident, why: Refusal) -> str:
    if why is Refusal.ACKNOWLEDGED and incident.acknowledged is not None and incident.acknowledged_at is not None:
        return f"{_who(incident.acknowledged)} acknowledged it before, on {moment(incident.acknowledged_at)}."
    return incident_refused(why)


def _who(by: By) -> str:
    return mention(by.who.removeprefix("@")) if by.who.startswith("@") else plain(by.who)


def incident_outsider(owners: Sequence[str]) -> str:
    whose = f" ({listed([code(owner, 100) for owner in owners], 4)})" if owners else ""
    return f"Only the contract's owners{whose} may say that."


def incident_needs_reason(verb: str) -> str:
    return f"Say why, as in {code(f'/countersign {_FORMS[verb][0]}', 80)}. It is on record."


def incident_unknown_verb(verb: str, *, open_quote: bool) -> str:
    if open_quote:
        return "A quotation mark is not closed, so the command was not read. Write it again, on one line."
    lines = [f"- {code(f'/countersign {form}', 80)}: {does}" for form, does in _FORMS.values()]
    what = f"There is no command {code(verb, 40)} here." if verb else "Here you may say:"
    return "\n".join([what, "", *lines])


def fix_named(commit: str, said: str) -> str:
    """commit: "" if what was said names none."""
    if commit:
        return f"{code(commit[:12])} may be deployed while this incident is open. It still has to have passed the gate."
    what = f"{code(said)} is no commit" if said else "Nothing names a commit"
    return f"{what} of the default branch's last 200, or not only one of them. Name it by at least 7 digits."
