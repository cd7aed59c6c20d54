"""Who may settle a debt, and when it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from countersign.gates.debts import speaks_for, standing
from countersign.model.debt import Debt, DebtAnswer
from countersign.model.pull_request import Team

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINANCE, CUSTOMERS = "@acme/finance", "@acme/customers"
TEAMS = {
    FINANCE: Team(name=FINANCE, members=frozenset({"fiona", "paul"})),
    CUSTOMERS: Team(name=CUSTOMERS, members=frozenset({"carla", "fiona"})),
    "@greg": Team(name="@greg", members=frozenset({"greg"})),
}
DEBT = Debt(
    fingerprint="7QK2MAAAAAAAAAAA",
    contract="orders",
    rule="field-removed",
    path="orders.region",
    way="break-glass",
    weight=2,
    by=("petra", "pia"),
    reason="checkout is down",
    passed_over=(FINANCE, CUSTOMERS, "@greg"),
    barred=("paul", "petra", "pia"),
)


def says(team: str, *, accepted: bool = True) -> DebtAnswer:
    return DebtAnswer(fingerprint=DEBT.fingerprint, team=team, accepted=accepted, by="x", at=NOW)


@pytest.mark.parametrize(
    ("login", "readers"),
    [("Fiona", (FINANCE, CUSTOMERS)), ("carla", (CUSTOMERS,)), ("greg", ("@greg",)), ("olga", ()), ("paul", ()), ("petra", ())],
    ids=["a member of two", "a member of one", "a person", "an outsider", "the author, though a member", "who let it pass"],
)
def test_a_member_speaks_for_every_passed_over_team_of_theirs(login: str, readers: tuple[str, ...]) -> None:
    assert speaks_for(DEBT, login, 0, TEAMS) == readers


def test_who_wrote_the_change_is_known_under_a_new_login() -> None:
    assert speaks_for(replace(DEBT, users=(7,)), "fiona", 7, TEAMS) == ()


def test_a_person_who_left_the_organisation_speaks_for_nobody() -> None:
    assert speaks_for(DEBT, "greg", 0, {**TEAMS, "@greg": Team(name="@greg", known=False)}) == ()


def test_it_is_settled_when_every_reader_has_accepted() -> None:
    answers = [says(FINANCE), says(CUSTOMERS)]
    assert standing([DEBT], answers)[0].open == ("@greg",)
    assert standing([DEBT], [*answers, says("@greg")])[0].settled


def test_a_rejection_stays_until_the_same_team_accepts() -> None:
    answers = [says(FINANCE), says("@greg"), says(CUSTOMERS, accepted=False)]
    [one] = standing([DEBT], answers)
    assert not one.settled and [answer.team for answer in one.rejected] == [CUSTOMERS]
    assert standing([DEBT], [*answers, says(CUSTOMERS)])[0].settled


def test_an_answer_about_another_debt_settles_nothing() -> None:
    other = DebtAnswer(fingerprint="M3X4TDAAAAAAAAAA", team=FINANCE, accepted=True, by="x", at=NOW)
    assert FINANCE in standing([DEBT], [other])[0].open
