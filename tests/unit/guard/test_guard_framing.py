"""A Schema Registry's frames, and the registry: away is an error of its own, neither a violation nor a pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import requests
from tests.unit.guard.cases import plan_of

from countersign.guard.messages import Registry, SchemaFiles, SchemasAway, Undecodable, compile_avro
from countersign.guard.messages.framing import message_indexes, unframed

SCHEMA = json.dumps({"type": "record", "name": "R", "fields": [{"name": "v", "type": "string"}]})
PLAN = plan_of("odcs", json.dumps([{"name": "v", "logicalType": "string", "required": True}]))
FRAMED = b"\0\0\0\0\x2a" + b"\x02a"


class Answers(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    known: ClassVar[dict[str, tuple[int, bytes]]] = {
        "/schemas/ids/42": (200, json.dumps({"schema": SCHEMA}).encode()),
        "/schemas/ids/43": (500, b"oops"),
        "/schemas/ids/44": (200, b"<html>"),
        "/schemas/ids/45": (302, b""),
        "/schemas/ids/46": (200, json.dumps({"schema": "no schema"}).encode()),
    }

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = self.known.get(self.path, (404, b'{"error_code": 40403}'))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/schemas/ids/42")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the base class's word


@pytest.fixture
def registry() -> Iterator[Registry]:
    Answers.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    with requests.Session() as session:
        yield Registry(f"http://127.0.0.1:{server.server_address[1]}/", session)
    server.shutdown()
    server.server_close()


def test_a_schema_is_asked_for_once(registry: Registry) -> None:
    checker = compile_avro(PLAN, registry)
    assert [checker.check(FRAMED) for _ in range(3)] == [(), (), ()]
    assert Answers.asked == ["/schemas/ids/42"]


@pytest.mark.parametrize("number", [43, 44, 45])
def test_a_registry_that_answers_wrongly_is_away(registry: Registry, number: int) -> None:
    with pytest.raises(SchemasAway):
        compile_avro(PLAN, registry).check(b"\0\0\0\0" + bytes([number]) + b"\x02a")


def test_a_registry_that_cannot_be_reached_is_away() -> None:
    with requests.Session() as session, pytest.raises(SchemasAway, match="cannot be reached"):
        compile_avro(PLAN, Registry("http://127.0.0.1:1", session)).check(FRAMED)


@pytest.mark.parametrize("number", [46, 47])
def test_a_number_that_stands_for_no_schema_is_the_messages_fault(registry: Registry, number: int) -> None:
    assert [one.rule for one in compile_avro(PLAN, registry).check(b"\0\0\0\0" + bytes([number]) + b"\x02a")] == ["unreadable"]


def test_a_directory_that_is_not_there_is_away_and_a_missing_file_is_not(tmp_path: Path) -> None:
    with pytest.raises(SchemasAway):
        compile_avro(PLAN, SchemaFiles(tmp_path / "none")).check(FRAMED)
    assert [one.rule for one in compile_avro(PLAN, SchemaFiles(tmp_path)).check(FRAMED)] == ["unreadable"]


@pytest.mark.parametrize("data", [b"", b"\0\0\0\0", b"\1\0\0\0\x2aabc", b"{}"])
def test_bytes_without_a_frame_are_unreadable(data: bytes) -> None:
    with pytest.raises(Undecodable):
        unframed(data)


def test_message_indexes_are_read_as_confluents_serialisers_write_them() -> None:
    assert message_indexes(b"\0rest") == ((0,), b"rest")
    assert message_indexes(b"\x04\x02\x06rest") == ((1, 3), b"rest")
    for wrong in (b"", b"\x04\x02", b"\xff" * 12, b"\x01"):
        with pytest.raises(Undecodable):
            message_indexes(wrong)
