"""Proof by example for Protobuf: google.protobuf encodes with one side's descriptors and decodes with the other's."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.witness.proving import findings, only, shown

from countersign.model.profile import Profile, ProtobufProfile

FILE = "orders.proto"


def proto(*lines: str, syntax: str = "proto3") -> str:
    return f'syntax = "{syntax}";\npackage acme;\n' + "\n".join(lines)


def message(*fields: str, **said: str) -> str:
    return proto("message Order {", *(f"  {field};" for field in fields), "}", **said)


@pytest.mark.parametrize(
    ("old", "new", "value", "allowed_by", "said"),
    [
        (message("int32 id = 1"), message("string id = 1"), {"id": "x"}, "new", "it reads {}"),
        (message("int32 id = 1", "string note = 2"), message("int32 id = 1"), {"note": "x"}, "old", "it reads {}"),
        (
            message("string note = 1"),
            message("string remark = 1"),
            {"remark": "x"},
            "new",
            'Message type "acme.Order" has no field named "remark" at "Order". Available Fields(except extensions): "[\'note\']"',
        ),
    ],
)
def test_a_message_that_readers_do_not_get_is_shown(old: str, new: str, value: Any, allowed_by: str, said: str) -> None:
    finding = next(one for one in findings(FILE, old, new).values() if one.witness is not None)
    shown_value, side, sentence = shown(finding)
    assert (shown_value.keys(), side) == (value.keys(), allowed_by)
    assert sentence.startswith(said[:60])


def test_on_the_wire_json_is_not_asked() -> None:
    wire = Profile(protobuf=ProtobufProfile.WIRE)
    renamed = findings(FILE, message("string note = 1"), message("string remark = 1"), profile=wire)
    assert only(renamed).witness is None, "the bytes are read as ever"


def test_an_enum_value_under_another_number_is_read_as_something_else() -> None:
    old, new = (proto("enum Status {", "  NONE = 0;", f"  PAID = {number};", "}") for number in (1, 2))
    assert any(one.witness and one.witness.value == '"PAID"' for one in findings(FILE, old, new).values())


def test_a_service_has_no_values_to_show() -> None:
    head = ("message A {}", "message B {}", "service S {")
    old, new = (proto(*head, f"  rpc Get({request}) returns (B);", "}") for request in "AB")
    for finding in findings(FILE, old, new).values():
        assert (finding.witness, finding.note("unproved")) == (None, "")
