from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.guard.cases import plan_of

from countersign.guard.messages import Checker, NoProtobufSchema, compile_protobuf

PROTO = """
syntax = "proto3";
package acme;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";
message Other { string x = 1; }
message Order {
  enum Status { UNKNOWN = 0; PAID = 1; LOST = 2; }
  message Line { string sku = 1; int32 quantity = 2; }
  int64 id = 1;
  Status status = 2;
  google.protobuf.Timestamp at = 3;
  google.protobuf.Duration took = 4;
  google.protobuf.StringValue note = 5;
  repeated Line lines = 6;
  map<string, int32> counts = 7;
  oneof pay { string card = 8; bool cash = 9; }
  optional string tag = 10;
  bytes hash = 11;
}
"""
CONTRACT = {
    "type": "object",
    "required": ["id", "status", "at"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer"},
        "status": {"enum": ["PAID", "UNKNOWN"]},
        "at": {"type": "string", "format": "date-time"},
        "took": {},
        "note": {"type": "string", "maxLength": 3},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"quantity": {"type": "integer", "minimum": 1}}}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
        "card": {"type": "string"},
        "cash": {"type": "boolean"},
        "tag": {"type": "string", "minLength": 1},
        "hash": {},
    },
}


@pytest.fixture(scope="module")
def descriptors(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from grpc_tools import protoc

    place = tmp_path_factory.mktemp("proto")
    (place / "order.proto").write_text(PROTO)
    assert protoc.main(["protoc", f"-I{place}", f"-I{_own()}", f"--descriptor_set_out={place}/set", f"{place}/order.proto"]) == 0
    return (place / "set").read_bytes()


def _own() -> Path:
    import grpc_tools

    return Path(grpc_tools.__file__).parent / "_proto"


def checker(descriptors: bytes, message: str = "acme.Order", **how: Any) -> Checker:
    return compile_protobuf(plan_of("jsonschema", json.dumps(CONTRACT)), descriptors, message, **how)


def message(descriptors: bytes, data: dict[str, Any]) -> bytes:
    from google.protobuf.json_format import ParseDict

    return ParseDict(data, checker(descriptors)._type()).SerializeToString()  # type: ignore[attr-defined]


GOOD: dict[str, Any] = {
    "id": 5,
    "status": "PAID",
    "at": "2026-11-23T09:30:00Z",
    "took": "3.5s",
    "note": "abc",
    "lines": [{"sku": "a", "quantity": 2}],
    "counts": {"a": 1},
    "card": "x",
    "hash": "aGk=",
}


def broken(descriptors: bytes, **members: Any) -> list[tuple[tuple[str | int, ...], str]]:
    data = message(descriptors, {name: value for name, value in {**GOOD, **members}.items() if value is not None})
    return [(one.at, one.rule) for one in checker(descriptors).check(data)]


def test_what_the_schema_says_in_its_own_ways_passes(descriptors: bytes) -> None:
    assert broken(descriptors) == []
    decoded = checker(descriptors).decode(message(descriptors, GOOD))
    assert decoded["at"].isoformat() == "2026-11-23T09:30:00+00:00"
    assert decoded["took"].total_seconds() == 3.5
    assert "cash" not in decoded and "tag" not in decoded  # the oneof's other member, and what is optional
    assert decoded["note"] == "abc" and decoded["hash"] == b"hi"


def test_fields_without_presence_are_there_and_those_with_it_may_be_missing(descriptors: bytes) -> None:
    assert broken(descriptors, id=None, status=None) == []
    assert broken(descriptors, at=None) == [(("at",), "required")]
    assert broken(descriptors, tag="") == [(("tag",), "minLength")]


def test_values_below_are_told_with_their_places(descriptors: bytes) -> None:
    found = broken(descriptors, status="LOST", note="abcd", lines=[{"quantity": 1}, {}], counts={"a": -1})
    assert sorted(found, key=str) == [
        (("counts", "a"), "minimum"),
        (("lines", 1, "quantity"), "minimum"),
        (("note",), "maxLength"),
        (("status",), "enum"),
    ]


def test_an_enums_number_without_a_name_and_a_field_without_one_are_seen(descriptors: bytes) -> None:
    data = message(descriptors, GOOD)
    assert [(one.at, one.rule) for one in checker(descriptors).check(data + b"\x10\x09")] == [(("status",), "type")]
    assert [(one.at, one.rule) for one in checker(descriptors).check(data + b"\xa2\x06\x01x")] == [(("#100",), "unlisted")]


def test_bytes_that_are_no_message_are_one_violation(descriptors: bytes) -> None:
    for data in (b"\xff\xff", message(descriptors, GOOD)[:-1], message(descriptors, GOOD) + b"\x0a"):
        assert [(one.at, one.rule) for one in checker(descriptors).check(data)] == [((), "unreadable")]


def test_a_frame_has_to_name_the_type_that_is_expected(descriptors: bytes) -> None:
    data, framed = message(descriptors, GOOD), checker(descriptors, framed=True)
    assert framed.check(b"\0\0\0\0\7\x02\x02" + data) == ()  # the second type of the file
    assert [one.rule for one in framed.check(b"\0\0\0\0\7\0" + data)] == ["unreadable"]


def test_a_set_without_the_message_is_refused(descriptors: bytes) -> None:
    with pytest.raises(NoProtobufSchema, match=r"acme\.Nothing"):
        checker(descriptors, "acme.Nothing")
    with pytest.raises(NoProtobufSchema):
        checker(b"\xff\xff\xff")
