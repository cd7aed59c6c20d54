"""What the page behind a signed link says. Opening it changes nothing: previews and scanners of links open it, too."""

from __future__ import annotations

from countersign.model.incident_facts import IncidentFacts
from countersign.model.telling import AcknowledgePage
from countersign.render.incident_messages import next_step
from countersign.render.incident_words import fields_broken, happened, looks_after_it, place_of, stands
from countersign.render.words import clean, moment


def to_acknowledge(facts: IncidentFacts, channel: str) -> AcknowledgePage:
    """Nobody looks after it yet."""
    return AcknowledgePage(
        title=f"Incident {facts.incident.number}",
        sentence=stands(facts),
        rows=_rows(facts),
        button="I look after it",
        note=f"The incident's timeline will say that somebody of {clean(channel)} acknowledged it. This link works once.",
        url=facts.url,
    )


def acknowledged_already(facts: IncidentFacts) -> AcknowledgePage:
    """Somebody looks after it, or it is over: there is nothing to press."""
    incident = facts.incident
    at = f" It was acknowledged at {moment(incident.acknowledged_at)}." if incident.acknowledged_at else ""
    return AcknowledgePage(
        title=f"Incident {incident.number}",
        sentence=stands(facts) if incident.ended else f"{looks_after_it(incident, facts.secret)}{at}",
        rows=_rows(facts),
        note="There is nothing left to acknowledge.",
        url=facts.url,
    )


def taken_down(number: int, url: str) -> AcknowledgePage:
    """The answer to the button: it is on the disk."""
    return AcknowledgePage(
        title=f"Incident {number}",
        sentence="You look after it now. The issue says so within seconds.",
        note="Acknowledging does not cancel the second clock: repair it, or say in the issue that it is a false alarm.",
        url=url,
    )


def bad_link() -> AcknowledgePage:
    """Not ours, cut short, or of an incident that is not there."""
    return AcknowledgePage(
        title="This link does not work",
        sentence="It is incomplete, or it was made by another Countersign.",
        note="Open the incident's issue and comment /countersign acknowledge there.",
        status=404,
    )


def expired_link(url: str) -> AcknowledgePage:
    return AcknowledgePage(
        title="This link has expired",
        sentence="Links work for a day.",
        note="Open the incident's issue and comment /countersign acknowledge there.",
        url=url,
        status=410,
    )


def _rows(facts: IncidentFacts) -> tuple[tuple[str, str], ...]:
    rows = [
        ("Contract", clean(facts.incident.contract)),
        ("Where", place_of(facts.incident)),
        ("Counted", happened(facts)),
        ("Fields", fields_broken(facts.broken)),
        ("Next", next_step(facts)),
    ]
    return tuple((label, text) for label, text in rows if text)
