"""The cases beside the rules (`bot/countersign/rules/cases`), each through the whole of it: texts, contracts, changes, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.formats.marked import Unreadable
from countersign.model.change import Aspect, Change, Direction, Relation
from countersign.model.contract import Contract, Place
from countersign.model.finding import Finding
from countersign.model.path import related, show
from countersign.rules import RULES, judge, judge_version, report

CASES = Path(__file__).parents[3] / "bot" / "countersign" / "rules" / "cases"
FILES = {
    "odcs": "contracts/orders.odcs.yaml",
    "avro": "schemas/orders.avsc",
    "jsonschema": "schemas/orders.schema.json",
    "protobuf": "protos/orders.proto",
    "parquet": "schemas/orders.parquet.schema",
}
KEYS = {"name", "replace", "remove", "old", "new", "format", "protects", "version", "report", "expect"}


def cases() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(rule id, case with what its file says for all cases)."""
    for file in sorted(CASES.glob("*.yaml")):
        shared = yaml.safe_load(file.read_text(encoding="utf-8"))
        for case in shared.pop("cases"):
            yield file.stem, {**shared, **case}


ALL = list(cases())


def after(case: Mapping[str, Any]) -> str | None:
    """The text after: given whole, or made of the text before."""
    if "new" in case:
        return case["new"]
    text = case["contract"]
    for gone in case.get("remove", ()):
        lines = text.splitlines(keepends=True)
        assert sum(gone in line for line in lines) == 1, f"{gone!r} must be in one line of the text before"
        text = "".join(line for line in lines if gone not in line)
    marks = {}
    for number, (old, new) in enumerate(case.get("replace", {}).items()):  # by way of marks, so that two texts can change places
        assert text.count(old) == 1, f"{old!r} must occur once in the text before"
        marks[f"\0{number}\0"] = new
        text = text.replace(old, f"\0{number}\0")
    for mark, new in marks.items():
        text = text.replace(mark, new)
    return text


def key(change: Change) -> tuple[tuple[str, ...], Aspect, str]:
    return change.path, change.aspect, change.detail


def read(text: str | None, case: Mapping[str, Any]) -> Contract | None:
    form = case.get("format", "odcs")
    return None if text is None else parse(Source(FILES[form], text), "orders", form)


def findings(rule: str, case: Mapping[str, Any]) -> tuple[Finding, ...]:
    if "report" in case:
        said = dict(case["report"])
        return (report(rule, **said | {"path": tuple(said.get("path", ()))}),)
    old = read(case["old"] if "old" in case else case["contract"], case)
    try:
        new = read(after(case), case)
    except Unreadable as error:
        place = Place(file=error.file, line=error.line)
        return (report("contract-unreadable", contract="orders", message=error.message, remedy=error.remedy, place=place),)
    changes = diff(old, new, relate(old, new) if old and new else {})
    found = judge(changes, Direction(case.get("protects", "readers")), "orders")
    return (*(judge_version(old, new, found) if case.get("version") else ()), *found)


@pytest.mark.parametrize(("rule", "case"), ALL, ids=[f"{rule}: {case['name']}" for rule, case in ALL])
def test_a_case_gives_what_it_says(rule: str, case: Mapping[str, Any]) -> None:
    found = findings(rule, case)
    assert [f"{finding.level} {finding.rule} {show(finding.path)}".strip() for finding in found] == case["expect"]


@pytest.mark.parametrize(("rule", "case"), ALL, ids=[f"{rule}: {case['name']}" for rule, case in ALL])
def test_a_case_says_only_what_is_read(rule: str, case: Mapping[str, Any]) -> None:
    assert case.keys() <= KEYS | {"contract"}


COMPARED = [(f"{rule}: {case['name']}", case) for rule, case in ALL if "report" not in case and rule != "contract-unreadable"]


@pytest.mark.parametrize("case", [case for _, case in COMPARED], ids=[name for name, _ in COMPARED])
def test_the_comparison_and_the_format_name_the_same_things(case: Mapping[str, Any]) -> None:
    old, new = read(case["old"] if "old" in case else case["contract"], case), read(after(case), case)
    if old is None or new is None:
        return
    relations = relate(old, new)
    changes = diff(old, new, relations)
    unnamed = [change for change in changes if change.relation and change.aspect is not Aspect.PROMISE and key(change) not in relations]
    assert unnamed == [], "the format says nothing of these, so they are undecided by default"
    differs = [path for (path, _, _), relation in relations.items() if relation is not Relation.EQUAL]
    unseen = [path for path in differs if not any(related(path, at) for change in changes for at in (change.path, *change.also))]
    assert unseen == [], "the format sees these differ, and no change says so"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_that_fires_and_one_that_does_not(rule: str) -> None:
    fires = [any(line.split()[1] == rule for line in case["expect"]) for name, case in ALL if name == rule]
    assert set(fires) == {True, False}


def test_no_case_is_of_a_rule_that_does_not_exist() -> None:
    assert {rule for rule, _ in ALL} == set(RULES)


@pytest.mark.parametrize(("rule", "case"), ALL, ids=[f"{rule}: {case['name']}" for rule, case in ALL])
def test_two_findings_of_a_case_never_share_a_fingerprint(rule: str, case: Mapping[str, Any]) -> None:
    prints = [finding.fingerprint for finding in findings(rule, case)]
    assert len(set(prints)) == len(prints)
