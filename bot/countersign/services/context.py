"""The ports that every service works through, bundled by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from countersign.model.enforceability import OurApp
from countersign.ports import (
    Calendar,
    Git,
    GitHub,
    GitWriter,
    Notify,
    Queue,
    Records,
    RollbackTrouble,
    Seal,
    Sources,
    Table,
    Tables,
    Writer,
)
from countersign.render import Links
from countersign.scores import History
from countersign.services.in_force import Organisation, is_organisation, organisation_at
from countersign.services.reading import Reader

JSON = Any


class Unreachable:
    """`ports.Tables` and `ports.Sources` where there are none."""

    def table(self, catalog: str, name: str, contract: str) -> Table:
        raise RollbackTrouble(f"the table {name} of the catalog {catalog} cannot be reached from here")

    def committed(self, source: str, partition: str) -> int | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """github_url: where people see the repositories (``https://github.com``). rules_url: where the rules' pages are. app: who we are.

    writer: the second App, where there is one. mirror: where its commits are made. tables, sources: what goes back, or is held.
    rollbacks_off: nothing is ever moved. notify, seal: telling people outside GitHub, and the installation's own key; None for
    commands that tell nobody. public_url: where people reach this Countersign, "" if they cannot: then no message has a signed link.
    history: what the chore of escalations has read of the ledger, which it does not read again every hour.
    """

    calendar: Calendar
    git: Git
    github: GitHub
    records: Records
    queue: Queue
    reader: Reader
    github_url: str
    rules_url: str
    app: OurApp = field(default_factory=OurApp)
    writer: Writer | None = None
    mirror: GitWriter | None = None
    tables: Tables = field(default_factory=Unreachable)
    sources: Sources = field(default_factory=Unreachable)
    rollbacks_off: bool = False
    notify: Notify | None = None
    seal: Seal | None = None
    public_url: str = ""
    history: History = field(default_factory=History, compare=False, repr=False)

    def links(self, repository: str, head: str) -> Links:
        return Links(repository_url=f"{self.github_url}/{repository}", rules_url=self.rules_url, head=head)

    def organisation_policy(self, repository: str, *, fresh: bool = True) -> Organisation | None:
        """The policy file on the default branch of the organisation's ``.github`` repository; None if we know of no such repository.

        Raises `GitTrouble` if it cannot be fetched: nothing is then decided. fresh: False takes what the mirror had last.
        """
        return None if is_organisation(repository) else self.policy_of(repository.split("/")[0], fresh=fresh)

    def policy_of(self, organisation: str, *, fresh: bool = True) -> Organisation | None:
        """`organisation_policy` of all its repositories."""
        name = f"{organisation}/.github"
        row = self.records.repository(name)
        if row is None:
            return Organisation(None, _gone(name)) if self.records.ledger(kind="repository-forgotten", repository=name) else None
        branch = f"refs/heads/{row.default_branch}"
        if fresh:
            self.git.fetch(name, [branch])
        return organisation_at(self.reader, name, self.git.resolve(name, branch))


def _gone(name: str) -> str:
    return f"{name} is no longer open to Countersign, so the organisation's floor, owners and overriders are not known here."
