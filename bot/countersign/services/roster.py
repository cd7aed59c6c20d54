"""Who is who: teams, readers and whether they count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from countersign.gates.registrations import standing
from countersign.model.consumer import Registration
from countersign.model.policy import Policy
from countersign.model.pull_request import Reader as ContractReader
from countersign.model.pull_request import Standing, Team
from countersign.ports import Commit
from countersign.services.context import Ports

#: GitHub's private commit addresses, which name the account: ``123+login@users.noreply.github.com``.
_NOREPLY = re.compile(r"(?:\d+\+)?([a-z0-9](?:[a-z0-9-]{0,38}))(?:\[bot\])?@users\.noreply\.[a-z0-9.-]+", re.IGNORECASE)


def teams(ports: Ports, names: Iterable[str]) -> dict[str, Team]:
    """``@org/team`` -> its people, for every team among the names."""
    return {name: replace(ports.records.team(name.removeprefix("@")), name=name) for name in sorted(set(names)) if "/" in name}


def readers(ports: Ports, producer: str, contract: str) -> tuple[ContractReader, ...]:
    """The registrations on a contract and whether each counts."""
    return tuple(
        ContractReader(registration=_veiled(ports, producer, entry), standing=_standing(ports, producer, entry))
        for entry in ports.records.registrations(producer, contract)
    )


def committers(ports: Ports, commits: Iterable[Commit]) -> tuple[frozenset[str], bool]:
    """(logins in lower case, whether all are known) of the people who committed. An address proves nothing, so it can only bar."""
    emails = {(c.author if c.committer.lower() == "noreply@github.com" else c.committer).lower() for c in commits}
    named = {email: match.group(1).lower() for email in emails if (match := _NOREPLY.fullmatch(email))}
    learned = ports.records.logins(sorted(emails - named.keys()))
    logins = {*named.values(), *(login.lower() for login in learned.values())}
    return frozenset(logins), emails <= named.keys() | learned.keys()


def _standing(ports: Ports, producer: str, entry: Registration) -> Standing:
    slug = entry.team.removeprefix("@")
    person = "/" not in slug
    known = bool(ports.records.teams_of(slug)) if person else ports.records.team(slug).known
    permission = "push" if person else ports.records.team_permission(slug, entry.repository)
    return standing(entry, producer=producer, team_known=known, permission=permission, owns_line=False, now=ports.calendar.now())


def _veiled(ports: Ports, producer: str, entry: Registration) -> Registration:
    """A check shows of a reader only what everybody may see who can read the check (GATE §4, Registrations)."""
    holder = ports.records.repository(entry.repository)
    home = ports.records.repository(producer)
    hidden = holder is None or (holder.private and not (home is not None and home.name == holder.name))
    return replace(entry, private=hidden)


def owners_named(policy: Policy) -> tuple[str, ...]:
    """Every team or person that a policy gives a say."""
    return (*policy.owners, *policy.organisation_owners, *policy.overrides.by, *(o for p in policy.publishes for o in p.owners))
