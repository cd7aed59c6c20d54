"""Commands on an incident's issue, by the owners of its contract."""

from __future__ import annotations

import re

from countersign.gates.people import People
from countersign.model.command import Command, KeepComment
from countersign.model.github import CommentEvent
from countersign.model.incident import By, How, Incident
from countersign.render import answer_comment
from countersign.render.incident_answers import fix_named, incident_answer, incident_needs_reason, incident_outsider, incident_unknown_verb
from countersign.services.command_line import MOST_ANSWERED, Said, said_in
from countersign.services.context import Ports
from countersign.services.incidents.promised import promised
from countersign.services.incidents.said import VERBS
from countersign.services.incidents.said import said as say
from countersign.services.incidents_met import name_fix
from countersign.services.roster import teams

_MARKER = re.compile(r"countersign:incident:([0-9]{1,9})")


def marker(incident: Incident) -> str:
    """Of the issue about it in the producer's repository."""
    return f"countersign:incident:{incident.number}"


def said_of_incident(ports: Ports, event: CommentEvent) -> list[Command]:
    """Commands in an issue of ours that is about an incident; any other issue is no concern of anybody here."""
    said = said_in(event.body)
    incident = _incident(ports, event) if said else None
    if incident is None:
        return []
    owners = owners_of(ports, incident)
    people = teams(ports, incident.repository.split("/")[0], owners)
    login = People.of(people).login(event.login, event.user)
    may = any(login.lower() in team.members for team in people.values())
    replies: list[tuple[str, str]] = []
    commands: list[Command] = []
    for index, one in enumerate(said[:MOST_ANSWERED]):
        if not may:
            replies.append((one.line, incident_outsider(owners)))
            continue
        answer, follows = _obeyed(ports, incident, one, f"@{login}", f"comment:{event.repository.name}:{event.comment}:{index}")
        replies.append((one.line, answer))
        commands += follows
    body = answer_comment(replies, left=len(said) - len(replies))
    answered = KeepComment(repository=event.repository.name, number=event.number, marker=f"countersign:answer:{event.comment}", body=body)
    return [*commands, answered]


def owners_of(ports: Ports, incident: Incident) -> tuple[str, ...]:
    """Who answers for the contract now; of one that is gone, the owners of its organisation's policy."""
    there = promised(ports, incident.reference)
    if there is not None:
        return there.owners
    above = ports.organisation_policy(incident.repository)
    policy = ports.reader.policy(incident.repository, None, above.document if above else None).policy
    return policy.organisation_owners if policy else ()


def _obeyed(ports: Ports, incident: Incident, said: Said, who: str, once: str) -> tuple[str, list[Command]]:
    """(what is answered, what follows)."""
    if said.verb == "deploy-fix" and not said.open_quote:
        commit = name_fix(ports, incident, By(who=who, how=How.COMMENT), said.reason, once=f"deploy-fix:{once}")
        return fix_named(commit, said.reason), []
    if said.verb not in VERBS or said.open_quote:
        return incident_unknown_verb(said.verb, open_quote=said.open_quote), []
    if VERBS[said.verb] and not said.reason:
        return incident_needs_reason(said.verb), []
    turned = say(ports, incident.number, said.verb, By(who=who, how=How.COMMENT), said.reason, once=once)
    return incident_answer(said.verb, turned.incident, turned.refused), list(turned.commands)


def _incident(ports: Ports, event: CommentEvent) -> Incident | None:
    """By our own record of the issue, whatever its text says by now."""
    rows = ports.records.ledger(kind="issue-opened", repository=event.repository.name, number=event.number)
    found = next((match for row in reversed(rows) if (match := _MARKER.fullmatch(row["what"]["marker"]))), None)
    return ports.records.incident(int(found[1])) if found else None
