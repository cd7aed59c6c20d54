"""The quarterly sheet, out of the ledger, with where each case can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from countersign.model.policy import Policy
from countersign.model.score import Period
from countersign.model.sheet import Aim, Case, Sheet, What
from countersign.ports import GitTrouble
from countersign.scores import Domains, of_organisation, sheet
from countersign.services.context import Ports
from countersign.services.issues import number_of
from countersign.services.scores import Scores
from countersign.services.telling.facts import issue_url


def quarterly(ports: Ports, organisation: str, domain: str, period: Period) -> Sheet:
    """domain: "" for the organisation. period: a quarter. Raises ValueError, with the names there are, for a team that there is not."""
    owned = tuple(one for one in ports.records.owned() if one.repository.split("/")[0].lower() == organisation.lower())
    domains = Domains(owned)
    if domain and domain not in domains.names:
        there = ", ".join(domains.names) or "none yet: a team is there once one of its contracts is on a default branch"
        raise ValueError(f"{organisation} has no team {domain!r}. There are: {there}.")
    found = sheet(
        of_organisation(Scores(ports).facts(), organisation),
        domains,
        period,
        ports.calendar.now(),
        organisation=organisation,
        domain=domain,
        targets=_targets(ports, organisation),
        head=ports.records.ledger_head(),
    )
    return replace(
        found,
        escaped=tuple(replace(one, url=_url(ports, one)) for one in found.escaped),
        debts=tuple(replace(one, url=_url(ports, one)) for one in found.debts),
    )


def organisation_policy(ports: Ports, organisation: str) -> Policy | None:
    """By the default branch as it was fetched last; None where there is none, or nobody can read it."""
    try:
        above = ports.policy_of(organisation, fresh=False)
    except GitTrouble:
        return None
    return ports.reader.policy(f"{organisation}/.github", None, above.document).policy if above and above.document else None


def _targets(ports: Ports, organisation: str) -> Mapping[Aim, float]:
    policy = organisation_policy(ports, organisation)
    return policy.targets if policy else {}


def _url(ports: Ports, one: Case) -> str:
    base = f"{ports.github_url}/{one.repository}"
    if one.what is What.INCIDENT:
        incident = ports.records.incident(one.number)
        return issue_url(ports, incident) if incident else ""
    if one.what is What.DEBT:
        asked = number_of(ports, one.repository, f"countersign:debts:{one.number}")
        return f"{base}/issues/{asked}" if asked is not None else f"{base}/pull/{one.number}"
    if one.number:
        return f"{base}/pull/{one.number}"
    return f"{base}/commit/{one.commit}" if one.commit else ""
