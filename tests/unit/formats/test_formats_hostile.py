"""Hostile files of every format, in the child process that judges them: each ends within its limits, with a file, a line and what to do."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from countersign.adapters.children import Fork
from countersign.model.contract import canonical
from countersign.ports import Died
from countersign.services.child import judge_contract
from countersign.services.reading import decode

#: The product's share of a file (`services.child`) and what a busy machine adds.
SECONDS = 4.0
MB = 2**20

ODCS = "apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
PROTO = 'syntax = "proto3";\n'


def item(file: str, old: str | None, new: str) -> dict[str, Any]:
    base = None if old is None else {"file": file, "text": old}
    return {"id": "x", "direction": "both", "profile": {}, "base": base, "landed": {"file": file, "text": new}}


def refusal(file: str, text: str) -> dict[str, Any]:
    """The one finding that the child makes of a file; it must not die of it."""
    started = time.monotonic()
    (answer,) = Fork("countersign").run("countersign.services.child:judge_contract", [item(file, None, text)])
    assert time.monotonic() - started < SECONDS
    assert not isinstance(answer, Died), answer
    (finding,) = answer["findings"]
    assert finding["rule"] == "contract-unreadable"
    notes = dict(finding["notes"])
    assert notes["message"] and notes["remedy"]
    assert finding["new"]["file"] == file
    assert 1 <= finding["new"]["line"] <= text.count("\n") + 1
    return {"line": finding["new"]["line"], **notes}


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        ("a.odcs.yaml", ODCS + BOMB, None, "alias"),
        ("a.odcs.yaml", ODCS + "id: y\n", 6, "given twice"),
        ("a.odcs.yaml", ODCS + "schema: " + "[" * 10_000, 6, "deep"),
        ("a.odcs.yaml", ODCS + "x: !!python/object/apply:os.system ['true']\n", 6, ""),
        ("schema.yml", "models:\n- name: a\n" + BOMB, None, "alias"),
        ("schema.yml", "models:\n- name: a\n  columns: " + "{a: " * 10_000, 3, "deep"),
        ("a.avsc", '{"type": "record", "name": "R",\n "name": "S", "fields": []}', 2, "given twice"),
        ("a.avsc", '{"type":"array","items":' * 10_000 + '"int"' + "}" * 10_000, 1, "deep"),
        ("a.avsc", '{"type": "record", "name": "R", "fields": [\n{"name": "a", "type": "/etc/passwd"}]}', 2, "not defined"),
        ("a.schema.json", '{"type": "object",\n"type": "string"}', 2, "given twice"),
        ("a.schema.json", '{"not":' * 10_000 + "{}" + "}" * 10_000, 1, "deep"),
        ("a.schema.json", '{"properties": {"a":\n{"$ref": "https://example.com/a.json"}}}', 2, "nothing is fetched"),
        ("a.schema.json", '{"properties": {"a":\n{"$ref": "../../etc/passwd"}}}', 2, "out of the repository"),
        ("a.schema.json", '{"properties": {"a":\n{"$ref": "file:///etc/passwd"}}}', 2, ""),
        ("a.proto", PROTO + 'import "../../etc/passwd";\nmessage A {}\n', 2, "repository"),
        ("a.proto", PROTO + 'import "/etc/passwd";\nmessage A {}\n', 2, ""),
        ("a.proto", PROTO + "message A {" * 10_000, None, ""),
        ("a.proto", PROTO + "message A {\n  string a = 1;\n  string b = 1;\n}\n", 4, "protoc says"),
        ("a.sql", "CREATE TABLE a (b INT CHECK (" + "(" * 10_000 + ")));", 1, ""),
        ("a.sql", "CREATE TABLE a (b " + "ARRAY<" * 10_000 + "INT" + ">" * 10_000 + ");", 1, ""),
        ("a.sql", "CREATE TABLE a (\n b INT,\n b TEXT\n);", None, "b"),
        ("a.parquet.schema", "message a {\n" + "optional group a {" * 10_000, None, ""),
        ("a.parquet", "UEFSMQ==", 1, ""),
        ("a.arrow", "QVJST1cxAAA=", 1, ""),
        (
            "a.iceberg.json",
            '{"type": "struct", "fields": [\n{"id": 1, "name": "a", "required": true, "type": "decimal(9999999999, 2)"}]}',
            2,
            "",
        ),
    ],
)
def test_a_hostile_file_is_refused_at_its_line(file: str, text: str, line: int | None, said: str) -> None:
    found = refusal(file, text)
    assert line is None or found["line"] == line
    assert said in found["message"]


@pytest.mark.parametrize("file", ["a.odcs.yaml", "schema.yml", "a.avsc", "a.schema.json", "a.proto", "a.sql", "a.parquet.schema"])
def test_what_is_no_text_is_refused_at_its_line_before_any_parser_sees_it(file: str) -> None:
    text = decode(file, b"first line\nsecond \xff line\n")
    assert (text.text, text.line, text.trouble) == (None, 2, "Line 2 is not UTF-8 text.")
    assert text.remedy


@pytest.mark.parametrize("file", ["a.odcs.yaml", "a.avsc", "a.schema.json", "a.proto", "a.sql", "a.parquet.schema"])
def test_what_is_too_large_is_refused_before_any_parser_sees_it(file: str) -> None:
    assert decode(file, None).trouble == "The file is larger than 10 MB."


def test_statements_that_nobody_reads_add_up_and_do_not_multiply() -> None:
    """Each is kept as text behind the one before; quoted inside one another, a hundred of them would fill the memory."""
    unknown = "ALTER TABLE a WHATEVER 'quoted';\n" * 100 + "ALTER TYPE b WHATEVER 'quoted';\n" * 100
    text = "CREATE TYPE b AS ENUM ('x');\nCREATE TABLE a (c INT);\n" + unknown
    started = time.monotonic()
    (answer,) = Fork("countersign").run("countersign.services.child:judge_contract", [item("a.sql", text, text + "-- said again\n")])
    assert time.monotonic() - started < SECONDS
    assert not isinstance(answer, Died), answer
    assert not answer["findings"]


def test_a_long_name_beside_a_pattern_costs_no_more_time_than_a_short_one() -> None:
    def schema(kind: str) -> str:
        return canonical(
            {"type": "object", "properties": {"x" * 20_000: {"type": kind}}, "patternProperties": {"^x-|y$": {"type": "string"}}}
        )

    started = time.monotonic()
    (answer,) = Fork("countersign").run(
        "countersign.services.child:judge_contract", [item("a.schema.json", schema("integer"), schema("number"))]
    )
    assert time.monotonic() - started < SECONDS
    assert not isinstance(answer, Died), answer


def test_an_option_of_protobuf_that_is_no_text_is_read_all_the_same() -> None:
    text = PROTO + 'option java_package = "com.\\ud800acme";\nmessage A {}\n'
    assert not judge_contract(item("a.proto", text, text))["findings"]


def test_a_schema_that_refers_to_itself_is_judged() -> None:
    loops = ['{"$ref": "#"}', '{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}']
    answers = Fork("countersign").run(
        "countersign.services.child:judge_contract", [item("a.schema.json", one, other) for one in loops for other in loops]
    )
    assert not [answer for answer in answers if isinstance(answer, Died)]


CATASTROPHIC = (
    "^(a+)+$",
    "(a|a)*b",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(((((((((a{1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9})",
    "(a?){40}a{40}",
)


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_a_catastrophic_pattern_costs_no_more_than_another(pattern: str) -> None:
    def schema(pattern: str) -> str:
        return canonical({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}, "required": ["a"]})

    def contract(pattern: str) -> str:
        column = {"name": "a", "logicalType": "string", "required": True, "logicalTypeOptions": {"pattern": pattern}}
        return ODCS + "schema: " + json.dumps([{"name": "orders", "properties": [column]}])

    items = [item("a.schema.json", schema("^x$"), schema(pattern)), item("a.odcs.yaml", contract("^x$"), contract(pattern))]
    started = time.monotonic()
    answers = Fork("countersign").run("countersign.services.child:judge_contract", items)
    assert time.monotonic() - started < 2 * SECONDS
    for answer in answers:
        assert not isinstance(answer, Died), answer
        assert any(one["level"] in ("breaking", "undecided", "invalid") for one in answer["findings"]), "it must not pass unseen"


def test_a_merge_that_brings_a_hostile_file_keeps_what_was_there_before() -> None:
    """The old side is read as ever; only the new one is refused."""
    old = ODCS + "schema: [{name: orders, properties: [{name: a, logicalType: string}]}]\n"
    answer = judge_contract(item("a.odcs.yaml", old, ODCS + BOMB))
    assert answer["old"]["fields"] == ["orders", "orders.a"]
    assert [one["rule"] for one in answer["findings"]] == ["contract-unreadable"]


def _large(file: str) -> str:
    """Ten megabytes of columns."""
    begin, line, end = {
        "a.odcs.yaml": (ODCS + "schema:\n- name: orders\n  properties:\n", "  - {{name: c{0}, logicalType: string}}\n", ""),
        "a.avsc": ('{"type":"record","name":"R","fields":[', '{{"name":"c{0}","type":"string"}},', '{"name":"z","type":"int"}]}'),
        "a.schema.json": ('{"type":"object","properties":{', '"c{0}":{{"type":"string"}},', '"z":{}}}'),
        "a.proto": (PROTO + "message A {\n", "  string c{0} = {0};\n", "}\n"),
        "a.sql": ("CREATE TABLE a (\n", "  c{0} VARCHAR(40) NOT NULL,\n", "  z INT\n);"),
        "a.parquet.schema": ("message a {\n", "  optional int32 c{0};\n", "}\n"),
    }[file]
    count = 10 * MB // len(line.format(100_000))
    return begin + "".join(line.format(at) for at in range(1, count)) + end


@pytest.mark.slow
@pytest.mark.parametrize("file", ["a.odcs.yaml", "a.avsc", "a.schema.json", "a.proto", "a.sql", "a.parquet.schema"])
def test_ten_megabytes_end_within_the_limits(file: str) -> None:
    text = _large(file)
    assert len(text) > 9 * MB
    started = time.monotonic()
    (answer,) = Fork("countersign").run("countersign.services.child:judge_contract", [item(file, None, text)])
    assert time.monotonic() - started < 3 * SECONDS
    # A child that has used up its share is a finding of its own: "Repair the file, or make it smaller" (`services.compare_contracts`).
    assert isinstance(answer, Died) or answer["findings"][0]["rule"] in ("contract-unreadable", "contract-added")
