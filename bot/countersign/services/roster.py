"""Who is who: teams, readers and whether they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

from countersign import policy as policies
from countersign.gates.registrations import WRITING, standing
from countersign.model.consumer import Registration
from countersign.model.policy import Contested
from countersign.model.pull_request import Frozen, Standing, Team
from countersign.model.pull_request import Reader as ContractReader
from countersign.ports import Commit
from countersign.services.agreements import Agreements, agreements
from countersign.services.context import Ports
from countersign.services.registration_findings import criticality_raised, registration_contested
from countersign.services.renamed import names_now

#: GitHub's private commit addresses, which name the account: ``123+login@users.noreply.github.com``.
_NOREPLY = re.compile(r"(?:\d+\+)?([a-z0-9](?:[a-z0-9-]{0,38}))(?:\[bot\])?@users\.noreply\.[a-z0-9.-]+", re.IGNORECASE)


def teams(ports: Ports, organisation: str, names: Iterable[str]) -> dict[str, Team]:
    """``@org/team`` -> its people, and ``@login`` -> that person, if somebody in a team of the organisation is called so now.

    Who has left has no say, whatever a policy still names; nor has who took the login.
    """
    slugs = {name: name.removeprefix("@") for name in sorted(set(names))}
    logins = [slug.lower() for slug in slugs.values() if "/" not in slug]
    homes = {
        login: [slug for slug in of if slug.partition("/")[0].lower() == organisation.lower()]
        for login, of in ports.records.teams_of_each(logins).items()
    }
    found = ports.records.teams([*(slug for slug in slugs.values() if "/" in slug), *(slug for of in homes.values() for slug in of)])

    living = cache(lambda home: ports.records.team_names(home, secret=False))

    def team(name: str, slug: str) -> Team:
        meant = "" if found[slug].known else nearest_team(living(slug.partition("/")[0].lower()), slug)
        return replace(found[slug], name=name, nearest=meant)

    def person(name: str, login: str) -> Team:
        user = next((found[home].users[login] for home in homes[login] if login in found[home].users), 0)
        known = bool(homes[login])
        return Team(name=name, members=frozenset({login} if known else ()), known=known, users={login: user} if user else {})

    return {name: team(name, slug) if "/" in slug else person(name, slug.lower()) for name, slug in slugs.items()}


def nearest_team(living: Iterable[str], slug: str) -> str:
    """``@org/team`` of the name that was probably meant, "" if there is none. living: without the secret ones, for everybody reads it."""
    found = get_close_matches(slug.lower(), [name.lower() for name in living], n=1)
    return f"@{found[0]}" if found else ""


def readers(ports: Ports, producer: str, contract: str, contested: Sequence[Contested] = ()) -> tuple[ContractReader, ...]:
    """The registrations on a contract and whether each counts, as they may be shown where the contract is.

    contested: by the policy at the base of what is judged.
    """
    found = registered(ports, producer, contract, contested)
    veil = _veil(ports, producer, found)
    return tuple(veil(reader) for reader in found)


def registered(ports: Ports, producer: str, contract: str, contested: Sequence[Contested] = ()) -> tuple[ContractReader, ...]:
    """The same with nothing veiled, for the operator."""
    names = names_now(ports)
    written = ports.records.registrations(producer, contract)
    claiming = {entry.repository for entry in written if entry.criticality == "high"}
    agreed_to = agreements(ports, claiming | ({producer} if contested else set()))
    fought = [replace(one, team=names.now(one.team)) for one in contested if contested_for_good(agreed_to, producer, one, names)]
    entries = [names.entry(_as_agreed(entry, agreed_to, names)) for entry in written]
    found = []
    for entry, stands in zip(entries, _standings(ports, producer, entries), strict=True):
        if stands is Standing.COUNTS and any(one.means(entry, producer) for one in fought):
            stands = Standing.CONTESTED
        found.append(ContractReader(registration=entry, standing=stands))
    return tuple(found)


def _as_agreed(entry: Registration, agreed_to: Agreements, names: policies.Names) -> Registration:
    """Highly critical only if the producer or governance agreed: nobody has more say than others by writing it (GATE §4, Registrations).

    It was agreed to for the team, whatever that was called then.
    """
    called = (replace(entry, team=name) for name in names.ever(entry.team))
    if entry.criticality != "high" or any((entry.repository, criticality_raised(one, ()).fingerprint) in agreed_to for one in called):
        return entry
    return replace(entry, criticality="medium", claims="high")


def contested_for_good(agreed_to: Agreements, producer: str, entry: Contested, names: policies.Names) -> bool:
    """Whether one of the owners agreed to it, under any name of the team."""
    called = (replace(entry, team=name) for name in names.ever(entry.team))
    return any((producer, registration_contested(one, ()).fingerprint) in agreed_to for one in called)


def frozen_readers(ports: Ports, producer: str, number: int) -> tuple[Frozen, ...]:
    """The readers held for each finding of a pull request. What of them may be seen is as it is today, and not as it was then."""
    names, frozen = names_now(ports), ports.records.frozen(producer, number)
    now = [[replace(reader, registration=names.entry(reader.registration)) for reader in held.readers] for held in frozen]
    veil = _veil(ports, producer, [reader for some in now for reader in some])
    return tuple(replace(held, readers=tuple(veil(reader) for reader in some)) for held, some in zip(frozen, now, strict=True))


def signing(entry: Registration) -> tuple[str, ...]:
    """The team and its delegates."""
    return (entry.team, *entry.delegates)


def cannot_read(ports: Ports, repository: str, names: Iterable[str]) -> frozenset[str]:
    """Those teams and people of whom nobody can read the repository, as far as its teams tell."""
    home = ports.records.repository(repository)
    if home is None or not home.private:
        return frozenset()
    people = ports.records.people_admitted(repository)
    slugs = {name: name.removeprefix("@").lower() for name in names}
    found = ports.records.teams([slug for slug in slugs.values() if "/" in slug])
    permissions = ports.records.team_permissions([(slug, repository) for slug in found])

    def reads(slug: str) -> bool:
        if "/" not in slug:
            return slug in people
        return bool(permissions[slug, repository]) or not people.isdisjoint(found[slug].members)

    return frozenset(name for name, slug in slugs.items() if not reads(slug))


def committers(ports: Ports, commits: Iterable[Commit]) -> frozenset[str]:
    """Logins in lower case of the people who committed, as far as addresses tell. They prove nothing, so they can only bar."""
    emails = {(c.author if c.committer.lower() == "noreply@github.com" else c.committer).lower() for c in commits}
    named = {email: match.group(1).lower() for email in emails if (match := _NOREPLY.fullmatch(email))}
    learned = ports.records.logins(sorted(emails - named.keys()))
    return frozenset({*named.values(), *(login.lower() for login in learned.values())})


def _standings(ports: Ports, producer: str, entries: Sequence[Registration]) -> list[Standing]:
    """In the order of the entries."""
    named = [entry.team.removeprefix("@") for entry in entries]
    teams_of = ports.records.teams_of_each([name for name in named if "/" not in name])
    known = ports.records.teams([name for name in named if "/" in name])
    slugs = [(name,) if "/" in name else teams_of[name] for name in named]
    permissions = ports.records.team_permissions(
        [(slug, entry.repository) for entry, of in zip(entries, slugs, strict=True) for slug in of]
    )

    def stands(entry: Registration, name: str, of: Sequence[str]) -> Standing:
        writing = (permissions[slug, entry.repository] for slug in of)
        return standing(
            entry,
            producer=producer,
            team_known=known[name].known if "/" in name else bool(of),
            permission=next((one for one in writing if one in WRITING), ""),
            owns_line=entry.owns_line,
            now=ports.calendar.now(),
        )

    return [stands(entry, name, of) for entry, name, of in zip(entries, named, slugs, strict=True)]


def _veil(ports: Ports, producer: str, readers: Sequence[ContractReader]) -> Callable[[ContractReader], ContractReader]:
    """For each of these: a check shows of a reader only what everybody may see who can read the check (GATE §4, Registrations).

    Delegates of other organisations are left out: they may not sign.
    """
    entries = [reader.registration for reader in readers]
    homes = ports.records.repositories_named({producer, *(entry.repository for entry in entries)})
    delegates = {one.removeprefix("@") for entry in entries for one in entry.delegates}
    teams_of = ports.records.teams_of_each([name for name in delegates if "/" not in name])

    def of_organisation(name: str, repository: str) -> bool:
        """A team of the organisation that holds the repository, or somebody in one of its teams."""
        slug = name.removeprefix("@")
        slugs = (slug,) if "/" in slug else teams_of[slug]
        return any(one.partition("/")[0].lower() == repository.partition("/")[0].lower() for one in slugs)

    def veil(reader: ContractReader) -> ContractReader:
        entry = reader.registration
        holder = homes.get(entry.repository)
        hidden = holder is None or (holder.private and not (producer in homes and holder.name == producer))
        told = tuple(one for one in entry.delegates if of_organisation(one, entry.repository))
        return replace(reader, registration=replace(entry, private=hidden, delegates=told))

    return veil
