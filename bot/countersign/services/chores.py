"""What is done regularly, by the calendar: reports, reminders, audits. Each ends in commands, and is done again if it was cut short."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from countersign.model.command import Command
from countersign.services.context import Ports
from countersign.services.enforceability import all_settings


@dataclass(frozen=True, slots=True)
class Chore:
    """name: never changed, because the database knows by it when the chore was done last."""

    name: str
    every: timedelta
    work: Callable[[Ports], Sequence[Command]]


CHORES: tuple[Chore, ...] = (Chore("settings", timedelta(days=1), all_settings),)


def chores(ports: Ports) -> list[Command]:
    """Those that are due."""
    now = ports.calendar.now()
    commands: list[Command] = []
    for chore in CHORES:
        if ports.records.chore_due(chore.name, now, chore.every):
            commands += chore.work(ports)
            ports.records.chore_done(chore.name, now)
    return commands
