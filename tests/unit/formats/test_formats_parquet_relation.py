"""How two schemas of tables stand to one another: as files, and as tables of Iceberg and Delta."""

from __future__ import annotations

import pyarrow as pa
import pytest
from tests.unit.formats.tables import arrow_file, differences, iceberg, message, of_bytes, spark

from countersign.diff import diff
from countersign.formats import relate
from countersign.model.change import Aspect
from countersign.model.contract import Contract
from countersign.model.profile import TableFormat

NONE, V2, V3, DELTA = TableFormat


def string(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "type": "string", **more}


# -- types in files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        ("int32 {} (INT_8)", "int32 {} (INT_16)", "widened"),
        ("int32 {}", "int64 {}", "widened"),
        ("int64 {}", "int32 {}", "narrowed"),
        ("int32 {} (UINT_8)", "int32 {} (INT_16)", "widened"),
        ("int32 {} (UINT_32)", "int32 {}", "changed"),
        ("float {}", "double {}", "widened"),
        ("int32 {}", "double {}", "widened"),
        ("int32 {}", "float {}", "changed"),  # 16,777,217 is no float
        ("int64 {}", "double {}", "changed"),
        ("int32 {}", "int64 {} (DECIMAL(12,2))", "widened"),
        ("int32 {}", "int64 {} (DECIMAL(11,2))", "changed"),
        ("int32 {}", "binary {} (STRING)", "changed"),
        ("int32 {} (DATE)", "int64 {} (TIMESTAMP(MICROS,false))", "changed"),
        ("int32 {} (DATE)", "int32 {}", "changed"),
        ("binary {} (STRING)", "binary {}", "widened"),
        ("binary {} (JSON)", "binary {} (STRING)", "widened"),
        ("fixed_len_byte_array(16) {}", "fixed_len_byte_array(16) {} (UUID)", "changed"),
        ("binary {} (STRING)", "binary {} (ENUM)", ""),
        ("boolean {}", "int32 {}", "changed"),
    ],
)
def test_a_type_is_wider_where_it_holds_all_that_the_other_does(old: str, new: str, relation: str) -> None:
    before, after = (message(f"required {one.format('x')};") for one in (old, new))
    assert differences(before, after).get("x type", "") == relation


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("DECIMAL(10,2)", "DECIMAL(12,2)", {"x constraint precision": "widened"}),
        ("DECIMAL(10,2)", "DECIMAL(12,4)", {"x constraint precision": "widened", "x constraint scale": "widened"}),
        ("DECIMAL(10,2)", "DECIMAL(10,4)", {"x constraint scale": "changed"}),
        ("TIMESTAMP(MILLIS,true)", "TIMESTAMP(MICROS,true)", {"x constraint timeUnit": "widened"}),
        ("TIMESTAMP(MICROS,true)", "TIMESTAMP(MILLIS,true)", {"x constraint timeUnit": "narrowed"}),
        ("TIMESTAMP(MICROS,true)", "TIMESTAMP(NANOS,true)", {"x constraint timeUnit": "changed"}),
        ("TIMESTAMP(MICROS,true)", "TIMESTAMP(MICROS,false)", {"x constraint adjustedToUTC": "changed"}),
        ("TIME(MICROS,true)", "TIME(NANOS,true)", {"x constraint timeUnit": "widened"}),
    ],
)
def test_precision_and_units_are_limits(old: str, new: str, found: dict[str, str]) -> None:
    before, after = (message(f"required int64 x ({one});") for one in (old, new))
    assert differences(before, after) == found


def test_another_zone_of_a_point_in_time_is_another_meaning_of_the_same_values() -> None:
    old, new = (of_bytes("o.arrow", arrow_file(pa.schema({"at": pa.timestamp("us", zone)}))) for zone in ("Europe/Berlin", "Etc/UTC"))
    assert differences(old, new) == {}
    (change,) = diff(old, new, relate(old, new))
    assert (change.aspect, change.before, change.after) == (Aspect.TIMEZONE, "Europe/Berlin", "Etc/UTC")


def test_a_column_may_be_null_from_now_on_and_no_longer() -> None:
    required, optional = message("required int32 x;"), message("optional int32 x;")
    assert differences(required, optional) == {"x nullable": "widened"}
    assert differences(optional, required) == {"x nullable": "narrowed"}


def test_a_column_that_comes_or_goes_is_missed_where_it_must_be_there() -> None:
    before = message("required int32 x;")
    assert differences(before, message("required int32 x;", "optional int32 y;")) == {}
    assert differences(before, message("required int32 x;", "required int32 y;")) == {"y field": "narrowed"}
    assert differences(message("required int32 x;", "required int32 y;"), before) == {"y field": "widened"}


def test_the_order_of_columns_means_nothing() -> None:
    assert differences(message("required int32 x;", "required int64 y;"), message("required int64 y;", "required int32 x;")) == {}


def test_elements_values_and_keys_are_compared() -> None:
    def both(text: str, *parts: str) -> dict[str, str]:
        return differences(*(message(text.replace("PART", part)) for part in parts))

    found = both("required group x (LIST) { repeated group list { PART element; } }", "required int32", "optional int64")
    assert found == {"x[] type": "widened", "x[] nullable": "widened"}
    found = both("required group x (MAP) { repeated group map { required PART key; required int32 value; } }", "int32", "int64")
    assert found == {"x constraint keyType": "widened"}


# -- tables ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "fine"),
    [
        ("int", "long", {V2, V3}),
        ("float", "double", {V2, V3}),
        ("decimal(10,2)", "decimal(18,2)", {V2, V3}),
        ("decimal(10,2)", "decimal(18,4)", set()),
        ("date", "timestamp", {V3}),
        ("date", "timestamp_ns", {V3}),
        ("date", "timestamptz", set()),
        ("timestamp", "timestamp_ns", set()),
        ("unknown", "geometry", {V3}),
        ("long", "int", set()),
        ("string", "binary", set()),
    ],
)
def test_an_iceberg_table_reads_through_what_its_specification_promotes(old: str, new: str, fine: set[TableFormat]) -> None:
    before, after = (iceberg({"name": "x", "type": one}) for one in (old, new))
    assert {table for table in (V2, V3) if not differences(before, after, table)} == fine
    for table in (V2, V3):
        assert set(differences(before, after, table).values()) <= {"changed"}


def test_a_column_of_nulls_becomes_any_type_also_one_with_parts() -> None:
    struct = {"type": "struct", "fields": [{"id": 2, "name": "y", "required": False, "type": "int"}]}
    before, after = iceberg({"name": "x", "type": "unknown"}), iceberg({"name": "x", "type": struct})
    assert differences(before, after, V3) == {}
    assert differences(before, after, V2) == {"x type": "widened"}


def test_a_delta_table_reads_through_wider_types_at_any_depth() -> None:
    def table(kind: str) -> Contract:
        return spark(
            {"name": "x", "type": {"type": "map", "keyType": kind, "valueType": kind, "valueContainsNull": False}},
            {"name": "y", "type": {"type": "struct", "fields": [{"name": "z", "type": kind, "nullable": False, "metadata": {}}]}},
        )

    assert differences(table("byte"), table("decimal(12,1)"), DELTA) == {}
    assert set(differences(table("long"), table("double"), DELTA).values()) == {"changed"}


def test_no_key_of_an_iceberg_map_evolves() -> None:
    def table(kind: str) -> dict[str, object]:
        return {"name": "x", "type": {"type": "map", "key-id": 2, "key": kind, "value-id": 3, "value-required": True, "value": "int"}}

    assert differences(iceberg(table("int")), iceberg(table("long")), V3) == {"x constraint keyType": "changed"}


@pytest.mark.parametrize("transform", ["bucket[16]", "identity", "day"])
def test_a_date_becomes_a_timestamp_unless_a_partition_would_move(transform: str) -> None:
    def table(kind: str) -> Contract:
        metadata = {
            "current-schema-id": 0,
            "default-spec-id": 0,
            "partition-specs": [{"spec-id": 0, "fields": [{"source-id": 1, "field-id": 1000, "transform": transform, "name": "p"}]}],
            "schemas": [{"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "day", "required": True, "type": kind}]}],
        }
        return iceberg(**metadata)

    expected = {} if transform == "day" else {"day type": "changed"}
    assert differences(table("date"), table("timestamp"), V3) == expected


def test_old_rows_of_a_table_lack_a_new_required_column_unless_it_has_a_default() -> None:
    before = iceberg(string("x"))
    assert differences(before, iceberg(string("x"), string("y", required=True)), V3) == {"y field": "changed"}
    assert differences(before, iceberg(string("x"), string("y", required=True, **{"initial-default": "?"})), V3) == {}


def test_an_initial_default_cannot_change_and_a_write_default_may() -> None:
    one, other = ({"initial-default": value, "write-default": value} for value in ("a", "b"))
    assert differences(iceberg(string("x", **one)), iceberg(string("x", **other)), V3) == {"x default": "changed"}


def test_null_in_old_files_of_a_table_meets_a_column_that_is_required_now() -> None:
    before, after = iceberg(string("x")), iceberg(string("x", required=True))
    assert differences(before, after, V2) == {"x nullable": "changed"}
    for table in (NONE, DELTA):  # Delta looks through the table first
        assert differences(before, after, table) == {"x nullable": "narrowed"}


def test_an_id_is_the_column_whatever_its_name() -> None:
    before = iceberg(string("x", id=1), string("y", id=2))
    assert differences(before, iceberg(string("y", id=2), string("z", id=1))) == {}
    assert differences(before, iceberg(string("x", id=1), string("y", id=3))) == {"y constraint fieldId": "changed"}


def test_a_rename_that_only_looks_like_one_leaves_readers_without_the_column() -> None:
    before, after = message("required int32 region;"), message("required int32 sales_region;")
    assert differences(before, after) == {"region field": "changed"}
    assert differences(message("optional int32 region;"), message("optional int32 sales_region;")) == {}


def test_ids_where_there_were_none_change_nothing() -> None:
    assert differences(message("required int32 x;"), message("required int32 x = 1;")) == {}
