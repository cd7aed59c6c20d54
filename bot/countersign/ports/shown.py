"""What is kept so that pages need neither Git nor GitHub."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from countersign.model.enforceability import Enforcement
    from countersign.model.shown import ListedContract, ReadEnforcement, ShownVerdict


class Shown(Protocol):
    """Caches: all of it is learned again. Each call is one transaction."""

    def keep_listed(self, repository: str, rows: Sequence[ListedContract]) -> None:
        """The contracts that a repository's default branch holds now."""
        ...

    def listed(self, repository: str = "") -> tuple[ListedContract, ...]:
        """Of one repository, or all of them, by name."""
        ...

    def keep_enforcement(self, repository: str, enforcement: Enforcement, at: datetime) -> None:
        """Of the default branch."""
        ...

    def enforcements(self) -> Mapping[str, ReadEnforcement]:
        """By repository, of those whose settings were ever read."""
        ...

    def keep_verdict(self, repository: str, number: int, verdict: ShownVerdict, at: datetime) -> None: ...
    def verdicts(self, wanted: Collection[tuple[str, int]]) -> Mapping[tuple[str, int], tuple[ShownVerdict, datetime]]:
        """The last verdict of each (repository, number), and when it was published; without those that have none."""
        ...
