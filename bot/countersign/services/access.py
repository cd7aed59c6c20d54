"""Who somebody is who signed in: organisations, teams, and whether they lead. Asked of GitHub and of the organisation's policy."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from countersign.gates.access import Subject
from countersign.model.access import Viewer
from countersign.ports import GitHubTrouble, GitTrouble
from countersign.services.context import Ports
from countersign.services.kept import Kept

#: Seconds for which an answer stands: so long does somebody still see pages who was taken out of the organisation or of a team.
STANDS = 300.0
_MOST = 2_000


class Entrance:
    """Fulfils `web.pages.site.Entrance`. wall: seconds that only go forward."""

    def __init__(self, ports: Ports, *, wall: Callable[[], float] = time.monotonic) -> None:
        self._ports = ports
        self._wall = wall
        self._known: Kept[str, tuple[float, Viewer]] = Kept(_MOST)

    def viewer(self, login: str) -> Viewer:
        """Raises TimeoutError if GitHub, or Git, cannot be asked: then nobody is let in on what was known before."""
        known = self._known.get(login.lower())
        if known is not None and known[0] > self._wall():
            return known[1]
        try:
            found = viewer_of(self._ports, login)
        except (GitHubTrouble, GitTrouble) as trouble:
            raise TimeoutError("GitHub cannot be asked who belongs to the organisation.") from trouble
        return self._known.put(login.lower(), (self._wall() + STANDS, found))[1]


def viewer_of(ports: Ports, login: str) -> Viewer:
    """Raises `GitHubTrouble` and `GitTrouble`."""
    low = login.lower()
    roles = {name: _role(ports, name, number, login) for name, number in organisations(ports).items()}
    member_of = frozenset(name.lower() for name, role in roles.items() if role)
    teams = frozenset(slug for slug in map(str.lower, ports.records.teams_of(low)) if slug.split("/")[0] in member_of)
    leads = {name.lower() for name, role in roles.items() if role == "admin"}
    leads |= {name.lower() for name in roles if name.lower() in member_of and _named(leaders(ports, name), low, teams)}
    return Viewer(login=low, leads=frozenset(leads), member_of=member_of, teams=teams)


def _role(ports: Ports, organisation: str, installation: int, login: str) -> str:
    """The App may be installed on a person's own account, too."""
    return "admin" if organisation.lower() == login.lower() else ports.github.membership(organisation, login, installation)


def organisations(ports: Ports) -> dict[str, int]:
    """Organisation -> an installation in it, of every repository that is known."""
    return {row.name.split("/")[0]: row.installation for row in ports.records.repositories()}


def leaders(ports: Ports, organisation: str) -> tuple[str, ...]:
    """``@org/team`` and ``@login`` of `leaders` in the organisation's policy; none if it has no policy, or none that can be read."""
    found = ports.policy_of(organisation)
    document = found.document if found else None
    policy = ports.reader.policy(f"{organisation}/.github", None, document).policy if document else None
    return policy.leaders if policy else ()


def subject(ports: Ports, repository: str, *, teams: Collection[str], named_by: Collection[str] = ()) -> Subject:
    """What a page about something in ``repository`` is about. teams: who owns it or reads it, as policies name them (``@org/team``)."""
    row = ports.records.repository(repository)
    private = row is None or row.private  # what is not known is kept from everybody but leaders and those who name it
    return Subject(
        organisation=repository.split("/")[0].lower(),
        teams=_slugs(teams),
        private=private,
        admitted=ports.records.people_admitted(repository) if private else (),
        named_by=_slugs(named_by),
    )


def _slugs(names: Collection[str]) -> frozenset[str]:
    return frozenset(name.removeprefix("@").lower() for name in names)


def _named(names: Collection[str], login: str, teams: Collection[str]) -> bool:
    return any(name.removeprefix("@").lower() in (login, *teams) for name in names)
