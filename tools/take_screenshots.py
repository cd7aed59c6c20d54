"""The pictures in docs/images: pages of a simulated year, and a quarterly sheet of it, as Chromium shows them.

Writes WebP, because a browser can make it by itself and a page becomes a small file. Takes as long as the year takes to play.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from countersign.adapters.database import Database, open_database
from countersign.bootstrap import AppSettings
from countersign.demo.year.company import ORGANISATION
from countersign.demo.year.play import Played, play
from countersign.demo.year.shown import served
from countersign.model import quarter
from countersign.render.sheet_page import sheet_page
from countersign.services.report import quarterly

#: The year's last midnight: always the same one, so that a picture changes only when a page does.
_END = datetime(2026, 11, 23, tzinfo=UTC)
#: Who does worse as the year goes on.
_TEAM = "support"
_QUALITY = 82
Rows = Callable[[str, str], list[dict[str, Any]]]


def addresses(rows: Rows) -> dict[str, tuple[str, bool, int]]:
    """Picture -> where it is taken, whether in the dark, and how high it is in pixels."""
    incident = next(one for one in rows("/incidents?show=all", "incidents") if one["contract"].endswith("#tickets"))
    change = rows("/pulls", "pulls")[0]
    return {
        "organisation": ("/?period=90d", False, 1240),
        "team": (f"/teams/{_TEAM}?period=90d", True, 900),
        "incident": (incident["incident_url"], False, 1010),
        "contract": ("/registry/acme/checkout-service/orders", False, 1240),
        "change": (change["pull_url"], False, 800),
    }


def main() -> int:
    images = Path(sys.argv[1])
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is missing; Debian's package is `chromium`.")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        data = Path(scratch)
        played = play(data, seed=1, end=_END)
        browser = playwright.chromium.launch(executable_path=program)
        _pictures(browser, played, data, images)
        browser.close()
    return 0


def _pictures(browser: Browser, played: Played, data: Path, images: Path) -> None:
    with served(data, played.ports, 0) as site:
        asking = browser.new_context().request

        def rows(path: str, table: str) -> list[dict[str, Any]]:
            mark = "&" if "?" in path else "?"
            found: list[dict[str, Any]] = asking.get(f"{site}{path}{mark}table={table}&format=json").json()["rows"]
            return found

        for name, (path, dark, height) in addresses(rows).items():
            _picture(browser, f"{site}{path}", images / f"{name}.webp", dark=dark, height=height)
    sheet = data / "sheet.html"
    sheet.write_text(_sheet(played, data), encoding="utf-8")
    _picture(browser, sheet.as_uri(), images / "sheet.webp", width=820, height=1210)


def _sheet(played: Played, data: Path) -> str:
    engine = open_database(AppSettings(app_id=0, private_key="", webhook_secrets=(), data=data).database_url)
    try:
        ports = replace(played.ports, records=Database(engine))
        return sheet_page(quarterly(ports, ORGANISATION, _TEAM, quarter.before(quarter.quarter_of(_END))))
    finally:
        engine.dispose()


def _picture(browser: Browser, url: str, target: Path, *, dark: bool = False, width: int = 1360, height: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(url)
    taken = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    target.write_bytes(base64.b64decode(taken["data"]))
    context.close()


if __name__ == "__main__":
    sys.exit(main())
