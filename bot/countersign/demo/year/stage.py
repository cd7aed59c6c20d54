"""What all of the simulated year shares: the company as it stands, its time, and its chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from countersign.demo.year.agenda import Agenda, drawn, working_hours
from countersign.demo.year.company import Team
from countersign.demo.year.contracts import Contract
from countersign.demo.year.founding import LATE
from countersign.demo.year.manners import Manners, manners
from countersign.demo.year.world import World
from countersign.ports import Records
from countersign.services.context import Ports


class Stage:
    """contracts: as they stand on the default branches. busy: those that a pull request is changing. homes: contract -> repository."""

    def __init__(
        self, world: World, teams: Mapping[str, Team], homes: Mapping[str, str], random: Random, start: datetime, end: datetime
    ) -> None:
        self.world = world
        self.teams = teams
        self.homes = homes
        self.random = random
        self.agenda = Agenda()
        self.start, self.end = start, end
        self.contracts: dict[str, Contract] = {one.id: one for team in teams.values() for one in team.contracts}
        self.busy: set[str] = set(LATE)

    @property
    def now(self) -> datetime:
        return self.world.now

    @property
    def ports(self) -> Ports:
        return self.world.engine.ports

    @property
    def records(self) -> Records:
        return self.ports.records

    @property
    def gone(self) -> float:
        """The share of the year that has gone, 0 to 1."""
        return (self.now - self.start) / (self.end - self.start)

    def manners(self, team: Team) -> Manners:
        """As they are by now."""
        return manners(team, self.gone)

    def drawn(self, median: float, spread: float = 0.8) -> float:
        return drawn(self.random, median, spread)

    def later(self, hours: float, do: Callable[[], None]) -> None:
        """In so many working hours."""
        self.agenda.plan(working_hours(self.now, hours, self.random), do)

    def after(self, time: timedelta, do: Callable[[], None]) -> None:
        """Then, whether anybody works or not."""
        self.agenda.plan(self.now + time, do)

    def look(self) -> None:
        """The worker looks at the calendar."""
        self.world.engine.ticked()

    def look_at_incidents(self) -> None:
        """The same, where it has something for an incident; else the next morning is soon enough."""
        if self.records.due_incidents(self.now):
            self.look()
