"""What consumers name is found wherever a JSON Schema says it: below ``anyOf``, ``allOf``, ``$ref`` and their like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.formats.comparing import read

from countersign.diff import diff
from countersign.formats import relate
from countersign.model.change import Direction
from countersign.model.contract import Contract
from countersign.model.path import show
from countersign.model.profile import Profile
from countersign.rules import judge

ZIP = {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}}
NULL = {"type": "null"}


def schema(value: Any) -> Contract:
    return read("orders.schema.json", json.dumps(value, indent=1))


def breaks(old: Any, new: Any) -> list[str]:
    before, after = schema(old), schema(new)
    changes = diff(before, after, relate(before, after, Profile()))
    return sorted(f"{one.rule} {show(one.path)}" for one in judge(changes, Direction.READERS, "orders") if one.level.blocks)


def below(keyword: str, part: Any) -> dict[str, Any]:
    """A schema in which the part is said of the whole."""
    ways: dict[str, Any] = {
        "anyOf": {"anyOf": [part, NULL]},
        "oneOf": {"oneOf": [part, NULL]},
        "allOf": {"allOf": [part, {"properties": {"id": {"type": "string"}}}]},
        "$ref": {"$ref": "#/$defs/Part", "properties": {"id": {"type": "string"}}, "$defs": {"Part": part}},
        "then": {"if": {"required": ["id"]}, "then": part},
        "else": {"if": {"required": ["id"]}, "else": part},
        "dependentSchemas": {"dependentSchemas": {"id": part}},
    }
    return ways[keyword]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf", "$ref", "then", "else", "dependentSchemas"])
def test_a_member_taken_out_of_a_schema_that_is_composed_is_removed(keyword: str) -> None:
    assert "field-removed orders.zip" in breaks(below(keyword, ZIP), below(keyword, CITY))


@pytest.mark.parametrize(
    ("whole", "step"),
    [
        (lambda part: {"patternProperties": {"^x": part}}, "{}.zip"),
        (lambda part: {"type": "array", "prefixItems": [part]}, "[].zip"),
        (lambda part: {"properties": {"to": {"anyOf": [{"$ref": "#/$defs/A"}, NULL]}}, "$defs": {"A": part}}, ".to.zip"),
    ],
)
def test_a_member_is_removed_at_its_own_path(whole: Any, step: str) -> None:
    assert f"field-removed orders{step}" in breaks(whole(ZIP), whole(CITY))


def test_a_removed_member_shows_its_old_line_and_the_list_it_stood_in() -> None:
    before, after = schema(below("anyOf", ZIP)), schema(below("anyOf", CITY))
    (gone,) = [one for one in diff(before, after, relate(before, after, Profile())) if show(one.path) == "orders.zip"]
    assert gone.old is not None and gone.old.text.startswith('"zip"')
    assert gone.new is not None and gone.new.text.startswith('"properties"')


def test_a_value_taken_out_of_an_enum_below_a_composition_is_removed() -> None:
    def whole(*values: str) -> Any:
        return {"properties": {"status": {"anyOf": [{"$ref": "#/$defs/S"}, NULL]}}, "$defs": {"S": {"enum": [*values]}}}

    assert "enum-value-removed orders.status=void" in breaks(whole("paid", "void"), whole("paid"))


def test_a_whole_branch_takes_its_members_and_its_value_with_it() -> None:
    card = {"properties": {"kind": {"const": "card"}, "pan": {"type": "string"}}}
    cash = {"properties": {"kind": {"const": "cash"}}}
    found = breaks({"oneOf": [card, cash]}, {"oneOf": [cash]})
    assert {"field-removed orders.pan", "enum-value-removed orders.kind=card"} <= {*found}


def test_a_union_without_its_object_loses_the_members() -> None:
    old, new = ({"properties": {"to": {**CITY, "type": types}}} for types in (["string", "object"], ["string"]))
    assert "field-removed orders.to.city" in breaks(old, new)


@pytest.mark.parametrize("never", [False, {"not": {}}])
def test_a_member_that_nobody_can_write_is_removed(never: Any) -> None:
    assert breaks({"properties": {"b": {"type": "string"}}}, {"properties": {"b": never}}) == ["field-removed orders.b"]


NODE = {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/N"}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ZIP, {"type": "object", "allOf": [{"properties": ZIP["properties"]}]}),
        ({**ZIP, "required": ["zip"]}, {"type": "object", "allOf": [{"properties": ZIP["properties"], "required": ["zip"]}]}),
        (below("anyOf", ZIP), {"anyOf": [NULL, ZIP]}),
        (below("$ref", ZIP), {**ZIP, "properties": {**ZIP["properties"], "id": {"type": "string"}}}),
        (
            {"$ref": "#/$defs/N", "$defs": {"N": NODE}},
            {"type": "object", "properties": {"name": {"type": "string"}, "next": NODE}, "$defs": {"N": NODE}},
        ),
    ],
)
def test_a_refactoring_that_keeps_the_names_removes_none(old: Any, new: Any) -> None:
    assert not [one for one in [*breaks(old, new), *breaks(new, old)] if "removed" in one]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf", "$ref", "dependentSchemas"])
def test_a_word_that_nobody_knows_is_undecided_below_a_composition_too(keyword: str) -> None:
    old, new = (below(keyword, {"type": "object", "properties": {"n": {"x-unit": unit}}}) for unit in ("m", "km"))
    assert breaks(old, new) == breaks(new, old) == ["keyword-undecided orders"]
