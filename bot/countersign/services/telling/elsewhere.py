"""Readers who cannot read the producer's repository are told in an issue of their own, one a repository and incident."""

from __future__ import annotations

from countersign.model.command import CloseIssue, Command, KeepIssue
from countersign.model.consumer import Registration
from countersign.model.incident_facts import IncidentFacts
from countersign.render import discreet_readers_issue, readers_issue, readers_over
from countersign.services.context import Ports
from countersign.services.discretion import more_public
from countersign.services.incidents import marker
from countersign.services.issues import closed
from countersign.services.roster import cannot_read


def told_elsewhere(ports: Ports, facts: IncidentFacts) -> list[Command]:
    """Kept while the incident lasts, closed with it."""
    producer, name = facts.incident.repository, f"{marker(facts.incident)}:readers"
    commands: list[Command] = []
    for home, (entries, managers) in sorted(_away(ports, facts).items()):
        if closed(ports, home, name):
            continue
        discreet = more_public(ports, home, producer)
        title, body = (discreet_readers_issue if discreet else readers_issue)(facts, entries, managers)
        commands.append(KeepIssue(repository=home, marker=name, title=title, body=body))
        if facts.incident.ended:
            commands.append(CloseIssue(repository=home, marker=name, said=readers_over(facts, discreet=discreet)))
    return commands


def _away(ports: Ports, facts: IncidentFacts) -> dict[str, tuple[list[Registration], list[str]]]:
    """repository -> the registrations in it, and the managers of the data products in it, who cannot read the producer's."""
    producer, hit = facts.incident.repository, facts.hit
    away = cannot_read(ports, producer, {*(entry.team for entry in hit.readers), *(product.manager for product in hit.products)})
    found: dict[str, tuple[list[Registration], list[str]]] = {}
    for entry in hit.readers:
        if entry.team in away and entry.repository:
            found.setdefault(entry.repository, ([], []))[0].append(entry)
    for product in hit.products:
        if product.manager in away and product.repository:
            found.setdefault(product.repository, ([], []))[1].append(product.manager)
    return {home: told for home, told in found.items() if home.lower() != producer.lower() and ports.records.repository(home)}
