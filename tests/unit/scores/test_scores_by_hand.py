"""Every number of docs/metrics.md, worked out by hand beside the code."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.unit.scores.ledger import ORDERS, OWNED, QUARTER, START, Ledger, finding, hours

from countersign.model.fact import Owned
from countersign.model.score import Period
from countersign.scores import Domains, spread, standings, trends

FINANCE, CRM = "@acme/finance", "@acme/crm"
HOUR = timedelta(hours=1)


def test_a_finding_is_caught_once_however_often_it_is_judged():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE]), finding("b", [FINANCE]))
    ledger.judgement(2, 7, finding("a", [FINANCE]), finding("b", [FINANCE], cleared_by="signatures"))
    ledger.judgement(3, 7, finding("a", cleared_by="signatures"), finding("b", cleared_by="signatures"))
    ledger.merge(4, 7)
    found = ledger.score()
    assert (found.caught, found.caught_pulls, found.withdrawn, found.changes) == (2, 1, 0, 1)


def test_a_break_that_is_taken_out_again_is_withdrawn_and_still_caught():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE]))
    ledger.judgement(2, 7)
    assert (ledger.score().caught, ledger.score().withdrawn) == (1, 1)


def test_what_landed_although_it_was_held_was_not_caught():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE]))
    assert ledger.score().caught == 1
    ledger.merge(2, 7)
    ledger.write(2, "merged-while-blocked", {"by": "pete"}, 7)
    found = ledger.score()
    assert (found.caught, found.caught_pulls, found.past_gate, found.violations) == (0, 0, 1, 1)


def test_where_the_gate_only_watches_nothing_is_caught():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE], mode="warn"))
    assert ledger.score().caught == 0


def test_escaped_is_incidents_that_count_and_what_landed_past_the_gate():
    ledger = Ledger()
    ledger.news(1, 1, "halted")
    ledger.news(2, 2, "opened")
    ledger.news(3, 2, "false-alarm")
    ledger.write(4, "direct-push", {"by": "pete", "findings": [{"contract": "orders", "rule": "field-removed", "fingerprint": "a"}]})
    ledger.judgement(5, 8, finding("b", [FINANCE]))
    ledger.merge(6, 8)
    ledger.write(6, "merged-while-blocked", {"by": "pete"}, 8)
    ledger.judgement(7, 9, finding("c", [FINANCE]))
    found = ledger.score()
    assert (found.outages, found.false_alarms, found.past_gate, found.escaped) == (1, 1, 2, 3)
    assert found.violations == 4  # and one that was caught
    assert found.escaped_share == 3 / 4
    assert found.per_hundred == 300.0  # three for one change


def test_without_violations_and_changes_there_is_no_share():
    assert (Ledger().score().escaped_share, Ledger().score().per_hundred) == (None, None)


def test_median_and_p90_are_times_that_something_really_took():
    took = [spread([(START, START + hour * HOUR) for hour in range(1, count + 1)], START) for count in (1, 2, 10, 11)]
    assert [(one.median, one.p90) for one in took] == [(HOUR, HOUR), (HOUR, 2 * HOUR), (5 * HOUR, 9 * HOUR), (6 * HOUR, 10 * HOUR)]


def test_what_is_open_is_shown_as_open_and_is_in_no_median():
    found = spread([(START, START + HOUR), (START, None), (START + HOUR, None)], START + 9 * HOUR)
    assert (found.count, found.median, found.still, found.oldest, found.few) == (1, HOUR, 2, 9 * HOUR, True)


def test_times_to_acknowledge_and_to_resolve_are_counted_from_the_opening():
    ledger = Ledger()
    ledger.news(10, 1, "halted")
    ledger.news(10.5, 1, "acknowledged")
    ledger.news(14, 1, "closed")
    ledger.news(20, 2, "halted")
    found = ledger.score()
    assert (found.acknowledge.median, found.acknowledge.count, found.acknowledge.still) == (HOUR / 2, 1, 1)
    assert (found.resolve.median, found.resolve.still) == (4 * HOUR, 1)
    assert found.resolve.oldest == QUARTER.until - hours(20)


def test_an_incident_that_ended_after_the_period_was_open_in_it():
    ledger = Ledger()
    ledger.news(24, 1, "halted")
    ledger.news(24 * 200, 1, "closed")
    found = ledger.score(now=hours(24 * 300))
    assert (found.resolve.count, found.resolve.still) == (0, 1)


def test_a_held_pull_request_is_resolved_when_the_check_no_longer_waits():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE]))
    ledger.judgement(31, 7, finding("a", cleared_by="signatures"))
    assert ledger.score().resolve_pull.median == 30 * HOUR


def test_overrides_broken_glasses_and_debts():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE]), finding("b", [FINANCE], contract="refunds"))
    ledger.write(2, "override", {"fingerprints": ["a"], "by": "gov", "reason": "late"}, 7)
    ledger.write(3, "break-glass", {"fingerprints": ["b"], "by": "pete", "reason": "down"}, 7)
    debt = {"contract": "orders", "fingerprint": "a", "rule": "field-removed", "path": "orders.a", "way": "override", "weight": 1}
    ledger.write(4, "debt", debt | {"by": ["gov"]}, 7)
    ledger.write(4, "debt", debt | {"by": ["pete"], "fingerprint": "b", "contract": "refunds", "way": "break-glass", "weight": 2}, 7)
    ledger.write(28, "debt-settled", {"fingerprint": "a"}, 7)
    found, payments = ledger.score(), ledger.score("payments")
    assert (found.overrides, found.break_glass, found.debt_weight) == (1, 1, 2)
    assert (found.debts.median, found.debts.still, found.debts.oldest) == (24 * HOUR, 1, QUARTER.until - hours(4))
    assert (payments.overrides, payments.break_glass, payments.debt_weight) == (1, 0, 0)


def test_a_debt_of_the_quarter_before_that_is_still_open_is_shown_with_its_age():
    ledger = Ledger()
    ledger.write(
        -24 * 77,
        "debt",
        {"contract": "orders", "fingerprint": "a", "rule": "r", "path": "p", "way": "override", "weight": 1, "by": ["gov"]},
        7,
    )
    found = ledger.score(now=START)
    assert (found.debts.still, found.debts.oldest) == (1, timedelta(days=77))


def test_a_notice_is_kept_if_the_removal_landed_when_it_was_over_and_broken_if_before():
    ledger = Ledger()
    for name in ("a", "b", "c", "d", "e"):
        ledger.write(1, "notice-begun", {"contract": "orders", "path": f"orders.{name}", "remove_after": "2026-08-01"})
    ledger.judgement(800, 7, finding("a", cleared_by="signatures", notice="over"))
    ledger.merge(801, 7)
    ledger.write(802, "notice-ended", {"contract": "orders", "path": "orders.a"})
    ledger.judgement(10, 8, finding("b", cleared_by="override", notice="running"))
    ledger.merge(11, 8)
    ledger.write(12, "notice-ended", {"contract": "orders", "path": "orders.c"})
    ledger.judgement(13, 9, finding("e", cleared_by="signatures"))  # all readers signed before its time, and the policy lets that do
    ledger.merge(14, 9)
    found = ledger.score()
    assert (found.notices_begun, found.notices_kept, found.notices_broken, found.notices_withdrawn) == (5, 2, 1, 1)
    assert found.notices_running == 1


def test_waiting_hours_count_for_who_waits_and_for_who_lets_others_wait():
    ledger = Ledger()
    ledger.judgement(0, 7, finding("a", [FINANCE, CRM]))
    ledger.write(5, "comment", {"marker": "countersign:7:reminder:2026-07-01T05:00:00Z"}, 7)
    ledger.judgement(10, 7, finding("a", [CRM]))
    ledger.judgement(30, 7, finding("a", cleared_by="signatures"))
    payments, finance, crm = (ledger.score(domain) for domain in ("payments", "finance", "crm"))
    assert (payments.waited_hours, payments.waited.median) == (40.0, 10 * HOUR)
    assert (finance.kept_waiting_hours, finance.reminders) == (10.0, 1)
    assert (crm.kept_waiting_hours, crm.reminders) == (30.0, 1)
    assert payments.kept_waiting_hours == 0


def test_a_pull_request_that_is_closed_waits_no_longer_until_it_is_reopened():
    ledger = Ledger()
    ledger.judgement(0, 7, finding("a", [FINANCE]))
    ledger.write(4, "closed", {"head": "h"}, 7)
    ledger.write(100, "reopened", {}, 7)
    ledger.judgement(101, 7, finding("a", cleared_by="signatures"))
    assert ledger.score().waited_hours == 5.0
    assert ledger.score().caught == 1


def test_impact_is_assets_hit_complaints_and_hours_of_bad_and_of_delayed_data():
    ledger = Ledger()
    ledger.news(0, 1, "opened")
    assets = [{"kind": "dashboard", "name": "Revenue", "reader": FINANCE}, {"kind": "report", "name": "Month", "reader": FINANCE}]
    ledger.write(0, "incident-hit", {"incident": 1, "contract": "orders", "readers": [FINANCE], "assets": assets})
    ledger.news(6, 1, "halted")  # until then bad data got in
    ledger.news(9, 1, "rolled-back")  # until then none came
    ledger.news(20, 1, "closed")
    ledger.news(30, 2, "halted")
    ledger.write(30, "incident-hit", {"incident": 2, "contract": "orders", "readers": [FINANCE], "assets": assets[:1]})
    ledger.news(32, 2, "fixed")
    ledger.write(40, "complaint", {"id": "1", "contract": f"{ORDERS}#orders", "asset": "Revenue"})
    ledger.write(41, "complaint", {"id": "2", "contract": f"{ORDERS}#orders", "asset": "Revenue"})
    ledger.write(50, "complaint-over", {"id": "1"})
    found = ledger.score("payments")
    assert found.assets == {"dashboard": 1, "report": 1}  # one that is hit twice is one that broke
    assert (found.bad_hours, found.delayed_hours) == (6.0, 5.0)
    assert (found.complaints, found.complaints_open, found.rolled_back) == (2, 1, 1)


def test_after_a_fix_that_did_not_hold_bad_data_counts_on():
    ledger = Ledger()
    ledger.news(0, 1, "opened")
    ledger.news(2, 1, "fixed")
    ledger.news(3, 1, "opened")
    ledger.news(7, 1, "closed")
    assert ledger.score().bad_hours == 7.0


def test_enforceability_is_by_the_last_audit_of_the_period():
    gap = {"severity": "open", "kind": "not-required", "repository": ORDERS, "branch": "main", "what": "The check is not required."}
    ledger = Ledger()
    ledger.write(1, "audit", [gap], repository="acme/.github")
    assert (ledger.score("payments").ready, ledger.score("payments").repositories) == (0, 1)
    ledger.write(48, "audit", [gap | {"severity": "unknown"}], repository="acme/.github")
    assert (ledger.score("payments").ready, ledger.score("payments").repositories) == (1, 1)
    assert Ledger().score("payments").repositories == 0


def test_a_dispute_counts_against_the_rule_once_it_is_upheld():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [FINANCE]), finding("b", [FINANCE], rule="type-narrowed"))
    ledger.write(2, "dispute", {"fingerprints": ["a", "b"], "by": "pete", "reason": "no"}, 7)
    ledger.write(3, "dispute-passed", {"rule": "type-narrowed", "contract": "orders", "fingerprint": "b", "by": ["pete", "gov"]}, 7)
    assert ledger.score().disputed == {"type-narrowed": 1}


def test_each_contract_counts_towards_its_own_domain_also_within_one_repository():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [CRM]), finding("b", [CRM], contract="refunds"))
    assert [ledger.score(domain).caught for domain in ("", "payments", "finance")] == [2, 1, 1]


def test_a_contract_that_moves_to_another_team_takes_its_history_along():
    ledger = Ledger()
    ledger.judgement(1, 7, finding("a", [CRM]))
    moved = [*OWNED[:1], Owned(repository=ORDERS, contract="orders", domain="checkout", teams=("@acme/checkout",))]
    there = standings(ledger.facts(), Domains(moved), QUARTER, QUARTER.until)
    assert {one.domain: one.caught for one in there.teams} == {"checkout": 1, "payments": 0}


def test_the_period_before_has_the_same_length_and_its_own_numbers():
    ledger = Ledger()
    ledger.judgement(-24 * 92 + 1, 6, finding("z", [CRM]))
    ledger.judgement(1, 7, finding("a", [CRM]), finding("b", [CRM]))
    found = standings(ledger.facts(), Domains(OWNED), QUARTER, QUARTER.until)
    assert (found.total.caught, found.before[""].caught, found.before["payments"].caught) == (2, 1, 1)
    assert found.before[""].period == Period(START - timedelta(days=92), START)


def test_the_months_of_the_chart_that_a_quarter_has_add_up_to_it():
    ledger = Ledger()
    for day in (0, 40, 41, 80):
        ledger.judgement(24 * day, day + 1, finding(f"f{day}", [CRM]))
    found = trends(ledger.facts(), Domains(OWNED), QUARTER.until, QUARTER.until)["payments"]
    assert [one.caught for one in found[-3:]] == [1, 2, 1] and ledger.score("payments").caught == 4
    assert [one.period.since.month for one in found[-3:]] == [7, 8, 9]


def test_a_repository_that_is_renamed_keeps_its_history_also_what_is_not_over():
    ledger = Ledger()
    old = "acme/orders-old"
    ledger.write(0, "judgement", [finding("a", [FINANCE])], 7, repository=old)
    ledger.write(1, "notice-begun", {"contract": "orders", "path": "orders.a", "remove_after": "2026-07-01"}, repository=old)
    ledger.write(2, "repository-renamed", {"before": old})
    ledger.judgement(3, 7, finding("a", cleared_by="signatures", notice="over"))
    ledger.merge(4, 7)
    found = ledger.score("payments")
    assert (found.caught, found.waited_hours, found.notices_kept) == (1, 3.0, 1)


@pytest.mark.parametrize("now", [hours(5), hours(24 * 365)])
def test_the_numbers_of_what_is_over_do_not_move_with_time(now: datetime):
    ledger = Ledger()
    ledger.news(0, 1, "halted")
    ledger.news(2, 1, "closed")
    assert ledger.score(now=now).resolve.median == 2 * HOUR
