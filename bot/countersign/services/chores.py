"""What is done regularly, by the calendar: reports, reminders, audits. Each ends in commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.model.command import Command, DoChore
from countersign.services.announced import tell_owners, tell_readers
from countersign.services.complaints_told import over_complaints
from countersign.services.context import Ports
from countersign.services.digest import weekly_digest
from countersign.services.enforceability import all_settings
from countersign.services.escalation import escalate
from countersign.services.incidents import forget_evidence
from countersign.services.leadership import weekly_leadership
from countersign.services.leases import remind_of_leases
from countersign.services.ledger_retention import keep_to_policy
from countersign.services.lost_teams import notice_lost_teams
from countersign.services.pauses_overdue import overdue_pauses
from countersign.services.rollout import WEEK, weekly


@dataclass(frozen=True, slots=True)
class Chore:
    """name: never changed, because the database knows by it when the chore was done last."""

    name: str
    every: timedelta
    work: Callable[[Ports], Sequence[Command]]


_DAY = timedelta(days=1)

CHORES: tuple[Chore, ...] = (
    Chore("leases", _DAY, remind_of_leases),
    Chore("lost-teams", _DAY, notice_lost_teams),
    Chore("settings", _DAY, all_settings),
    Chore("rollout", WEEK, weekly),
    Chore("notices", timedelta(hours=1), tell_readers),
    Chore("overdue", timedelta(days=7), tell_owners),
    Chore("digest", timedelta(hours=1), weekly_digest),
    Chore("evidence", _DAY, forget_evidence),
    Chore("ledger", _DAY, keep_to_policy),
    Chore("escalation", timedelta(hours=1), escalate),
    Chore("complaints", timedelta(minutes=10), over_complaints),
    Chore("leadership", timedelta(hours=1), weekly_leadership),
    Chore("pauses", timedelta(minutes=10), overdue_pauses),
)


def due_chores(ports: Ports) -> list[DoChore]:
    """Each as a job of its own, so that trouble with one keeps no other from being done. Noted as done now: the job is durable."""
    now = ports.calendar.now()
    due = _due(ports, now)
    for chore in due:
        ports.records.chore_done(chore.name, now)
    return [DoChore(name=chore.name) for chore in due]


def nothing_due(ports: Ports) -> bool:
    now = ports.calendar.now()
    return not _due(ports, now) and not ports.records.due_incidents(now)


def _due(ports: Ports, now: datetime) -> list[Chore]:
    return [chore for chore in CHORES if ports.records.chore_due(chore.name, now, chore.every)]


def do_chore(ports: Ports, name: str) -> Sequence[Command]:
    """One that was queued by a version that knew it, and that this one may know no more."""
    return next((chore.work(ports) for chore in CHORES if chore.name == name), ())
