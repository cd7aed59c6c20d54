"""The ports that every service works through, bundled by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from countersign.policy import Document
from countersign.ports import Calendar, Git, GitHub, Queue, Records
from countersign.render import Links
from countersign.services.compare_policy import is_organisation
from countersign.services.reading import Reader

JSON = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """github_url: where people see the repositories (``https://github.com``). rules_url: where the rules' pages are."""

    calendar: Calendar
    git: Git
    github: GitHub
    records: Records
    queue: Queue
    reader: Reader
    github_url: str
    rules_url: str

    def links(self, repository: str, head: str) -> Links:
        return Links(repository_url=f"{self.github_url}/{repository}", rules_url=self.rules_url, head=head)

    def organisation_policy(self, repository: str) -> Document | None:
        """The policy file on the default branch of the organisation's ``.github`` repository, fresh; None if there is none.

        Raises `GitTrouble` if it cannot be fetched: nothing is then decided.
        """
        name = f"{repository.split('/')[0]}/.github"
        row = self.records.repository(name)
        if row is None or is_organisation(repository):
            return None
        branch = f"refs/heads/{row.default_branch}"
        self.git.fetch(name, [branch])
        return self.reader.document(name, self.git.resolve(name, branch))
