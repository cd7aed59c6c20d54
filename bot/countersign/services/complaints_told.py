"""Whoever answers for the data hears of a complaint, and people close it by closing its issue."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from countersign.model.command import Command, KeepComment, OpenIssue
from countersign.model.consumer import Reference
from countersign.ports import GitHubTrouble
from countersign.render.complaints import (
    Heard,
    complaint_comment,
    complaint_issue,
    discreet_complaint_issue,
    reader_complaint_issue,
)
from countersign.services.complaints import OVER, TOLD, issue_of, note, standing
from countersign.services.context import JSON, Ports
from countersign.services.discretion import more_public
from countersign.services.incidents import marker as incident_marker
from countersign.services.issues import number_of
from countersign.services.roster import cannot_read


def tell_of_complaint(ports: Ports, data: JSON) -> list[Command]:
    """The job ``complaint``: a comment in the incident's issue; else in that of the contract's complaints of today, if it is open; else an
    issue. Where fewer people may read what the asset is about than read the producer's repository, the words go to the asset's own."""
    repository, what = data["repository"], data["what"]
    now = ports.calendar.now()
    note(ports, repository, what, now)
    with suppress(GitHubTrouble):  # so that nobody writes into an issue that was closed a minute ago; telling does not hang on it
        over(ports, repository)
    heard = _heard(ports, repository, data)
    commands: list[Command] = []
    own = f"countersign:complaint:{what['id']}"
    incident = ports.records.incident(what["incident"]) if what["incident"] else None
    marker = incident_marker(incident) if incident else _of_today(ports, repository, what, now) or own
    number = number_of(ports, repository, marker)
    if number is not None and marker != own:
        body = complaint_comment(heard, discreet=bool(data["home"]))
        commands.append(KeepComment(repository=repository, number=number, marker=own, body=body))
    else:
        marker = own
        title, body = (discreet_complaint_issue if data["home"] else complaint_issue)(heard)
        commands.append(OpenIssue(repository=repository, marker=own, title=title, body=body))
    ports.records.write_ledger(TOLD, repository, 0, now, {"id": what["id"], "marker": marker}, once=f"{TOLD}:{what['id']}")
    for home in _elsewhere(ports, repository, data):
        title, body = reader_complaint_issue(heard, hidden=more_public(ports, home, repository))
        commands.append(OpenIssue(repository=home, marker=f"{own}:reader", title=title, body=body))
    return commands


def over_complaints(ports: Ports) -> list[Command]:
    """The chore: those whose incident has ended, or whose issue somebody has closed, are over."""
    for repository in sorted({repository for repository, _, _ in standing(ports)}):
        try:
            over(ports, repository)
        except GitHubTrouble:  # the next look comes in a few minutes
            continue
    return []


def over(ports: Ports, repository: str) -> None:
    """Of one repository. Raises `GitHubTrouble`."""
    mine = [(at, what) for home, at, what in standing(ports) if home == repository]
    if not mine:
        return
    told = {row["what"]["id"]: row["what"]["marker"] for row in ports.records.ledger(kind=TOLD, repository=repository)}
    waiting = {}
    for _, what in mine:
        incident = ports.records.incident(what["incident"]) if what["incident"] else None
        if incident is not None and incident.ended:
            _end(ports, repository, what)
        elif incident is None and (number := issue_of(ports, repository, 0, told.get(what["id"], ""))) is not None:
            waiting[what["id"]] = number, what
    if waiting:
        opened = {one.number for one in ports.github.open_issues(repository)}
        for number, what in waiting.values():
            if number not in opened:
                _end(ports, repository, what)


def _end(ports: Ports, repository: str, what: JSON) -> None:
    ports.records.write_ledger(OVER, repository, 0, ports.calendar.now(), {"id": what["id"]}, once=f"{OVER}:{what['id']}")


def _of_today(ports: Ports, repository: str, what: JSON, now: datetime) -> str:
    """The marker of the issue of an open complaint of the same contract and day; "" if there is none."""
    told = {row["what"]["id"]: row["what"]["marker"] for row in ports.records.ledger(kind=TOLD, repository=repository)}
    today = [
        told[other["id"]]
        for home, at, other in standing(ports)
        if home == repository and other["contract"] == what["contract"] and at.date() == now.date() and other["id"] in told
    ]
    return next((marker for marker in today if marker.startswith("countersign:complaint:")), "")


def _heard(ports: Ports, repository: str, data: JSON) -> Heard:
    what = data["what"]
    organisation_home = not what["contract"]
    contract = what["contract"].partition("#")[2]
    owners = [team for one in ports.records.owned() if one.repository == repository and one.contract == contract for team in one.teams]
    managers = () if organisation_home else tuple(product.manager for product in _products(ports, what["contract"]))
    away = cannot_read(ports, repository, managers)
    told = dict.fromkeys([*owners, *(one for one in managers if one not in away)])
    slugs = {name: name.removeprefix("@").lower() for name in told if "/" in name}
    found = ports.records.teams(sorted(slugs.values()))
    return Heard(
        contract=what["contract"],
        asset=data["asset"],
        seen=data["seen"],
        since=what["since"],
        who=what["who"],
        at=ports.calendar.now(),
        whom=tuple(name for name in told if name not in slugs or not found[slugs[name]].secret),
    )


def _products(ports: Ports, contract: str) -> list[JSON]:
    return [product for product in ports.records.products() if any(_same(ports, one.reference, contract) for one in product.inputs)]


def _same(ports: Ports, reference: Reference, contract: str) -> bool:
    return f"{ports.records.now_called(reference.repository)}#{reference.contract}" == contract


def _elsewhere(ports: Ports, repository: str, data: JSON) -> list[str]:
    """Repositories in which others hear of it: the asset's, and those of data products whose manager cannot read the producer's."""
    contract = data["what"]["contract"]
    products = _products(ports, contract) if contract else []
    away = cannot_read(ports, repository, {product.manager for product in products})
    homes = dict.fromkeys([data["home"], *(product.repository for product in products if product.manager in away)])
    return [home for home in homes if home and home != repository and ports.records.repository(home)]
