"""A contract that nobody is known to read: its owners sign, and a removal stays open for readers who may still speak up."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import holds, page, title


@pytest.fixture
def acme(empty: Organisation) -> Organisation:
    empty.rules(notice="{days: 30, unclaimed_days: 7}")
    empty.publishes()
    empty.installs()
    return empty


def test_the_owners_sign_a_break_of_what_nobody_reads(acme: Organisation) -> None:
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert title(check) == "Blocked: an owner must sign `amount`"
    assert acme.asked(pull) == ["payments"]
    acme["fiona"].approves(pull)  # of a team that has registered nothing
    assert acme.settled(pull)["conclusion"] == "failure"
    acme["pete"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_removal_waits_for_the_open_call_and_for_its_notice(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    announcement = acme.proposes("pete", orders, {"contracts-policy.yaml": acme.producer() + _NOTICE}, branch="announce")
    assert acme.settled(announcement)["conclusion"] == "success"
    acme["pete"].merges(announcement)
    acme.settle()
    acme.waits(days=20)
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, WITHOUT_REGION)})
    acme.settle()
    acme["pete"].approves(pull)
    check = acme.settled(pull)
    holds("open-call", page(check), acme)
    acme.waits(days=8)
    check = pull.check(after=check, conclusion="failure")
    assert title(check) == "Blocked: the notice of `region` runs until 1 Apr 2026"
    acme.waits(days=3)
    holds("open-call-over", page(pull.check(after=check, conclusion="success")), acme)


_NOTICE = "    notices:\n      - {field: orders.region, remove_after: 2026-03-02, reason: nobody fills it}\n"


def test_a_reader_who_speaks_up_is_told_and_counts_for_the_next_break(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="one")
    acme.settle()
    acme.reads("finance-analytics")
    acme["pete"].approves(pull)
    check = acme.settled(pull)
    assert check["conclusion"] == "success"  # who reads was settled when the break was published
    assert "finance-analytics" in page(check)
    holds("a-late-reader-is-told", page(check), acme)
    later = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS).replace("integer", "number")}, branch="two")
    assert title(acme.settled(later)) == "Blocked: finance-analytics must sign `amount`"


def test_without_owners_anywhere_the_organisations_owners_are_asked(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    policy = edited(acme.producer(), [(f'owners: ["{acme.team("payments")}"]\n', "")])
    orders = acme.has("orders-service", "payments", {"contracts-policy.yaml": policy, CONTRACT: ORDERS})
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    assert acme.asked(pull) == ["data-governance"]
    acme["gina"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_codeowners_of_the_contract_are_its_owners_if_the_policy_names_none(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    policy = edited(acme.producer(), [(f'owners: ["{acme.team("payments")}"]\n', "")])
    owners = f"* {acme.team('growth')}\n/contracts/ {acme.team('support')}\n"
    orders = acme.has("orders-service", "payments", {"contracts-policy.yaml": policy, CONTRACT: ORDERS, "CODEOWNERS": owners})
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    assert acme.asked(pull) == ["support"]
