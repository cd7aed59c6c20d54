"""Which change of a type a table reads through: the specifications' own lists, and pyiceberg as a second opinion."""

from __future__ import annotations

from itertools import product

import pytest
from pyiceberg import types
from pyiceberg.exceptions import ResolveError
from pyiceberg.schema import promote

from countersign.formats.promotion import keeps_partition, promoted
from countersign.model.profile import TableFormat

V2, V3, DELTA = TableFormat.ICEBERG_V2, TableFormat.ICEBERG_V3, TableFormat.DELTA


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("int", "long", {V2, V3, DELTA}),
        ("INTEGER", "BIGINT", {V2, V3, DELTA}),
        ("long", "int", set()),
        ("float", "double", {V2, V3, DELTA}),
        ("double", "float", set()),
        ("decimal(10, 2)", "decimal(18,2)", {V2, V3, DELTA}),
        ("decimal(10,2)", "decimal(12,4)", {DELTA}),  # Iceberg's scale is fixed
        ("decimal(10,2)", "decimal(11,4)", set()),  # one digit fewer before the point
        ("decimal(10,2)", "decimal(10,4)", set()),
        ("decimal(18,2)", "decimal(10,2)", set()),
        ("decimal(10,2)", "decimal(39,2)", set()),
        ("date", "timestamp_ntz", {V3, DELTA}),
        ("date", "timestamptz", set()),
        ("int", "double", {DELTA}),
        ("long", "double", set()),  # not every long is a double
        ("int", "decimal(10,0)", {DELTA}),
        ("int", "decimal(9,0)", set()),
        ("int", "decimal(12,3)", set()),
        ("long", "decimal(20,0)", {DELTA}),
        ("long", "decimal(19,0)", set()),
        ("string", "binary", set()),
        ("int", "string", set()),
        ("boolean", "boolean", {V2, V3, DELTA}),
    ],
)
def test_a_promotion_is_allowed_where_the_specification_lists_it(old: str, new: str, allowed: set[TableFormat]) -> None:
    assert {table for table in (V2, V3, DELTA) if promoted(old, new, table)} == allowed


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [("unknown", "string", {V3}), ("void", "string", {DELTA}), ("byte", "short", {V2, V3, DELTA}), ("fixed[16]", "uuid", set())],
)
def test_words_of_one_table_format_are_read_by_that_format(old: str, new: str, allowed: set[TableFormat]) -> None:
    assert {table for table in (V2, V3, DELTA) if promoted(old, new, table)} == allowed


@pytest.mark.parametrize(
    ("old", "new"), [("varchar(10)", "varchar(20)"), ("topic", "long"), ("decimal", "decimal(10,2)"), ("int[]", "long")]
)
def test_of_types_that_a_table_format_does_not_have_its_rules_say_nothing(old: str, new: str) -> None:
    assert promoted(old, new, V3) is None


def test_without_a_table_format_no_rules_are_asked() -> None:
    assert promoted("int", "long", TableFormat.NONE) is None


def test_a_date_partition_keeps_its_days_and_not_its_buckets() -> None:
    assert keeps_partition("date", "timestamp", "day")
    assert not keeps_partition("date", "timestamp", "bucket[16]")
    assert not keeps_partition("date", "timestamp", "identity")
    assert keeps_partition("int", "long", "bucket[16]")


#: pyiceberg reads these, and the specification does not list them.
_BEYOND_THE_SPECIFICATION = {("string", "binary"), ("binary", "string"), ("fixed[16]", "uuid")}


def _pyiceberg_reads(old: types.PrimitiveType, new: types.PrimitiveType) -> bool:
    try:
        return promote(old, new) == new
    except ResolveError:
        return False


def test_pyiceberg_reads_what_the_second_version_allows_and_little_more() -> None:
    every = [
        *(kind() for kind in (types.BooleanType, types.IntegerType, types.LongType, types.FloatType, types.DoubleType, types.DateType)),
        *(kind() for kind in (types.TimeType, types.TimestampType, types.TimestamptzType, types.StringType, types.BinaryType)),
        *(types.UUIDType(), types.FixedType(16), types.FixedType(8), types.DecimalType(10, 2), types.DecimalType(18, 2)),
    ]
    differing = {
        (str(old), str(new))
        for old, new in product(every, repeat=2)
        if promoted(str(old), str(new), V2) != (old == new or _pyiceberg_reads(old, new))
    }
    assert differing == _BEYOND_THE_SPECIFICATION
