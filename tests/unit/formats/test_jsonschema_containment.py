"""Containment of JSON Schemas: whether all values of one are values of the other, and a value where not."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from benchmarks.draws.jsonschema import draw

from countersign.formats.jsonschema.containment import Answer, Schemas, contained
from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.source import Source

FILE = "a.schema.json"


def inside(inner: Any, outer: Any, *, lenient: bool = False, draft: str = "") -> Answer:
    one, other = (
        Schemas(Documents(Source(FILE, json.dumps({"$schema": draft, **schema} if draft else schema)))).schema(Target(FILE, ()))
        for schema in (inner, outer)
    )
    return contained(one, other, lenient=lenient)


def both_ways(one: Any, other: Any, **said: Any) -> tuple[bool | None, bool | None]:
    return inside(one, other, **said).yes, inside(other, one, **said).yes


def thing(**members: Any) -> Any:
    return {"type": "object", "properties": members}


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
CARD = {"properties": {"kind": {"const": "card"}, "number": TEXT}, "required": ["kind", "number"]}
CASH = {"properties": {"kind": {"const": "cash"}}, "required": ["kind"]}
TREE = {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "v": WHOLE}}}}
DRAFT_04, DRAFT_07 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"

#: inner, outer; the first lies in the second, and the second not in the first.
NARROWER = [
    (WHOLE, NUMBER),
    (TEXT, {"type": ["string", "null"]}),
    ({"minimum": 5}, {"minimum": 4}),
    ({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 3}, {"enum": [1, 2]}),
    ({"multipleOf": 0.3}, {"multipleOf": 0.1}),
    ({"type": "number", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}]}, {"multipleOf": 12}),
    ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 5}),
    ({"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "a"}),
    ({"type": "string", "pattern": "^(cat|dog)$"}, {"type": "string", "enum": ["cat", "cow", "dog"]}),
    ({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}, {"type": "string", "minLength": 7, "maxLength": 7}),
    ({"type": "string", "format": "uri"}, {"type": "string", "format": "uri-reference"}),
    ({"const": {"a": [1.0]}}, thing(a={"items": WHOLE})),
    ({"required": ["a", "b"]}, {"required": ["a"]}),
    ({"required": ["a", "b"], "type": "object"}, {"minProperties": 2}),
    ({**thing(a=TEXT), "additionalProperties": False}, {"type": "object", "maxProperties": 1}),
    ({"patternProperties": {"^a": WHOLE}}, {"properties": {"ab": NUMBER}}),
    ({"propertyNames": {"enum": ["a"]}, "type": "object"}, {"type": "object", "maxProperties": 1}),
    ({"dependentRequired": {"a": ["b", "c"]}}, {"dependentSchemas": {"a": {"required": ["b"]}}}),
    ({"prefixItems": [TEXT, WHOLE]}, {"prefixItems": [TEXT]}),
    ({"prefixItems": [WHOLE], "items": False, "type": "array"}, {"type": "array", "items": NUMBER, "maxItems": 1}),
    ({"contains": {"const": 3}}, {"contains": WHOLE}),
    ({"contains": WHOLE, "minContains": 2}, {"contains": WHOLE, "minItems": 1}),
    ({"type": "array", "items": {"type": "boolean"}, "uniqueItems": True}, {"type": "array", "maxItems": 2}),
    ({"oneOf": [CARD, CASH], "type": "object"}, {"type": "object", "properties": {"kind": {"enum": ["card", "cash"]}}}),
    ({"anyOf": [CARD], "type": "object"}, {"anyOf": [CARD, CASH], "type": "object"}),
    ({"not": {"type": "string", "maxLength": 9}}, {"not": {"type": "string", "maxLength": 5}}),
    (
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
        {"anyOf": [{"required": ["b"]}, {"required": ["c"]}, {"not": {"type": "object"}}]},
    ),
    ({"allOf": [thing(a=TEXT)], "unevaluatedProperties": False}, {**thing(a=TEXT)}),
    ({"anyOf": [{"properties": {"a": TEXT}, "required": ["a"]}, True], "unevaluatedProperties": False, "type": "object"}, thing(a=TEXT)),
    ({**TREE, "required": ["v"]}, TREE),
    (TREE, {"type": "object", "properties": {"next": {"properties": {"next": {"properties": {"v": NUMBER}}}}}}),
    (False, {"enum": ["a"]}),
]


@pytest.mark.parametrize(("inner", "outer"), NARROWER, ids=lambda value: json.dumps(value)[:60])
def test_what_lies_inside_is_shown_and_what_does_not_has_an_example(inner: Any, outer: Any) -> None:
    assert inside(inner, outer) == Answer(True)
    back = inside(outer, inner)
    assert back.yes is False
    (example,) = back.example
    assert jsonschema_rs.is_valid(outer, example, validate_formats=True)
    assert not jsonschema_rs.is_valid(inner, example, validate_formats=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": ["integer", "string"]}, {"anyOf": [TEXT, WHOLE]}),
        ({"allOf": [TEXT, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        ({"not": {"not": TEXT}}, TEXT),
        ({"anyOf": [{"maximum": 3}, {"minimum": 2}]}, {}),
        ({"type": "boolean"}, {"enum": [True, False]}),
        ({"oneOf": [CARD, CASH]}, {"anyOf": [CASH, CARD, {"not": {"type": "object"}}], "not": {"allOf": [{"not": {"type": "object"}}]}}),
        (
            TREE,
            {
                "$ref": "#/$defs/n",
                "$defs": {"n": {"type": "object", "properties": {"v": WHOLE, "next": {"$ref": "#/$defs/m"}}}, "m": {"$ref": "#/$defs/n"}},
            },
        ),
        ({"pattern": "[a-z]*"}, {}),
        ({"pattern": "^(?:a|ab)(?:c|bcd)$"}, {"pattern": "^(ac|abcd|abc|abbcd)$"}),
        ({"$dynamicRef": "#n", "$defs": {"n": {"$dynamicAnchor": "n", "type": "string"}}}, TEXT),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_is_said_in_other_words_is_the_same(one: Any, other: Any) -> None:
    assert both_ways(one, other) == (True, True)


def test_older_drafts_mean_what_they_meant() -> None:
    assert both_ways({"minimum": 1, "exclusiveMinimum": True}, {"minimum": 1}, draft=DRAFT_04) == (True, False)
    tuples = ({"items": [TEXT, WHOLE], "additionalItems": False}, {"items": [TEXT], "additionalItems": WHOLE})
    assert both_ways(*tuples, draft=DRAFT_07) == (True, False)
    assert both_ways({"dependencies": {"a": ["b"]}}, {"dependencies": {"a": {"required": ["b"]}}}, draft=DRAFT_07) == (True, True)
    assert both_ways({"if": True, "then": False}, {}, draft=DRAFT_04) == (True, True)  # a word of a later draft
    aside = {"$ref": "#/definitions/a", "definitions": {"a": TEXT}}
    assert both_ways({**aside, "maxLength": 3}, aside, draft=DRAFT_07) == (True, True)


# -- what is not decided ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"type": "string", "pattern": r"(.)\1{7}"}, {"type": "string", "pattern": r"(.)\1{6}"}, "pattern: "),
        ({"type": "string", "format": "acme"}, {"type": "string", "format": "acmf"}, "format: "),
        ({"$dynamicRef": "#n", "$defs": {x: {"$dynamicAnchor": "n", "type": "string"} for x in "ab"}}, WHOLE, "$dynamicRef"),
        ({"contains": TEXT, "unevaluatedItems": WHOLE}, {"contains": TEXT, "maxItems": 0}, "unevaluatedItems"),
    ],
)
def test_what_cannot_be_told_is_not_decided_and_says_why(one: Any, other: Any, why: str) -> None:
    answer = inside(one, other)
    assert answer.yes is None
    assert why in answer.why
    assert inside(one, one).yes is True


def test_a_pattern_that_is_no_regular_language_is_tried_on_the_words_in_it() -> None:
    one, other = ({"type": "string", "pattern": f"^(?!{word})"} for word in ("test", "demo"))
    assert inside(one, other) == Answer(False, ("demo",))
    assert inside({**one, "pattern": "^(?=(a+)+$)(?=(a+)+$)x"}, one).yes in (True, False, None)


def test_a_keyword_that_cannot_be_read_still_narrows_where_there_was_none() -> None:
    for more in ({"pattern": "^(?=a)"}, {"format": "acme"}, {"contentEncoding": "base64"}):
        assert both_ways({**TEXT, **more}, TEXT) == (True, False)
    assert both_ways({"contentEncoding": "base64"}, {"contentEncoding": "base32"}) == (False, False)


# -- open objects -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "strict", "lenient"),
    [
        (thing(a=TEXT), thing(a=TEXT, b=TEXT), (False, True), (True, True)),
        (thing(a=TEXT), {**thing(a=TEXT, b=TEXT), "required": ["b"]}, (False, True), (False, True)),
        (thing(a=TEXT), {**thing(a=TEXT), "additionalProperties": False}, (False, True), (False, True)),
        (thing(a=TEXT), {**thing(a=TEXT), "patternProperties": {"^x": WHOLE}}, (False, True), (True, True)),
        ({**thing(), "additionalProperties": TEXT}, {**thing(b=WHOLE), "additionalProperties": TEXT}, (False, False), (False, False)),
        (thing(a=thing(b=TEXT)), thing(a=thing(b=TEXT, c=TEXT)), (False, True), (True, True)),
        (
            {"anyOf": [CARD, CASH]},
            {"anyOf": [CARD, {**CASH, "properties": {**CASH["properties"], "till": TEXT}}]},
            (False, True),
            (True, True),
        ),
    ],
)
def test_an_optional_member_may_come_and_go_where_objects_are_read_leniently(
    old: Any, new: Any, strict: tuple[bool, bool], lenient: tuple[bool, bool]
) -> None:
    assert both_ways(old, new) == strict
    assert both_ways(old, new, lenient=True) == lenient


# -- hostile input ------------------------------------------------------------------------------------------------------------


def deep(depth: int, inside: Any, wrap: str) -> Any:
    for _ in range(depth):
        inside = {"allOf": {"allOf": [inside]}, "not": {"not": inside}, "items": {"items": inside, "minItems": 1, "type": "array"}}[wrap]
    return inside


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"anyOf": [{"required": [f"a{index}"]} for index in range(60)]},
            {"allOf": [{"anyOf": [{"required": [f"a{one}"]}, {"required": [f"b{one}"]}]} for one in range(60)]},
        ),
        ({"oneOf": [{"required": [f"a{index}"]} for index in range(100)]}, {"oneOf": [{"required": [f"a{index}"]} for index in range(99)]}),
        ({"pattern": "(a|aa)+$"}, {"pattern": "^(a|b|ab)*c"}),
        ({"pattern": "^(a{900}){900}$"}, {"maxLength": 5}),
        ({"pattern": "(a|b)*a(a|b){18}$"}, {"pattern": "(a|b)*b(a|b){18}$"}),
        ({"pattern": "^(?=(a+)+$)x"}, {"pattern": "^(?=(b+)+$)x"}),
        ({"enum": [*range(5_000)]}, {"enum": [*range(1, 5_001)]}),
        ({"$ref": "#"}, TEXT),
        ({"minItems": 10**9}, {"minItems": 10**9 + 1}),
        ({"multipleOf": 1e-300, "minimum": 1e300}, {"multipleOf": 3e-300}),
        ({"allOf": [{"contains": {"const": index}} for index in range(900)]}, {"maxItems": 3}),
        (deep(90, TEXT, "allOf"), deep(90, WHOLE, "allOf")),
        (deep(90, TEXT, "not"), deep(90, WHOLE, "not")),
        (deep(90, TEXT, "items"), deep(90, WHOLE, "items")),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_schemas_made_to_be_expensive_come_to_an_end(one: Any, other: Any) -> None:
    assert inside(one, one).yes in (True, None)
    for answer in (inside(one, other), inside(other, one)):
        assert answer.yes is not None or answer.why


# -- a second opinion ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_no_answer_is_contradicted_by_a_value_that_another_validator_has_looked_at(seed: int) -> None:
    decided = 0
    for number in range(25):
        old, new, values = draw(Random(f"{seed} {number}"))
        for inner, outer in ((old, new), (new, old)):
            answer = inside(inner, outer)
            decided += answer.yes is not None
            tried = values if answer.yes else answer.example
            apart = [one for one in tried if _valid(inner, one) and not _valid(outer, one)]
            assert apart == list(answer.example), (old, new, answer)
    assert decided >= 45


def _valid(schema: Any, value: Any) -> bool:
    return jsonschema_rs.is_valid(schema, value, validate_formats=True)
