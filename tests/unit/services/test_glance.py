"""Who sees which team at a glance, and that no private repository is named to whom GitHub keeps out of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.access import LOCAL, Viewer
from countersign.model.fact import Owned
from countersign.model.github import Repository, TeamRow
from countersign.model.score import Period
from countersign.services.glance import Glances
from countersign.services.scores import Scores

NOW = datetime(2026, 9, 1, tzinfo=UTC)
PERIOD = Period(NOW - timedelta(days=90), NOW + timedelta(days=1))
LEADER = Viewer(login="ada", leads=frozenset({"acme"}), member_of=frozenset({"acme"}))
PAULA = Viewer(login="paula", member_of=frozenset({"acme"}), teams=frozenset({"acme/payments"}))
FRESH = Viewer(login="fred", member_of=frozenset({"acme"}), teams=frozenset({"acme/payments"}))
OTTO = Viewer(login="otto", member_of=frozenset({"acme"}))


@pytest.fixture
def glances(tmp_path: Path) -> Any:
    engine = open_database(f"sqlite:///{tmp_path}/countersign.sqlite")
    upgrade(engine)
    records = Database(engine)
    rows = [("acme/orders", "orders", "payments", True), ("acme/desk", "tickets", "support", False)]
    for number, (name, contract, domain, private) in enumerate(rows, 1):
        records.keep_repositories([Repository(name=name, id=number, installation=7, default_branch="main", private=private)])
        records.keep_owned(name, [Owned(repository=name, contract=contract, domain=domain, teams=(f"@acme/{domain}",))])
        what = {"incident": number, "contract": contract, "news": "halted", "source": "kafka"}
        records.write_ledger("incident", name, 0, NOW - timedelta(days=3), what)
    records.keep_team(TeamRow(slug="acme/payments", parent="", members=("paula",), repositories={"acme/orders": "push"}))
    ports: Any = SimpleNamespace(records=records, calendar=SimpleNamespace(now=lambda: NOW))
    yield Glances(ports, Scores(ports))
    engine.dispose()


@pytest.mark.parametrize("viewer", [LEADER, LOCAL])
def test_whoever_leads_sees_the_organisation_and_every_team(glances: Glances, viewer: Viewer) -> None:
    found = glances.organisation(viewer, PERIOD)
    assert found.total and found.total.escaped == 2 and [line.score.domain for line in found.teams] == ["payments", "support"]
    assert found.incidents.count == 2 and found.incidents.oldest == timedelta(days=3)
    assert glances.team(viewer, "support", PERIOD) and glances.domains(viewer) == ("payments", "support")


def test_a_member_sees_their_own_team_and_no_total(glances: Glances) -> None:
    found = glances.organisation(PAULA, PERIOD)
    assert (found.total, found.months, found.waits, found.passable) == (None, (), (), ())
    assert [line.score.domain for line in found.teams] == ["payments"] and glances.domains(PAULA) == ("payments",)
    assert glances.team(PAULA, "payments", PERIOD) and glances.team(PAULA, "support", PERIOD) is None


def test_somebody_of_no_team_sees_none(glances: Glances) -> None:
    assert glances.organisation(OTTO, PERIOD).teams == () and glances.team(OTTO, "payments", PERIOD) is None


def test_a_team_page_names_no_private_repository_to_whom_github_keeps_out(glances: Glances) -> None:
    inside, outside = glances.team(PAULA, "payments", PERIOD), glances.team(FRESH, "payments", PERIOD)
    assert inside and [row.repository for row in inside.repositories] == ["acme/orders"]
    assert outside and outside.repositories == () and outside.score.escaped == 1


def test_a_leader_of_one_of_two_organisations_sees_no_sum_of_both(glances: Glances) -> None:
    abroad = Viewer(login="eve", leads=frozenset({"other"}), member_of=frozenset({"other"}))
    assert glances.organisation(abroad, PERIOD).total is None and glances.organisation(abroad, PERIOD).teams == ()


def test_a_team_that_is_none_has_no_page(glances: Glances) -> None:
    assert glances.team(LEADER, "nobody", PERIOD) is None


def test_whoever_owns_contracts_of_two_domains_sees_both(glances: Glances) -> None:
    with_both = [("orders", "payments"), ("returns", "logistics")]
    teams = ("@Acme/Payments",)
    owned = [Owned(repository="acme/orders", contract=contract, domain=domain, teams=teams) for contract, domain in with_both]
    glances._ports.records.keep_owned("acme/orders", owned)
    glances._scores = Scores(glances._ports)
    assert glances.domains(PAULA) == ("logistics", "payments") and glances.domains(OTTO) == ()


def test_a_person_who_owns_a_contract_sees_its_domain(glances: Glances) -> None:
    glances._ports.records.keep_owned("acme/desk", [Owned(repository="acme/desk", contract="tickets", domain="support", teams=("@Otto",))])
    glances._scores = Scores(glances._ports)
    assert glances.domains(OTTO) == ("support",)
