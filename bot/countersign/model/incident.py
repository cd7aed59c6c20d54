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


# What happens to an incident.


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """A partition passed its limits. halted: and is stopped. confirmed: the bot's own finding; None where it could not judge."""

    partition: str
    trip: str
    halted: bool
    reason: str = ""
    first_bad: str = ""
    last_good: str = ""
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The evidence could not be judged when it came, or did not hold, and now it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Data of that partition flows again, and keeps the contract."""

    partition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    by: By


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Somebody says that it is fixed."""

    by: By
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFalseAlarm:
    by: By
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """The contract is corrected instead of the data. why: usually the pull request that does it."""

    by: By
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The calendar was looked at. armed: what would go back has passed a drill, so that it may go by itself."""

    armed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRollback:
    by: By
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """what: sentences about what was done, for people."""

    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertSettled:
    """The data went back before, and what became of the revert is known only now. what: sentences, for people."""

    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackFailed:
    """done, not_done: sentences about what was done, and what was not. why: what went wrong."""

    why: str
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The rollback was taken back: forward again."""

    by: By
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFailed:
    """Somebody wanted to go forward again, and it did not go, or not all the way. why, done, not_done: as in `RollbackFailed`."""

    by: By
    why: str
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()


Event = (
    Broke
    | Confirmed
    | Resumed
    | Acknowledge
    | Resolve
    | CallFalseAlarm
    | Correct
    | Due
    | StartRollback
    | RolledBack
    | RevertSettled
    | RollbackFailed
    | Undone
    | UndoFailed
)


class News(StrEnum):
    """What people are told of, each once for each time that it happens."""

    OPENED = "opened"  # and nothing is stopped
    HALTED = "halted"  # for the first time, or again after a fix that did not hold
    SPREAD = "spread"  # one more partition
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"  # the first clock has run out: the lead is paged
    NOT_FIXED = "not-fixed"  # the second clock has run out
    NOT_CONFIRMED = "not-confirmed"  # it is time to go back, and the evidence does not hold: nothing is rolled back
    BY_HAND = "by-hand"  # it is time to go back, and the policy leaves it to a person
    ROLLING_BACK = "rolling-back"
    ROLLED_BACK = "rolled-back"
    ROLLBACK_FAILED = "rollback-failed"
    UNDONE = "undone"
    FIXED = "fixed"
    CLOSED = "closed"
    FALSE_ALARM = "false-alarm"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    news: News


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBack:
    """Roll back to the last known good; answered by `RolledBack` or `RollbackFailed`."""


Effect = Tell | GoBack


class Refusal(StrEnum):
    """Why an event changes nothing."""

    ENDED = "ended"
    NOTHING_NEW = "nothing-new"  # it is known already, or about nothing that this incident holds
    NOT_DUE = "not-due"
    ACKNOWLEDGED = "acknowledged-before"
    FIXED = "fixed-before"
    NOTHING_STOPPED = "nothing-stopped"  # so there is nothing to go back from
    NOT_CONFIRMED = "not-confirmed"
    ROLLING_BACK = "rolling-back"
    ROLLED_BACK = "rolled-back-before"
    NOT_ROLLED_BACK = "not-rolled-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of an incident's timeline; never changed.

    revision: the incident's after it. event: the name of its class. said: reasons, or what was done. news, goes_back: what followed.
    once: the event's own key; the same event again is this transition.
    """

    number: int
    revision: int
    at: datetime
    event: str
    before: State | None
    after: State
    by: By
    said: tuple[str, ...] = ()
    news: tuple[News, ...] = ()
    goes_back: bool = False
    once: str


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
