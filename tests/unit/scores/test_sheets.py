"""The quarterly sheet: targets held against numbers, fairly."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.scores.ledger import OWNED, QUARTER, Ledger, finding, hours

from countersign.model import quarter
from countersign.model.fact import Owned
from countersign.model.sheet import Aim, Outcome, Sheet, What
from countersign.scores import Domains, of_organisation, sheet

READER = "@acme/finance"


def sheet_of(ledger: Ledger, domain: str = "", *, targets: Mapping[Aim, float] | None = None, at: float = 24 * 92) -> Sheet:
    facts = of_organisation(ledger.facts(), "acme")
    head = (len(ledger.entries), "d" * 64)
    return sheet(facts, Domains(OWNED), QUARTER, hours(at), organisation="acme", domain=domain, targets=targets or {}, head=head)


def merges(ledger: Ledger, count: int) -> None:
    for number in range(1000, 1000 + count):
        ledger.merge(number - 990, number)


def outcomes(found: Sheet) -> list[Outcome]:
    return [one.outcome for one in found.held]


def test_of_a_quarter_without_anything_nothing_is_judged():
    found = sheet_of(Ledger())
    assert outcomes(found) == [Outcome.NOTHING] * 3 and found.outcome is Outcome.NOTHING


def test_one_violation_among_few_changes_is_told_and_decides_nothing():
    ledger = Ledger()
    merges(ledger, 12)
    ledger.news(50, 1, "halted")
    ledger.news(50.2, 1, "acknowledged")
    ledger.news(52, 1, "closed")
    found = sheet_of(ledger)
    assert outcomes(found) == [Outcome.ONE_EVENT, Outcome.MET, Outcome.NOTHING]
    assert found.outcome is Outcome.ONE_EVENT
    ledger.write(
        60, "direct-push", {"by": "pete", "after": "c0ffee", "findings": [{"contract": "orders", "rule": "r", "fingerprint": "a"}]}
    )
    assert sheet_of(ledger).outcome is Outcome.MISSED


def test_one_violation_among_enough_changes_meets_the_target():
    ledger = Ledger()
    merges(ledger, 100)
    ledger.write(
        60, "direct-push", {"by": "pete", "after": "c0ffee", "findings": [{"contract": "orders", "rule": "r", "fingerprint": "a"}]}
    )
    assert sheet_of(ledger).outcome is Outcome.MET
    assert sheet_of(ledger, targets={Aim.ESCAPED: 0.5}).outcome is Outcome.ONE_EVENT


def test_what_the_gate_caught_is_held_against_nobody():
    ledger = Ledger()
    merges(ledger, 3)
    for number in range(9):
        ledger.judgement(number, number + 1, finding(str(number), [READER]))
    found = sheet_of(ledger)
    assert (found.score.caught, found.outcome, found.escaped) == (9, Outcome.MET, ())


def test_whoever_never_looks_after_an_incident_is_not_the_quickest():
    ledger = Ledger()
    for number, at in enumerate((10, 20, 30), 1):
        ledger.news(at, number, "halted")
    ledger.news(30.1, 3, "acknowledged")
    held = sheet_of(ledger).held[1]
    assert (held.outcome, held.open_late, held.value) == (Outcome.MISSED, 2, pytest.approx(6))


def test_a_false_alarm_is_in_no_target():
    ledger = Ledger()
    merges(ledger, 3)
    ledger.news(10, 1, "halted")
    ledger.news(900, 1, "false-alarm")
    found = sheet_of(ledger)
    assert (found.outcome, found.escaped, found.score.false_alarms) == (Outcome.MET, (), 1)


def test_one_debt_that_is_too_old_misses_its_target_and_is_listed_until_it_is_paid():
    ledger = Ledger()
    debt = {"contract": "orders", "fingerprint": "a", "rule": "r", "path": "p", "way": "override", "weight": 1, "by": ["gov"]}
    ledger.write(0, "debt", debt, 7)
    assert sheet_of(ledger, at=24 * 14).held[2].outcome is Outcome.MET
    late = sheet_of(ledger, at=24 * 15)
    assert late.held[2].outcome is Outcome.MISSED
    assert [(one.what, one.number, one.at) for one in late.debts] == [(What.DEBT, 7, hours(0))]
    ledger.write(24 * 16, "debt-settled", {"fingerprint": "a"}, 7)
    assert sheet_of(ledger).debts == () and sheet_of(ledger).held[2].outcome is Outcome.MET


def test_a_team_answers_for_its_own_and_the_organisation_lists_teams_by_name():
    ledger = Ledger()
    ledger.news(10, 1, "halted", contract="refunds")
    ledger.news(20, 2, "halted")
    assert [one.number for one in sheet_of(ledger, "payments").escaped] == [2]
    whole = sheet_of(ledger)
    assert [one.number for one in whole.escaped] == [1, 2]
    assert [score.domain for score, _ in whole.teams] == ["finance", "payments"]


def test_another_organisation_is_in_no_number():
    ledger = Ledger()
    ledger.news(10, 1, "halted")
    facts = of_organisation(ledger.facts(), "other")
    elsewhere = Domains([Owned(repository="other/shop", contract="a", domain="shop")])
    found = sheet(facts, elsewhere, QUARTER, QUARTER.until, organisation="other", targets={}, head=(1, ""))
    assert (found.score.outages, found.escaped) == (0, ())


def test_the_quarter_before_may_be_shorter():
    fourth = quarter.quarter("2026Q4")
    assert [quarter.name_of(one) for one in (fourth, quarter.before(fourth))] == ["2026Q4", "2026Q3"]
    assert quarter.quarter("2026q1").until == quarter.quarter("2026Q2").since
    assert quarter.name_of(quarter.before(quarter.quarter("2026Q1"))) == "2025Q4"


@pytest.mark.parametrize("name", ["2026", "2026Q5", "Q4", "2026-Q4", "90d", ""])
def test_what_is_no_quarter_is_answered_with_one(name: str):
    with pytest.raises(ValueError, match="Write 2026Q4"):
        quarter.quarter(name)
