"""The App comes and goes, and repositories change their names."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited
from tests.stories.reading import title

from countersign.demo.people import Refused


def test_pull_requests_that_were_open_before_the_app_came_all_get_their_check(empty: Organisation) -> None:
    acme = empty
    acme.rules()
    orders = acme.publishes()
    acme.reads("finance-analytics")
    breaking = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="one")
    harmless = acme.proposes("pete", orders, {"README.md": "# Orders!\n"}, branch="two")
    closed = acme.proposes("pete", orders, {"README.md": "# Orders?\n"}, branch="three")
    acme["pete"].closes(closed)
    acme.installs()
    assert title(acme.settled(breaking)) == "Blocked: finance-analytics must sign `amount`"
    assert title(acme.settled(harmless)) == "Passed: no contract touched"
    assert acme.asked(breaking) == ["finance-analytics"]
    assert acme.checks(closed) == []


def test_uninstalled_it_is_silent_and_installed_again_it_knows_page(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    before = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)}, branch="one")
    acme.settle()
    acme["fiona"].approves(before)
    acme.settle()
    acme.leaves()
    acme.settle()
    unseen = acme.proposes("pete", orders, {CONTRACT: edited(ORDERS, CENTS).replace("integer", "number")}, branch="two")
    acme.settle()
    assert acme.checks(unseen) == []
    acme.installs()
    assert title(acme.settled(unseen)) == "Blocked: 2 teams must sign `amount`"
    acme["carla"].approves(before)
    assert acme.settled(before)["conclusion"] == "success"  # fiona's signature is on record


def test_a_repository_may_change_its_name_and_keeps_readers_and_signatures(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    acme.settle()
    acme.github.steer("PATCH", f"/repos/{orders.name}", {"name": "orders"})
    acme.settle()
    renamed = type(orders)(acme.github, f"{acme.name}/orders")
    pull = type(pull)(renamed, pull.number, pull.branch)
    acme.pushes("paula", renamed, "change", {"README.md": "# Orders, renamed\n"})
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    other = acme.proposes("pete", renamed, {CONTRACT: edited(ORDERS, CENTS).replace("integer", "number")}, branch="two")
    assert title(acme.settled(other)) == "Blocked: 2 teams must sign `amount`"


def test_a_new_repository_is_gated_from_its_first_pull_request(acme: Organisation) -> None:
    contract = ORDERS.replace("orders", "refunds").replace("version: 1.4.0", "version: 1.0.0")
    files = {"contracts-policy.yaml": acme.producer("contracts/refunds.odcs.yaml"), "contracts/refunds.odcs.yaml": contract}
    refunds = acme.has("refunds-service", "payments", files)
    acme.settle()
    changed = edited(contract, [("version: 1.0.0", "version: 2.0.0"), ("      - {name: region, logicalType: string}\n", "")])
    pull = acme.proposes("paula", refunds, {"contracts/refunds.odcs.yaml": changed})
    assert acme.settled(pull)["conclusion"] == "failure"
    assert acme.asked(pull) == ["payments"]
    with pytest.raises(Refused, match="405"):
        acme["pete"].merges(pull)
