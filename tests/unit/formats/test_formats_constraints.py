"""The order of constraints and of physical types, both ways round."""

from __future__ import annotations

import json
from typing import Any

import pytest

from countersign.formats.constraints import relate_constraint
from countersign.formats.relation import combine, opposite
from countersign.model.change import Relation

EQUAL, NARROWED, WIDENED, CHANGED, UNDECIDED = Relation


@pytest.mark.parametrize(
    ("name", "old", "new", "relation"),
    [
        ("maxLength", 10, 20, WIDENED),
        ("maxLength", None, 20, NARROWED),
        ("minLength", 1, 2, NARROWED),
        ("minLength", None, 0, EQUAL),
        ("minimum", 1, 2, NARROWED),
        ("maximum", "2026-01-01", "2026-12-31", WIDENED),
        ("maximum", "2026-01-01", "2026-12-31T00:00:00Z", UNDECIDED),
        ("maximum", "2026-01-01T01:00:00+02:00", "2026-01-01T00:00:00Z", WIDENED),
        ("maximum", "2026-01-01T01:00:00", "2026-01-01T00:00:00Z", UNDECIDED),
        ("maximum", "2026-01-01T01:00:00", "2026-01-01 02:00:00", WIDENED),
        ("semanticType", None, "dimension", EQUAL),
        ("semanticType", None, "measure", CHANGED),
        ("maximum", "01.01.2026", "02.01.2026", UNDECIDED),
        ("exclusiveMaximum", 5, 5.5, WIDENED),
        ("multipleOf", 2, 4, NARROWED),
        ("multipleOf", 4, 6, UNDECIDED),
        ("multipleOf", 0.1, 0.3, UNDECIDED),
        ("unique", None, True, NARROWED),
        ("uniqueItems", False, True, NARROWED),
        ("pattern", "^a", "^b", UNDECIDED),
        ("pattern", None, "^b", NARROWED),
        ("format", "i32", "i64", WIDENED),
        ("format", "u8", "i16", WIDENED),
        ("format", "u32", "i32", CHANGED),
        ("format", None, "i64", UNDECIDED),
        ("format", None, "i32", NARROWED),
        ("format", "f32", "f64", WIDENED),
        ("format", "yyyy-MM-dd", "dd.MM.yyyy", CHANGED),
        ("format", "email", "uri", UNDECIDED),
        ("dimensions", 384, 768, CHANGED),
        ("embeddingModel", None, "x", NARROWED),
        ("embeddingModel", "x", "y", CHANGED),
        ("distanceMetric", "cosine", "hamming", EQUAL),
        ("elementType", None, "float32", EQUAL),
        ("physicalName", None, "t_orders", CHANGED),
        ("physicalType", "VARCHAR(10)", "varchar( 20 )", WIDENED),
        ("physicalType", "character varying(10)", "varchar(10)", EQUAL),
        ("physicalType", "char(10)", "char(20)", UNDECIDED),
        ("physicalType", "int", "INTEGER", EQUAL),
        ("physicalType", "int", "bigint", WIDENED),
        ("physicalType", "int8", "bigint", UNDECIDED),
        ("physicalType", "real", "double precision", WIDENED),
        ("physicalType", "decimal(10,2)", "numeric(12,2)", WIDENED),
        ("physicalType", "decimal(10,2)", "decimal(10,4)", CHANGED),
        ("physicalType", "decimal(10,2)", "decimal(12,4)", WIDENED),
        ("physicalType", "decimal(10)", "decimal(10,0)", EQUAL),
        ("physicalType", "GEOGRAPHY", "VARCHAR(10)", UNDECIDED),
        ("physicalType", None, "GEOGRAPHY", NARROWED),
    ],
)
def test_a_constraint_stands_to_another_as_its_values_do(name: str, old: Any, new: Any, relation: Relation) -> None:
    before, after = (None if value is None else json.dumps(value) for value in (old, new))
    assert relate_constraint(name, before, after) is relation
    assert relate_constraint(name, after, before) is opposite(relation)
    assert relate_constraint(name, before, before) is EQUAL


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], EQUAL),
        ([EQUAL, NARROWED], NARROWED),
        ([NARROWED, WIDENED], CHANGED),
        ([UNDECIDED, WIDENED], UNDECIDED),
        ([UNDECIDED, CHANGED], CHANGED),
        ([UNDECIDED, NARROWED, WIDENED], CHANGED),
    ],
)
def test_a_whole_stands_as_all_of_its_parts_do(parts: list[Relation], whole: Relation) -> None:
    assert combine(parts) is whole
