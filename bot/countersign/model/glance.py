"""What the pages of the organisation and of a team show. Times are the calendar's; hours are hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from countersign.model.fact import Announced, Owing, Passed
from countersign.model.score import Month, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """Incidents or debts that are not over, however long ago they began. oldest: its age, None without any."""

    count: int = 0
    oldest: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """A team in the organisation's table. need: why it stands where it stands (`scores.Need`). months: the last twelve."""

    score: Score
    before: Score
    need: str
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLine:
    """A pull request that waited, or waits, for a reader (``@org/team``). over: it waits no more. domain: whose the contract is."""

    repository: str
    number: int
    contract: str
    domain: str
    reader: str
    reader_domain: str
    hours: float
    reminders: int
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """How often a rule was called wrong in the period, and how often owners or governance agreed."""

    rule: str
    disputed: int
    upheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryLine:
    """gaps: sentences about the ways past its gate, () if none was found. audited_at: None if nobody ever looked."""

    repository: str
    contracts: tuple[str, ...]
    gaps: tuple[str, ...]
    audited_at: datetime | None

    @property
    def can_stop(self) -> bool:
        return self.audited_at is not None and not self.gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The organisation. total, before: None for whoever does not see all of it; teams are then the viewer's own."""

    total: Score | None
    before: Score | None
    teams: tuple[TeamLine, ...]
    incidents: Lasting = field(default_factory=Lasting)
    debts: Lasting = field(default_factory=Lasting)
    months: tuple[Month, ...] = ()
    waits: tuple[WaitLine, ...] = ()
    rules: tuple[RuleLine, ...] = ()
    passable: tuple[RepositoryLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamGlance:
    """One domain team. waits_for: its own pull requests that waited for readers. waited_for: those of others that waited for it."""

    domain: str
    score: Score
    before: Score
    need: str
    months: tuple[Month, ...]
    incidents: Lasting
    repositories: tuple[RepositoryLine, ...]
    debts: tuple[Owing, ...]
    passed: tuple[Passed, ...]
    notices: tuple[Announced, ...]
    waits_for: tuple[WaitLine, ...]
    waited_for: tuple[WaitLine, ...]
