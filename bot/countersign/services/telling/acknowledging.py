"""Acknowledging by a signed link, on the incident's page, or in PagerDuty. Each is the one event that a comment is, too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from countersign.model.command import Command
from countersign.model.incident import By, How, Incident
from countersign.model.telling import AcknowledgePage
from countersign.render import acknowledged_already, bad_link, expired_link, taken_down, to_acknowledge
from countersign.services.context import JSON, Ports
from countersign.services.incidents import acknowledge
from countersign.services.telling.channels import number_of_key
from countersign.services.telling.facts import known_facts

#: Characters of a token that are looked at, and of a name that PagerDuty tells.
_LONGEST_TOKEN, _LONGEST_NAME = 512, 100


class _Link(NamedTuple):
    number: int
    channel: str
    until: datetime


def look(ports: Ports, token: str) -> AcknowledgePage:
    """What the page behind the link shows. Nothing happens, however often it is opened."""
    link = _read(ports, token)
    incident = ports.records.incident(link.number) if link else None
    if link is None or incident is None:
        return bad_link()
    facts = known_facts(ports, incident)
    if incident.acknowledged is not None or incident.ended:
        return acknowledged_already(facts)
    if link.until <= ports.calendar.now():
        return expired_link(facts.url)
    return to_acknowledge(facts, link.channel)


def take(ports: Ports, token: str) -> AcknowledgePage:
    """The button was pressed. Stored under the link's own name, so that pressing twice is pressing once; carried out by the worker."""
    page, link = look(ports, token), _read(ports, token)
    if not page.button or link is None:
        return page
    _put(ports, link.number, link.channel, How.LINK, f"link:{link.number}:{link.channel}:{int(link.until.timestamp())}")
    return taken_down(link.number, page.url)


def take_on_page(ports: Ports, incident: Incident, login: str) -> None:
    """The button of the incident's own page was pressed, by somebody who may. login: "" for whoever sits at the machine."""
    _put(ports, incident.number, f"@{login}" if login else "", How.PAGE, f"page:{incident.number}:{incident.revision}")


def _put(ports: Ports, number: int, who: str, how: How, once: str) -> None:
    ports.queue.put("acknowledge", f"incident {number}", {"incident": number, "who": who, "how": how.value, "once": once}, id=once)


def acknowledged_outside(ports: Ports, data: JSON) -> list[Command]:
    """The job ``acknowledge``. data: incident, who, how, once."""
    return list(acknowledge(ports, data["incident"], By(who=data["who"], how=How(data["how"])), once=data["once"]).commands)


def acknowledged_in_pager(ports: Ports, payload: JSON) -> list[Command]:
    """The job ``pager``: an event of PagerDuty's V3 webhooks, as received. What is not about a page of ours changes nothing.

    https://developer.pagerduty.com/docs/webhooks-overview: ``event`` has event_type, agent (who did it) and data, the incident there, whose
    ``incident_key`` is the key that our trigger gave.
    """
    event = _mapping(payload.get("event"))
    if event.get("event_type") != "incident.acknowledged":
        return []
    number = number_of_key(ports, str(_mapping(event.get("data")).get("incident_key") or ""))
    if number is None or ports.records.incident(number) is None:
        return []
    who = str(_mapping(event.get("agent")).get("summary") or "")[:_LONGEST_NAME]
    return list(acknowledge(ports, number, By(who=who, how=How.PAGER), once=f"pager:{event.get('id')}").commands)


def _read(ports: Ports, token: str) -> _Link | None:
    data = ports.seal.open(token) if ports.seal is not None and len(token) <= _LONGEST_TOKEN else None
    match data:
        case [int(number), str(channel), int(until)]:
            return _Link(number, channel, datetime.fromtimestamp(until, UTC))
        case _:
            return None


def _mapping(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}
