"""How well promises about data are kept: facts out of the ledger, and the numbers of a team in a period (docs/metrics.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

#: Below so many events a median or a share says little, and is marked so.
FEW = 5


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the ledger, as it is counted. sequence: grows with each. number: of a pull request, else 0. what: JSON, by kind."""

    sequence: int
    kind: str
    repository: str
    number: int
    at: datetime
    what: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Whose a contract is now. contract: its id; "" stands for the repository itself, which may only read. domain: the policy's, else the
    first owner's short name, else "". teams: ``@org/team`` that answer for it, or that read in the name of the repository."""

    repository: str
    contract: str = ""
    domain: str = ""
    teams: tuple[str, ...] = ()


# -- facts -------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Catch:
    """A breaking finding that the gate held back. held_at: when the check first waited for somebody because of it. over_at: when it no
    longer did; None while it does. how: what it ended by: a `ClearedBy`, ``withdrawn`` (the break is out of the pull request), ``closed``
    (the pull request was), or "" while it is held."""

    repository: str
    number: int
    contract: str
    fingerprint: str
    rule: str
    path: str
    held_at: datetime
    over_at: datetime | None = None
    how: str = ""


@dataclass(slots=True, kw_only=True)
class Wait:
    """A reader (``@org/team`` or ``@login``) that a pull request waited for, over one contract. reminders: sent in that time."""

    repository: str
    number: int
    contract: str
    reader: str
    since: datetime
    until: datetime | None = None
    reminders: int = 0


@dataclass(slots=True, kw_only=True)
class Outage:
    """An incident, as it counts. end: ``closed``, ``false-alarm`` or ``corrected``; "" while it is open.

    stopped_at: when no more bad data got in: it was halted, fixed, rolled back or closed, whichever was first. flowing_at: when data
    flowed again after a halt. late_at: when the time to acknowledge it had run. assets: (kind, name, reader) of what was hit.
    """

    incident: int
    repository: str
    contract: str
    opened_at: datetime
    halted_at: datetime | None = None
    acknowledged_at: datetime | None = None
    late_at: datetime | None = None
    stopped_at: datetime | None = None
    flowing_at: datetime | None = None
    ended_at: datetime | None = None
    end: str = ""
    rolled_back: bool = False
    readers: tuple[str, ...] = ()
    assets: tuple[tuple[str, str, str], ...] = ()

    @property
    def counts(self) -> bool:
        """A false alarm, and data that was right where the contract was wrong, is nobody's violation."""
        return self.end not in ("false-alarm", "corrected")


@dataclass(slots=True, kw_only=True)
class PastGate:
    """Something breaking that landed without the gate's yes. kind: ``direct-push``, ``landed-unsigned`` or ``merged-while-blocked``.
    commit: that landed. rules: of what it broke."""

    kind: str
    repository: str
    number: int
    contracts: tuple[str, ...]
    at: datetime
    by: str
    commit: str = ""
    rules: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Passed:
    """An override, or a signature under a broken glass. way: ``override`` or ``break-glass``. rules: of what it let pass."""

    way: str
    repository: str
    number: int
    contracts: tuple[str, ...]
    at: datetime
    by: str
    reason: str
    rules: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Owing:
    """A debt to readers who were passed over. weight: a broken glass counts double. readers: those who were, secret teams too."""

    repository: str
    number: int
    contract: str
    fingerprint: str
    way: str
    weight: int
    since: datetime
    by: tuple[str, ...] = ()
    path: str = ""
    rule: str = ""
    readers: tuple[str, ...] = ()
    settled_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Announced:
    """A notice. end: ``kept`` (what it announced landed when it was over), ``broken`` (it landed before), ``withdrawn``, or "" while it
    runs."""

    repository: str
    contract: str
    path: str
    since: datetime
    remove_after: str
    ended_at: datetime | None = None
    end: str = ""


@dataclass(slots=True, kw_only=True)
class Disputed:
    """A rule was called wrong. upheld: owners and governance agreed that it cried wolf."""

    repository: str
    number: int
    contract: str
    rule: str
    at: datetime
    upheld: bool


@dataclass(slots=True, kw_only=True)
class Complained:
    """Somebody saw a wrong number. asset: what they looked at. contract: "" until it is known which. over_at: when it was answered."""

    id: str
    repository: str
    contract: str
    asset: str
    at: datetime
    incident: int = 0
    over_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Audited:
    """What the last audit found missing in a repository: (severity, sentence) of each gap."""

    repository: str
    at: datetime
    gaps: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Merged:
    """A pull request that was merged. judged: the contracts that had breaking findings in it."""

    repository: str
    number: int
    at: datetime
    contracts: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Facts:
    """Everything that is counted. audits: the looks at each organisation, oldest first."""

    catches: list[Catch] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    past_gate: list[PastGate] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    debts: list[Owing] = field(default_factory=list)
    notices: list[Announced] = field(default_factory=list)
    disputes: list[Disputed] = field(default_factory=list)
    complaints: list[Complained] = field(default_factory=list)
    audits: dict[str, list[tuple[datetime, tuple[Audited, ...]]]] = field(default_factory=dict)
    merges: list[Merged] = field(default_factory=list)


# -- numbers -----------------------------------------------------------------------------------------------------------------


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

    domain: "" for the organisation. changes: merged pull requests of its repositories. caught: breaking findings that the gate first
    held in the period. outages: incidents that count. past_gate: landings without the gate's yes. resolve_pull: how long a held pull
    request took until the break was signed or out. bad_hours, delayed_hours: of data. assets: kind -> how many were hit.
    waited_hours: that its pull requests waited for readers. kept_waiting_hours: that others waited for its readers. ready, repositories:
    those whose gate cannot be passed, of those that it owns; both 0 before the first audit. disputed: rule -> upheld disputes.
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
