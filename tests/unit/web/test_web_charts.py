"""Charts say in words what they show, and keep their letters' size at any width."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from countersign.web.charts import Series, bars, lines, spark
from countersign.web.pages.filters import hours, number
from countersign.web.pages.period import chosen, named

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
COUNTS = st.lists(st.one_of(st.none(), st.integers(0, 10_000)), min_size=1, max_size=30)


@given(COUNTS, st.integers(0, 40))
def test_a_chart_of_any_numbers_is_well_formed_and_stays_in_its_frame(values: list[float | None], extra: int) -> None:
    labels = [f"m{index}" for index in range(len(values))]
    for drawing in (
        bars("A & B", labels, [Series("x", values), Series("<y>", [extra] * len(values), "bad")]),
        lines("A", labels, [Series("x", values)]),
    ):
        assert "style=" not in drawing
        for element in ET.fromstring(drawing).iter():
            for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"):
                value = float(element.get(name, "0").rstrip("%"))
                assert 0 <= value <= (100 if element.get(name, "").endswith("%") else 200), (name, value)


def test_a_chart_says_its_numbers_to_whoever_does_not_see_it() -> None:
    drawing = bars("Violations", ["Jan", "Feb"], [Series("caught", [3, 0]), Series("escaped", [1, 0], "bad")])
    assert "Jan: caught 3, escaped 1; Feb: caught 0, escaped 0" in drawing and 'role="img"' in drawing
    assert re.findall(r'class="value[^>]*>(\d+)<', drawing) == ["4"]


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    drawing = lines("Hours", ["a", "b", "c", "d"], [Series("median", [1, None, 2, 3])], unit="hours")
    assert drawing.count('<line class="l-main"') == 1 and "b –" in drawing


def test_the_last_values_of_two_lines_never_stand_over_each_other() -> None:
    drawing = lines("Hours", ["a"], [Series("median", [1.0]), Series("p90", [1.0])])
    first, second = (float(y) for y in re.findall(r'class="value end" x="[^"]+" y="([^"]+)"', drawing))
    assert first - second >= 14


def test_lines_without_a_value_say_so() -> None:
    assert ">nothing in this time<" in lines("Hours", ["a", "b"], [Series("median", [None, None])])


def test_sparks_of_several_rows_have_one_scale() -> None:
    heights = [[float(one) for one in re.findall(r'height="([^"]+)"/>', spark("", counts, 8))] for counts in ([8, 4], [2, 0])]
    assert heights == [[22, 12], [7, 1]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (0, "0 min"),
        (0.001, "under 1 min"),
        (0.2, "12 min"),
        (1, "1 h"),
        (3.55, "3.5 h"),
        (47.9, "47.9 h"),
        (48, "2 days"),
        (100, "4.2 days"),
        (400, "17 days"),
    ],
)
def test_lengths_of_time_have_the_unit_that_a_person_would_choose(value: float | None, said: str) -> None:
    assert hours(value) == said


def test_numbers_are_grouped() -> None:
    assert (number(12345), number(1.25), number(0), number(None)) == ("12,345", "1.2", "0", "–")


def day(period: str) -> tuple[str, str]:
    found = named(period, NOW)
    return f"{found.since:%Y-%m-%d}", f"{found.until:%Y-%m-%d}"


def test_periods_are_quarters_days_up_to_today_or_two_dates() -> None:
    assert day("2026Q4") == ("2026-10-01", "2027-01-01") and day("2026q1") == ("2026-01-01", "2026-04-01")
    assert day("30d") == ("2026-10-25", "2026-11-24")
    assert day("2026-01-01..2026-01-31") == ("2026-01-01", "2026-02-01")


@pytest.mark.parametrize(
    "period", ["2026Q5", "0d", "9999d", "x", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01", "0001-01-01..0001-01-02", ".."]
)
def test_what_is_no_period_is_refused_with_what_is_right(period: str) -> None:
    with Flask("t").test_request_context(f"/?period={period}"), pytest.raises(BadRequest) as refused:
        chosen(NOW)
    assert refused.value.description


def test_the_two_dates_of_the_form_are_a_period_and_a_domain_must_be_one() -> None:
    with Flask("t").test_request_context("/?since=2026-10-01&until=2026-10-31&domain=payments"):
        found = chosen(NOW, ["payments"])
        assert (found.first_day, found.last_day, found.domain, found.label) == (
            "2026-10-01",
            "2026-10-31",
            "payments",
            "2026-10-01 to 2026-10-31",
        )
    with Flask("t").test_request_context("/?domain=x"), pytest.raises(BadRequest, match="no domain called x"):
        chosen(NOW, ["payments"])
    with Flask("t").test_request_context("/"):
        assert chosen(NOW).name == "2026Q4" and chosen(NOW).label == "Q4 2026"
