"""Who reads a contract and counts, in as many queries for a hundred readers as for ten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.github import PullRequestRow, Repository, TeamRow
from countersign.model.policy import Contested
from countersign.model.pull_request import Frozen, Judgement, Standing
from countersign.model.pull_request import Reader as ContractReader
from countersign.services.agreements import accept
from countersign.services.context import Ports
from countersign.services.registration_findings import criticality_raised, registration_contested
from countersign.services.roster import cannot_read, frozen_readers, readers, registered, teams

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORDERS = "acme/orders"
LINE = Place(file="contracts-policy.yaml", line=4)


class House:
    """Readers of one contract; statements: what the database was asked."""

    def __init__(self, engine: sa.Engine) -> None:
        self.records = Database(engine)
        self.ports = cast(Ports, SimpleNamespace(records=self.records, calendar=SimpleNamespace(now=lambda: NOW)))
        self.statements = 0
        self.teams: list[TeamRow] = []
        sa.event.listen(engine, "before_cursor_execute", self._asked)
        self.has(ORDERS, private=True)

    def _asked(self, *_: Any) -> None:
        self.statements += 1

    def has(self, name: str, *, private: bool = False) -> None:
        number = len(self.records.repositories()) + 1
        self.records.keep_repositories([Repository(name=name, id=number, installation=1, default_branch="main", private=private)])

    def team(self, slug: str, *members: str, parent: str = "", **permissions: str) -> None:
        held = {f"acme/{name}": permission for name, permission in permissions.items()}
        self.teams.append(TeamRow(slug=f"acme/{slug}", parent=parent and f"acme/{parent}", members=members, repositories=held))
        self.records.keep_teams("acme", self.teams)

    def reads(self, name: str, team: str, **more: Any) -> Registration:
        entry = Registration(reference=Reference(ORDERS, "orders"), team=team, place=LINE, repository=f"acme/{name}", **more)
        self.records.keep_registrations(f"acme/{name}", [entry], NOW)
        return entry

    def standings(self, *contested: Contested) -> dict[str, str]:
        return {one.registration.repository: one.standing.value for one in registered(self.ports, ORDERS, "orders", contested)}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    yield House(engine)
    engine.dispose()


def a_crowd(house: House, start: int, end: int) -> None:
    """Readers who are teams and people, highly critical with consent, with delegates, in private repositories."""
    for n in range(start, end):
        house.has(f"acme/r{n}", private=n % 2 == 0)
        house.teams.append(
            TeamRow(slug=f"acme/t{n}", parent="acme/data", members=(f"p{n}", f"q{n}"), repositories={f"acme/r{n}": "push", ORDERS: "pull"})
        )
        entry = house.reads(f"r{n}", f"@p{n}" if n % 3 == 0 else f"@acme/t{n}", criticality="high", delegates=(f"@q{n}", "@acme/data"))
        house.records.write_ledger(
            "agreement", f"acme/r{n}", 1, NOW, {"fingerprint": criticality_raised(entry, ()).fingerprint, "cleared": True}
        )
        row = PullRequestRow(
            repository=f"acme/r{n}", number=1, author="ada", head="a" * 40, base_ref="main", draft=False, state="open", fork=False
        )
        house.records.keep_pull_request(row)
    house.records.keep_teams("acme", house.teams)


def asked_of_all(house: House, number: int) -> int:
    """How many statements it takes to know all that a judgement needs to know of the readers."""
    contested = Contested(contract=Reference(ORDERS, "orders"), team="@acme/t1", reason="", place=LINE)
    house.statements = 0
    found = readers(house.ports, ORDERS, "orders", [contested])
    names = {one.registration.team for one in found}
    people = teams(house.ports, "acme", {*names, *(f"{name}-gone" for name in names)})
    assert {one.known for name, one in people.items() if name in names} == {True}
    assert cannot_read(house.ports, ORDERS, names) == frozenset()
    assert [held.readers for held in frozen_readers(house.ports, ORDERS, number)] == [found]
    assert {one.standing for one in found} == {Standing.COUNTS} and {one.registration.criticality for one in found} == {"high"}
    return house.statements


def test_the_database_is_asked_as_often_for_a_hundred_readers_as_for_ten(house: House) -> None:
    house.team("data")
    counts = []
    for number, (start, end) in enumerate([(0, 10), (10, 100)], 1):
        a_crowd(house, start, end)
        held = Frozen(fingerprint="F", readers=registered(house.ports, ORDERS, "orders"), since=NOW)
        house.records.publish(ORDERS, number, judgement(), [held], None)
        counts.append(asked_of_all(house, number))
    assert counts[0] == counts[1] <= 30


def test_each_has_its_own_standing(house: House) -> None:
    house.team("data", "dora", r6="push")
    house.team("growth", "gil", parent="data", r1="push", r2="pull")
    for number in range(1, 9):
        house.has(f"acme/r{number}")
    house.reads("r1", "@acme/growth")
    house.reads("r2", "@acme/growth")  # reads there, no more
    house.reads("r3", "@acme/nobody")
    house.reads("r4", "@acme/growth", owns_line=True)
    house.reads("r5", "@acme/data")  # what a child team may do, the parent may not
    house.reads("r6", "@Acme/Growth")  # what the parent may do, the child may
    house.reads("r7", "@stranger")
    house.reads("r8", "@gil")
    assert house.standings() == {
        "acme/r1": "counts",
        "acme/r2": "no-write-access",
        "acme/r3": "no-such-team",
        "acme/r4": "counts",
        "acme/r5": "no-write-access",
        "acme/r6": "counts",
        "acme/r7": "no-such-team",
        "acme/r8": "no-write-access",
    }


def test_what_one_repository_agreed_to_serves_no_other(house: House) -> None:
    house.team("growth", "gil", r1="push", r2="push")
    for name in ("r1", "r2"):
        house.has(f"acme/{name}")
        entry = house.reads(name, "@acme/growth", criticality="high")
    accept(house.ports, "acme/r1", criticality_raised(entry, ()).fingerprint, NOW)
    found = registered(house.ports, ORDERS, "orders")
    assert [one.registration.criticality for one in found] == ["high", "medium"] and found[1].registration.claims == "high"


def test_a_registration_is_contested_only_with_consent(house: House) -> None:
    house.team("growth", "gil", r1="push")
    house.has("acme/r1")
    house.reads("r1", "@acme/growth")
    fought = Contested(contract=Reference(ORDERS, "orders"), team="@acme/growth", reason="wrong", place=LINE)
    assert house.standings(fought) == {"acme/r1": "counts"}
    accept(house.ports, ORDERS, registration_contested(fought, ()).fingerprint, NOW)
    assert house.standings(fought) == {"acme/r1": "contested"} and house.standings() == {"acme/r1": "counts"}


def test_everybody_is_shown_only_what_all_may_see_who_see_the_check(house: House) -> None:
    house.team("growth", "gil", r1="push", r2="push")
    house.has("acme/r1", private=True)
    house.has("acme/r2")
    for name in ("r1", "r2", "gone"):
        house.reads(name, "@acme/growth", delegates=("@gil", "@stranger", "@acme/growth", "@umbrella/data"))
    found = [one.registration for one in readers(house.ports, ORDERS, "orders")]
    assert [one.private for one in found] == [True, False, True]
    assert {one.delegates for one in found} == {("@gil", "@acme/growth")}


def test_what_was_frozen_is_shown_as_may_be_seen_today(house: House) -> None:
    house.team("growth", "gil", r1="push")
    house.has("acme/r1")
    entry = house.reads("r1", "@acme/growth", delegates=("@gil",))
    held = Frozen(fingerprint="F", readers=(ContractReader(registration=entry, standing=Standing.COUNTS),), since=NOW)
    house.records.publish(ORDERS, 1, judgement(), [held], None)
    house.has("acme/r1", private=True)
    house.records.keep_teams("acme", [])
    [[shown]] = [one.readers for one in frozen_readers(house.ports, ORDERS, 1)]
    assert shown.registration.private and shown.registration.delegates == ()


def test_a_person_is_known_by_a_team_of_the_organisation_with_its_account(house: House) -> None:
    house.records.keep_teams("acme", [TeamRow(slug="acme/growth", parent="", members=("gil",), repositories={}, users={"gil": 7})])
    house.records.keep_teams("umbrella", [TeamRow(slug="umbrella/data", parent="", members=("una",), repositories={}, users={"una": 8})])
    found = teams(house.ports, "Acme", ["@Gil", "@una", "@stranger", "@Acme/Growth", "@acme/nobody"])
    assert {name: (one.known, set(one.members), dict(one.users)) for name, one in found.items()} == {
        "@Gil": (True, {"gil"}, {"gil": 7}),
        "@una": (False, set(), {}),
        "@stranger": (False, set(), {}),
        "@Acme/Growth": (True, {"gil"}, {"gil": 7}),
        "@acme/nobody": (False, set(), {}),
    }
    assert all(one.name == name for name, one in found.items())


def test_who_cannot_read_a_private_repository_is_known_by_its_teams(house: House) -> None:
    house.team("data", "dora", orders="pull")
    house.team("growth", "gil", parent="data")
    house.team("finance", "fay")
    house.team("mixed", "fay", "Gil")
    house.team("hollow", orders="custom")
    names = {
        "@acme/data",
        "@acme/Growth",
        "@acme/finance",
        "@acme/mixed",
        "@acme/hollow",
        "@acme/nobody",
        "@Gil",
        "@dora",
        "@fay",
        "@stranger",
    }
    outside = {"@acme/finance", "@acme/hollow", "@acme/nobody", "@fay", "@stranger"}
    assert cannot_read(house.ports, ORDERS, names) == outside
    house.has("acme/open")
    assert cannot_read(house.ports, "acme/open", names) == frozenset()


def judgement() -> Judgement:
    return Judgement(head="a" * 40, published_at=NOW, ready=True, fingerprints=frozenset({"F"}))
