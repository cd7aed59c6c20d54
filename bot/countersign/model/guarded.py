"""The guards that report here: their tokens, and what each partition was like when it was last heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from countersign.model.consumer import Reference
from countersign.model.report import Counts, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardToken:
    """What a guard shows: it may report about one contract at one source, and read that contract; nothing else.

    id: names the token, and is no secret. reference: without a dataset.
    """

    id: str
    reference: Reference
    source: str
    made_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The newest report of one partition, when it came, and the sums of all that were counted."""

    report: Report
    received_at: datetime
    total: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    """A report that belongs to an incident. confirmed: what the bot found when it judged the evidence; None where it could not."""

    report: Report
    received_at: datetime
    confirmed: bool | None = None
