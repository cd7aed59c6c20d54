"""Data products: Otto manages Customer 360, which is built on orders. He signs with the readers, and may hold."""

from __future__ import annotations

import pytest
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import handle, holds, page, title

from countersign.demo.people import PullRequest

ODPS = "products/customer-360.odps.yaml"
PRODUCT = "apiVersion: v1.0.0\nkind: DataProduct\nid: c360\nname: Customer 360\nstatus: active\n"


def _port(contract: str) -> str:
    return f"inputPorts:\n  - {{name: orders, version: 1.0.0, contractId: {contract}}}\n"


def _policy(acme: Organisation, *, manager: str = "@otto", more: str = "odps: " + ODPS) -> str:
    owners = acme.team("data-governance")
    return f'version: 1\nowners: ["{owners}"]\nproducts:\n  - {{name: Customer 360, manager: "{manager}", {more}}}\n'


@pytest.fixture
def managed(acme: Organisation) -> Organisation:
    """The input port names the contract by its id alone, which only one repository has."""
    acme.github.team(acme.name, "product-managers", [acme["otto"]])
    acme.has("data-products", "product-managers", {POLICY: _policy(acme), ODPS: PRODUCT + _port("orders")})
    acme.settle()
    return acme


@pytest.fixture
def cents(managed: Organisation) -> PullRequest:
    pull = managed.proposes("paula", managed.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    managed.settle()
    for login in ("fiona", "carla"):
        managed[login].approves(pull)
    return pull


def test_the_manager_is_asked_and_waited_for_like_a_reader(managed: Organisation, cents: PullRequest) -> None:
    acme = managed
    check = acme.settled(cents)
    holds("product-manager-must-sign", page(check), acme)
    assert "otto" in acme.asked(cents)
    acme["otto"].approves(cents)
    assert acme.settled(cents)["conclusion"] == "success"


def test_a_hold_keeps_a_signed_change_until_its_day_is_over_or_the_manager_ends_it(managed: Organisation, cents: PullRequest) -> None:
    acme = managed
    name = handle(acme.settled(cents), "`amount`")
    acme["otto"].comments(cents, f'/countersign hold {name} --until 2026-03-20 --reason "The quarter closes on Friday"')
    acme["otto"].approves(cents)
    check = acme.settled(cents)
    holds("product-held", page(check), acme)
    answers = [one["body"] for one in acme.comments(cents.repository, cents.number)]
    assert any("held until 20 Mar 2026 is over" in text for text in answers), answers
    acme["otto"].comments(cents, f'/countersign hold {name} --until 2026-03-05 --reason "Thursday will do"')
    assert title(acme.settled(cents)) == "Blocked: `amount` is held until 5 Mar 2026"
    acme.waits(days=4)
    assert cents.check(conclusion="success")["conclusion"] == "success"
    acme["otto"].comments(cents, f'/countersign hold {name} --until 2026-03-31 --reason "Not yet after all"')
    assert acme.settled(cents)["conclusion"] == "failure"
    acme["otto"].comments(cents, f'/countersign hold {name} --until 2026-03-06 --reason "Go"')
    assert acme.settled(cents)["conclusion"] == "success"


def test_others_may_not_hold_nor_the_manager_for_ever_and_both_are_told_why(managed: Organisation, cents: PullRequest) -> None:
    acme = managed
    name = handle(acme.settled(cents), "`amount`")
    acme["greg"].comments(cents, f'/countersign hold {name} --until 2026-03-20 --reason "I would rather not"')
    acme["otto"].approves(cents)
    acme["otto"].comments(cents, f'/countersign hold {name} --until 2027-03-20 --reason "Never"')
    check = acme.settled(cents)
    assert check["conclusion"] == "success"
    holds("product-holds-refused", page(check), acme)
    answers = [one["body"] for one in acme.comments(cents.repository, cents.number)]
    assert any("only the manager of a data product that is built on it may hold it" in text for text in answers), answers


def test_a_product_file_that_names_nothing_is_reported_where_it_is_changed(managed: Organisation) -> None:
    acme = managed
    home = acme.repositories["data-products"]
    pull = acme.proposes("otto", home, {ODPS: PRODUCT + _port("ordres") + "  - {name: raw, version: 1.0.0}\n"}, branch="one")
    check = acme.settled(pull)
    assert check["conclusion"] == "failure"
    assert title(check).startswith("Blocked: what the data product `Customer 360` is built on cannot be told")
    assert "an input port has no `contractId`" in page(check).replace("<code>", "`").replace("</code>", "`")
    pull = acme.proposes("otto", home, {ODPS: PRODUCT + _port("ordres")}, branch="two")
    holds("product-of-nothing", page(acme.settled(pull)), acme)


def test_an_input_is_given_up_only_by_its_manager(managed: Organisation) -> None:
    """In the product's own file, which is no policy, as much as in the policy."""
    acme = managed
    acme.joins("greg", "product-managers")
    home = acme.repositories["data-products"]
    pull = acme.proposes("greg", home, {ODPS: PRODUCT}, branch="port")
    check = acme.settled(pull)
    assert title(check) == "Blocked: otto must sign `orders`"
    holds("product-input-taken-out", page(check), acme)
    acme["otto"].approves(pull)
    assert acme.settled(pull)["conclusion"] == "success"
    other = acme.proposes("greg", home, {POLICY: _policy(acme, manager="@greg")}, branch="manager")
    assert title(acme.settled(other)) == "Blocked: otto must sign `orders`"


def test_a_product_registered_by_people_who_may_not_write_there_blocks_nobody(acme: Organisation) -> None:
    more = f'inputs: ["{acme.name}/orders-service#orders"]'
    acme.has("somebody-elses", "growth", {POLICY: _policy(acme, manager="@sam", more=more)})
    acme.settle()
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    assert acme.asked(pull) == ["customer-360", "finance-analytics"]
