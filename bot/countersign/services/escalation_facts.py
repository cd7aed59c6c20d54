"""What may be said of an escalation, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from countersign.gates.escalation import patterns
from countersign.model.escalation import Escalation, EscalationFacts, Evidence
from countersign.model.fact import Owned
from countersign.services.context import Ports
from countersign.services.discretion import more_public
from countersign.services.incidents import marker as incident_marker
from countersign.services.issues import number_of

_SECRET = "a secret team"  # noqa: S105 - no password


def marker(one: Escalation) -> str:
    """Of its issue."""
    return f"countersign:escalation:{one.id}"


def escalation_facts(
    ports: Ports, owned: Sequence[Owned], one: Escalation, evidence: Sequence[Evidence], *, home: str, homes: Sequence[str]
) -> EscalationFacts:
    """owned: of the organisation. homes: where its issues are. home: the one whose readers read it; "" for channels, which the
    organisation has chosen to be told of all but the names of secret teams."""
    secret = _secret(ports, {team for item in evidence for team in item.hit})
    seen = tuple(_veiled(ports, item, home, secret) for item in evidence)
    return EscalationFacts(
        organisation=homes[0].split("/")[0],
        domain=one.domain,
        rule=one.rule,
        since=one.at,
        evidence=seen,
        patterns=patterns(seen),
        teams=_teams(ports, owned, one.domain, seen),
        links={item.id: url for item in seen if (url := _link(ports, item))},
        url=next((url for place in homes if (url := _issue_url(ports, place, marker(one)))), ""),
    )


def _veiled(ports: Ports, one: Evidence, home: str, secret: frozenset[str]) -> Evidence:
    if home and more_public(ports, home, one.repository):
        return replace(one, repository="", contracts=(), rules=(), by=(), hit=(), reason="", commit="")
    return replace(one, hit=tuple(dict.fromkeys(_SECRET if team in secret else team for team in one.hit)))


def _secret(ports: Ports, names: Iterable[str]) -> frozenset[str]:
    slugs = {name: name.removeprefix("@").lower() for name in names if "/" in name}
    found = ports.records.teams(sorted(slugs.values()))
    return frozenset(name for name, slug in slugs.items() if found[slug].secret)


def _teams(ports: Ports, owned: Sequence[Owned], domain: str, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The owners of the contracts that it is about; of none, the domain's."""
    about = {(one.repository, contract) for one in evidence for contract in one.contracts}
    mine = [one for one in owned if one.domain == domain and one.contract]
    named = [one for one in mine if (one.repository, one.contract) in about] or mine
    teams = dict.fromkeys(team for one in named for team in one.teams)
    secret = _secret(ports, teams)
    return tuple(team for team in teams if team not in secret)


def _link(ports: Ports, one: Evidence) -> str:
    """To the incident's issue; to where a debt is settled; to the pull request, or the commit."""
    if not one.repository:
        return ""
    if one.kind == "incident":
        incident = ports.records.incident(one.number)
        return _issue_url(ports, one.repository, incident_marker(incident)) if incident else ""
    base = f"{ports.github_url}/{one.repository}"
    if one.number:
        asked = _issue_url(ports, one.repository, f"countersign:debts:{one.number}") if one.open else ""
        return asked or f"{base}/pull/{one.number}"
    return f"{base}/commit/{one.commit}" if one.commit else ""


def _issue_url(ports: Ports, repository: str, marker: str) -> str:
    number = number_of(ports, repository, marker)
    return f"{ports.github_url}/{repository}/issues/{number}" if number is not None else ""
