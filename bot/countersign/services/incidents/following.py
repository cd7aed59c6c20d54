"""What follows from an incident's transition, each as a job of its own."""

from __future__ import annotations

from countersign.model.command import Command, TellOf
from countersign.services.codec import load
from countersign.services.context import JSON, Ports


def told(ports: Ports, data: JSON) -> list[Command]:
    """The job ``incident-news``. data: `TellOf`. The ledger has it too, for whoever counts."""
    news = load(TellOf, data)
    incident = ports.records.incident(news.incident)
    if incident is None:
        return []
    what = {"incident": incident.number, "contract": incident.contract_id, "news": news.news, "source": incident.source}
    once = f"incident:{incident.number}:{news.revision}:{news.news}"
    ports.records.write_ledger("incident", incident.repository, 0, ports.calendar.now(), what, once=once)
    return []
