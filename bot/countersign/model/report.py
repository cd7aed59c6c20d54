"""What a guard tells the bot: the one noun that the library in a pipeline and the App share, as JSON over HTTP.

A report says what the guard saw since the one before it, of one contract's dataset at one source and partition. Its fields are its
wire names; readers of it ignore fields that they do not know, so that a newer guard may talk to an older bot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countersign.model.runtime import GuardMode


class Breaker(StrEnum):
    """closed: data flows. open: the partition is stopped. half_open: a canary batch is tried."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced:
    """A version that the guard takes for right. commit: 40 hex digits, "" for a contract read from a file outside Git.

    until: when it stops being right; None for the one that stays. held: records that fulfilled it, and no newer one, since the last report.
    """

    version: str
    commit: str = ""
    until: datetime | None = None
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Records since the report before. missing, duplicate, late: by the control totals, exact; None where there are none."""

    checked: int = 0
    bad: int = 0
    quarantined: int = 0
    missing: int | None = None
    duplicate: int | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that values at one path broke, and how often. path: the contract's, by name. found: kinds, never values."""

    path: tuple[str, ...]
    rule: str
    count: int
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One record that broke the contract, so that the bot can judge it again before anything is rolled back.

    offset: where it stands at its source. value: the record as JSON text: the original bytes where the source is JSON, else what was
    decoded from them (bytes as base64, times and decimals as text).
    """

    offset: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """id: of this report; one that comes twice counts once. contract: ``org/repo#id``. at: when the guard made it.

    trip: names one opening of the breaker: all reports until it is closed again carry it, "" while it is closed. reason: what opened it:
    ``bad``, ``consecutive``, ``missing``, or "". first_bad: the offset of the first record that is held back. last_good: up to
    where all is delivered. sample: at most ten. warnings: sentences about what is odd and breaks no rule (rows per entity moved).
    """

    id: str
    contract: str
    dataset: str
    source: str
    partition: str
    at: datetime
    mode: GuardMode
    breaker: Breaker
    counts: Counts
    trip: str = ""
    reason: str = ""
    enforced: tuple[Enforced, ...] = ()
    broken: tuple[Broken, ...] = ()
    sample: tuple[Evidence, ...] = ()
    first_bad: str = ""
    last_good: str = ""
    warnings: tuple[str, ...] = ()
