"""Who is who: teams, readers and whether they count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from countersign import policy as policies
from countersign.gates.registrations import WRITING, standing
from countersign.model.consumer import Registration
from countersign.model.policy import Contested
from countersign.model.pull_request import Frozen, Standing, Team
from countersign.model.pull_request import Reader as ContractReader
from countersign.ports import Commit
from countersign.services.agreements import agreed
from countersign.services.context import Ports
from countersign.services.registration_findings import criticality_raised, registration_contested
from countersign.services.renamed import names_now

#: GitHub's private commit addresses, which name the account: ``123+login@users.noreply.github.com``.
_NOREPLY = re.compile(r"(?:\d+\+)?([a-z0-9](?:[a-z0-9-]{0,38}))(?:\[bot\])?@users\.noreply\.[a-z0-9.-]+", re.IGNORECASE)


def teams(ports: Ports, organisation: str, names: Iterable[str]) -> dict[str, Team]:
    """``@org/team`` -> its people, and ``@login`` -> that person, if somebody in a team of the organisation is called so now."""
    return {name: _team(ports, name) if "/" in name else person(ports, organisation, name) for name in sorted(set(names))}


def _team(ports: Ports, name: str) -> Team:
    slug = name.removeprefix("@")
    found = ports.records.team(slug)
    return replace(found, name=name, nearest="" if found.known else nearest_team(ports, slug))


def nearest_team(ports: Ports, slug: str) -> str:
    """``@org/team`` of the name that was probably meant, "" if there is none. Everybody reads it, so it is no secret team's."""
    known = ports.records.team_names(slug.partition("/")[0], secret=False)
    found = get_close_matches(slug.lower(), [name.lower() for name in known], n=1)
    return f"@{found[0]}" if found else ""


def person(ports: Ports, organisation: str, name: str) -> Team:
    """Who has left has no say, whatever a policy still names; nor has who took the login."""
    login = name.removeprefix("@").lower()
    homes = [slug for slug in ports.records.teams_of(login) if slug.partition("/")[0].lower() == organisation.lower()]
    user = next((team.users[login] for team in map(ports.records.team, homes) if login in team.users), 0)
    return Team(name=name, members=frozenset({login} if homes else ()), known=bool(homes), users={login: user} if user else {})


def readers(ports: Ports, producer: str, contract: str, contested: Sequence[Contested] = ()) -> tuple[ContractReader, ...]:
    """The registrations on a contract and whether each counts, as they may be shown where the contract is.

    contested: by the policy at the base of what is judged.
    """
    found = registered(ports, producer, contract, contested)
    return tuple(replace(reader, registration=veiled(ports, producer, reader.registration)) for reader in found)


def registered(ports: Ports, producer: str, contract: str, contested: Sequence[Contested] = ()) -> tuple[ContractReader, ...]:
    """The same with nothing veiled, for the operator."""
    names = names_now(ports)
    fought = [replace(one, team=names.now(one.team)) for one in contested if contested_for_good(ports, producer, one, names)]
    found = []
    for written in ports.records.registrations(producer, contract):
        entry = names.entry(as_agreed(ports, written, names))
        stands = _standing(ports, producer, entry)
        if stands is Standing.COUNTS and any(one.means(entry, producer) for one in fought):
            stands = Standing.CONTESTED
        found.append(ContractReader(registration=entry, standing=stands))
    return tuple(found)


def as_agreed(ports: Ports, entry: Registration, names: policies.Names) -> Registration:
    """Highly critical only if the producer or governance agreed: nobody has more say than others by writing it (GATE §4, Registrations).

    It was agreed to for the team, whatever that was called then.
    """
    called = (replace(entry, team=name) for name in names.ever(entry.team))
    if entry.criticality != "high" or any(agreed(ports, entry.repository, criticality_raised(one, ()).fingerprint) for one in called):
        return entry
    return replace(entry, criticality="medium", claims="high")


def contested_for_good(ports: Ports, producer: str, entry: Contested, names: policies.Names) -> bool:
    """Whether one of the owners agreed to it, under any name of the team."""
    called = (replace(entry, team=name) for name in names.ever(entry.team))
    return any(agreed(ports, producer, registration_contested(one, ()).fingerprint) for one in called)


def frozen_readers(ports: Ports, producer: str, number: int) -> tuple[Frozen, ...]:
    """The readers held for each finding of a pull request. What of them may be seen is as it is today, and not as it was then."""
    names = names_now(ports)

    def now(reader: ContractReader) -> ContractReader:
        return replace(reader, registration=veiled(ports, producer, names.entry(reader.registration)))

    return tuple(replace(held, readers=tuple(map(now, held.readers))) for held in ports.records.frozen(producer, number))


def signing(entry: Registration) -> tuple[str, ...]:
    """The team and its delegates."""
    return (entry.team, *entry.delegates)


def cannot_read(ports: Ports, repository: str, names: Iterable[str]) -> frozenset[str]:
    """Those teams and people of whom nobody can read the repository, as far as its teams tell."""
    home = ports.records.repository(repository)
    if home is None or not home.private:
        return frozenset()
    known: dict[str, bool] = {}

    def admitted(slug: str) -> bool:
        if slug not in known:
            known[slug] = bool(ports.records.team_permission(slug, repository))
        return known[slug]

    def reads(name: str) -> bool:
        slug = name.removeprefix("@")
        people = ports.records.team(slug).members if "/" in slug else {slug}
        return ("/" in slug and admitted(slug)) or any(admitted(team) for login in people for team in ports.records.teams_of(login))

    return frozenset(name for name in names if not reads(name))


def committers(ports: Ports, commits: Iterable[Commit]) -> frozenset[str]:
    """Logins in lower case of the people who committed, as far as addresses tell. They prove nothing, so they can only bar."""
    emails = {(c.author if c.committer.lower() == "noreply@github.com" else c.committer).lower() for c in commits}
    named = {email: match.group(1).lower() for email in emails if (match := _NOREPLY.fullmatch(email))}
    learned = ports.records.logins(sorted(emails - named.keys()))
    return frozenset({*named.values(), *(login.lower() for login in learned.values())})


def _standing(ports: Ports, producer: str, entry: Registration) -> Standing:
    slug = entry.team.removeprefix("@")
    person = "/" not in slug
    known = bool(ports.records.teams_of(slug)) if person else ports.records.team(slug).known
    slugs = ports.records.teams_of(slug) if person else (slug,)
    permissions = [ports.records.team_permission(one, entry.repository) for one in slugs]
    permission = next((one for one in permissions if one in WRITING), "")
    return standing(entry, producer=producer, team_known=known, permission=permission, owns_line=entry.owns_line, now=ports.calendar.now())


def veiled(ports: Ports, producer: str, entry: Registration) -> Registration:
    """A check shows of a reader only what everybody may see who can read the check (GATE §4, Registrations).

    Delegates of other organisations are left out: they may not sign.
    """
    holder = ports.records.repository(entry.repository)
    home = ports.records.repository(producer)
    hidden = holder is None or (holder.private and not (home is not None and home.name == holder.name))
    return replace(entry, private=hidden, delegates=tuple(one for one in entry.delegates if _of_organisation(ports, one, entry.repository)))


def _of_organisation(ports: Ports, name: str, repository: str) -> bool:
    """A team of the organisation that holds the repository, or somebody in one of its teams."""
    slug = name.removeprefix("@")
    slugs = (slug,) if "/" in slug else ports.records.teams_of(slug)
    return any(one.partition("/")[0].lower() == repository.partition("/")[0].lower() for one in slugs)
