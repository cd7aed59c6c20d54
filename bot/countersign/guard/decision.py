"""What the guard says of a record, and of a partition that it has stopped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countersign.guard.plan import Violation


class Verdict(StrEnum):
    """What to do with one record."""

    DELIVER = "deliver"  # hand it on; in the mode `observe` also a bad one
    SET_ASIDE = "set-aside"  # it is in quarantine: do not hand it on, go on with the next
    STOP = "stop"  # the partition is halted: do not hand it on, do not commit it, read no further


@dataclass(frozen=True, slots=True)
class Decision:
    """violations: of the version that comes nearest to the record; () for a good one, and for one that was not looked at."""

    verdict: Verdict
    violations: tuple[Violation, ...] = ()

    def __bool__(self) -> bool:
        """True if the record is to be handed on."""
        return self.verdict is Verdict.DELIVER


#: Of a good record, and of one behind a halt: made once, since almost every record has one of them.
DELIVER = Decision(Verdict.DELIVER)
STOP = Decision(Verdict.STOP)


class Halted(Exception):
    """The partition is stopped: nothing from ``offset`` on was handed on. None if no record after the stop has been seen yet."""

    def __init__(self, contract: str, source: str, partition: str, offset: int | None, reason: str) -> None:
        where = "" if offset is None else f" at offset {offset}"
        super().__init__(
            f"{contract}: {source}, partition {partition}, is halted{where}: {_WHY.get(reason, reason)}. "
            "Have the producer fixed, or the contract; then resume the partition, and read on from where it stopped."
        )
        self.partition, self.offset, self.reason = partition, offset, reason


_WHY = {
    "bad": "too large a share of its records breaks the contract",
    "consecutive": "too many records in a row break the contract",
    "missing": "too many of its records never came",
}
