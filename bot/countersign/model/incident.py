"""An incident: a contract that is broken in production, from the first report of it until it is closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from countersign.model.consumer import Reference, Registration
from countersign.model.product import Product
from countersign.model.runtime import Runtime


class State(StrEnum):
    """Where an incident stands. The last three are ends."""

    OPEN = "open"  # limits are passed, nothing is stopped: the guard observes, or sets bad records aside
    HALTED = "halted"  # data is stopped, and nobody has said that it is theirs
    ACKNOWLEDGED = "acknowledged"
    FIXED = "fixed"  # somebody said so, or the data flows again; closed once both hold, or after a quiet time
    ROLLED_BACK = "rolled-back"
    CLOSED = "closed"
    FALSE_ALARM = "false-alarm"  # the data was right, and the guard wrong
    CORRECTED = "corrected"  # the data was right, and the contract promised too much


ENDS = frozenset({State.CLOSED, State.FALSE_ALARM, State.CORRECTED})


class Rollback(StrEnum):
    """What became of going back."""

    NONE = "none"
    WITHHELD = "withheld"  # it was time, but the evidence is not confirmed; it starts when it is
    BY_HAND = "by-hand"  # it was time, and the policy leaves it to a person
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"  # it was done, and somebody went forward again


class How(StrEnum):
    """The way by which something came to an incident."""

    GUARD = "guard"
    EVIDENCE = "evidence"  # the bot's own look at it
    CLOCK = "clock"
    COMMENT = "comment"  # on the incident's issue
    COMMAND = "command"  # `countersign incidents`, by the operator
    LINK = "link"  # a signed one, in a page, chat or mail
    PAGE = "page"  # the incident's page
    PAGER = "pager"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """who: ``@login``, a channel's name, or "" for guard and clock. how: see `How`."""

    who: str = ""
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One partition that passed its limits. trip: the guard's name of that opening. first_bad, last_good: offsets, as the guard says.

    halted: it is stopped, or was until ``resumed_at``.
    """

    partition: str
    trip: str
    halted: bool
    since: datetime
    reason: str = ""
    first_bad: str = ""
    last_good: str = ""
    resumed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """number: of this Countersign, counted from 1. contract: ``org/repo#id``. source: where the data comes in, as its guard is called.

    revision: grows by one with every transition; what is written must follow on the one that was read. state: see `State`.
    acknowledged: by whom first, and when; it says who looks after it, in every later state too.
    acknowledge_by, fix_by, close_by: due times on the calendar, each None once it is past or does not run.
    confirmed: whether the bot, judging the evidence itself, found the contract broken; None until it has judged.
    said_fixed: by a person, since it was last broken. runtime: the policy's, as it stood at the last break; whoever changes it
    meanwhile changes nothing about this one.
    """

    number: int
    contract: str
    dataset: str
    source: str
    opened_at: datetime
    revision: int = 1
    state: State = State.OPEN
    parts: tuple[Part, ...] = ()
    halted_at: datetime | None = None
    acknowledged: By | None = None
    acknowledged_at: datetime | None = None
    acknowledge_by: datetime | None = None
    fix_by: datetime | None = None
    close_by: datetime | None = None
    said_fixed: bool = False
    rollback: Rollback = Rollback.NONE
    confirmed: bool | None = None
    ended_at: datetime | None = None
    runtime: Runtime = field(default_factory=Runtime)

    @property
    def ended(self) -> bool:
        return self.state in ENDS

    @property
    def stopped(self) -> tuple[Part, ...]:
        """The partitions through which nothing flows now."""
        return tuple(part for part in self.parts if part.halted and part.resumed_at is None)

    @property
    def broken(self) -> tuple[Part, ...]:
        """The partitions that are past their limits now, stopped or not."""
        return tuple(part for part in self.parts if part.resumed_at is None)

    @property
    def due_at(self) -> datetime | None:
        """When the calendar brings something about next. Nothing closes while a rollback runs."""
        closes = None if self.rollback is Rollback.RUNNING else self.close_by
        times = [one for one in (self.acknowledge_by, self.fix_by, closes) if one is not None]
        return None if self.ended else min(times, default=None)

    @property
    def repository(self) -> str:
        return self.contract.partition("#")[0]

    @property
    def contract_id(self) -> str:
        return self.contract.partition("#")[2]

    @property
    def reference(self) -> Reference:
        return Reference(repository=self.repository, contract=self.contract_id, dataset=self.dataset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """The change that probably did it. pull: the pull request's number, 0 for a push. at: when it was merged, or deployed."""

    commit: str
    pull: int = 0
    title: str = ""
    at: datetime | None = None
    deployed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Whom an incident concerns. owners: ``@org/team`` or ``@login``. paths: the fields that are broken, by name; none where records are
    missing. readers: of those fields, else of the dataset. products: data products built on it, with their managers."""

    owners: tuple[str, ...] = ()
    readers: tuple[Registration, ...] = ()
    products: tuple[Product, ...] = ()
    paths: tuple[tuple[str, ...], ...] = ()
    probably: Suspected | None = None
