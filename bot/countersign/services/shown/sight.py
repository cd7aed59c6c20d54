"""What one viewer may see on one page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property

from countersign.gates.access import leads, may_name, may_see
from countersign.model.access import Viewer
from countersign.model.consumer import Reference, Registration
from countersign.model.fact import Owned
from countersign.services.access import subject
from countersign.services.context import Ports

#: Who reads or holds something, where the viewer may not know it.
UNNAMED = "a reader that you may not see"


class Sight:
    """Made for one request: what it has looked up stands as long as it does."""

    def __init__(self, ports: Ports, viewer: Viewer) -> None:
        self._ports = ports
        # A person may own or read something, too; in what `gates.access` compares, that is a team of one.
        self.viewer = replace(viewer, teams=viewer.teams | ({viewer.login} if viewer.login else set()))

    @cached_property
    def owned(self) -> dict[tuple[str, str], Owned]:
        """(repository, contract), the latter "" for the repository itself."""
        return {(one.repository, one.contract): one for one in self._ports.records.owned()}

    @cached_property
    def registrations(self) -> dict[Reference, list[Registration]]:
        """Those that stand, by the contract, under its repository's name of now."""
        found: dict[Reference, list[Registration]] = {}
        now: dict[str, str] = {}
        for entry in self._ports.records.every_registration():
            written = entry.reference.repository
            if written not in now:
                now[written] = self._ports.records.now_called(written)
            found.setdefault(Reference(now[written], entry.reference.contract), []).append(entry)
        return found

    def leads(self, repository: str) -> bool:
        return leads(self.viewer, repository.split("/")[0].lower())

    def owners(self, reference: Reference) -> tuple[str, ...]:
        """Of a contract, as the policy of its default branch says. Without a contract: who keeps the repository."""
        own = self.owned.get((reference.repository, reference.contract))
        return own.teams if own else ()

    def contract(self, reference: Reference) -> bool:
        """Whether a page about the contract is for the viewer: a team of theirs owns it or reads it."""
        if self.leads(reference.repository):
            return True
        readers = [entry.team for entry in self.registrations.get(reference._replace(dataset=""), ())]
        return self._sees(reference.repository, (*self.owners(reference), *readers), readers)

    def repository(self, name: str) -> bool:
        """Whether what the repository as a whole does is for the viewer."""
        if self.leads(name):
            return True
        teams = {team for (repository, _), one in self.owned.items() if repository == name for team in one.teams}
        readers = {entry.team for reference, entries in self.registrations.items() if reference.repository == name for entry in entries}
        return self._sees(name, teams | readers, readers)

    def holder(self, repository: str, teams: Iterable[str]) -> bool:
        """Whether something that is kept in ``repository`` and belongs to these teams is for the viewer."""
        return self.leads(repository) or self._sees(repository, tuple(teams), ())

    def _sees(self, repository: str, teams: Collection[str], named_by: Collection[str]) -> bool:
        return may_see(self.viewer, subject(self._ports, repository, teams=teams, named_by=named_by))

    def named(self, repository: str) -> bool:
        """Whether the repository may be called by its name."""
        return self.leads(repository) or may_name(self.viewer, subject(self._ports, repository, teams=()))

    def who(self, team: str, repository: str) -> str:
        """A reader by name. Secret teams are known to their members, and readers in a private repository to those who may read that."""
        mine = team.removeprefix("@").lower() in self.viewer.teams
        if mine or self.leads(repository):
            return team
        secret = "/" in team and self._ports.records.team(team.removeprefix("@")).secret
        return UNNAMED if secret or not self.named(repository) else team

    def mine(self, teams: Iterable[str]) -> bool:
        """Whether the viewer is in one of the teams."""
        return self.viewer.local or any(team.removeprefix("@").lower() in self.viewer.teams for team in teams)
