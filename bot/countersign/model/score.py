"""How well promises about data are kept: the numbers of a team in a period (docs/metrics.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: Below so many events a median or a share says little, and is marked so.
FEW = 5


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` (in it) to ``until`` (not in it)."""

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until

    @property
    def before(self) -> Period:
        """The one of the same length that ends where this begins."""
        return Period(self.since - (self.until - self.since), self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long things took. count: those that are over; median, p90: of those, None if there are none. still: those that are not over,
    which no median holds. oldest: the age of the oldest of those."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None
    still: int = 0
    oldest: timedelta | None = None

    @property
    def few(self) -> bool:
        return self.count < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The numbers of one domain team, or of all of them, in one period; docs/metrics.md has formula, unit and source of each.

    domain: "" for the organisation. changes: merged pull requests of its repositories. caught: breaking findings that the gate first held
    in the period, and that did not land all the same. outages: incidents that count. past_gate: landings without the gate's yes.
    resolve_pull: how long a held pull request took until the break was signed or out. bad_hours, delayed_hours: of data. assets: kind ->
    how many were hit. waited_hours: that its pull requests waited for readers. kept_waiting_hours: that others waited for its readers.
    ready, repositories: those whose gate cannot be passed, of those that it owns; both 0 before the first audit. disputed: rule -> upheld
    disputes.
    """

    domain: str = ""
    period: Period
    changes: int = 0
    caught: int = 0
    caught_pulls: int = 0
    withdrawn: int = 0
    outages: int = 0
    false_alarms: int = 0
    rolled_back: int = 0
    past_gate: int = 0
    acknowledge: Spread = field(default_factory=Spread)
    resolve: Spread = field(default_factory=Spread)
    resolve_pull: Spread = field(default_factory=Spread)
    overrides: int = 0
    break_glass: int = 0
    debts: Spread = field(default_factory=Spread)
    debt_weight: int = 0
    notices_begun: int = 0
    notices_running: int = 0
    notices_kept: int = 0
    notices_broken: int = 0
    notices_withdrawn: int = 0
    waited: Spread = field(default_factory=Spread)
    waited_hours: float = 0.0
    kept_waiting: Spread = field(default_factory=Spread)
    kept_waiting_hours: float = 0.0
    reminders: int = 0
    assets: Mapping[str, int] = field(default_factory=dict)
    complaints: int = 0
    complaints_open: int = 0
    bad_hours: float = 0.0
    delayed_hours: float = 0.0
    ready: int = 0
    repositories: int = 0
    disputed: Mapping[str, int] = field(default_factory=dict)

    @property
    def escaped(self) -> int:
        """Violations that nobody stopped before they shipped."""
        return self.outages + self.past_gate

    @property
    def violations(self) -> int:
        return self.caught + self.escaped

    @property
    def escaped_share(self) -> float | None:
        """Of all violations; None without any."""
        return self.escaped / self.violations if self.violations else None

    @property
    def per_hundred(self) -> float | None:
        """Escaped violations for every hundred changes; None without a change."""
        return 100 * self.escaped / self.changes if self.changes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a chart shows of a calendar month."""

    period: Period
    caught: int = 0
    escaped: int = 0
    acknowledge: Spread = field(default_factory=Spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """What leadership sees. total: all domains together. teams: by domain. before: the same in the period before, by domain, "" for all."""

    total: Score
    teams: tuple[Score, ...]
    before: Mapping[str, Score]
