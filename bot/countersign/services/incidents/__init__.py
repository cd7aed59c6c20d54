"""Incidents: what guards report, what people say and what the calendar brings, each turned into one transition and what follows from it."""

from countersign.services.incidents.commanded import marker, owners_of, said_of_incident
from countersign.services.incidents.due import due_incidents, turned_due
from countersign.services.incidents.evidence import forget_evidence
from countersign.services.incidents.hit import hit
from countersign.services.incidents.reported import reported
from countersign.services.incidents.said import said_by_operator
from countersign.services.incidents.turning import Turned, acknowledge, happen, note_hit, note_news

__all__ = [
    "Turned",
    "acknowledge",
    "due_incidents",
    "forget_evidence",
    "happen",
    "hit",
    "marker",
    "note_hit",
    "note_news",
    "owners_of",
    "reported",
    "said_by_operator",
    "said_of_incident",
    "turned_due",
]
