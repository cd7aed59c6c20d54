"""Field paths, references and days."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.model.path import ELEMENT, VALUE, branch_step, enum_step, show
from countersign.policy import parse_path, parse_reference
from countersign.policy.syntax import check_file, parse_date

names = st.text("abc_0 ", min_size=1, max_size=4).filter(str.strip)
marks = st.sampled_from([ELEMENT, VALUE]) | names.map(branch_step)


@given(st.lists(st.tuples(names, st.lists(marks, max_size=2)), min_size=1, max_size=4), st.none() | st.text(max_size=5))
def test_a_path_that_is_shown_reads_back(parts: list[tuple[str, list[str]]], value: str | None) -> None:
    path = [step for name, inner in parts for step in (name, *inner)]
    if value is not None:
        path.append(enum_step(value))
    assert parse_path(show(tuple(path))) == tuple(path)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "[]", "a[", "a[0]", "a<b", "a<>", "a{}b", "=x"])
def test_a_path_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"missing|cannot stand|without a name"):
        parse_path(text)


def test_a_reference_names_a_contract_or_a_dataset_of_it() -> None:
    assert parse_reference("acme/orders-service#orders") == ("acme/orders-service", "orders", "")
    assert str(parse_reference("acme/orders-service#orders/lines")) == "acme/orders-service#orders/lines"


@pytest.mark.parametrize(
    "text", ["orders", "acme#orders", "acme/x", "acme/x#", "acme/x#a b", "acme/x#a/", "https://x/acme/x#a", "acme/x#a\n"]
)
def test_any_other_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="org/repo#id"):
        parse_reference(text)


@pytest.mark.parametrize("text", ["20270630", "2027-W01-1", "2027-6-30", "2027-02-29", "tomorrow", "２０２７-06-30"])
def test_a_day_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        parse_date(text)


@pytest.mark.parametrize("text", ["", "/etc/passwd", "../x", "a//b", "a/./b"])
def test_a_file_stays_in_its_repository(text: str) -> None:
    with pytest.raises(ValueError, match="from the repository's root"):
        check_file(text)
