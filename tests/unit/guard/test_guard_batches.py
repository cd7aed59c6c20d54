"""Batches: rows, counts, uniqueness, splitting, and files that are no data."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.guard.cases import plan_of, where

from countersign.guard.batches import BatchResult, NotReadable, compile_batch, open_file
from countersign.guard.batches.regex import as_rust
from countersign.guard.explain import explain
from countersign.guard.patterns import linear
from countersign.guard.plan import Plan

ORDERS = [
    {"name": "order_id", "logicalType": "integer", "required": True, "primaryKey": True, "primaryKeyPosition": 1},
    {"name": "status", "logicalType": "string", "required": True, "enum": [{"value": "paid"}, {"value": "refunded"}]},
    {"name": "amount", "logicalType": "number", "logicalTypeOptions": {"minimum": 0}},
]


def plan(*properties: dict[str, Any]) -> Plan:
    return plan_of("odcs", json.dumps(properties or ORDERS))


def check(data: Any, *properties: dict[str, Any], shown: int = 10) -> BatchResult:
    return compile_batch(plan(*properties), shown).check(data)


def counts(result: BatchResult) -> dict[tuple[str, str], int]:
    return {(".".join(found.path[1:]), found.rule): found.count for found in result.found}


def orders(rows: int = 5) -> pl.DataFrame:
    return pl.DataFrame({"order_id": range(rows), "status": ["paid"] * rows, "amount": [1.5] * rows})


# -- what is found -----------------------------------------------------------------------------------------------------------


def test_every_violation_is_counted_and_the_first_are_shown_with_their_rows() -> None:
    frame = orders(100).with_columns(status=pl.when(pl.col("order_id") % 2 == 0).then(pl.lit("lost")).otherwise("status"))
    result = check(frame, shown=3)
    assert counts(result) == {("status", "enum"): 50}
    assert [one.row for one in result.violations] == [0, 2, 4]
    assert result.bad_rows.to_list() == list(range(0, 100, 2))
    assert result.found[0].found == "string of 4"


def test_a_row_that_breaks_two_rules_is_one_bad_row() -> None:
    frame = pl.DataFrame({"order_id": [1, 2], "status": ["lost", "paid"], "amount": [-1.0, 1.0]})
    result = check(frame)
    assert (result.rows, result.bad) == (2, 1)
    assert counts(result) == {("status", "enum"): 1, ("amount", "minimum"): 1}


def test_good_and_bad_rows_can_be_told_apart() -> None:
    frame = orders(4).with_columns(status=pl.Series(["paid", "lost", "paid", None]))
    good, bad = check(frame).split(frame)
    assert good["order_id"].to_list() == [0, 2] and bad["order_id"].to_list() == [1, 3]
    with pytest.raises(ValueError, match="4 rows"):
        check(frame).split(frame.head(2))


def test_what_stands_deep_in_arrays_has_its_row_and_its_indexes() -> None:
    lines = {
        "name": "lines",
        "logicalType": "array",
        "items": {
            "logicalType": "object",
            "properties": [
                {"name": "tags", "logicalType": "array", "items": {"logicalType": "string", "logicalTypeOptions": {"maxLength": 2}}}
            ],
        },
    }
    frame = pl.DataFrame({"lines": [[], [{"tags": ["a"]}, {"tags": ["b", "long", "c", "long"]}], None, [{"tags": ["long"]}]]})
    result = check(frame, lines)
    told = [(one.row, where(one.violation.at)) for one in result.violations]
    assert told == [(1, "lines[1].tags[1]"), (1, "lines[1].tags[3]"), (3, "lines[0].tags[0]")]
    assert counts(result) == {("lines.[].tags.[]", "maxLength"): 3} and result.bad == 2


def test_native_types_of_columns_are_what_the_contract_calls_them() -> None:
    properties = [
        {"name": "at", "logicalType": "timestamp", "required": True},
        {"name": "day", "logicalType": "date", "required": True},
        {"name": "state", "logicalType": "string", "enum": [{"value": "a"}]},
    ]
    table = pa.table(
        {
            "at": pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * 2),
            "day": pa.array([datetime(2026, 1, 1, tzinfo=UTC).date()] * 2),
            "state": pa.array(["a", "b"]).dictionary_encode(),
        }
    )
    assert counts(check(table, *properties)) == {("state", "enum"): 1}
    swapped = table.rename_columns(["day", "at", "state"])
    assert counts(check(swapped, *properties)) == {("at", "type"): 2, ("day", "type"): 2, ("state", "enum"): 1}


def test_a_decimal_is_held_to_its_digits() -> None:
    schema = {
        "type": "record",
        "name": "R",
        "fields": [{"name": "v", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}}],
    }
    checker = compile_batch(plan_of("avro", json.dumps(schema)))
    values = [Decimal("99.99"), Decimal("100.00"), Decimal("1.234"), Decimal("-99.9")]
    assert checker.check(pl.DataFrame({"v": values}, schema={"v": pl.Decimal(10, 3)})).bad_rows.to_list() == [1, 2]
    assert checker.check(pl.DataFrame({"v": [99.99, 100.0, 1.234, -99.9]})).bad_rows.to_list() == [1, 2]


def test_a_decimal_is_held_to_a_bound_as_it_is_written() -> None:
    price = {"name": "v", "logicalType": "number", "logicalTypeOptions": {"minimum": 0.1}}
    values = [Decimal("0.10"), Decimal("0.09")]
    assert check(pl.DataFrame({"v": values}), price).bad_rows.to_list() == [1]
    assert check([{"v": value} for value in values], price).bad_rows.to_list() == [1]


def test_a_column_that_is_missing_is_missing_in_every_row() -> None:
    assert counts(check(orders(7).drop("status"))) == {("status", "required"): 7}
    assert counts(check(pl.DataFrame({"other": [1, 2]}))) == {("order_id", "required"): 2, ("status", "required"): 2}


# -- uniqueness --------------------------------------------------------------------------------------------------------------


def test_a_key_that_was_there_before_is_double_in_every_part_of_the_batch(tmp_path: Path) -> None:
    orders(200_000).write_parquet(tmp_path / "a.parquet")
    orders(3).write_csv(tmp_path / "b.csv")
    (tmp_path / "c.ndjson").write_text('{"order_id": 199999, "status": "paid"}\n', encoding="utf-8")
    result = compile_batch(plan()).check(tmp_path / "a.parquet", tmp_path / "b.csv", tmp_path / "c.ndjson")
    assert result.rows == 200_004 and result.bad_rows.to_list() == [200_000, 200_001, 200_002, 200_003]
    assert counts(result) == {("order_id", "unique"): 4}
    assert [(piece.name, row) for piece, row in map(result.place, (1, 200_001, 200_003))] == [
        (str(tmp_path / "a.parquet"), 2),
        (str(tmp_path / "b.csv"), 2),
        (str(tmp_path / "c.ndjson"), 1),
    ]


def test_of_a_key_of_two_fields_both_have_to_be_the_same() -> None:
    properties = [
        {"name": "order", "logicalType": "integer", "primaryKey": True, "primaryKeyPosition": 1},
        {"name": "line", "logicalType": "integer", "primaryKey": True, "primaryKeyPosition": 2},
    ]
    frame = pl.DataFrame({"order": [1, 1, 2, 1, None, None], "line": [1, 2, 1, 2, 1, 1]})
    result = check(frame, *properties)
    assert [(one.row, one.violation.path, one.violation.rule) for one in result.violations if one.violation.rule == "unique"] == [
        (3, ("r",), "unique")
    ]
    assert counts(result)["", "unique"] == 1


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=30))
def test_doubles_are_the_rows_whose_key_was_seen(keys: list[int | None]) -> None:
    properties = {"name": "k", "logicalType": "integer", "unique": True}
    seen: set[int] = set()
    doubles = [row for row, key in enumerate(keys) if key is not None and (key in seen or seen.add(key))]
    assert check(pl.DataFrame({"k": keys}, schema={"k": pl.Int64}), properties).bad_rows.to_list() == doubles
    assert check([{"k": key} for key in keys], properties).bad_rows.to_list() == doubles


# -- files -------------------------------------------------------------------------------------------------------------------


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    frame = orders(3).with_columns(status=pl.Series(["paid", "lost", "paid"]))
    frame.write_parquet(tmp_path / "o.parquet")
    frame.write_ipc(tmp_path / "o.arrow")
    frame.write_ipc_stream(tmp_path / "o.arrows")
    frame.write_csv(tmp_path / "o.csv")
    frame.write_csv(tmp_path / "o.tsv", separator="\t")
    frame.write_ndjson(tmp_path / "o.ndjson")
    (tmp_path / "o.json").write_text(json.dumps(frame.to_dicts()), encoding="utf-8")
    schema = {"type": "record", "name": "O", "fields": [*({"name": n, "type": t} for n, t in (("order_id", "long"), ("status", "string")))]}
    with (tmp_path / "o.avro").open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), frame.to_dicts())
    files = sorted(tmp_path.iterdir())
    assert len(files) == 8
    for file in files:
        result = check(file)
        assert (result.rows, counts(result)) == (3, {("status", "enum"): 1}), file.name


def test_blank_lines_are_no_records_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "o.ndjson"
    file.write_text('{"order_id": 1, "status": "paid"}\n\n{"order_id": 2}\n{oops\n', encoding="utf-8")
    result = check(file)
    assert result.rows == 3
    assert [(one.row, one.violation.rule) for one in result.violations] == [(2, "required"), (3, "unreadable")]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.parquet", b"PAR1 and then nothing", "cannot be read as parquet"),
        ("a.avro", b"Obj\x01garbage", "cannot be read as avro"),
        ("a.json", b"[1, 2", "cannot be read as json"),
        ("a.csv", b'a,b\n1,2,3,4\n"', "cannot be read as csv"),
        ("a.xyz", b"?", "of an unknown kind"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotReadable, match=why) as caught:
        check(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="no such file"):
        open_file(tmp_path / "none.csv")
    with pytest.raises(NotReadable, match="directory"):
        open_file(tmp_path)


# -- the same meaning --------------------------------------------------------------------------------------------------------

VALUES = st.fixed_dictionaries(
    {
        "i": st.one_of(st.none(), st.integers(-3, 12)),
        "f": st.one_of(st.none(), st.floats(-1, 2), st.sampled_from([0.07, 4.35, 0.075, 1.0, 2.0])),
        "t": st.one_of(st.none(), st.text("ab1č-", max_size=6)),
        "d": st.one_of(st.none(), st.sampled_from(["2026-02-28", "2026-02-29", "2028-02-29", "0001-01-01", "0000-01-01", "2026-1-1", "x"])),
        "l": st.one_of(st.none(), st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=4)),
    }
)
MIXED = [
    {
        "name": "i",
        "logicalType": "integer",
        "required": True,
        "logicalTypeOptions": {"exclusiveMinimum": 0, "maximum": 9.5, "multipleOf": 3},
    },
    {"name": "f", "logicalType": "number", "logicalTypeOptions": {"minimum": 0.07, "exclusiveMaximum": 1.75, "multipleOf": 0.01}},
    {"name": "t", "logicalType": "string", "logicalTypeOptions": {"minLength": 2, "maxLength": 4, "pattern": "^[a-b]+\\d?$"}},
    {"name": "d", "logicalType": "date", "logicalTypeOptions": {"minimum": "2026-01-01"}},
    {
        "name": "l",
        "logicalType": "array",
        "logicalTypeOptions": {"maxItems": 3, "uniqueItems": True},
        "items": {"logicalType": "integer", "required": True, "logicalTypeOptions": {"maximum": 3}},
    },
]


@settings(max_examples=60)
@given(st.lists(VALUES, min_size=1, max_size=12))
def test_a_table_breaks_what_its_rows_break(records: list[dict[str, Any]]) -> None:
    schema = {"i": pl.Int64, "f": pl.Float64, "t": pl.String, "d": pl.String, "l": pl.List(pl.Int64)}
    result = check(pl.DataFrame(records, schema=schema), *MIXED, shown=1000)
    expected = {(row, one.at, one.rule) for row, record in enumerate(records) for one in explain(plan(*MIXED), record)}
    assert {(one.row, one.violation.at, one.violation.rule) for one in result.violations} == expected


# -- patterns ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern", [r"^\d+$", r"\w+-\s", r"[\d\s]+", r"^[^a-z]{2,3}$", r"\bword\b", r"\D\W\S", r"^(a|b)*c?$", r"^.$", r"\.\*"]
)
@given(text=st.text(st.sampled_from("a1٣č_- \u00a0\v\nword.*c"), max_size=6))
def test_a_pattern_finds_the_same_in_both_engines(pattern: str, text: str) -> None:
    rust = as_rust(pattern)
    assert rust is not None
    assert pl.Series([text]).str.contains(rust).item() == (linear(pattern).search(text) is not None)


@pytest.mark.parametrize("pattern", [r"[a&&b]", r"[[]", r"(?i)a", r"\Qa\E", r"[\D]", r"\pN", r"[]a]", r"a{,2}"])
def test_a_pattern_that_could_mean_two_things_is_left_to_re2(pattern: str) -> None:
    assert as_rust(pattern) is None or pattern == r"\pN"
    text = {"name": "v", "logicalType": "string", "logicalTypeOptions": {"pattern": pattern}}
    frame = pl.DataFrame({"v": ["a", "b", "[", "&", "", "7", "A", "a{,2}"]})
    wanted = [row for row, value in enumerate(frame["v"]) if linear(pattern).search(value) is None]
    assert check(frame, text).bad_rows.to_list() == wanted
