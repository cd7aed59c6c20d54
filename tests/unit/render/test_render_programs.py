"""SARIF and JUnit: what other people's programs are given. OASIS's own schema is the referee of the first."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator
from tests.unit.render import verdicts
from tests.unit.render.test_render_golden import matches_golden

from countersign.model.verdict import Verdict
from countersign.render.junit import junit
from countersign.render.reported import of_findings, of_verdict
from countersign.render.sarif import sarif

_SCHEMA = Path(__file__).parents[3] / ".cache" / "sarif-2.1.0.json"

STATES = [
    verdicts.untouched,
    verdicts.two_teams_and_a_removal,
    verdicts.all_signed,
    verdicts.overridden,
    verdicts.unreadable,
    verdicts.gate_loosened,
    verdicts.warned,
    verdicts.hostile,
]


@pytest.fixture(scope="module")
def referee() -> Draft4Validator:
    if not _SCHEMA.exists():
        missing = f"{_SCHEMA} is missing: run tools/fetch_referees.py"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return Draft4Validator(json.loads(_SCHEMA.read_text()))


def log_of(verdict: Verdict) -> dict[str, Any]:
    return sarif(of_verdict(verdict), version="1.2.3", remarks=verdict.remarks)


def cases_of(verdict: Verdict) -> ElementTree.Element:
    contracts = {one.id: one.file for one in verdict.contracts}
    return ElementTree.fromstring(junit(of_verdict(verdict), contracts, suite=verdict.pull_request.repository))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_log_is_valid_by_the_schema_of_sarif(state: Callable[[], Verdict], referee: Draft4Validator) -> None:
    assert [error.message for error in referee.iter_errors(log_of(state()))] == []


def test_a_log_reads_as_its_golden_text() -> None:
    matches_golden("check.sarif", json.dumps(log_of(verdicts.two_teams_and_a_removal()), indent=2, ensure_ascii=False) + "\n")


def test_a_result_stands_at_its_line_in_the_files_as_they_would_be_and_a_removal_shows_the_line_that_is_gone() -> None:
    (run,) = log_of(verdicts.two_teams_and_a_removal())["runs"]
    removed = next(one for one in run["results"] if one["ruleId"] == "field-removed")
    finding = next(one.finding for one in verdicts.two_teams_and_a_removal().judged if one.finding.rule == "field-removed")
    assert finding.new is not None and finding.old is not None
    at = removed["locations"][0]["physicalLocation"]
    assert (at["artifactLocation"]["uri"], at["region"]["startLine"]) == (finding.new.file, finding.new.line)
    assert removed["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == finding.old.line
    assert removed["partialFingerprints"] == {"countersign/v1": finding.fingerprint}


def test_rules_come_with_their_pages_and_each_result_names_its_own() -> None:
    (run,) = log_of(verdicts.two_teams_and_a_removal())["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    page = next(rule for rule in rules if rule["id"] == "field-removed")
    assert page["helpUri"].endswith("/docs/rules/field-removed.md") and "To avoid it:" in page["help"]["markdown"]


def test_only_what_stops_the_merge_is_an_error_and_what_was_cleared_is_suppressed() -> None:
    assert {one["level"] for one in log_of(verdicts.warned())["runs"][0]["results"]} == {"warning"}
    (first, *_) = log_of(verdicts.overridden())["runs"][0]["results"]
    assert (first["level"], first["suppressions"][0]["justification"]) == ("warning", "overridden")


def test_a_contract_is_a_case_and_its_failure_says_what_breaks_and_where() -> None:
    suite = cases_of(verdicts.two_teams_and_a_removal())[0]
    (case,) = suite.findall("testcase")
    failure = case.find("failure")
    assert (suite.get("tests"), suite.get("failures"), case.get("file")) == ("1", "1", verdicts.FILE)
    assert failure is not None and "`amount`" in (failure.get("message") or "")
    assert f"{verdicts.FILE}:" in (failure.text or "") and "Old line " in (failure.text or "")


def test_where_nothing_is_enforced_no_case_fails() -> None:
    assert cases_of(verdicts.warned())[0].get("failures") == "0"


def test_no_text_of_a_contract_can_shape_the_xml() -> None:
    (case, *_) = cases_of(verdicts.hostile())[0].findall("testcase")
    assert {child.tag for child in case} <= {"failure", "system-out"}


def test_two_files_alone_are_told_in_the_same_way() -> None:
    findings = [one.finding for one in verdicts.two_teams_and_a_removal().judged]
    assert {one.weight for one in of_findings(findings)} == {"error"}
