"""That the run over other people's vectors asks what they ask, and hides nothing that does not agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.conformance import Case, Outcome, cases, main, reasons, score

from countersign.model.change import Relation

_INT = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}
_LONG = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]}
_ODCS = """
apiVersion: v3.2.0
kind: DataContract
id: x
version: 1.0.0
status: active
schema:
- name: orders
  properties:
  - name: id
    logicalType: string
    required: %s
"""


def scored(expected: dict[str, Any], old: Any = _INT, new: Any = _LONG, format: str = "avro") -> Outcome:  # noqa: A002 - the vectors' word
    return score(Case("mine", "one", format, old, new, expected)).outcome


def suite(folder: Path, name: str, *expected: dict[str, Any]) -> None:
    found = [{"name": f"case {at}", "format": "avro", "old": _INT, "new": _LONG, "expected": one} for at, one in enumerate(expected)]
    (folder / f"{name}.json").write_text(json.dumps({"source": "here", "count": len(found), "cases": found}))


def test_backward_asks_whether_the_new_schema_reads_old_data_and_forward_the_reverse():
    assert scored({"backward": True, "forward": False}) is Outcome.AGREE
    assert scored({"backward": False}) is Outcome.DISAGREE
    assert scored({"forward": True}) is Outcome.DISAGREE


@pytest.mark.parametrize(("level", "compatible"), [("BACKWARD", True), ("BACKWARD_TRANSITIVE", True), ("FORWARD", False), ("FULL", False)])
def test_compatible_means_at_the_level_that_is_named(level: str, compatible: bool):
    assert scored({"compatible": compatible, "level": level}) is Outcome.AGREE
    assert scored({"compatible": not compatible, "level": level}) is Outcome.DISAGREE


def test_breaking_for_the_consumer_is_what_readers_sign_and_for_the_producer_what_old_data_does_not_fit():
    loosened = (_ODCS % "true", _ODCS % "false", "odcs")
    assert scored({"is_breaking_for_consumer": True, "is_breaking_for_producer": False}, *loosened) is Outcome.AGREE


def test_types_of_table_formats_are_asked_by_version():
    assert scored({"spec_v2": False, "spec_v3": True}, "date", "timestamp", "iceberg-type") is Outcome.AGREE
    assert scored({"spec_v2": True, "delta": True}, "string", "int", "iceberg-type") is Outcome.DISAGREE


def test_json_schemas_of_suites_are_taken_at_their_word():
    closed, opened = {"type": "object", "additionalProperties": False}, {"type": "object"}
    assert scored({"backward": True, "forward": False}, closed, opened, "jsonschema") is Outcome.AGREE


def test_what_cannot_be_decided_is_no_agreement(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("benchmarks.conformance.overall", lambda old, new, profile: Relation.UNDECIDED)
    assert scored({"backward": True}) is Outcome.UNDECIDED
    assert scored({"backward": False}) is Outcome.UNDECIDED


def test_what_cannot_be_read_is_an_error_and_ends_nothing():
    assert scored({"backward": True}, {"type": "nonsense"}) is Outcome.ERROR
    assert scored({"colour": "red"}) is Outcome.ERROR
    assert scored({"backward": True}, format="cobol") is Outcome.NO_READER


def test_any_folder_is_taken_and_files_without_cases_are_passed_over(tmp_path: Path):
    suite(tmp_path, "b", {"backward": True})
    suite(tmp_path, "a", {"forward": False}, {"forward": True})
    (tmp_path / "ids.json").write_text('{"count": 1, "rules": [{"id": "FIELD_SAME_TYPE"}]}')
    assert [(one.suite, one.name) for one in cases(tmp_path)] == [("a", "case 0"), ("a", "case 1"), ("b", "case 0")]


def test_every_disagreement_is_shown_with_both_texts_and_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    suite(tmp_path, "mine", {"backward": True}, {"backward": False})
    assert main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[1].split() == ["mine", "2", "1", "1", "0", "0"]
    shown = said.partition("disagree: mine / case 1")[2]
    assert '"type": "int"' in shown and '"type": "long"' in shown
    assert "expected  backward no" in shown and "ours      backward yes" in shown and "widened (R.a type widened" in shown


def test_one_suite_may_be_asked_for_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    suite(tmp_path, "good", {"backward": True})
    suite(tmp_path, "bad", {"backward": False})
    assert main([str(tmp_path), "--suite", "good"]) == 0
    assert "bad" not in capsys.readouterr().out


def test_a_written_reason_is_printed_and_lets_the_run_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    suite(tmp_path, "mine", {"backward": False})
    page = tmp_path / "formats.md"
    page.write_text(
        "## Where we differ from other suites\n\n| suite | case | why |\n|---|---|---|\n| mine | `case 0` | an int is a long |\n"
    )
    monkeypatch.setattr("benchmarks.conformance.REASONS", page)
    assert main([str(tmp_path)]) == 0
    assert "reason    an int is a long" in capsys.readouterr().out


def test_reasons_are_read_from_their_own_section_alone():
    page = "| a | b | c |\n## Where we differ from other suites\n| s | x \\| y | why |\n## Next\n| t | z | no |\n"
    assert reasons(page) == {("s", "x | y"): "why"}
