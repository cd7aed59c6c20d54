"""How hard a contract is held where its data comes in: what the policy's ``runtime:`` says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class GuardMode(StrEnum):
    """What the guard does with data that breaks the contract; a contract starts at the first, and goes up."""

    OBSERVE = "observe"  # bad records are counted
    QUARANTINE = "quarantine"  # they are set aside, and the rest goes on
    HALT = "halt"  # the partition stops when they are too many


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltOver:
    """How much is too much: bad, missing: shares of the records of a window, 0 to 1. consecutive: bad records in a row."""

    bad: float = 0.01
    missing: float = 0.02
    consecutive: int = 100


class RollBack(StrEnum):
    MANUAL = "manual"  # a person starts it
    AFTER_DRILL = "after-drill"  # it starts by itself, once one drill has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """An Iceberg table, by the operator's name of its catalog. dataset: the contract's that it holds, "" for any."""

    catalog: str
    table: str
    dataset: str = ""

    @property
    def name(self) -> str:
        return f"{self.catalog}:{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """acknowledge_minutes, fix_minutes: from the halt, on the calendar. environment: the GitHub environment that the producer is
    deployed to, "" where none is named. both_versions_minutes: how long the version before stays right after that deployment."""

    mode: GuardMode = GuardMode.OBSERVE
    halt_over: HaltOver = field(default_factory=HaltOver)
    acknowledge_minutes: int = 30
    fix_minutes: int = 120
    roll_back: RollBack = RollBack.AFTER_DRILL
    environment: str = ""
    both_versions_minutes: int = 60
    tables: tuple[StoredTable, ...] = ()

    def holding(self, dataset: str) -> tuple[StoredTable, ...]:
        """The tables that go back with a dataset."""
        return tuple(one for one in self.tables if one.dataset in ("", dataset))
