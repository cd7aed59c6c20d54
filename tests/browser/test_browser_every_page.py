"""What holds of every page: it is reached by links alone, and nothing about it keeps anybody out."""

from __future__ import annotations

import pytest
from tests.browser.visiting import DESK, PAPER, PHONE, SMALL_PHONE, Chromium
from tests.stories.organisation import Organisation

#: Pages that nothing leads to, or only for whom something is refused.
UNLINKED = ("/sign-in", "/teams/nobody")


@pytest.fixture(scope="module")
def pages(chromium: Chromium) -> list[str]:
    """Every page of the site: whatever links lead to from the first one."""
    found, waiting = {*UNLINKED}, ["/"]
    with chromium.visitor("ada") as ada:
        while waiting:
            path = waiting.pop()
            if path in found:
                continue
            found.add(path)
            assert ada.goes(path) == 200, path
            waiting.extend(sorted(ada.links() - found))
        assert ada.troubles == []
    return sorted(found)


def test_links_lead_to_every_kind_of_page(pages: list[str], acme: Organisation) -> None:
    home, product = f"{acme.name}/orders-service", f"{acme.name}/data-products/Customer%20360"
    kinds = {"/", "/teams/payments", "/incidents", "/incidents/1", "/pulls", f"/pulls/{home}/1", "/complaints", "/audit", "/registry"}
    assert {*kinds, f"/registry/{home}/orders", f"/products/{product}"} <= set(pages)


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (DESK, True), (PHONE, False)], ids=["light", "dark", "phone"])
def test_axe_finds_nothing_serious(chromium: Chromium, axe: str, pages: list[str], size: tuple[int, int], dark: bool) -> None:
    with chromium.visitor("ada", size=size, dark=dark) as ada:
        faults = [fault for path in pages if ada.goes(path) for fault in ada.faults(axe)]
    assert faults == []


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE], ids=["390", "320"])
def test_a_phone_is_wide_enough(chromium: Chromium, pages: list[str], size: tuple[int, int]) -> None:
    with chromium.visitor("ada", size=size) as ada:
        wide = {path: ada.sideways() for path in pages if ada.goes(path) and ada.sideways() > 0}
    assert wide == {}


def test_paper_is_wide_enough_and_light_whatever_the_screen_is(chromium: Chromium, pages: list[str]) -> None:
    with chromium.visitor("ada", size=PAPER, dark=True) as ada:
        ada.page.emulate_media(media="print")
        for path in pages:
            ada.goes(path)
            assert ada.sideways() <= 0, path
            assert ada.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", path
            assert not ada.page.get_by_role("button").first.is_visible(), path


def test_no_page_runs_a_script_or_asks_anybody_else(chromium: Chromium, pages: list[str]) -> None:
    with chromium.visitor("ada") as ada:
        for path in pages:
            ada.goes(path)
            assert ada.page.locator("script").count() == 0, path
        refused = "Failed to load resource: the server responded with a status of 404"
        assert [one for one in ada.troubles if refused not in one] == []


def test_axe_finds_nothing_serious_on_what_only_others_see(chromium: Chromium, axe: str, acme: Organisation) -> None:
    """Members of a team and of none, somebody of no organisation, and whoever complains about a name that is none."""
    faults, seen = [], []
    for login in ("paula", "otto", acme.outsider("mallory").login):
        with chromium.visitor(login, size=PHONE) as visitor:
            visitor.goes("/")
            seen.append(visitor.page.get_by_role("heading", level=1).inner_text())
            faults += visitor.faults(axe)
    assert seen == ["Your teams", "Your teams", "Forbidden"]
    with chromium.visitor("fiona", dark=True) as fiona:
        fiona.goes("/complaints")
        fiona.page.get_by_label("Where do you see it?").fill("Revenues")
        fiona.page.get_by_label("What do you see").fill("Half is missing")
        fiona.page.get_by_role("button", name="Send").click()
        assert "Revenue" in fiona.page.get_by_text("Did you mean").inner_text()
        faults += fiona.faults(axe)
    assert faults == []
