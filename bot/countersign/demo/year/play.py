"""The year itself: who does what when, drawn from a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from countersign.demo.year.agenda import at_work
from countersign.demo.year.company import ORGANISATION, Team, company
from countersign.demo.year.complaints import Complaints
from countersign.demo.year.engine import engine
from countersign.demo.year.founding import LATE, UNHELD, found, homes
from countersign.demo.year.incidents import Incidents
from countersign.demo.year.pulls import PullRequests
from countersign.demo.year.stage import Stage
from countersign.services.context import Ports

#: Pull requests of a year, and the share of them that touch a contract.
PULL_REQUESTS = 3_000
_CONTRACTS = 0.36
_DAYS = 364


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it. kinds: entries of the ledger by kind. ports: of the world in which it happened."""

    start: datetime
    end: datetime
    teams: int
    contracts: int
    pull_requests: int
    incidents: int
    kinds: Mapping[str, int]
    ports: Ports = field(repr=False, compare=False)


def play(
    data: Path,
    *,
    seed: int,
    end: datetime | None = None,
    days: int = _DAYS,
    pull_requests: int = PULL_REQUESTS,
    said: Callable[[float], None] = lambda share: None,
) -> Played:
    """A year that ends at the last midnight, or at ``end``, in a new database in the directory. said: told the share that is done."""
    random = Random(seed)  # noqa: S311 - a simulation, to be drawn again from the same seed
    end = end or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = end - timedelta(days=days)
    teams = company()
    with engine(data, ORGANISATION, start) as running:
        world = found(running, teams, random)
        stage = Stage(world, teams, homes(teams), random, start, end)
        complaints = Complaints(stage)
        incidents = Incidents(stage, complaints)
        _plan(
            stage,
            PullRequests(stage, lambda team, contract: _hurts(stage, incidents, complaints, team, contract)),
            incidents,
            pull_requests,
        )

        def move(at: datetime) -> None:
            running.calendar.at = at
            said((at - start) / (end - start))

        stage.agenda.play(end, move)
        running.calendar.at = end
        running.ticked()
        entries = Counter(row["kind"] for row in running.ports.records.ledger())
        return Played(
            start=start,
            end=end,
            teams=len(teams),
            contracts=len(stage.contracts),
            pull_requests=len(running.github.pulls),
            incidents=len(running.ports.records.incidents()),
            kinds=dict(sorted(entries.items())),
            ports=running.ports,
        )


def _hurts(stage: Stage, incidents: Incidents, complaints: Complaints, team: Team, contract: str) -> None:
    """What landed without its readers breaks them in production, one time in three; else some see wrong numbers."""
    if stage.random.random() >= 0.35:
        complaints.about(contract, 0.3)
    else:
        stage.after(timedelta(hours=stage.random.uniform(1, 30)), partial(incidents.breaks, team, contract))


def _plan(stage: Stage, pulls: PullRequests, incidents: Incidents, pull_requests: int) -> None:
    """Everything that does not follow from something else."""
    random, teams = stage.random, list(stage.teams.values())
    span = stage.end - stage.start

    def drawn_time() -> datetime:
        return at_work(stage.start + span * random.random(), random)

    for number in range(pull_requests):
        team = teams[number % len(teams)]
        stage.agenda.plan(drawn_time(), partial(_one, stage, pulls, team))
    for team in teams:
        for day in range(0, span.days, 30):
            at = stage.start + timedelta(days=day)
            stage.agenda.plan(at, partial(_month, stage, incidents, team))
    for day in range(span.days):
        at = stage.start + timedelta(days=day)
        stage.agenda.plan(at.replace(hour=8), stage.look)
    for place, name in enumerate(LATE):
        team = stage.teams[stage.contracts[name].domain]
        stage.agenda.plan(at_work(stage.start + span * (0.2 + 0.3 * place), random), partial(pulls.promised, team, name))
    stage.agenda.plan(stage.start + span * 0.42, lambda: stage.world.github.protected.add(UNHELD[0]))
    stage.agenda.plan(at_work(stage.start + span * 0.6, random), lambda: pulls.in_a_hurry(stage.teams["logistics"], "shipments"))


def _one(stage: Stage, pulls: PullRequests, team: Team) -> None:
    """One pull request, of a kind that suits the team."""
    drawn, manners = stage.random.random(), stage.manners(team)
    if drawn >= _CONTRACTS:
        pulls.chore(team)
    elif stage.random.random() < manners.breaks:
        pulls.breaking(team)
    elif stage.random.random() < 0.08:
        pulls.announced(team)
    elif stage.random.random() < 0.01:
        pulls.loosening(team)
    else:
        pulls.harmless(team)


def _month(stage: Stage, incidents: Incidents, team: Team) -> None:
    """A team's month in production: breaks that nobody's pull request announced, and a sign of life of every guard."""
    expected = stage.manners(team).incidents
    count = int(expected) + (stage.random.random() < expected % 1)
    for _ in range(count):
        contract = stage.random.choice(team.contracts).id
        stage.after(timedelta(days=stage.random.uniform(0, 30)), partial(incidents.breaks, team, contract))
    for one in team.contracts:
        stage.after(timedelta(days=stage.random.uniform(0, 30)), partial(incidents.heartbeat, one.id))
