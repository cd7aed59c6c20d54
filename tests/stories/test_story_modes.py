"""`enforce` blocks; `warn` judges, asks and comments; `observe` only judges. Weakening any of it is itself a finding."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, holds, page, title


def _company(acme: Organisation, mode: str) -> None:
    acme.rules(mode=mode)
    policy = edited(acme.producer(), [("mode: enforce\n", "")])
    acme.has("orders-service", "payments", {POLICY: policy, CONTRACT: ORDERS})
    acme.reads("finance-analytics")
    acme.reads("customer-360")
    acme.installs()


def test_warn_asks_and_comments_and_stops_nobody(empty: Organisation) -> None:
    acme = empty
    _company(acme, "warn")
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    assert check["conclusion"] == "neutral"
    assert title(check) == "Would block: 2 teams must sign `amount`"
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    (comment,) = acme.comments(orders, pull.number)
    holds("warn", page(check), acme)
    holds("warn-comment", comment["body"] + "\n", acme)
    acme["fiona"].approves(pull)
    acme.settle()
    (edited_in_place,) = acme.comments(orders, pull.number)
    assert edited_in_place["id"] == comment["id"]
    assert "customer-360 must still sign" in edited_in_place["body"]
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    (done,) = acme.comments(orders, pull.number)
    holds("warn-comment-when-signed", done["body"] + "\n", acme)
    acme["pete"].merges(pull)


def test_warn_lets_a_person_merge_and_nobody_is_told_off_for_it(empty: Organisation) -> None:
    acme = empty
    _company(acme, "warn")
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["pete"].merges(pull)
    acme.settle()
    assert acme.issues(orders) == [] and acme.ledger("merged-while-blocked") == []
    assert [row["conclusion"] for row in acme.ledger("merge")] == ["neutral"]


def test_observe_asks_nobody_and_writes_no_comment(empty: Organisation) -> None:
    acme = empty
    _company(acme, "observe")
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    check = acme.settled(pull)
    holds("observe", page(check), acme)
    assert check["conclusion"] == "neutral"
    assert acme.asked(pull) == [] and acme.requests(pull) == []
    assert acme.comments(orders, pull.number) == []


def test_the_organisations_floor_holds_whatever_a_repository_says(empty: Organisation) -> None:
    acme = empty
    acme.rules(require="  mode: enforce\n")
    policy = edited(acme.producer(), [("mode: enforce", "mode: observe")])
    orders = acme.has("orders-service", "payments", {POLICY: policy, CONTRACT: ORDERS})
    acme.reads("finance-analytics")
    acme.installs()
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    assert acme.settled(pull)["conclusion"] == "failure"


LOOSENINGS = {
    "the mode": lambda acme: {POLICY: edited(acme.producer(), [("mode: enforce", "mode: warn")])},
    "the owners": lambda acme: {POLICY: edited(acme.producer(), [("/payments", "/growth")])},
    "the policy is deleted": lambda acme: {POLICY: None},
    "the notice is shorter": lambda acme: {POLICY: acme.producer() + "notice: {days: 1}\n"},
}


@pytest.mark.parametrize("which", LOOSENINGS)
def test_a_policy_that_asks_for_less_is_blocked(acme: Organisation, which: str) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, LOOSENINGS[which](acme))
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    holds(f"loosened-{which.replace(' ', '-')}", page(check), acme)


def test_another_codeowner_of_a_contract_loosens_the_gate(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    policy = edited(acme.producer(), [(f'owners: ["{acme.team("payments")}"]\n', "")])
    owners = f"/contracts/ {acme.team('payments')}\n"
    orders = acme.has("orders-service", "payments", {POLICY: policy, CONTRACT: ORDERS, "CODEOWNERS": owners})
    acme.installs()
    harmless = acme.proposes("pete", orders, {"CODEOWNERS": owners + f"/docs/ {acme.team('growth')}\n"}, branch="docs")
    assert acme.settled(harmless)["conclusion"] == "success"
    pull = acme.proposes("paula", orders, {"CODEOWNERS": owners.replace("payments", "growth")})
    check = acme.settled(pull)
    holds("loosened-codeowners", page(check), acme)
    assert check["conclusion"] == "failure"


def test_the_organisations_own_policy_is_gated_like_any_other(acme: Organisation) -> None:
    home = acme.repositories[".github"]
    text = acme.clones("gina", home).read(POLICY)
    pull = acme.proposes("ada", home, {POLICY: edited(text, [("days: 30", "days: 3")])})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert "gate-loosened" in page(check)
    command = f'/countersign override {handle(check, "notice")} --reason "Agreed in the council" --until 2026-03-10'
    acme["gina"].comments(pull, command)
    assert acme.settled(pull)["conclusion"] == "success"


def test_a_stricter_policy_passes_and_holds_once_it_is_merged(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {POLICY: acme.producer() + "    protects: both\n"})
    assert acme.settled(pull)["conclusion"] == "success"
    narrower = edited(
        ORDERS,
        [
            ("version: 1.4.0", "version: 2.0.0"),
            ("{name: region, logicalType: string}", "{name: region, logicalType: string, required: true}"),
        ],
    )
    other = acme.proposes("pete", orders, {CONTRACT: narrower}, branch="narrower")
    assert acme.settled(other)["conclusion"] == "success"
    acme["pete"].merges(pull)
    assert title(other.check(conclusion="failure")) == "Blocked: customer-360 must sign `region`"


def _listing(acme: Organisation, pattern: str) -> str:
    return edited(acme.producer(), [(CONTRACT, pattern)])


GOES = {
    "is deleted": lambda acme: {CONTRACT: None},
    "moves out of the policy's sight": lambda acme: {CONTRACT: None, "contracts/moved/orders.odcs.yaml": ORDERS},
    "gets another id": lambda acme: {
        CONTRACT: None,
        "contracts/sales.odcs.yaml": ORDERS,
        POLICY: _listing(acme, "contracts/sales.odcs.yaml"),
    },
    "is no longer listed": lambda acme: {POLICY: edited(acme.producer(), [("publishes:\n  - contract: contracts/orders.odcs.yaml\n", "")])},
}


@pytest.mark.parametrize("how", GOES)
def test_all_readers_sign_when_a_contract(acme: Organisation, how: str) -> None:
    pull = acme.proposes("paula", acme.repositories["orders-service"], GOES[how](acme))
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
    holds(f"contract-{how.replace(' ', '-')}", page(check), acme)
    acme["fiona"].approves(pull)
    acme["carla"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"


def test_the_policy_cannot_call_a_contract_otherwise_without_its_readers(acme: Organisation) -> None:
    """Readers are registered on the id, so it is as good as gone; and an id is a knob that has no order, so it needs an override too."""
    pull = acme.proposes("paula", acme.repositories["orders-service"], {POLICY: acme.producer() + "    id: sales\n"})
    check = acme.settled(pull)
    assert title(check) == "Blocked: this loosens the gate (`publishes[contracts/orders.odcs.yaml].id`); 2 teams must sign `orders`"
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]


def test_a_contract_that_moves_with_its_listing_breaks_nobody(acme: Organisation) -> None:
    moved = "contracts/sales/orders.odcs.yaml"
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: None, moved: ORDERS, POLICY: _listing(acme, moved)})
    check = acme.settled(pull)
    holds("contract-moves-with-its-listing", page(check), acme)
    assert check["conclusion"] == "success"
