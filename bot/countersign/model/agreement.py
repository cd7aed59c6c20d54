"""What it takes several people to say: that a change must land now, and that a finding is a false alarm (GATE §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from countersign.model.pull_request import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass:
    """How the break-glass of a finding stands. It holds once ``until`` is set.

    given: the statements that count, one a person, oldest first. owners: who may say it (``@org/team``, ``@login``); stand_ins: who speaks
    for owners that there are not. missing_owners, missing_stand_ins: how many more it takes of each. max_hours: how long it will hold.
    """

    owners: tuple[str, ...]
    missing_owners: int
    max_hours: int
    stand_ins: tuple[str, ...] = ()
    missing_stand_ins: int = 0
    given: tuple[Statement, ...] = ()
    until: datetime | None = None

    @property
    def missing(self) -> int:
        return self.missing_owners + self.missing_stand_ins

    @property
    def by(self) -> tuple[str, ...]:
        """Everybody who may say it."""
        return tuple(dict.fromkeys((*self.owners, *self.stand_ins)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """How the dispute of a finding stands: it passes once an owner and another person of governance have both said it.

    owners, governance: who may say each half (``@org/team``, ``@login``).
    """

    owners: tuple[str, ...]
    governance: tuple[str, ...]
    by_owner: Statement | None = None
    by_governance: Statement | None = None

    @property
    def agreed(self) -> bool:
        return self.by_owner is not None and self.by_governance is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedStatement:
    """A break-glass or a dispute that has no effect.

    why: ``author``, ``committer``, ``unknown`` (handles that meant nothing, or several things), ``not-covered`` (no finding of a kind
    that it can clear), ``not-entitled`` or ``expired``. by: who may say it.
    """

    statement: Statement
    why: str
    by: tuple[str, ...] = ()
