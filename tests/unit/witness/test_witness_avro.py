"""Proof by example for Avro: fastavro writes with one schema and reads with the other."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest
from fastavro.read import SchemaResolutionError
from tests.unit.witness.proving import findings, only, shown

FILE = "orders.avsc"


def record(*fields: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": "Order",
        "fields": [dict(name=name, type=kind, **more) for name, kind, *rest in fields for more in rest or [{}]],
    }


def enum(*symbols: str) -> dict[str, Any]:
    return {"type": "enum", "name": "Status", "symbols": list(symbols)}


@pytest.mark.parametrize(
    ("old", "new", "value", "said"),
    [
        (record(("a", "int")), record(("a", "long")), {"a": 0}, "Schema mismatch: long is not int"),
        (record(("a", "int")), record(("a", ["null", "int"])), {"a": None}, "schema mismatch: ['null', 'int'] not found in int"),
        (
            record(("a", enum("X"))),
            record(("a", enum("X", "Y"))),
            {"a": "Y"},
            "Y not found in reader symbol list Status, known symbols: ['X']",
        ),
        (record(("a", "int"), ("b", "string")), record(("a", "int")), {"a": 0}, "No default value for field b in Order"),
        (
            record(("a", {"type": "array", "items": "int"})),
            record(("a", {"type": "array", "items": "string"})),
            {"a": [""]},
            "Schema mismatch: string is not int",
        ),
        (record(("a", ["int", "string"])), record(("a", ["int", "string", "bytes"])), {"a": "\x00"}, ""),
    ],
)
def test_a_record_that_the_old_schema_cannot_read_is_shown(old: Any, new: Any, value: Any, said: str) -> None:
    for finding in findings(FILE, old, new).values():
        if finding.witness is None and not said:
            continue  # a text of bytes and a text are both read as text
        assert shown(finding) == (value, "new", said)


def test_an_enum_value_that_is_gone_is_shown_in_old_data() -> None:
    finding = only(findings(FILE, record(("a", enum("X", "Y"))), record(("a", enum("X")))))
    assert shown(finding) == ({"a": "Y"}, "old", "Y not found in reader symbol list Status, known symbols: ['X']")


def test_among_other_breaks_each_has_its_own_place() -> None:
    old = record(("a", "int"), ("b", "string"), ("c", {"type": "map", "values": "int"}))
    new = record(("a", "long"), ("c", {"type": "map", "values": ["null", "int"]}))
    said = {name: shown(one)[2] for name, one in findings(FILE, old, new).items()}
    assert said["field-type-changed Order.a"] == "Schema mismatch: long is not int"
    assert said["field-removed Order.b"] == "No default value for field b in Order"
    assert said["field-nullable-changed Order.c{}"] == "schema mismatch: ['null', 'int'] not found in int"


def test_a_field_with_a_default_can_go_without_anything_being_refused() -> None:
    finding = only(findings(FILE, record(("a", "int"), ("b", "int", {"default": 0})), record(("a", "int"))))
    assert (finding.rule, finding.witness, finding.note("unproved")) == ("field-removed", None, "no value")


def test_the_example_can_be_had_again_by_hand() -> None:
    old, new = record(("a", "int"), ("f", {"type": "fixed", "name": "F", "size": 3})), record(("a", "double"), ("f", "F2"))
    new["fields"][1]["type"] = {"type": "fixed", "name": "F", "size": 3}
    value, allowed_by, said = shown(only(findings(FILE, old, new)))
    assert allowed_by == "new"
    value["f"] = value["f"].encode("latin-1")
    written = io.BytesIO()
    fastavro.schemaless_writer(written, fastavro.parse_schema(new), value)
    written.seek(0)
    with pytest.raises(SchemaResolutionError, match=said.partition(":")[0]):
        fastavro.schemaless_reader(written, fastavro.parse_schema(new), fastavro.parse_schema(old))


def test_a_recursive_schema_has_small_examples_too() -> None:
    def tree(kind: Any) -> Any:
        return json.loads(json.dumps(record(("value", kind), ("next", ["null", "Order"]))))

    assert shown(only(findings(FILE, tree("int"), tree("long"))))[0] == {"next": None, "value": 0}
