"""What happens to an incident, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countersign.model.incident import By, State


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
