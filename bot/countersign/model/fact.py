"""Facts out of the ledger, of which the numbers are made (docs/metrics.md), and whose each contract is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


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


@dataclass(slots=True, kw_only=True)
class Catch:
    """A breaking finding that the gate held back. held_at: when the check first waited for somebody because of it. over_at: when it no
    longer did; None while it does. how: what it ended by: a `ClearedBy`, ``withdrawn`` (the break is out of the pull request), ``closed``
    (the pull request was), ``merged`` (it landed all the same, past the gate), or "" while it is held."""

    repository: str
    number: int
    contract: str
    fingerprint: str
    rule: str
    path: str
    held_at: datetime
    over_at: datetime | None = None
    how: str = ""

    @property
    def counts(self) -> bool:
        """Not where it was held in vain: that has escaped, and nothing is both."""
        return self.how != "merged"


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
