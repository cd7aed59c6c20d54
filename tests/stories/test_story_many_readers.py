"""Two hundred readers of one contract (FACTS): the calls of GitHub's API that a break of it costs.

All services and the database, on GitHub as a meter: the sandbox would take minutes to make two hundred teams.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from benchmarks.organisation.house import House
from benchmarks.organisation.plan import GOVERNANCE, Contract, Field, Organisation, Registration

from countersign.model.check_run import CheckRun
from countersign.model.pull_request import Review, ReviewState

READERS, ORDERS = 200, "acme/orders"
TEAMS = [f"@acme/readers-{number:03d}" for number in range(READERS)]
CONTRACT = Contract(ORDERS, "orders", {"amount": Field(), "region": Field()})
BROKEN = replace(CONTRACT, fields={"amount": Field("integer"), "region": Field()}, edition=2).text()


class Crowd(House):
    """People who see what is asked of them, and act when the test says so."""

    def __init__(self, directory: Path) -> None:
        owner = {ORDERS: "@acme/payments", **{f"acme/reader-{number:03d}": team for number, team in enumerate(TEAMS)}}
        teams = {team: (person(team), f"{person(team)}b") for team in [*owner.values(), GOVERNANCE]}
        reads = [Registration(name, team, "orders", ("amount",)) for name, team in owner.items() if name != ORDERS]
        self.asks: list[str] = []
        self.last: CheckRun | None = None
        super().__init__(Organisation(list(owner), owner, teams, {"orders": CONTRACT}, reads), directory)
        self.worker.put("rebuild", "rebuild", {})
        self.costs()
        for limit in self.github.limits.values():
            limit.peak = 0

    def asked(self, name: str, number: int, whom: tuple[str, ...]) -> None:
        self.asks += whom

    def checked(self, name: str, check: CheckRun) -> None:
        self.last = check

    def has_signed(self, team: str) -> None:
        """A review that is known of, and was judged by in a check that nobody here needs to see."""
        pull = self.github.pulls[ORDERS][1]
        at = self.clock.now()
        review = Review(id=len(pull.reviews) + 1000, login=person(team), state=ReviewState.APPROVED, commit=pull.row.head, submitted_at=at)
        pull.reviews.append(review)
        self.worker.ports.records.keep_review(ORDERS, 1, review)

    def costs(self) -> dict[str, int]:
        """The calls since this was last asked; five minutes go by."""
        self.worker.run_until(self.clock.at + timedelta(minutes=5))
        self.clock.reach(self.clock.at + timedelta(minutes=5))
        found, self.github.calls = dict(self.github.calls), type(self.github.calls)()
        return found


def person(team: str) -> str:
    """Somebody of the team."""
    return f"{team.rpartition('/')[2]}-a"


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    # How long a judgement takes on the clock is the machine's, and no call of this test's may hang on it.
    monkeypatch.setattr("countersign.services.trouble.PATIENCE", 3600.0)
    with closing(Crowd(tmp_path)) as made:
        yield made


def test_a_break_that_two_hundred_read_asks_each_once_in_batches_and_an_approval_makes_at_most_two_calls(crowd: Crowd) -> None:
    crowd.proposes(ORDERS, 1, "payments-a", CONTRACT.file, BROKEN)
    assert crowd.costs() == {"check posted": 1, "reviews requested": 14}  # of at most 15 names
    assert sorted(crowd.asks) == TEAMS
    assert {name: one.peak for name, one in crowd.github.limits.items() if "content" in name} == {
        "content-creating calls a minute": 15,
        "content-creating calls an hour": 15,
    }

    crowd.pushes(ORDERS, 1, "README.md", "# Orders, in cents\n")
    assert crowd.costs() == {"check posted": 1}  # the same break: nobody is asked again

    for team in TEAMS[:2]:
        crowd.reviews(ORDERS, 1, person(team), ReviewState.APPROVED)
        assert sum(crowd.costs().values()) == 1
    for team in TEAMS[2:-1]:
        crowd.has_signed(team)
    crowd.reviews(ORDERS, 1, person(TEAMS[-1]), ReviewState.APPROVED)
    costs = crowd.costs()
    assert sum(costs.values()) == 2 and costs["signatures confirmed"] == 1
    assert crowd.last is not None and crowd.last.conclusion == "success"
    assert len(crowd.asks) == READERS
