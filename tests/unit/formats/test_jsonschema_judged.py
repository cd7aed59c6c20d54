"""What the gate lets pass, and where it says that something differs: drawn JSON Schemas through the rules."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from benchmarks.draws.jsonschema import draw
from tests.unit.formats.comparing import read

from countersign.diff import diff
from countersign.formats import exact_places, relate
from countersign.formats.jsonschema import counterexample
from countersign.model.change import Aspect, Direction
from countersign.model.contract import Contract
from countersign.model.profile import OpenObjects, Profile
from countersign.rules import judge

STRICT = Profile(open_objects=OpenObjects.STRICT)


def schema(value: Any) -> Contract:
    return read("orders.schema.json", json.dumps(value, indent=1))


@pytest.mark.parametrize("seed", range(6))
def test_nothing_passes_that_lets_a_value_through_which_the_other_side_refuses(seed: int) -> None:
    """Finding by finding the difference may look harmless. All of them together must be."""
    passed = 0
    for number in range(20):
        old, new, values = draw(Random(f"judged {seed} {number}"))
        before, after = schema(old), schema(new)
        changes = diff(before, after, relate(before, after, STRICT))
        for direction, writer, reader in ((Direction.READERS, new, old), (Direction.HISTORY, old, new)):
            if any(finding.level.blocks for finding in judge(changes, direction, "orders")):
                continue
            passed += 1
            tried = [*values, *counterexample(schema(writer), schema(reader))]
            assert not [one for one in tried if _valid(writer, one) and not _valid(reader, one)], (old, new, direction)
    assert passed > 10


def _valid(value: Any, instance: Any) -> bool:
    return jsonschema_rs.is_valid(value, instance, validate_formats=True)


def places(old: Any, new: Any) -> tuple[str, str]:
    """The lines that are shown for the one keyword that differs, as they stand."""
    found = exact_places(schema(old), schema(new))
    ((key, (one, other)),) = found.items()
    assert key[1] is Aspect.UNREAD
    return one.text, other.text


def test_a_difference_is_shown_where_all_of_it_is() -> None:
    def branches(**second: Any) -> Any:
        return {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"a": {"type": "string", **second}}}]}

    assert places(branches(maxLength=1), branches(maxLength=2)) == ('"maxLength": 1', '"maxLength": 2')
    assert places(branches(), branches(maxLength=2)) == ('"a": {', '"a": {')
    assert places(branches(maxLength=1), {"anyOf": [{"type": "null"}]}) == ('"anyOf": [', '"anyOf": [')


def test_a_difference_behind_references_is_shown_where_they_lead() -> None:
    def chain(limit: int) -> Any:
        return {
            "not": {"$ref": "#/$defs/a"},
            "$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"minimum": limit, "items": {"$ref": "#/$defs/a"}}},
        }

    assert places(chain(1), chain(2)) == ('"minimum": 1,', '"minimum": 2,')


def test_what_only_looks_like_a_reference_leads_nowhere() -> None:
    def strange(kind: str) -> Any:
        return {"not": {"properties": {"a": {"const": {"$ref": kind}}}, "x-see": {"$ref": f"nowhere/{kind}"}}}

    assert places(strange("b"), strange("c"))[0] == '"not": {'
