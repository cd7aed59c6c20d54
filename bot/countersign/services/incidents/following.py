"""What follows from an incident's transition, each as a job of its own."""

from __future__ import annotations

from countersign.model.command import Command, GoBackFor, TellOf
from countersign.model.incident import RollbackFailed
from countersign.services.codec import load
from countersign.services.context import JSON, Ports
from countersign.services.incidents.turning import happen


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


def went_back(ports: Ports, data: JSON) -> list[Command]:
    """The job ``go-back``. data: `GoBackFor`."""
    wanted = load(GoBackFor, data)
    failed = RollbackFailed(
        why="Nothing that could be rolled back belongs to this contract.", not_done=("No data and no code was changed.",)
    )
    return list(happen(ports, wanted.incident, failed, once=f"go-back:{wanted.incident}:{wanted.revision}").commands)
