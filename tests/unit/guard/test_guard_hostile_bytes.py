"""Bytes that nobody meant as a record: each message is judged in bounded time, and what cannot be read is one violation, never an error."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import itertools
import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pytest
from google.protobuf import descriptor_pb2
from tests.unit.guard import written
from tests.unit.guard.cases import Case, cases, plan_of

from countersign.formats import Unreadable
from countersign.guard.compiling import BOUNDS
from countersign.guard.explain import explain
from countersign.guard.messages import Checker, NoAvroSchema, Undecodable, compile_avro, compile_json, compile_protobuf
from countersign.guard.messages.avro_files import avro_records
from countersign.guard.messages.checker import told
from countersign.guard.plan import Check, Plan

Make = Callable[[Case], tuple[Checker, bytes]]
ANYTHING = Plan(contract="r", version="", dataset="r", root=Check(path=("r",), type="any"))
LONG = b"\xfe" + b"\xff" * 8 + b"\x01"  # 2^63 - 1
_TEXTS = [
    '"',
    ",",
    "1e999",
    "1.0",
    "null",
    "{",
    "}",
    "[",
    "]",
    "e5",
    '"zz":1e999,',
    "NaN",
    "01",
    "-",
    "\\u0041",
    "\\ud800",
    " ",
    "tr",
    "č",
    "\ufeff",
    "\x00",
]
JSON_PIECES = [*(text.encode() for text in _TEXTS), b"\xff", b"9" * 20, b"9" * 320, b"9" * 5000]
BINARY_PIECES = [
    *(bytes([one]) for one in b"\0\1\2\x7f\x80\xffa"),
    b"\xff" * 9 + b"\x01",
    b"\x80" * 8 + b"\x10",
    b"\xfe\xff\xff\xff\x0f",
    LONG,
]


def in_json(case: Case) -> tuple[Checker, bytes]:
    return compile_json(case.plan), json.dumps(case.record, ensure_ascii=False).encode()


def in_avro(case: Case) -> tuple[Checker, bytes]:
    schema, data = written.avro(case.record)
    return compile_avro(case.plan, schema), data


def in_protobuf(case: Case) -> tuple[Checker, bytes]:
    descriptors, data = written.protobuf(case.record)
    return compile_protobuf(case.plan, descriptors, "r.R0", framed=True), b"\0\0\0\0\7\0" + data


def made(make: Make) -> Iterator[tuple[Case, Checker, bytes]]:
    for case in cases():
        try:
            yield case, *make(case)
        except written.Unsayable:
            continue


def mutated(data: bytes, pieces: list[bytes], seed: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(seed.randint(1, 3)):
        at = seed.randrange(len(changed) + 1)
        changed[at : at + seed.choice((0, 0, 1, 3, 1000))] = seed.choice(pieces)
    return bytes(changed)


def unreadable(checker: Checker, data: bytes) -> bool:
    return [(one.at, one.rule) for one in checker.check(data)] == [((), "unreadable")]


@pytest.mark.parametrize(
    ("make", "pieces"), [(in_json, JSON_PIECES), (in_avro, BINARY_PIECES), (in_protobuf, BINARY_PIECES)], ids=["json", "avro", "protobuf"]
)
def test_changed_bytes_are_judged_as_the_explanation_judges_them_and_nothing_raises(make: Make, pieces: list[bytes]) -> None:
    seed = random.Random(4)
    passed = 0
    for case, checker, data in made(make):
        for _ in range(30):
            message = mutated(data, pieces, seed)
            found = checker.check(message)
            assert found == told(case.plan, checker.decode, message), message[:200]
            passed += not found
    assert passed > 50  # not all of it is rubbish


NODE = {"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"]}]}
EMPTY = {"type": "record", "name": "E", "fields": []}
NAMED = {"type": "record", "name": "R", "fields": [{"name": "e", "type": EMPTY}, {"name": "v", "type": {"type": "array", "items": "E"}}]}
DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
ABSURD: dict[str, tuple[Any, bytes]] = {
    "a length of 2^63": ("string", LONG + b"a"),
    "a length below zero": ("string", b"\x09hello"),
    "a text that ends too early": ("string", b"\x14hello"),
    "a text that is not UTF-8": ("string", b"\x02\xff"),
    "a double that ends too early": ("double", b"abc"),
    "bytes behind the record": ("boolean", b"\x01\x00"),
    "a boolean that is 2": ("boolean", b"\x02"),
    "a branch below zero": (["null", "string"], b"\x01"),
    "a branch too many": (["null", "string"], b"\x04"),
    "a symbol below zero": ({"type": "enum", "name": "E", "symbols": ["a"]}, b"\x01"),
    "2^63 elements": ({"type": "array", "items": "int"}, LONG + b"\x02"),
    "2^60 nulls": ({"type": "array", "items": "null"}, b"\x80" * 8 + b"\x20" + b"\x00"),
    "2^60 empty records": ({"type": "array", "items": EMPTY}, b"\x80" * 8 + b"\x20" + b"\x00"),
    "2^60 records of an empty type by its name": (NAMED, b"\x80" * 8 + b"\x20" + b"\x00"),
    "nulls in many blocks": ({"type": "array", "items": {"type": "array", "items": "null"}}, b"\x02" + b"\xa0\x9c\x01\x00" * 300_000),
    "2^60 members": ({"type": "map", "values": "null"}, b"\x80" * 8 + b"\x20" + b"\x00"),
    "a block of another size": ({"type": "array", "items": "int"}, b"\x03\x06\x02\x04\x00"),
    "an integer of more than 32 bits": ("int", LONG),
    "an integer of fifty bytes": ("long", b"\x80" * 50 + b"\x01"),
    "an integer without an end": ("long", b"\x80" * 1_000_000),
    "a record in a million others": (NODE, b"\x02" * 1_000_000 + b"\x00"),
    "a decimal of a megabyte": (DECIMAL, b"\x80\x89\x7a" + b"\x7f" * 1_000_000),
    "a fixed of 2^62 bytes": ({"type": "fixed", "name": "F", "size": 2**62}, b"ab"),
    "nothing": ("long", b""),
}


@pytest.mark.parametrize("name", ABSURD)
def test_an_avro_message_that_is_none_is_unreadable(name: str) -> None:
    schema, data = ABSURD[name]
    assert unreadable(compile_avro(ANYTHING, json.dumps(schema)), data)
    assert unreadable(compile_avro(ANYTHING, json.dumps(schema), reader=json.dumps(schema)), data)


def test_an_avro_time_that_python_cannot_say_is_of_no_such_type_and_the_rest_is_looked_at() -> None:
    fields = [{"name": "day", "type": {"type": "int", "logicalType": "date"}}, {"name": "price", "type": DECIMAL}]
    contract = {"type": "record", "name": "R", "fields": fields}
    checker = compile_avro(plan_of("avro", json.dumps(contract)), json.dumps(contract))
    assert [(one.at, one.rule) for one in checker.check(b"\xfe\xff\xff\xff\x0f" + b"\x06\x01\xe2\x40")] == [
        (("day",), "type"),
        (("price",), "precision"),
    ]
    assert checker.check(b"\x00" + b"\x04\x04\xd2") == ()


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_a_file_of_avro_is_read_with_the_same_bounds(codec: str, tmp_path: Path) -> None:
    deep: dict[str, Any] = {"next": None}
    for _ in range(200):
        deep = {"next": deep}
    for records, read in (([{"next": {"next": None}}] * 3, True), ([{"next": None}, deep], False)):
        with (tmp_path / "nodes.avro").open("wb") as file:
            fastavro.writer(file, NODE, records, codec=codec)
        with (tmp_path / "nodes.avro").open("rb") as file:
            if read:
                assert list(avro_records(file)) == records
                continue
            with pytest.raises(Undecodable, match="nested too deeply"):
                list(avro_records(file))


def test_changed_bytes_of_an_avro_file_are_an_error_that_says_so_or_records() -> None:
    seed, whole = random.Random(4), io.BytesIO()
    fastavro.writer(whole, NODE, [{"next": {"next": None}}] * 3, codec="deflate")
    for _ in range(500):
        with contextlib.suppress(Undecodable, NoAvroSchema):
            list(avro_records(io.BytesIO(mutated(whole.getvalue(), BINARY_PIECES, seed))))


def test_what_fastavro_writes_is_read_as_fastavro_reads_it() -> None:
    for case, checker, data in made(in_avro):
        schema, _ = written.avro(case.record)
        assert checker.decode(data) == fastavro.schemaless_reader(io.BytesIO(data), json.loads(schema), None)


def test_protobuf_messages_that_are_none_are_unreadable() -> None:
    checker = _nodes()
    nested = b""
    for _ in range(200):
        nested = b"\x0a" + bytes([len(nested) & 0x7F | 0x80, len(nested) >> 7]) + nested
    not_a_number = b"\x1a\x09\x11" + b"\0" * 6 + b"\xf8\x7f"
    groups = b"\xa3\x06" * 300_000 + b"\xa4\x06" * 300_000
    for data in (
        nested,
        not_a_number,
        groups,
        b"\x0a\x05",
        b"\x12\xff\xff\xff\xff\x7fa",
        b"\x0c",
        b"\x0b" * 1_000_000,
        b"\x80" * 20,
        b"\0",
    ):
        assert unreadable(checker, data), data[:20]
    assert checker.check(b"\x0a\x00\x12\x01a") == ()


def test_a_protobuf_text_that_is_not_utf8_is_no_text() -> None:
    plan = plan_of("jsonschema", json.dumps({"type": "object", "properties": {"text": {"type": "string"}}}))
    assert [(one.at, one.rule) for one in _nodes(plan).check(b"\x12\x01\xff")] == [(("text",), "type")]


def _nodes(plan: Plan = ANYTHING) -> Checker:
    """Of a message that may hold itself, a text, and a value of any kind."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="n.proto", syntax="proto2", dependency=["google/protobuf/struct.proto"])
    node = file.message_type.add(name="N")
    node.field.add(name="next", number=1, type=kinds.TYPE_MESSAGE, type_name="N", label=kinds.LABEL_OPTIONAL)
    node.field.add(name="text", number=2, type=kinds.TYPE_STRING, label=kinds.LABEL_OPTIONAL)
    node.field.add(name="any", number=3, type=kinds.TYPE_MESSAGE, type_name=".google.protobuf.Value", label=kinds.LABEL_OPTIONAL)
    return compile_protobuf(plan, descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString(), "N")


@pytest.mark.parametrize("type_", ["number", "integer"])
@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e999999999", "9" * 4301, "9" * 100_000 + "e5"])
def test_a_number_beyond_all_bounds_is_told_where_the_contract_looks_and_nowhere_else(number: str, type_: str) -> None:
    checker = compile_json(plan_of("odcs", json.dumps([{"name": "v", "logicalType": type_, "logicalTypeOptions": {"multipleOf": 2}}])))
    assert [(one.at, one.rule) for one in checker.check(f'{{"v": {number}}}'.encode())] == [(("v",), "type")]
    assert checker.check(f'{{"v": 2, "more": [{{"w": {number}}}]}}'.encode()) == ()
    assert unreadable(checker, f'{{"more": {number}'.encode())


def test_a_vast_number_in_deep_nesting_takes_no_time() -> None:
    text = "[" * 900 + "1e999" + "]" * 900
    assert compile_json(ANYTHING).check(f'{{"a": {text}, "b": "{"x" * 1_000_000}"}}'.encode()) == ()


def test_a_multiple_is_asked_for_of_an_integer_of_any_length() -> None:
    checker = compile_json(plan_of("odcs", '[{"name": "v", "logicalType": "integer", "logicalTypeOptions": {"multipleOf": 5}}]'))
    assert checker.check(b'{"v": ' + b"5" * 4300 + b"}") == ()
    assert [one.rule for one in checker.check(b'{"v": ' + b"9" * 320 + b"}")] == ["multipleOf"]


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("1e999999999", ["multipleOf", "precision"]),
        ("1e-999999999", ["multipleOf", "precision"]),
        ("12345678901234567890123456789.5", ["precision"]),  # 30 digits; Python's context rounds to 28
        ("1234567.50", []),
    ],
)
def test_a_decimal_of_any_size_is_held_to_its_limits(value: str, rules: list[str]) -> None:
    check = Check(path=("r",), type="decimal", limits={"multipleOf": 0.5, "precision": (12, 2)})
    assert [one.rule for one in explain(dataclasses.replace(ANYTHING, root=check), Decimal(value))] == rules


TYPES = {
    "jsonschema": ("integer", "number", "string", "array", "object"),
    "odcs": ("integer", "number", "string", "array", "object", "date"),
    "avro": ("long", "string", "bytes"),
}
WORDS = [*sorted(BOUNDS), "precision", "scale", "size", "dimensions", "pattern", "format"]
SAID = ["x", [1], {"a": 1}, None, True, -1, 0, 3.0, 1.5, 2**63, 10**400, 1e-320, "2026-11-23"]
VALUES = ["4", "4.5", '"aaa"', '"1.5"', "[1, 1]", '{"a": 1}', "null", "true", '"2026-11-24"', "9" * 320]


@pytest.mark.parametrize("word", WORDS)
def test_no_word_of_a_contract_makes_a_checker_that_fails(word: str) -> None:
    """What a format does not know under a name that another one has is left out, and said to be."""
    types = [(format_, type_) for format_, known in TYPES.items() for type_ in known]
    for (format_, type_), value in itertools.product(types, SAID):
        try:
            plan = plan_of(format_, json.dumps(_contract(format_, type_, {word: value})))
        except Unreadable:
            continue
        checker = compile_json(plan)
        for data in VALUES:
            checker.check(f'{{"v": {data}}}'.encode())


def _contract(format_: str, type_: str, said: dict[str, Any]) -> Any:
    if format_ == "odcs":
        return [{"name": "v", "logicalType": type_, "logicalTypeOptions": said}]
    if format_ == "avro":
        return {"type": "record", "name": "R", "fields": [{"name": "v", "type": {"type": type_, **said}, **said}]}
    return {"type": "object", "properties": {"v": {"type": type_, **said}}}
