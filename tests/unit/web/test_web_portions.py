"""Long lists come a hundred rows at a time, and are taken along whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.unit.web.pages import Nowhere

from countersign.model.access import Viewer
from countersign.model.incident import Incident
from countersign.web import Pages, create_app
from countersign.web.pages import incidents
from countersign.web.pages.site import Site

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Shown:
    def incidents(self, viewer: Viewer, *, all_of_them: bool) -> Sequence[Incident]:
        opened = ((number, NOW - timedelta(days=300 - number)) for number in range(250, 0, -1))
        return [
            Incident(number=number, contract="acme/orders#orders", dataset="orders", source="kafka", opened_at=at) for number, at in opened
        ]


@pytest.fixture
def browser() -> FlaskClient:
    shown: Any = Shown()
    pages = Pages(key=b"k" * 32, secure=False, blueprints=[incidents.blueprint(Site(lambda: NOW), shown)])
    return create_app(Nowhere(), lambda raw, said: False, lambda: "", pages=pages).test_client()


def test_a_page_has_a_hundred_rows_and_leads_to_the_rest(browser: FlaskClient) -> None:
    first, last = browser.get("/incidents?show=all"), browser.get("/incidents?show=all&after=200").text
    assert "1 to 100 of 250" in first.text and 'href="/incidents?show=all&amp;after=100">Those after' in first.text
    assert "Incident 151<" in first.text and "Incident 150<" not in first.text and len(first.data) < 100_000
    assert "201 to 250 of 250" in last and 'after=100">Those before' in last and "Those after" not in last


def test_csv_and_json_have_every_row_whatever_the_page_shows(browser: FlaskClient) -> None:
    assert len(browser.get("/incidents?show=all&after=100&table=incidents&format=json").json["rows"]) == 250


@pytest.mark.parametrize("after", ["-1", "250", "99999999999999999999", "x", ""])
def test_a_number_that_leads_nowhere_leads_to_the_first_rows(browser: FlaskClient, after: str) -> None:
    assert "1 to 100 of 250" in browser.get(f"/incidents?show=all&after={after}").text
