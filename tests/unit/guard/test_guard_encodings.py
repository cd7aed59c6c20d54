"""What a person says of an encoding: what does not go together is said, and secrets stay out of addresses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from tests.unit.guard import written
from tests.unit.guard.cases import plan_of

from countersign.cli.guard_options import ENCODINGS
from countersign.guard.messages import BadEncoding, encoding
from countersign.guard.messages.encodings import PASSWORD, USER, Name

PLAN = plan_of("odcs", json.dumps([{"name": "id", "logicalType": "integer", "required": True}]))
RECORD = {"id": 7}


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    (tmp_path / "7.avsc").write_text(written.avro(RECORD)[0])
    (tmp_path / "orders.binpb").write_bytes(written.protobuf(RECORD)[0])
    return tmp_path


@pytest.mark.parametrize(
    ("name", "file", "message", "data"),
    [
        ("json", "", "", b'{"id": 7}'),
        ("avro", "7.avsc", "", written.avro(RECORD)[1]),
        ("avro-framed", ".", "", b"\0\0\0\0\7" + written.avro(RECORD)[1]),
        ("protobuf", "orders.binpb", "r.R0", written.protobuf(RECORD)[1]),
        ("protobuf-framed", "orders.binpb", "r.R0", b"\0\0\0\0\7\0" + written.protobuf(RECORD)[1]),
    ],
)
def test_each_encoding_reads_and_judges_its_messages(schemas: Path, name: Name, file: str, message: str, data: bytes) -> None:
    made = encoding(name, str(schemas / file) if file else "", message, {})
    assert made.decode(data) == RECORD
    assert made.compile(PLAN).check(data) == ()
    assert [one.rule for one in made.compile(PLAN).check(data[:-1])] == ["unreadable"]


@pytest.mark.parametrize(
    ("name", "file", "message", "said"),
    [
        ("json", "7.avsc", "", "JSON needs no schemas"),
        ("avro", "", "", "avro needs schemas: the file"),
        ("avro", "none.avsc", "", "cannot be read: No such file"),
        ("avro", "orders.binpb", "", "no Avro schema"),
        ("avro-framed", "7.avsc", "", "is no directory"),
        ("protobuf", "orders.binpb", "", "the name of a message"),
        ("protobuf", "orders.binpb", "acme.None", "has no message acme.None"),
        ("protobuf", "7.avsc", "r.R0", "no set of descriptors"),
        ("avro", "7.avsc", "r.R0", "the name of a message"),
    ],
)
def test_what_does_not_go_together_is_said(schemas: Path, name: Name, file: str, message: str, said: str) -> None:
    with pytest.raises(BadEncoding, match=said):
        encoding(name, str(schemas / file) if file else "", message, {})


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://me:hush@registry.example.com", PASSWORD),
        ("http://registry.example.com", "unencrypted"),
        ("ftp://registry.example.com", "no address"),
        ("https://", "no address"),
    ],
)
def test_a_registrys_password_goes_nowhere_where_others_could_read_it(address: str, said: str) -> None:
    with pytest.raises(BadEncoding, match=said) as refused:
        encoding("avro-framed", address, "", {USER: "me", PASSWORD: "hush"})
    assert "hush" not in str(refused.value)


def test_a_registry_is_asked_only_when_a_message_comes() -> None:
    assert encoding("avro-framed", "https://registry.example.com", "", {USER: "me", PASSWORD: "hush"}).compile(PLAN)


def test_the_command_line_knows_every_encoding() -> None:
    assert get_args(Name) == ENCODINGS
