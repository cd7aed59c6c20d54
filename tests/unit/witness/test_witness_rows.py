"""Proof by example for tables: the contract's fields, told to a JSON Schema validator."""

from __future__ import annotations

import pytest
from tests.unit.witness.proving import findings, only, shown

FILE = "orders.odcs.yaml"
HEAD = """apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
- name: orders
  properties:
  - {name: id, logicalType: string, required: true}
"""


def contract(*columns: str) -> str:
    return HEAD + "".join(f"  - {{name: {column}}}\n" for column in columns)


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("a, logicalType: string, required: true", "a, logicalType: string", {"a": None, "id": ""}),
        ("a, logicalType: integer, required: true", "a, logicalType: number, required: true", {"a": 1.5, "id": ""}),
        (
            "a, logicalType: integer, logicalTypeOptions: {maximum: 9}",
            "a, logicalType: integer, logicalTypeOptions: {maximum: 12}",
            {"a": 12, "id": ""},
        ),
        (
            "a, logicalType: integer, logicalTypeOptions: {format: i32}",
            "a, logicalType: integer, logicalTypeOptions: {format: i64}",
            {"a": 2**31, "id": ""},
        ),
        (
            "a, logicalType: string, logicalTypeOptions: {maxLength: 2}",
            "a, logicalType: string, logicalTypeOptions: {maxLength: 3}",
            {"a": "xxx", "id": ""},
        ),
        (
            "a, logicalType: number, physicalType: 'DECIMAL(4,2)'",
            "a, logicalType: number, physicalType: 'DECIMAL(6,2)'",
            {"a": 100, "id": ""},
        ),
        ("a, logicalType: string, enum: [{value: x}]", "a, logicalType: string, enum: [{value: x}, {value: y}]", {"a": "y", "id": ""}),
    ],
)
def test_a_row_that_readers_do_not_expect_is_shown(old: str, new: str, value: object) -> None:
    assert shown(only(findings(FILE, contract(old), contract(new))))[:2] == (value, "new")


def test_a_column_that_is_gone_is_shown_in_a_row_of_before() -> None:
    gone = only(findings(FILE, contract("a, logicalType: date", "b, logicalType: string"), contract("b, logicalType: string")))
    value, allowed_by, said = shown(gone)
    assert (value, allowed_by) == ({"a": "2024-01-01", "id": ""}, "old")
    assert said == "Additional properties are not allowed ('a' was unexpected)"


def test_a_required_column_that_is_gone_is_missed_by_its_readers() -> None:
    gone = only(findings(FILE, contract("a, logicalType: date, required: true"), contract()))
    assert shown(gone) == ({"id": ""}, "new", '"a" is a required property')


def test_two_limits_of_one_column_are_told_apart() -> None:
    old = "a, logicalType: number, logicalTypeOptions: {maximum: 10}, physicalType: 'DECIMAL(3,1)'"
    new = "a, logicalType: number, logicalTypeOptions: {maximum: 5000}, physicalType: 'DECIMAL(5,1)'"
    found = {one.detail: shown(one) for one in findings(FILE, contract(old), contract(new)).values()}
    assert found["maximum"][2] == "5000 is greater than the maximum of 10"
    assert found["physicalType"][2].endswith("is greater than the maximum of 99.9")
