"""A reader that says what it expects of a field is asked only when that stops holding (GATE §4.1)."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, page

STATUS = ORDERS + "      - {name: status, logicalType: string, required: true, enum: [{value: paid}, {value: refunded}]}\n"
NEW = ("version: 1.4.0", "version: 2.0.0")
VOID = [NEW, ("{value: refunded}]", "{value: refunded}, {value: void}]")]
ONLY_PAID = [NEW, ("{value: paid}, {value: refunded}]", "{value: paid}]")]


@pytest.fixture
def expecting(empty: Organisation) -> Organisation:
    """growth lives with new values of `status`, customer-360 does not, and finance-analytics reads its type alone."""
    empty.rules()
    empty.publishes(contract=STATUS)
    empty.reads("growth", fields="status: {values: [paid, refunded], new_values: ignore}")
    empty.reads("customer-360", fields="status: {values: [paid]}")
    empty.reads("finance-analytics", fields="status: {type: String, nullable: false}")
    empty.installs()
    return empty


def test_only_readers_whose_expectations_break_are_asked(expecting: Organisation) -> None:
    pull = expecting.proposes("paula", expecting.repositories["orders-service"], {CONTRACT: edited(STATUS, VOID)})
    check = expecting.settled(pull)
    assert expecting.asked(pull) == ["customer-360"]
    holds("expectations", page(check), expecting)
    expecting["carla"].approves(pull)
    assert expecting.settled(pull)["conclusion"] == "success"


def test_a_value_that_goes_asks_all_who_listed_it(expecting: Organisation) -> None:
    pull = expecting.proposes("paula", expecting.repositories["orders-service"], {CONTRACT: edited(STATUS, ONLY_PAID)})
    expecting.settle()
    assert expecting.asked(pull) == ["growth"]


def test_a_field_that_goes_asks_whatever_was_expected_of_it(expecting: Organisation) -> None:
    text = edited(STATUS, [NEW, (STATUS.splitlines(keepends=True)[-1], "")])
    pull = expecting.proposes("paula", expecting.repositories["orders-service"], {CONTRACT: text})
    expecting.settle()
    assert expecting.asked(pull) == ["customer-360", "finance-analytics", "growth"]


def test_a_stranger_cannot_make_a_reader_expect_less(expecting: Organisation) -> None:
    growth = expecting.repositories["growth"]
    policy = f'version: 1\nowners: ["{expecting.team("growth")}"]\nreads:\n  - contract: {expecting.name}/orders-service#orders\n'
    policy += f'    team: "{expecting.team("growth")}"\n    criticality: low\n    fields: {{status: {{nullable: true}}}}\n'
    pull = expecting.proposes("ada", growth, {POLICY: policy})
    assert expecting.settled(pull)["conclusion"] == "failure"
    assert expecting.asked(pull) == ["growth"]
    expecting["paula"].approves(pull)
    assert expecting.settled(pull)["conclusion"] == "failure"
    expecting["gwen"].approves(pull)
    assert expecting.settled(pull)["conclusion"] == "success"
