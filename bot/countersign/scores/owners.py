"""Whose a contract, a repository or a reader is."""

from __future__ import annotations

from collections.abc import Iterable

from countersign.model.fact import Owned


class Domains:
    """Looks up domains as contracts are owned now: a contract that moves to another team takes its history along."""

    def __init__(self, owned: Iterable[Owned]) -> None:
        self._contracts: dict[tuple[str, str], str] = {}
        self._repositories: dict[str, list[str]] = {}
        self._teams: dict[str, str] = {}
        self._owners: dict[str, set[str]] = {}
        for one in owned:
            if one.contract:
                self._contracts[one.repository, one.contract] = one.domain
            if one.domain:
                theirs = self._repositories.setdefault(one.repository, [])
                if one.domain not in theirs:
                    theirs.append(one.domain)
            for team in one.teams:
                if one.domain:
                    self._teams.setdefault(team.lower(), one.domain)
                    self._owners.setdefault(one.domain, set()).add(team.lower())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({domain for theirs in self._repositories.values() for domain in theirs}))

    def of(self, repository: str, contract: str = "") -> str:
        """Of a contract; of one that nobody owns any more, or of none, the first of its repository's; "" if nobody's."""
        return self._contracts.get((repository, contract)) or next(iter(self.all_of(repository)), "")

    def all_of(self, repository: str) -> tuple[str, ...]:
        return tuple(self._repositories.get(repository, ()))

    def of_reader(self, reader: str) -> str:
        """reader: ``@org/team`` or ``@login``. Of a team that owns and reads nothing, its own short name."""
        return self._teams.get(reader.lower()) or reader.rpartition("/")[2].removeprefix("@")

    def repositories(self, domain: str) -> tuple[str, ...]:
        """All of them if domain is ""."""
        return tuple(sorted(name for name, theirs in self._repositories.items() if not domain or domain in theirs))

    def contracts(self, domain: str) -> tuple[tuple[str, str], ...]:
        """(repository, id) of the domain's contracts; of all if domain is ""."""
        return tuple(sorted(key for key, theirs in self._contracts.items() if not domain or theirs == domain))

    def owners(self, domain: str) -> frozenset[str]:
        """``@org/team`` and ``@login``, in lower case, of whoever owns something of the domain; some own something of another, too."""
        return frozenset(self._owners.get(domain, ()))
