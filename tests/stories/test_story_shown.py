"""What happened is on the pages: each number and name there comes from what people and guards did."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from tests.stories.browsing import Browser
from tests.stories.guarding import Guard
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited

JSON = Any
RUNTIME = "    runtime: {mode: halt, acknowledge_minutes: 30, fix_minutes: 120}\n"


@pytest.fixture
def acme(empty: Organisation) -> Organisation:
    """Orders with two readers, and the data product Customer 360, which Otto manages."""
    empty.rules()
    empty.publishes(more=RUNTIME)
    for reader in ("finance-analytics", "customer-360"):
        empty.reads(reader)
    owners = empty.team("data-governance")
    product = f'products:\n  - {{name: Customer 360, manager: "@otto", inputs: ["{empty.name}/orders-service#orders"]}}\n'
    empty.github.team(empty.name, "product-managers", [empty["otto"]])
    empty.has("data-products", "product-managers", {POLICY: f'version: 1\nowners: ["{owners}"]\n{product}'})
    empty.installs()
    return empty


def a_night_passes(acme: Organisation) -> None:
    """And GitHub's settings are looked at."""
    acme.settle()
    acme.waits(days=1)
    acme.settle()


def rows(browser: Browser, path: str, table: str) -> list[JSON]:
    """A page's table, as JSON."""
    answer = browser.get(f"{path}?table={table}&format=json")
    assert answer.status_code == 200, answer.text
    found: list[JSON] = answer.json()["rows"]
    return found


def test_a_change_is_followed_from_the_registry_to_the_reviews_that_do_not_count(acme: Organisation) -> None:
    browser, home = Browser(acme.stage), f"{acme.name}/orders-service"
    pull = acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)})
    acme.settle()
    acme["fiona"].approves(pull)
    acme["greg"].approves(pull)
    acme.settle()

    (contract,) = [row for row in rows(browser, "/registry", "contracts") if row["contract"] == f"{home}#orders"]
    assert (contract["version"], contract["owners"]) == ("1.4.0", acme.team("payments"))
    assert contract["contract_url"] == f"/registry/{home}/orders"

    page = browser.get(contract["contract_url"])
    assert page.status_code == 200 and "Revenue" in page.text and f"/pulls/{home}/{pull.number}" in page.text
    readers = rows(browser, contract["contract_url"], "readers")
    assert {row["who"]: row["signs"] for row in readers} == {
        acme.team("finance-analytics"): "yes",
        acme.team("customer-360"): "yes",
        "@otto": "yes",
    }

    path = f"/pulls/{home}/{pull.number}"
    signed = {row["who"]: row["state"] for row in rows(browser, path, "signatures")}
    assert signed == {acme.team("finance-analytics"): "signed", acme.team("customer-360"): "waited for", "@otto": "waited for"}
    (outsider,) = rows(browser, path, "reviews")
    assert outsider["by"] == "greg" and "in none of the teams that are asked" in outsider["why"]
    tree = browser.get(path).text
    assert "fiona signed on 2 Mar 2026" in tree and "blocks" in tree
    assert [row["pull"] for row in rows(browser, "/pulls", "pulls") if row["pull_url"] == path] == [f"orders-service#{pull.number}"]


def test_the_manager_of_a_product_sees_which_contracts_can_be_stopped_and_what_is_in_the_way(acme: Organisation) -> None:
    a_night_passes(acme)
    browser = Browser(acme.stage)
    path = f"/products/{acme.name}/data-products/Customer%20360"
    (held,) = rows(browser, path, "inputs")
    assert (held["answer"], held["incidents"]) == ("can be stopped", 0) and "must sign and may hold it" in held["why"]

    home = acme.repositories["orders-service"]
    acme.pushes("ada", home, "main", {POLICY: acme.producer() + "    mode: warn\n"})
    acme.settle()
    (weak,) = rows(browser, path, "inputs")
    assert weak["answer"] == "cannot be stopped" and "warn mode" in weak["why"]


def test_an_incident_is_taken_on_its_page_by_the_one_event_that_a_comment_is(acme: Organisation) -> None:
    guard, browser = Guard(acme), Browser(acme.stage)
    guard.gets_a_token()
    guard.halts()
    (row,) = [one for one in rows(browser, "/incidents", "incidents") if one["contract"].startswith(f"{acme.name}/")]
    page = browser.get(row["incident_url"])
    assert "I look after it" in page.text and "40 of 100 records break the contract" in page.text
    assert "o-2" not in page.text  # values stay where they are
    hit = {one["who"]: one["assets"] for one in rows(browser, row["incident_url"], "hit")}
    assert hit[acme.team("finance-analytics")] == "dashboard Revenue"

    taken = browser.post(f"{row['incident_url']}/acknowledge")
    assert taken.status_code == 200 and "You look after it now" in taken.text
    acme.settle()
    again = browser.get(row["incident_url"])
    assert "I look after it" not in again.text and "somebody looks after it" in again.text and "on its page" in again.text
    number = row["incident_url"].rpartition("/")[2]
    assert [one["way"] for one in rows(browser, f"/incidents/{number}", "timeline")] == [None, "on its page"]


def test_the_audit_says_gap_by_gap_what_to_do_and_a_spreadsheet_can_take_it(acme: Organisation) -> None:
    acme.has("wide-open", "growth", {POLICY: acme.producer(), CONTRACT: ORDERS}, protected=False)
    a_night_passes(acme)
    page = Browser(acme.stage).get("/audit?table=gaps&format=csv")
    found = [row for row in csv.DictReader(io.StringIO(page.text.lstrip("\ufeff"))) if row["where"].startswith(f"{acme.name}/wide-open")]
    assert [row["severity"] for row in found][:1] == ["open"]
    assert "a change lands whatever its readers say" in found[0]["what"] and "audit --fix" in found[0]["remedy"]
