"""`countersign diff`: two files and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.producer import BROKEN, ORDERS, Run


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.odcs.yaml", tmp_path / "orders.odcs.yaml"
    old.write_text(ORDERS)
    new.write_text(BROKEN)
    return old, new


def test_it_says_what_differs_where_and_what_it_does_to_readers(run: Run, files: tuple[Path, Path]) -> None:
    result = run("diff", *files)
    assert result.exit_code == 1
    assert result.stdout == (
        "breaking   C-CRVBYP  `amount`: `string` → `integer`  (orders.odcs.yaml:11)\n"
        "           A reader that takes `amount` as `string` fails on the first new record, or reads wrong values from it. "
        "[field-type-changed]\n"
        '           Proof: {"amount":0,"order_id":""} is allowed by the new contract and refused by the old one, says jsonschema-rs: '
        '0 is not of type "string".\n'
        "breaking   C-2SAA34  `region` removed  (old old.odcs.yaml:13)\n"
        "           A reader that names `region` fails on the first new record, or quietly finds it empty from then on. [field-removed]\n"
        '           Proof: {"amount":"","order_id":"","region":""} is allowed by the old contract and refused by the new one, says '
        "jsonschema-rs: Additional properties are not allowed ('region' was unexpected).\n"
        "safe       C-JIGUFF  version `1.4.0` → `2.0.0`  (orders.odcs.yaml:4)\n"
    )


def test_a_file_beside_itself_differs_in_nothing(run: Run, files: tuple[Path, Path]) -> None:
    result = run("diff", files[0], files[0])
    assert (result.exit_code, result.stdout) == (0, "No difference that a reader could notice.\n")
    assert json.loads(run("diff", files[0], files[0], "--format", "json").stdout) == []


def test_whom_it_protects_decides_what_breaks(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "a.avsc", tmp_path / "b.avsc"
    old.write_text('{"type": "record", "name": "Order", "fields": [{"name": "amount", "type": "int"}]}')
    new.write_text('{"type": "record", "name": "Order", "fields": [{"name": "amount", "type": "long"}]}')
    exits = {whom: run("diff", old, new, "--protects", whom).exit_code for whom in ("readers", "history", "both")}
    assert exits == {"readers": 1, "history": 0, "both": 1}


def test_other_programs_are_told_in_sarif_and_junit(run: Run, files: tuple[Path, Path]) -> None:
    (log,) = json.loads(run("diff", *files, "--format", "sarif").stdout)["runs"]
    assert {one["level"] for one in log["results"]} == {"error"}
    assert '<testcase classname="countersign diff" name="orders"' in run("diff", *files, "--format", "junit").stdout


def test_why_explains_each_rule_that_would_stop_it_once(run: Run, files: tuple[Path, Path]) -> None:
    said = run("diff", *files, "--why").stdout
    assert said.count("To avoid it:") == 2 and "           What clears it:" in said


@pytest.mark.parametrize("side", [0, 1])
def test_a_file_that_cannot_be_read_ends_with_2_and_its_line(run: Run, files: tuple[Path, Path], side: int) -> None:
    files[side].write_text(ORDERS.replace("logicalType: string}", "logicalType: strin}", 1))
    result = run("diff", *files)
    assert result.exit_code == 2
    assert f"({files[side].name}:" in result.stdout and "contract-unreadable" in result.stdout


def test_what_is_no_text_or_no_file_ends_with_2(run: Run, files: tuple[Path, Path]) -> None:
    files[1].write_bytes(b"a\n\xff")
    result = run("diff", *files)
    assert result.exit_code == 2 and f"{files[1]}: Line 2 is not UTF-8 text." in result.stderr
    missing = run("diff", files[0], "nowhere.yaml")
    assert missing.exit_code == 2 and "'nowhere.yaml' does not exist" in missing.stderr


def test_files_that_refer_to_others_are_sent_to_check(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "a.schema.json", tmp_path / "b.schema.json"
    for file in (old, new):
        file.write_text('{"type": "object", "properties": {"address": {"$ref": "address.json"}}}')
    result = run("diff", old, new)
    assert result.exit_code == 2
    assert "address.json" in result.stdout and "`countersign check`" in result.stdout


def test_the_settings_of_a_policy_can_be_given(run: Run, tmp_path: Path) -> None:
    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    narrow, wide = (written(f"{one}.parquet.schema", f"message m {{\n  optional {one} a;\n}}\n") for one in ("int32", "int64"))
    assert run("diff", narrow, wide).exit_code == 1
    assert run("diff", narrow, wide, "--table-format", "iceberg-v2").exit_code == 0
    head = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"'
    old, new = written("old.schema.json", head + "}"), written("new.schema.json", head + ', "properties": {"a": {"type": "string"}}}')
    strict, lenient = (run("diff", old, new, "--protects", "both", "--open-objects", one).exit_code for one in ("strict", "lenient"))
    assert (strict, lenient) == (1, 0)
    proto = 'syntax = "proto3";\nmessage M {\n  string a = 1%s;\n}\n'
    plain, named = written("plain.proto", proto % ""), written("named.proto", proto % ' [json_name = "b"]')
    assert [run("diff", plain, named, "--protobuf", one).exit_code for one in ("WIRE", "WIRE_JSON")] == [0, 1]
