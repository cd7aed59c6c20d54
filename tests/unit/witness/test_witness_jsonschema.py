"""Proof by example for JSON Schemas, with the original documents in jsonschema-rs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.witness.proving import findings, only, shown

from countersign.model.finding import Finding
from countersign.model.witness import LONGEST

FILE = "orders.schema.json"


def members(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("old", "new", "value", "said"),
    [
        (members(("a",), a=TEXT), members(("a",), a={"type": ["string", "null"]}), {"a": None}, 'null is not of type "string"'),
        (members(("a",), a=TEXT), members((), a=TEXT), {}, '"a" is a required property'),
        (members((), a={"type": "integer"}), members((), a={"type": "number"}), {"a": 1.5}, '1.5 is not of type "integer"'),
        (members((), a={"enum": ["x"]}), members((), a={"enum": ["x", "y"]}), {"a": "y"}, '"y" is not one of "x"'),
    ],
)
def test_the_smallest_record_shows_what_readers_will_meet(old: Any, new: Any, value: Any, said: str) -> None:
    assert shown(only(findings(FILE, old, new))) == (value, "new", said)


def test_for_history_the_value_is_one_that_old_data_has() -> None:
    finding = only(findings(FILE, members((), a=TEXT), members(("a",), a=TEXT), "history"))
    assert shown(finding) == ({}, "old", '"a" is a required property')


def test_each_finding_is_shown_by_itself_among_many() -> None:
    old = members(("id", "a", "b"), id=TEXT, a={"type": "integer"}, b={"enum": ["x", "y"]}, c=TEXT)
    new = members(("id", "b"), id=TEXT, a={"type": ["integer", "null"]}, b={"enum": ["x", "z"]}, c={"type": ["string", "boolean"]})
    values = {name: shown(one)[0] for name, one in findings(FILE, old, new).items()}
    assert values == {
        "field-nullable-changed orders.a": {"a": None, "b": "x", "id": ""},
        "field-required-changed orders.a": {"b": "x", "id": ""},
        "enum-value-removed orders.b=y": {"a": 0, "b": "y", "id": ""},
        "enum-value-added orders.b=z": {"a": 0, "b": "z", "id": ""},
        "field-type-changed orders.c": {"a": 0, "b": "x", "c": False, "id": ""},
    }


def test_a_change_deep_inside_is_shown_where_it_is() -> None:
    def deep(leaf: Any) -> Any:
        return members(("lines",), lines={"type": "array", "items": members((), sku={"type": "object", "additionalProperties": leaf})})

    value, _, said = shown(only(findings(FILE, deep(TEXT), deep({"type": ["string", "null"]}))))
    assert value == {"lines": [{"sku": {"k": None}}]}
    assert said == 'null is not of type "string"'


def test_a_field_that_is_gone_is_shown_by_what_may_now_stand_in_its_place() -> None:
    finding = findings(FILE, members((), a=TEXT, b=TEXT), members((), b=TEXT))["field-removed orders.a"]
    assert shown(finding) == ({"a": None}, "new", 'null is not of type "string"')


def test_files_that_are_referred_to_count_as_they_are_on_either_side() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "common/a.json"}}}
    sides: Any = ({"common/a.json": '{"type": "integer"}'}, {"common/a.json": '{"type": "number"}'})
    assert shown(only(findings(FILE, schema, schema, siblings=sides)))[0] == {"a": 1.5}


def test_a_long_record_is_cut_down_to_the_change_and_says_so() -> None:
    names = [f"member_with_a_long_name_{at}" for at in range(40)]
    old, new = (members(tuple(names), **dict.fromkeys(names, TEXT), a={"type": kind}) for kind in ("integer", "number"))
    finding = only(findings(FILE, old, new))
    assert finding.witness is not None
    assert (finding.witness.value, finding.witness.whole) == ('{"a":1.5}', False)


def test_no_example_is_longer_than_a_person_reads() -> None:
    old, new = ({"type": "object", "properties": {"a": {"type": "string", "maxLength": length}}} for length in (1000, 2000))
    for finding in findings(FILE, old, new).values():
        assert finding.witness is None or len(finding.witness.value) <= LONGEST


def test_what_nobody_found_is_said() -> None:
    """Every text is as long as a text of any length: the limits differ, what they allow does not."""
    finding = only(findings(FILE, members((), a={"type": "array", "minItems": 3000}), members((), a=TEXT)))
    assert finding.witness is not None or finding.note("unproved") == "no value"


def test_without_time_a_finding_stands_without_an_example() -> None:
    finding = only(findings(FILE, members(("a",), a=TEXT), members((), a=TEXT), more=lambda: False))
    assert (finding.witness, finding.note("unproved")) == (None, "no time")


def test_a_pattern_that_hangs_backtracking_engines_costs_no_time() -> None:
    hostile = {"type": "string", "pattern": "^(a+)+$"}
    assert findings(FILE, members((), a=hostile, b=TEXT), members((), a=hostile, b={"type": ["string", "null"]}))


def test_the_example_is_no_part_of_the_fingerprint() -> None:
    def broken(*others: str) -> Finding:
        return only(findings(FILE, *(members(others, **dict.fromkeys(others, TEXT), a={"type": kind}) for kind in ("integer", "number"))))

    one, other = broken(), broken("b", "c")
    assert one.witness != other.witness
    assert one.fingerprint == other.fingerprint


def test_a_schema_that_its_validator_refuses_leaves_the_finding_as_it_is() -> None:
    looking = {"type": "string", "pattern": "^(?=a)b"}  # the engine without backtracking has no look-ahead
    finding = only(findings(FILE, members(("x",), a=looking, x=TEXT), members((), a=looking, x=TEXT)))
    assert (finding.rule, finding.witness, finding.note("unproved")) == ("field-required-changed", None, "no value")


def test_witnesses_are_json_with_sorted_keys() -> None:
    witness = only(findings(FILE, members(("b", "a"), a=TEXT, b=TEXT), members(("b", "a"), a=TEXT, b={"type": ["string", "null"]}))).witness
    assert witness is not None
    assert witness.value == json.dumps({"a": "", "b": None}, separators=(",", ":"))
