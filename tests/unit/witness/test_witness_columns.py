"""Proof by example for tables in files: pyarrow casts a row to the other side's columns."""

from __future__ import annotations

import pytest
from tests.unit.witness.proving import findings, only, shown

FILE = "orders.parquet.schema"


def table(*columns: str) -> str:
    return "message orders {\n" + "".join(f"  {column};\n" for column in columns) + "}\n"


@pytest.mark.parametrize(
    ("old", "new", "value", "said"),
    [
        ("required int32 a", "required int64 a", {"a": 2**31}, "Integer value 2147483648 not in range: -2147483648 to 2147483647"),
        ("required int32 a", "optional int32 a", {"a": None}, "Casting field 'a' with null values to non-nullable"),
        ("required float a", "required double a", {"a": 1e300}, None),
    ],
)
def test_a_row_that_old_readers_cannot_take_is_shown(old: str, new: str, value: object, said: str | None) -> None:
    finding = only(findings(FILE, table(old), table(new)))
    if said is not None:
        assert shown(finding) == (value, "new", said)


def test_a_column_that_is_gone_is_missed() -> None:
    gone = only(findings(FILE, table("required int32 a", "optional int32 b"), table("required int32 a")))
    assert shown(gone)[:2] == ({"a": 0}, "new")
    assert "b" in shown(gone)[2]


def test_in_a_table_of_many_columns_the_proof_is_among_the_first_values_that_are_tried() -> None:
    """Time for a proof is short, and each value costs a row of all columns."""
    tries = iter(range(12))
    old, new = (table(f"required {first} a", *(f"required int64 c{at}" for at in range(60))) for first in ("int32", "int64"))
    value, _, _ = shown(only(findings(FILE, old, new, more=lambda: next(tries, None) is not None)))
    assert value["a"] == 2**31
