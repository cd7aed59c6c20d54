"""Texts that are too long for GitHub stay whole Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from countersign.adapters.github.limits import cut, shorten

WHOLE = "All of it: https://c.test/1"


def test_a_text_that_fits_is_left_alone():
    assert cut("a\nb", 3, WHOLE) == "a\nb"


def test_an_open_fence_and_open_details_are_closed_where_the_text_is_cut():
    text = "<details><summary>more</summary>\n\n```diff\n" + "- line\n" * 200 + "```\n</details>"
    ended = cut(text, 400, WHOLE)
    assert "\n```\n</details>\n\n**Cut here:**" in ended
    assert len(ended.encode()) <= 400


def test_one_endless_line_is_cut_inside_a_character_never():
    ended = cut("ü" * 1_000, 500, WHOLE)
    assert len(ended.encode()) <= 500
    assert ended.startswith("üüü") and WHOLE in ended


@given(st.text(alphabet="aü→`<>/\n details", max_size=600), st.integers(min_value=220, max_value=600))
def test_no_text_is_ever_longer_than_its_limit(text, limit):
    assert len(cut(text, limit, WHOLE).encode()) <= limit
    assert len(shorten(text, limit).encode()) <= limit
