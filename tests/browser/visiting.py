"""People before the pages with a real browser: Chromium without a window, which notes what no visitor should meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, StorageState

JSON = Any

DESK, PHONE, SMALL_PHONE = (1280, 900), (390, 844), (320, 640)
#: A4 without its margins of 1.6 cm, in CSS pixels.
PAPER = (673, 1000)
_GRAVE = ("serious", "critical")
_AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}


@dataclass(slots=True)
class Visitor:
    """Somebody at a page. github: where they are sent to sign in. troubles: what the console said, and requests that went elsewhere,
    while they were on this site."""

    page: Page
    site: str
    github: str
    troubles: list[str] = field(default_factory=list)

    def goes(self, path: str) -> int:
        """The status of the answer."""
        answer = self.page.goto(f"{self.site}{path}")
        assert answer is not None, path
        return answer.status

    def signs_in(self, login: str) -> None:
        self.page.get_by_role("link", name="Sign in with GitHub").click()
        self.page.get_by_role("button", name=f"Sign in as {login}", exact=True).click()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site)

    def links(self) -> set[str]:
        """Paths of this site that the page leads to, without what comes after a question mark."""
        found = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        return {urlsplit(one).path for one in found if one.startswith(f"{self.site}/")}

    def sideways(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))

    def faults(self, axe: str) -> list[str]:
        """What axe-core calls serious or critical, with where it is. axe: its source."""
        self.page.evaluate(axe)
        found: JSON = self.page.evaluate("options => axe.run(document, options)", _AXE_OPTIONS)
        grave = [one for one in found["violations"] if one["impact"] in _GRAVE]
        return [f"{self.path}: {one['help']}: {node['html'][:120]}" for one in grave for node in one["nodes"]]

    def focused(self) -> JSON:
        """What the keyboard is at: its text or name, whether its outline is seen, and whether it is in the window."""
        return self.page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
                return {
                    what: at === document.body ? "" : (at.innerText || at.getAttribute("aria-label") || at.name || at.tagName).trim(),
                    within: at.closest("main") ? "main" : at.closest("header") ? "header" : at.closest("footer") ? "footer" : "",
                    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
                };
            }"""
        )

    def _hears(self, text: str) -> None:
        if not self.page.url.startswith(f"{self.github}/"):
            self.troubles.append(f"{self.path}: {text}")

    def listens(self) -> None:
        """Begins to note."""

        def asked(url: str) -> None:
            if not url.startswith((f"{self.site}/", f"{self.github}/", "data:")):
                self._hears(f"asks {url}")

        self.page.on("console", lambda said: self._hears(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._hears(str(error)))
        self.page.on("request", lambda request: asked(request.url))


@dataclass(slots=True)
class Chromium:
    """Who visits this site with it. kept: what it remembers of who signed in."""

    browser: Browser
    site: str
    github: str
    kept: dict[str, StorageState] = field(default_factory=dict)

    @contextmanager
    def visitor(self, login: str = "", *, size: tuple[int, int] = DESK, dark: bool = False, scripts: bool = True) -> Iterator[Visitor]:
        """login: "" for somebody who has not signed in. scripts: whether the browser runs any."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            storage_state=self._signed_in(login) if login else None,
        )
        context.set_default_timeout(10_000)
        try:
            made = Visitor(context.new_page(), self.site, self.github)
            made.listens()
            yield made
        finally:
            context.close()

    def _signed_in(self, login: str) -> StorageState:
        if login not in self.kept:
            with self.visitor() as visitor:
                visitor.goes("/sign-in")
                visitor.signs_in(login)
                self.kept[login] = visitor.page.context.storage_state()
        return self.kept[login]
