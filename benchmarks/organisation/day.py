"""What people do in a day: they propose, push again, approve, say nothing, object, override, merge, and give up."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.organisation.figures import Outcome
from benchmarks.organisation.house import House
from benchmarks.organisation.plan import GOVERNANCE, Change, Kind, organisation
from countersign.model.check_run import CheckRun
from countersign.model.pull_request import ReviewState
from countersign.services.publish import PASSING

REPOSITORIES, CONTRACTS, REGISTRATIONS, AN_HOUR = 500, 300, 2000, 200

#: Assumptions about people. Of ten readers who are asked seven approve and one objects; the others say nothing that day.
APPROVE, OBJECT = 0.7, 0.1
PUSH_AGAIN, COLLEAGUE, OVERRIDE = 0.3, 0.5, 0.5
#: Hours, on average, until each is done; nobody gives up sooner than `GIVE_UP`.
ANSWER, SECOND_PUSH, DECIDE, MERGE, GIVE_UP = 2.0, 0.7, 1.0, 0.5, 12.0


@dataclass(slots=True)
class Proposal:
    """hit: teams, by the oracle. asked: teams of which a review was requested. shown: the conclusion of the last check."""

    change: Change
    hit: frozenset[str]
    asked: set[str] = field(default_factory=set)
    shown: str = ""


def simulate(hours: float = 24.0, scale: float = 1.0, seed: int = 1) -> Outcome:
    """A day of the organisation, or some hours of a smaller one. Nothing is proposed in the hour after, in which the rest is done."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as directory, closing(Day(random.Random(seed), scale, Path(directory))) as day:
        day.run(hours)
    return day.outcome(hours, time.process_time() - began)


class Day(House):
    """heads: head -> repository's pull request, and when it was pushed."""

    def __init__(self, chance: random.Random, scale: float, directory: Path) -> None:
        self.chance, self.scale = chance, scale
        self.proposals: dict[tuple[str, int], Proposal] = {}
        self.heads: dict[str, tuple[int, datetime]] = {}
        self.asks: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.slowest = timedelta()
        sizes = {
            "repositories": max(round(REPOSITORIES * scale), 8),
            "contracts": max(round(CONTRACTS * scale), 3),
            "registrations": max(round(REGISTRATIONS * scale), 6),
        }
        super().__init__(organisation(chance, **sizes), directory)

    def run(self, hours: float) -> None:
        begin = self.clock.at
        self.worker.runs_regularly()
        for _ in range(max(round(AN_HOUR * self.scale * hours), 1)):
            self.worker.at(begin + timedelta(hours=self.chance.uniform(0, hours)), self._propose)
        self.worker.run_until(begin + timedelta(hours=hours + 1))

    def _later(self, hours: float) -> datetime:
        """After so long on average: most sooner, some much later."""
        return self.clock.at + timedelta(hours=self.chance.expovariate(1 / hours))

    def _is_open(self, name: str, number: int) -> bool:
        return self.row(name, number).state == "open"

    # -- the author ----------------------------------------------------------------------------------------------------------

    def _propose(self) -> None:
        change = self.plan.draw(self.chance)
        name, number = change.repository, len(self.proposals) + 1
        self.plan.taken |= {change.contract} if change.contract else set()
        team = self.plan.teams[self.plan.owner[name]]
        author, colleague = self.chance.sample(team, 2)
        self.proposals[name, number] = Proposal(change, self.plan.hit(change))
        after = change.after
        self.proposes(
            name, number, author, after.file if after else f"src/module_{number}.py", after.text() if after else f"value = {number}\n"
        )
        self._pushed(name, number)
        if self.chance.random() < PUSH_AGAIN:
            self.worker.at(self._later(SECOND_PUSH), lambda: self._push_again(name, number))
        if self.chance.random() < COLLEAGUE:
            self.worker.at(self._later(ANSWER), lambda: self._review(name, number, colleague, ReviewState.APPROVED))
        self.worker.at(self._later(GIVE_UP) + timedelta(hours=GIVE_UP), lambda: self._give_up(name, number))

    def _pushed(self, name: str, number: int) -> None:
        self.heads[self.row(name, number).head] = (number, self.clock.at)

    def _push_again(self, name: str, number: int) -> None:
        if self._is_open(name, number):
            self.pushes(name, number, f"notes/{number}.md", "more\n")
            self._pushed(name, number)
            self.done["pushed again"] += 1

    def _give_up(self, name: str, number: int) -> None:
        if self._is_open(name, number):
            self.closes(name, number)
            self.plan.taken.discard(self.proposals[name, number].change.contract)
            self.done["given up"] += 1

    def _merge(self, name: str, number: int, head: str) -> None:
        row, proposal = self.row(name, number), self.proposals[name, number]
        if (row.state, row.head) != ("open", head) or proposal.shown not in PASSING:
            return
        self.merges(name, number)
        if proposal.change.after:
            self.plan.contracts[proposal.change.contract] = proposal.change.after
            self.plan.taken.discard(proposal.change.contract)
        self.done["merged"] += 1

    # -- those who see the check, or are asked -------------------------------------------------------------------------------

    def checked(self, name: str, check: CheckRun) -> None:
        number, told = self.heads[check.head]
        self.proposals[name, number].shown = check.conclusion or ""
        if (name, check.head) not in self.github.checked:
            self.slowest = max(self.slowest, self.clock.at - told)
        if check.conclusion in PASSING:
            self.worker.at(self._later(MERGE), lambda: self._merge(name, number, check.head))

    def asked(self, name: str, number: int, whom: tuple[str, ...]) -> None:
        proposal = self.proposals[name, number]
        self.asks.update(whom)
        for team in sorted({*whom} - proposal.asked):
            self.worker.at(self._later(ANSWER), lambda team=team: self._answer(name, number, team))  # type: ignore[misc]  # bound now
        proposal.asked.update(whom)

    def _answer(self, name: str, number: int, team: str) -> None:
        said, login = self.chance.random(), self.chance.choice(self.plan.teams[team])
        if said < APPROVE:
            self._review(name, number, login, ReviewState.APPROVED)
        elif said < APPROVE + OBJECT:
            self._review(name, number, login, ReviewState.CHANGES_REQUESTED)
            if self.chance.random() < OVERRIDE:
                self.worker.at(self._later(DECIDE), lambda: self._override(name, number))
        else:
            self.done["kept silent"] += 1

    def _review(self, name: str, number: int, login: str, state: ReviewState) -> None:
        if self._is_open(name, number):
            self.reviews(name, number, login, state)
            self.done["approved" if state is ReviewState.APPROVED else "objected"] += 1

    def _override(self, name: str, number: int) -> None:
        if self._is_open(name, number):
            self.overrides(name, number, self.chance.choice(self.plan.teams[GOVERNANCE]))
            self.done["overridden"] += 1

    # -- what came of it -----------------------------------------------------------------------------------------------------

    def outcome(self, hours: float, cpu: float) -> Outcome:
        """Owners may be asked where no registration is hit: somebody has to sign."""
        undecided, vain, unasked = [], [], []
        for (name, number), one in self.proposals.items():
            what = f"{name}#{number} ({one.change.kind})"
            if (name, self.row(name, number).head) not in self.github.checked:
                undecided.append(what)
            right = one.hit or ({self.plan.owner[name]} if one.change.kind.breaks else frozenset())
            vain += [f"{team} in {what}" for team in sorted(one.asked - right)]
            unasked += [f"{team} in {what}" for team in sorted(one.hit - one.asked)]
        kinds = Counter(one.change.kind for one in self.proposals.values())
        return Outcome(
            hours=hours,
            repositories=len(self.plan.repositories),
            contracts=len(self.plan.contracts),
            registrations=len(self.plan.registrations),
            kinds={kind: kinds[kind] for kind in Kind},
            done=dict(self.done),
            slowest=self.slowest.total_seconds(),
            undecided=undecided,
            vain=vain,
            unasked=unasked,
            limits=self.github.limits,
            calls=dict(self.github.calls),
            refused=self.github.refused,
            asks={team: self.asks[team] for team in self.plan.teams if team != GOVERNANCE},
            cpu=cpu,
        )
