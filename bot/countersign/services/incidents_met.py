"""The open incidents that a deployment meets, and what lets it through all the same: our revert, or an owner who names the fix."""

from __future__ import annotations

from countersign.model.deployment import LetThrough, OpenIncident
from countersign.model.github import Repository
from countersign.model.incident import By, Incident
from countersign.ports import GitTrouble
from countersign.services.branches import default_ref
from countersign.services.context import Ports
from countersign.services.issues import number_of

#: Of the ledger: a pull request of ours that takes a change back; a commit that an owner has named as the fix.
PROPOSED, FIX = "revert-proposed", "deploy-fix"
#: Digits of a commit that people have to type.
SHORTEST = 7
_SEARCHED = 200


def met(ports: Ports, home: Repository, environment: str, commit: str) -> tuple[OpenIncident, ...]:
    """Of every contract of the repository that the environment deploys, or whose policy names no environment."""
    found = []
    for one in ports.records.incidents(repository=home.name, live=True):
        if one.runtime.environment.lower() in ("", environment.lower()):
            number = number_of(ports, home.name, f"countersign:incident:{one.number}")
            url = f"{ports.github_url}/{home.name}/issues/{number}" if number else ""
            through = _through(ports, home, one, commit)
            found.append(OpenIncident(number=one.number, contract=one.contract_id, url=url, through=through))
    return tuple(found)


def _through(ports: Ports, home: Repository, incident: Incident, commit: str) -> LetThrough | None:
    named = [row["what"] for row in ports.records.ledger(kind=FIX, repository=home.name)]
    if any((what["incident"], what["commit"]) == (incident.number, commit) for what in named):
        return LetThrough.OWNER
    return LetThrough.REVERTS if _holds_revert(ports, home, incident, commit) else None


def _holds_revert(ports: Ports, home: Repository, incident: Incident, commit: str) -> bool:
    """Whether our pull request was merged as we made it, and the commit holds it."""
    for row in ports.records.ledger(kind=PROPOSED, repository=home.name):
        if row["what"]["incident"] == incident.number:
            pull = ports.records.pull_request(home.name, row["what"]["number"])
            if pull is not None and pull.merge_commit and pull.head == row["what"]["commit"]:
                ports.git.fetch(home.name, [pull.merge_commit])
                if ports.git.is_ancestor(home.name, pull.merge_commit, commit):
                    return True
    return False


def name_fix(ports: Ports, incident: Incident, by: By, said: str, *, once: str) -> str:
    """An owner names the commit that may be deployed while the incident is open; it still has to pass the gate. The commit, or "" where
    the default branch has brought none of that name since its last 200 commits, or where it is not clear which."""
    home = ports.records.repository(incident.repository)
    if home is None or len(said) < SHORTEST:
        return ""
    try:
        ports.git.fetch(home.name, [default_ref(home)])
        line = ports.git.first_parents(home.name, ports.git.resolve(home.name, default_ref(home)), limit=_SEARCHED)
    except GitTrouble:
        return ""
    meant = [one.sha for one in line if one.sha.startswith(said.lower())]
    if len(meant) != 1:
        return ""
    what = {"incident": incident.number, "commit": meant[0], "by": by.who}
    ports.records.write_ledger(FIX, home.name, 0, ports.calendar.now(), what, once=once)
    return meant[0]
