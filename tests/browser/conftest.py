"""A played organisation whose pages ask who one is, and a Chromium before them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import sync_playwright
from tests.browser.playing import plays
from tests.browser.visiting import Chromium
from tests.stories.organisation import Organisation
from tests.stories.staging import local_github, organisation

_AXE = Path(__file__).parents[2] / ".cache" / "axe.min.js"


def missing(what: str) -> NoReturn:
    """Left out on a laptop; a failure where it is said that everything is there."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def axe() -> str:
    return _AXE.read_text(encoding="utf-8") if _AXE.exists() else missing("axe-core is missing; `make referees` fetches it with npm")


@pytest.fixture(scope="session")
def program() -> str:
    return shutil.which("chromium") or shutil.which("google-chrome") or missing("Chromium is missing; Debian's package is `chromium`")


@pytest.fixture(scope="session")
def acme(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    """Orders with two readers and a data product; a change of it is blocked and signed by one, and its data is stopped in production."""
    with local_github(tmp_path_factory.mktemp("stage"), sign_in=True) as stage:
        for made in organisation(stage, tmp_path_factory.mktemp("people")):
            plays(made)
            yield made


@pytest.fixture(scope="module")
def chromium(program: str, acme: Organisation) -> Iterator[Chromium]:
    # By module: while Playwright runs, asyncio of other tests in this process would find its loop taken.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield Chromium(browser, acme.stage.app.address, acme.stage.url)
        browser.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # pytest hands over every test of the run, not only these.
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)
