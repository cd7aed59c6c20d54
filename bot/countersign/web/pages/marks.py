"""Words in a coloured frame that several pages share."""

from __future__ import annotations

from countersign.model.enforceability import Enforcement, Hold
from countersign.model.incident import Incident, State
from countersign.model.policy import Mode
from countersign.model.readership import Answer
from countersign.web.pages.tables import Badge, Tone

_HOLDS: dict[Hold, Badge] = {
    Hold.FIRM: Badge("held for everybody", "good"),
    Hold.BYPASSABLE: Badge("not for everybody", "warn"),
    Hold.OPEN: Badge("not held", "bad"),
    Hold.UNKNOWN: Badge("not known", "warn"),
}
_ANSWERS: dict[Answer, Badge] = {
    Answer.YES: Badge("can be stopped", "good"),
    Answer.NOT_ALWAYS: Badge("not against everybody", "warn"),
    Answer.NO: Badge("cannot be stopped", "bad"),
    Answer.UNKNOWN: Badge("nobody can tell", "warn"),
}
_STATES: dict[State, Tone] = {
    State.OPEN: "bad",
    State.HALTED: "bad",
    State.ACKNOWLEDGED: "warn",
    State.FIXED: "info",
    State.ROLLED_BACK: "info",
    State.CLOSED: "good",
}
_CHECKS: dict[str, Badge] = {
    "success": Badge("passed", "good"),
    "failure": Badge("blocked", "bad"),
    "neutral": Badge("would be blocked", "warn"),
    "in_progress": Badge("being judged", "info"),
    "": Badge("not judged"),
}
_SEVERITIES: dict[str, Tone] = {"open": "bad", "weak": "warn", "unknown": "warn"}
_SIGNERS: dict[str, Badge] = {
    "signed": Badge("signed", "good"),
    "from": Badge("signed from a day on", "info"),
    "silent": Badge("silent", "info"),
    "objects": Badge("objects", "bad"),
    "nobody": Badge("nobody can sign", "bad"),
    "waits": Badge("waited for", "warn"),
    "free": Badge("not needed"),
}


def held(enforcement: Enforcement | None) -> Badge:
    """How firmly the check holds a branch. None: nobody has looked yet."""
    return _HOLDS[enforcement.hold] if enforcement else Badge("not looked at yet")


def answered(answer: Answer) -> Badge:
    return _ANSWERS[answer]


def state(incident: Incident) -> Badge:
    return Badge(incident.state.value.replace("-", " "), _STATES.get(incident.state, ""))


def check(conclusion: str) -> Badge:
    return _CHECKS.get(conclusion) or Badge(conclusion)


def severity(name: str) -> Badge:
    return Badge(name, _SEVERITIES.get(name, ""))


def signer(name: str) -> Badge:
    return _SIGNERS.get(name) or Badge(name)


def mode(one: Mode | None) -> Badge | None:
    """None where it is not known."""
    return None if one is None else Badge(one.value, "" if one is Mode.ENFORCE else "warn")
