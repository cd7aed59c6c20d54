"""Columns that are right at a glance: what is seen so would have passed the regular expression, value by value."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.guard import ContractFile
from countersign.guard.batches import compile_batch
from countersign.guard.batches.columns import _SURE
from countersign.guard.batches.glance import all_right, shape_of
from countersign.guard.compiling import compile_plan

UUID = "5f5dbeab-1111-4222-8333-0123456789aB"
CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: string, required: true, logicalTypeOptions: {format: uuid}}
      - {name: country, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[A-Z]{2}$"}}
"""
PATTERNS = (_SURE["uuid"], "^[A-Z]{2}$", "^[0-9a-f]{32}$", "^ORD-[0-9]{3}$", "^[0-9]{2}:[0-9]{2}$", "^a[0-9]$")


def seen(pattern: str, texts: list[str | None]) -> bool:
    shape = shape_of(pattern)
    assert shape is not None
    (answer,) = all_right(pl.DataFrame({"text": texts}, schema={"text": pl.String}), [(shape, pl.col("text"))])
    return answer


@pytest.mark.parametrize(
    ("pattern", "texts", "right"),
    [
        (_SURE["uuid"], [UUID, None, UUID.upper()], True),
        (_SURE["uuid"], [None, None], True),
        (_SURE["uuid"], [], True),
        (_SURE["uuid"], [UUID, UUID[:-1]], False),
        (_SURE["uuid"], [UUID, UUID.replace("-", "a")], False),
        (_SURE["uuid"], [UUID[1:9] + UUID[0] + UUID[9:]], False),  # a dash stands one place further left
        (_SURE["uuid"], [UUID[:-1] + "-"], False),
        (_SURE["uuid"], [UUID[:-1] + "\n"], False),
        ("^[A-Z]{2}$", ["DE", "CZ"], True),
        ("^[A-Z]{2}$", ["DE", "C"], False),
        ("^[A-Z]{2}$", ["Ä"], False),  # two bytes
        ("^[0-9]{2}:[0-9]{2}$", ["12:30", "1:230"], False),
    ],
)
def test_what_has_the_shape(pattern: str, texts: list[str | None], right: bool) -> None:
    assert seen(pattern, texts) is right


@given(st.sampled_from(PATTERNS), st.data())
def test_nothing_is_right_at_a_glance_that_the_pattern_refuses(pattern: str, data: st.DataObject) -> None:
    one = st.from_regex(pattern.replace("$", r"\Z"), fullmatch=True) | st.text(alphabet="AZ09af-:O\n", min_size=1, max_size=5)
    texts = data.draw(st.lists(one, max_size=4))
    assert seen(pattern, list(texts)) == all(re.search(pattern.replace("$", r"\Z"), text) for text in texts)


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Z]{2}",
        "^[A-Z]+$",
        "^[A-Z]{2,3}$",
        "^[A-Z]{2}|x$",
        "^[^A]{2}$",
        "^A{2}[0-9]$",
        "^[0-9][A-Z]$",
        "^[0-9a]a$",
        "^[Z-A]$",
        "^ab$",
        "^[0-9]{99}$",
        "^\\d$",
        "^.[0-9]$",
    ],
)
def test_a_pattern_that_says_more_than_a_shape_has_none(pattern: str) -> None:
    assert shape_of(pattern) is None


def test_in_a_large_batch_the_one_wrong_text_is_found_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "orders.odcs.yaml").write_text(CONTRACT)
    checker = compile_batch(compile_plan(ContractFile(tmp_path / "orders.odcs.yaml").load().versions[0].contract))
    right = pl.DataFrame({"id": [UUID] * 40_000, "country": ["DE"] * 40_000})
    assert checker.check(right).found == ()
    wrong = right.with_columns(country=pl.when(pl.int_range(pl.len()) == 31_415).then(pl.lit("De")).otherwise("country"))
    (one,) = checker.check(wrong).violations
    assert (one.row, one.violation.path, one.violation.rule) == (31_415, ("orders", "country"), "pattern")
