"""An incident with its timeline, and the button by which one of its owners takes it."""

from __future__ import annotations

from collections.abc import Mapping

from countersign.model.access import Viewer
from countersign.model.incident import Incident
from countersign.model.pages import Happening, IncidentPage
from countersign.model.path import show
from countersign.render.incident_messages import next_step
from countersign.render.incident_words import WAYS, broken_rule, happened, line_of, stands
from countersign.services.context import Ports
from countersign.services.shown.sight import Sight
from countersign.services.telling import take_on_page
from countersign.services.telling.facts import known_facts


def incidents_page(ports: Ports, viewer: Viewer, *, all_of_them: bool = False) -> tuple[Incident, ...]:
    """Newest first. all_of_them: also those that are over."""
    sight = Sight(ports, viewer)
    return tuple(reversed([one for one in ports.records.incidents(live=not all_of_them) if _seen(sight, one)]))


def incident_page(ports: Ports, viewer: Viewer, number: int) -> IncidentPage | None:
    """None if there is none, or it is not for the viewer."""
    incident, sight = ports.records.incident(number), Sight(ports, viewer)
    if incident is None or not _seen(sight, incident):
        return None
    facts = known_facts(ports, incident)
    inside = _inside(sight, incident)
    secret = {} if inside else _secret(ports, sight, incident)
    return IncidentPage(
        incident=incident,
        owners=sight.owners(incident.reference._replace(dataset="")),
        stands=stands(facts),
        counted=happened(facts),
        happenings=tuple(
            Happening(at=one.at, what=line_of(incident, one, secret), way=WAYS.get(one.by.how, ""), said=one.said) for one in facts.timeline
        ),
        broken=tuple((show(one.path), broken_rule(one.rule), one.count) for one in facts.broken),
        hit=_hit(ports, sight, incident),
        versions=facts.versions,
        untold=facts.untold if inside else {},
        next=next_step(facts),
        url=facts.url,
        button=may_take(sight, incident),
    )


def take(ports: Ports, viewer: Viewer, number: int) -> bool | None:
    """Acknowledge; on the disk when it returns. False if it is not for the viewer to take, None if there is none that they may see.

    Of one that somebody took meanwhile, nothing changes, and its page says who did.
    """
    incident, sight = ports.records.incident(number), Sight(ports, viewer)
    if incident is None or not _seen(sight, incident):
        return None
    if not may_take(sight, incident):
        return incident.acknowledged is not None or incident.ended
    take_on_page(ports, incident, viewer.login)
    return True


def may_take(sight: Sight, incident: Incident) -> bool:
    """The contract's owners may, as in a comment, and whoever sits at the machine."""
    waiting = incident.acknowledged is None and not incident.ended
    return waiting and sight.mine(sight.owners(incident.reference._replace(dataset="")))


def _seen(sight: Sight, incident: Incident) -> bool:
    return sight.contract(incident.reference)


def _inside(sight: Sight, incident: Incident) -> bool:
    """The viewer answers for it, or leads."""
    return sight.leads(incident.repository) or sight.mine(sight.owners(incident.reference._replace(dataset="")))


def _secret(ports: Ports, sight: Sight, incident: Incident) -> Mapping[str, frozenset[str]]:
    """Owners in secret teams: a reader learns neither the team nor who is in it."""
    names = [name.removeprefix("@") for name in sight.owners(incident.reference._replace(dataset="")) if "/" in name]
    found = ports.records.teams(names)
    return {f"@{name}": frozenset(found[name].members) for name in names if found[name].secret}


def _hit(ports: Ports, sight: Sight, incident: Incident) -> Mapping[str, tuple[str, ...]]:
    """Readers, as they were told -> what of theirs may be wrong."""
    homes = {entry.team: entry.repository for entry in sight.registrations.get(incident.reference._replace(dataset=""), ())}
    found: dict[str, dict[str, None]] = {}
    for row in ports.records.ledger(kind="incident-hit", repository=incident.repository):
        what = row["what"]
        if what["incident"] != incident.number:
            continue
        shown = {team: sight.who(team, homes.get(team, incident.repository)) for team in what["readers"]}
        for name in shown.values():
            found.setdefault(name, {})
        for asset in what["assets"]:
            if asset["name"] and shown.get(asset["reader"]) == asset["reader"]:
                found[asset["reader"]][f"{asset['kind']} {asset['name']}"] = None
    return {name: tuple(assets) for name, assets in found.items()}
