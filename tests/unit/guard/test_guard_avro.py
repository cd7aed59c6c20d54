from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from fastavro import parse_schema, schemaless_writer

from countersign.formats import Source, parse
from countersign.guard.compiling import compile_plan
from countersign.guard.messages import NoAvroSchema, Undecodable, compile_avro
from countersign.guard.plan import Plan

ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["placed", "paid"]}},
        {"name": "ratio", "type": "double"},
        {"name": "pay", "type": ["null", {"type": "record", "name": "Card", "fields": [{"name": "last", "type": "string"}]}, "string"]},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 2}},
        {"name": "parent", "type": ["null", "Order"], "default": None},
    ],
}
RECORD: dict[str, Any] = {
    "id": UUID("3f2b8c1e-9d4a-4b6f-8e2d-7a1c5b9f0e34"),
    "at": datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    "day": date(2026, 11, 23),
    "price": Decimal("19.99"),
    "status": "paid",
    "ratio": float("nan"),
    "pay": {"last": "4242"},
    "hash": b"ab",
    "parent": None,
}


def plan(schema: Any = ORDER) -> Plan:
    return compile_plan(parse(Source("order.avsc", json.dumps(schema)), "order"))


def encoded(record: Any, schema: Any = ORDER) -> bytes:
    stream = BytesIO()
    schemaless_writer(stream, parse_schema(schema), record)
    return stream.getvalue()


def changed(**members: Any) -> Any:
    return {
        **ORDER,
        "fields": [{**field, **({"type": members[field["name"]]} if field["name"] in members else {})} for field in ORDER["fields"]],
    }


def test_a_record_of_the_contracts_own_schema_passes_with_all_its_logical_types() -> None:
    checker = compile_avro(plan(), json.dumps(ORDER))
    assert plan().unheld == ()
    assert checker.check(encoded({**RECORD, "parent": {**RECORD, "pay": "cash"}})) == ()
    assert checker.decode(encoded(RECORD))["price"] == Decimal("19.99")


def test_a_writer_that_widened_a_type_or_an_enum_is_found_by_the_contract() -> None:
    wider = changed(status={"type": "enum", "name": "Status", "symbols": ["placed", "paid", "lost"]}, ratio="string")
    found = compile_avro(plan(), json.dumps(wider)).check(encoded({**RECORD, "status": "lost", "ratio": "high"}, wider))
    assert [(one.at, one.rule) for one in found] == [(("status",), "enum"), (("ratio",), "type")]


def test_what_a_writer_lacks_has_the_default_of_the_contracts_schema() -> None:
    older = {**ORDER, "fields": ORDER["fields"][:-1]}
    data = encoded(RECORD, older)
    assert [one.rule for one in compile_avro(plan(), json.dumps(older)).check(data)] == ["required"]
    assert compile_avro(plan(), json.dumps(older), reader=json.dumps(ORDER)).check(data) == ()


@pytest.mark.parametrize("spoil", [lambda data: data[:-3], lambda data: data + b"x", lambda data: b"", lambda data: b"\xff" * 40])
def test_bytes_that_are_no_record_are_one_violation(spoil: Any) -> None:
    checker = compile_avro(plan(), json.dumps(ORDER))
    assert [(one.at, one.rule) for one in checker.check(spoil(encoded(RECORD)))] == [((), "unreadable")]
    with pytest.raises(Undecodable):
        checker.decode(spoil(encoded(RECORD)))


def test_a_text_that_is_no_schema_is_refused() -> None:
    for text in (
        "no schema",
        '{"type": "record"}',
        "[" * 100_000,
        '{"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": -1}',
    ):
        with pytest.raises(NoAvroSchema):
            compile_avro(plan(), text)
