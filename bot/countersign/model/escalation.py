"""When leadership is told by itself: rules of the organisation, what has crossed one, and what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Measure(StrEnum):
    """What a rule counts, as the policy's ``when:`` names it."""

    VIOLATIONS = "violations"
    UNACKNOWLEDGED = "unacknowledged"
    OVERRIDES = "overrides"
    DEBT = "debt_open_days"
    INCIDENT = "incident_open_days"

    @property
    def of_age(self) -> bool:
        """It looks at how long something has lasted, and not at how often something happened."""
        return self in (Measure.DEBT, Measure.INCIDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRule:
    """limit: so many in ``within_days``; of an age, so many days open, and then ``within_days`` is 0. tell: names of channels."""

    measure: Measure
    limit: int
    within_days: int = 0
    tell: tuple[str, ...] = ()

    @property
    def ends_at(self) -> int:
        """At most so many may be left for a team to be back under: half, so that one who stays about the limit is not told to and fro."""
        return 0 if self.measure.of_age else self.limit // 2

    @property
    def name(self) -> str:
        """Names the rule in the ledger: ``violations-3-in-90-days``, ``debt_open_days-14``. Whom it tells may change."""
        within = f"-in-{self.within_days}-days" if self.within_days else ""
        return f"{self.measure}-{self.limit}{within}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that counts. id: the same whenever it is looked at.

    kind: ``incident``, ``direct-push``, ``landed-unsigned``, ``merged-while-blocked``, ``override`` or ``break-glass``; a debt has the
    way in which it came about. number: of the incident, else of the pull request, 0 if there is none. by: logins. hit: ``@org/team`` of
    those who were hit. commit: what landed past the gate. open: it lasts.
    """

    id: str
    kind: str
    repository: str
    number: int
    at: datetime
    contracts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    hit: tuple[str, ...] = ()
    reason: str = ""
    commit: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Something that most of the evidence has in common. what: ``contract``, ``rule``, ``person``, ``reader``, ``weekday`` or ``kind``."""

    what: str
    value: str
    count: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A crossing that was told. id: within its organisation. known: ids of all the evidence that was told so far."""

    id: str
    domain: str
    rule: EscalationRule
    at: datetime
    known: frozenset[str]
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A domain team that is over a rule, and was not."""

    domain: str
    rule: EscalationRule
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What has changed since somebody looked last. grown: with the evidence that is new. over: with whether the rule itself is gone."""

    begun: tuple[Crossing, ...] = ()
    grown: tuple[tuple[Escalation, tuple[Evidence, ...]], ...] = ()
    over: tuple[tuple[Escalation, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFacts:
    """What is said of an escalation in one place. evidence: as it may be shown there; one that may not has no repository.

    teams: those that answer for it (``@org/team``). links: id of evidence -> address. url: of the issue as record, "" while there is none.
    untold: channel -> why it could not be told. since: when the rule was crossed.
    """

    organisation: str
    domain: str
    rule: EscalationRule
    since: datetime
    evidence: tuple[Evidence, ...]
    patterns: tuple[Pattern, ...] = ()
    teams: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    untold: Mapping[str, str] = field(default_factory=dict)
