"""What people do on the pages, in a browser that runs no scripts: none of it may need one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.browser.visiting import Chromium, Visitor
from tests.stories.organisation import Organisation


@pytest.fixture
def stranger(chromium: Chromium) -> Iterator[Visitor]:
    with chromium.visitor(scripts=False) as made:
        yield made


@pytest.fixture
def ada(chromium: Chromium) -> Iterator[Visitor]:
    with chromium.visitor("ada", scripts=False) as made:
        yield made


def test_whoever_signs_in_comes_to_the_page_that_was_asked_for_and_can_leave(stranger: Visitor) -> None:
    stranger.goes("/teams/payments?period=90d")
    stranger.signs_in("ada")
    assert stranger.path == "/teams/payments?period=90d"
    assert stranger.page.get_by_role("heading", level=1).inner_text() == "payments"
    stranger.page.get_by_role("button", name="Sign out").click()
    stranger.goes("/")
    assert stranger.page.get_by_role("heading", level=1).inner_text() == "Sign in"
    assert stranger.troubles == []


def test_periods_and_domains_are_chosen_by_links_and_a_form_and_stay_in_the_address(ada: Visitor) -> None:
    ada.goes("/")
    periods = ada.page.get_by_role("search", name="Period")
    periods.get_by_role("link", name="90 days").click()
    assert ada.path == "/?period=90d"
    assert periods.get_by_role("link", name="90 days").get_attribute("aria-current") == "true"
    periods.get_by_label("From").fill("2026-02-01")
    periods.get_by_label("to", exact=True).fill("2026-03-31")
    periods.get_by_label("Domain").select_option("payments")
    periods.get_by_role("button", name="Show").click()
    assert ada.path == "/teams/payments?since=2026-02-01&until=2026-03-31"
    assert "2026-02-01 to 2026-03-31" in ada.page.locator("main").inner_text()


def test_whoever_sees_a_wrong_number_says_so_in_a_form_and_finds_it_again(ada: Visitor, acme: Organisation) -> None:
    ada.goes("/complaints")
    ada.page.get_by_label("Where do you see it?").fill("Revenue")
    ada.page.get_by_label("What do you see").fill("Half of Monday is missing")
    ada.page.get_by_role("button", name="Send").click()
    assert "Taken down" in ada.page.get_by_role("status").inner_text()
    acme.settle()
    ada.goes("/complaints")
    row = ada.page.get_by_role("row").filter(has_text="Revenue")
    assert "open" in row.inner_text() and row.get_by_role("link").get_attribute("href")


def test_dark_is_chosen_below_each_page_and_kept(ada: Visitor) -> None:
    ada.goes("/?period=90d")
    ada.page.get_by_role("button", name="Dark").click()
    assert ada.path == "/?period=90d"
    ada.goes("/teams/payments")
    assert ada.page.locator("html").get_attribute("data-theme") == "dark"
    ada.page.get_by_role("button", name="System").click()
    assert ada.page.locator("html").get_attribute("data-theme") is None


def test_the_keyboard_reaches_everything_in_the_order_of_the_page_and_one_sees_where_it_is(chromium: Chromium) -> None:
    with chromium.visitor("ada") as ada:
        ada.goes("/")
        ada.page.keyboard.press("Tab")
        assert ada.focused() == {"what": "Skip to the content", "within": "", "outlined": True, "seen": True}
        ada.page.keyboard.press("Enter")
        ada.page.keyboard.press("Tab")
        assert ada.focused()["within"] == "main"
        ada.goes("/")
        stops = []
        while (at := ada.page.keyboard.press("Tab") or ada.focused())["what"] and len(stops) < 200:
            stops.append(at)
        assert [one["what"] for one in stops if not (one["outlined"] and one["seen"])] == []
        order = [one["within"] for one in stops]
        assert order == sorted(order, key=["", "header", "main", "footer"].index) and set(order) == {"", "header", "main", "footer"}


def test_what_is_downloaded_is_the_table_of_the_page(ada: Visitor) -> None:
    ada.goes("/")
    with ada.page.expect_download() as taken:
        ada.page.locator("#teams").get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename == "teams.csv"
    assert re.search(r"^payments,", taken.value.path().read_text(encoding="utf-8-sig"), re.MULTILINE)


def test_a_page_prints_on_a_few_sheets(ada: Visitor) -> None:
    ada.goes("/")
    printed = ada.page.pdf(format="A4")
    assert printed.startswith(b"%PDF") and 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3


def test_the_owners_take_an_incident_on_its_page_and_its_readers_have_no_button(chromium: Chromium, acme: Organisation) -> None:
    with chromium.visitor("paula", scripts=False) as paula, chromium.visitor("fiona", scripts=False) as fiona:
        paula.goes("/incidents")
        paula.page.locator("#incidents").get_by_role("link", name="Incident 1").click()
        incident = paula.path
        fiona.goes(incident)
        assert fiona.page.get_by_role("button", name="I look after it").count() == 0
        paula.page.get_by_role("button", name="I look after it").click()
        assert "You look after it now" in paula.page.get_by_role("status").inner_text()
        acme.settle()
        paula.goes(incident)
        assert paula.page.get_by_role("button", name="I look after it").count() == 0
        assert "paula" in paula.page.locator(".timeline").inner_text()


def test_whoever_searches_the_registry_comes_to_a_contract_and_its_open_change(ada: Visitor, acme: Organisation) -> None:
    ada.goes("/registry")
    ada.page.get_by_role("searchbox").fill("orders-service")
    ada.page.get_by_role("searchbox").press("Enter")
    ada.page.locator("#contracts").get_by_role("link", name="orders").first.click()
    assert ada.path == f"/registry/{acme.name}/orders-service/orders"
    ada.page.locator("#pulls").get_by_role("link").first.click()
    assert "blocks" in ada.page.locator(".tree").inner_text() and "fiona" in ada.page.locator(".tree").inner_text()
