"""What happened at the pull request stands on the pages, and every number is reached by an event that people cause."""

from __future__ import annotations

from typing import Any

from tests.stories.browsing import Browser
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, Organisation, edited


def rows(browser: Browser, path: str, table: str) -> list[dict[str, Any]]:
    return list(browser.get(f"{path}?table={table}&format=json").json()["rows"])


def test_a_break_that_waits_for_its_readers_is_caught_and_they_keep_it_waiting(acme: Organisation) -> None:
    browser = Browser(acme.stage)
    before = next((one for one in rows(browser, "/", "teams") if one["team"] == "payments"), {"caught": 0})
    acme.settled(acme.proposes("paula", acme.repositories["orders-service"], {CONTRACT: edited(ORDERS, CENTS)}))
    acme.waits(hours=30)
    acme.settle()
    page = browser.get("/teams/payments")
    assert page.status_code == 200 and "orders-service" in page.text
    payments = next(one for one in rows(browser, "/", "teams") if one["team"] == "payments")
    assert payments["caught"] == before["caught"] + 1 and payments["team_url"].startswith("/teams/payments")
    waits = [one for one in rows(browser, "/teams/payments", "waits_for") if one["pull_request"].startswith(f"{acme.name}/")]
    assert {one["reader"] for one in waits} == {acme.team("finance-analytics"), acme.team("customer-360")}
    assert all(one["hours"] >= 30 and one["hours_note"] == "still waits" for one in waits)


def test_a_team_that_is_none_is_not_found_and_a_period_that_is_none_is_explained(acme: Organisation) -> None:
    browser = Browser(acme.stage)
    assert browser.get("/teams/nobody").status_code == 404
    refused = browser.get("/?period=soon")
    assert refused.status_code == 400 and "is no period. Write 2026Q4" in refused.text
