"""The quarterly sheet of a team, or of the organisation: what it promised, what it kept, and where that can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countersign.model.score import Period, Score


class Aim(StrEnum):
    """What a target is set for; the keys of ``targets:`` in the organisation's policy."""

    ESCAPED = "escaped_per_100"  # violations that escaped, for every hundred changes
    ACKNOWLEDGE = "acknowledge_minutes"  # median time until somebody looks after an incident
    DEBT = "debt_open_days"  # age of the oldest debt that nobody has paid


#: Where the policy sets none: the contract's own defaults (``acknowledge_minutes``), and those of escalation (14 days).
DEFAULT_TARGETS: Mapping[Aim, float] = {Aim.ESCAPED: 1, Aim.ACKNOWLEDGE: 30, Aim.DEBT: 14}


class Outcome(StrEnum):
    MET = "met"
    MISSED = "missed"
    ONE_EVENT = "one-event"  # missed by a single event, which says nothing about a quarter
    NOTHING = "nothing"  # nothing happened that it could be held against


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A target held against a quarter. own: the policy sets it; else it is the product's. value: in the aim's unit, None without one.

    of: how many events ``value`` is made of. open_late: those that are not over and are past the target already.
    """

    aim: Aim
    at_most: float
    own: bool
    outcome: Outcome
    value: float | None = None
    of: int = 0
    open_late: int = 0


class What(StrEnum):
    """What a case is: a way in which a violation escaped, or a debt."""

    INCIDENT = "incident"
    DIRECT_PUSH = "direct-push"
    UNSIGNED = "landed-unsigned"
    BLOCKED = "merged-while-blocked"
    DEBT = "debt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One event behind the numbers. number: of the incident, or the pull request; 0 of a push. over_at: None while it lasts.

    commit: of a push. url: where it can be read; "" where that is not known.
    """

    what: What
    repository: str
    number: int
    contracts: tuple[str, ...]
    at: datetime
    over_at: datetime | None = None
    commit: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """domain: "" for the organisation. until: up to when things are counted; earlier than the period's end while it lasts.

    past: the score of this quarter and the three before, oldest first. teams: of the organisation's sheet, by name, each with how it
    stands to the first target. escaped, debts: oldest first; debts are those that are not paid. head: sequence and digest of the
    ledger's last entry.
    """

    organisation: str
    domain: str
    period: Period
    until: datetime
    score: Score
    past: tuple[Score, ...]
    held: tuple[Held, ...]
    teams: tuple[tuple[Score, Held], ...] = ()
    escaped: tuple[Case, ...] = ()
    debts: tuple[Case, ...] = ()
    head: tuple[int, str]

    @property
    def before(self) -> Score:
        return self.past[-2]

    @property
    def over(self) -> bool:
        return self.until >= self.period.until

    @property
    def outcome(self) -> Outcome:
        """Of the sheet's line: missed if any target is, met if those are that something happened for."""
        found = {one.outcome for one in self.held}
        for outcome in (Outcome.MISSED, Outcome.ONE_EVENT, Outcome.MET):
            if outcome in found:
                return outcome
        return Outcome.NOTHING
