"""JSON Schema: what is read, where references lead, that no keyword is ignored, and how two schemas stand to one another."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_specifications import REGISTRY
from tests.unit.formats.comparing import differences, read

from countersign.formats import NeedsFiles, Source, Unreadable, detect, overall, parse, relate
from countersign.formats.jsonschema import counterexample
from countersign.formats.jsonschema.keywords import DRAFTS, PLACES, READ, REMARKS, UNREAD, not_yet
from countersign.model.change import Aspect
from countersign.model.contract import Contract, Field
from countersign.model.path import show
from countersign.model.profile import OpenObjects, Profile

FILE = "schemas/order.schema.json"


def schema(value: Any, siblings: dict[str, Any] | None = None) -> Contract:
    texts = {file: None if text is None else json.dumps(text) for file, text in (siblings or {}).items()}
    return read(FILE, json.dumps(value), texts)


def fields(contract: Contract) -> dict[str, Field]:
    return {show(path): field for path, field in contract.walk()}


def refusal(value: Any, siblings: dict[str, Any] | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        schema(value, siblings)
    return caught.value


# -- reading -----------------------------------------------------------------------------------------------------------------


def test_an_object_is_read_with_its_members_types_and_lines() -> None:
    text = """\
{"$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
 "properties": {
  "id": {"type": "string", "description": "ours"},
  "note": {"type": ["string", "null"], "default": "-"},
  "sum": {"type": ["integer", "string"]},
  "state": {"enum": ["paid",
                     "open", null]},
  "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
  "labels": {"type": "object", "additionalProperties": {"type": "number"}}},
 "required": ["id",
              "total"],
 "additionalProperties": false}"""
    contract = read("order.schema.json", text)
    assert (contract.title, contract.datasets[0].name, contract.datasets[0].root.open) == ("Order", "orders", False)
    shown = fields(contract)
    assert (shown["orders.id"].type, shown["orders.id"].required, shown["orders.id"].meaning) == ("string", True, {"description": "ours"})
    assert (shown["orders.id"].place.line, shown["orders.id"].places["required"].line) == (3, 10)
    note = shown["orders.note"]
    assert (note.type, note.nullable, note.required, note.default) == ("string", True, False, '"-"')
    assert [branch.type for branch in shown["orders.sum"].branches] == ["integer", "string"]
    state = shown["orders.state"]
    assert state.enum is not None
    assert (state.type, state.nullable, [(value.value, value.place.line) for value in state.enum.values]) == (
        "string",
        True,
        [("paid", 6), ("open", 7)],
    )
    assert shown["orders.lines[].sku"].type == "string"
    assert (shown["orders.labels"].type, shown["orders.labels{}"].type) == ("map", "number")
    assert (shown["orders.total"].type, shown["orders.total"].required, shown["orders.total"].place.line) == ("never", True, 11)


@pytest.mark.parametrize(
    ("value", "type_"), [(True, "any"), ({}, "any"), (False, "never"), ({"enum": []}, "never"), ({"const": None}, "null")]
)
def test_a_schema_need_not_say_much(value: Any, type_: str) -> None:
    assert schema(value).datasets[0].root.type == type_


def test_what_is_required_and_not_listed_is_described_by_what_describes_the_rest() -> None:
    for rest, type_ in ((True, "any"), (False, "never"), ({"type": "string"}, "string")):
        field = fields(schema({"type": "object", "required": ["a"], "additionalProperties": rest}))["orders.a"]
        assert (field.type, field.required) == (type_, True)
    before = {"type": "object", "required": ["a"], "patternProperties": {"a": {}}, "additionalProperties": False}
    after = {**before, "properties": {"a": {}}}
    assert "undecided" in differences(schema(before), schema(after)).values()


def test_a_const_is_an_enum_of_one_and_an_enum_has_the_types_of_its_values() -> None:
    assert differences(schema({"const": 1}), schema({"type": "integer", "enum": [1]})) == {}
    assert schema({"type": ["string", "integer"], "enum": ["a", 1, 1.5]}).datasets[0].root.type == "union"


def test_text_and_number_of_one_look_are_different_values() -> None:
    one, other = schema({"enum": ["a", 1, "1"]}), schema({"enum": ["a", 1]})
    assert differences(one, other) == {'orders="1" enum-value': "narrowed"}
    assert differences(schema({"enum": ["1"]}), schema({"enum": [1]}))["orders type"] == "changed"


# -- references --------------------------------------------------------------------------------------------------------------


def test_a_reference_is_written_out_and_ends_where_it_comes_round() -> None:
    contract = schema(
        {"$ref": "#/$defs/node", "$defs": {"node": {"properties": {"next": {"$ref": "#/$defs/node"}, "v": {"type": "string"}}}}}
    )
    shown = fields(contract)
    assert (shown["orders.next"].type, shown["orders.next"].type_text) == ("ref", "#/$defs/node")
    assert shown["orders.v"].type == "string"


def test_files_are_asked_for_all_at_once_and_then_read_with_their_own_lines() -> None:
    value = {"properties": {"a": {"$ref": "common/a.json#/definitions/x"}, "b": {"$ref": "../b.json"}}}
    with pytest.raises(NeedsFiles) as caught:
        schema(value)
    assert caught.value.paths == ("b.json", "schemas/common/a.json")
    siblings = {"schemas/common/a.json": {"definitions": {"x": {"$ref": "#/definitions/y"}, "y": {"type": "string"}}}, "b.json": True}
    field = fields(schema(value, siblings))["orders.a"]
    assert (field.type, field.place.file) == ("string", FILE)


def test_a_file_that_another_one_needs_is_asked_for_as_well() -> None:
    with pytest.raises(NeedsFiles) as caught:
        schema({"$ref": "a.json"}, {"schemas/a.json": {"$ref": "deep/b.json"}})
    assert caught.value.paths == ("schemas/deep/b.json",)


def test_the_documents_own_address_is_the_document() -> None:
    value = {
        "$id": "https://acme.example/order.json",
        "$defs": {"x": {"type": "string"}},
        "$ref": "https://acme.example/order.json#/$defs/x",
    }
    assert schema(value).datasets[0].root.type == "string"


def test_an_anchor_is_found_in_either_spelling() -> None:
    assert schema({"$ref": "#x", "$defs": {"a": {"$anchor": "x", "type": "string"}}}).datasets[0].root.type == "string"
    old = {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#x", "definitions": {"a": {"$id": "#x", "type": "string"}}}
    assert schema(old).datasets[0].root.type == "string"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"$ref": "https://evil.example/x.json"}, "nothing is fetched"),
        ({"$ref": "//evil.example/x.json"}, "nothing is fetched"),
        ({"$ref": "file:///etc/passwd"}, "nothing is fetched"),
        ({"$ref": "/etc/passwd"}, "out of the repository"),
        ({"$ref": "../../etc/passwd"}, "out of the repository"),
        ({"$ref": "a/%2e%2e/%2e%2e/%2e%2e/x.json"}, "out of the repository"),
        ({"$ref": "#/$defs/missing"}, "leads nowhere"),
        ({"$ref": "#missing"}, "0 anchors"),
        ({"$ref": "#/title", "title": "x"}, "no schema"),
        ({"$ref": "gone.json"}, "not in the repository"),
        ({"$defs": {"a": {"$id": "other/", "$ref": "x.json"}}, "$ref": "#/$defs/a"}, "`$id` of its own"),
        ({"properties": {"a": {"$id": "other/", "properties": {"b": {"$ref": "#/x"}}}}}, "another base address"),
        ({"$ref": "old.json"}, "Use one draft"),
        ({"anyOf": [{"$ref": "https://evil.example/x.json"}]}, "nothing is fetched"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_refused(value: Any, said: str) -> None:
    siblings = {"schemas/gone.json": None, "schemas/old.json": {"$schema": "http://json-schema.org/draft-04/schema#"}}
    error = refusal(value, siblings)
    assert said in str(error)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "neither an object nor true or false"),
        ({"$schema": "https://acme.example/mine"}, "no draft that is read"),
        ({"type": "strin"}, "did you mean `string`?"),
        ({"properties": {"<string>": {}}}, "which paths use as a mark"),
        ({"properties": []}, "is not an object"),
        ({"items": 1}, "name the draft"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "required": "a"}, "is not an array"),
    ],
)
def test_what_is_no_schema_is_refused(value: Any, said: str) -> None:
    assert said in str(refusal(value))


def test_schemas_that_multiply_or_nest_without_bound_are_refused() -> None:
    doubling = {f"d{at}": {"properties": {name: {"$ref": f"#/$defs/d{at + 1}"} for name in "ab"}} for at in range(40)}
    assert "20,000 fields" in str(refusal({"$defs": {**doubling, "d40": {}}, "$ref": "#/$defs/d0"}))
    chain = {f"d{at}": {"properties": {"a": {"$ref": f"#/$defs/d{at + 1}"}}} for at in range(150)}
    assert "100 fields deep" in str(refusal({"$defs": {**chain, "d150": {}}, "$ref": "#/$defs/d0"}))
    links = {f"d{at}": {"$ref": f"#/$defs/d{at + 1}"} for at in range(500)}
    assert "250 references" in str(refusal({"$defs": {**links, "d500": {}}, "$ref": "#/$defs/d0"}))


# -- no keyword is ignored ---------------------------------------------------------------------------------------------------


def _keywords(address: str) -> set[str]:
    """The keywords of a metaschema, those of its vocabularies included."""
    metaschema = REGISTRY.contents(address)
    found = set(metaschema.get("properties", {}))
    for part in metaschema.get("allOf", ()):
        found |= _keywords(address.rpartition("/")[0] + "/" + part["$ref"])
    return found


def _address(draft: str) -> str:
    return ("https://" if draft.startswith("20") else "http://") + DRAFTS[draft] + ("" if draft.startswith("20") else "#")


@pytest.mark.parametrize("draft", DRAFTS)
def test_every_keyword_of_every_metaschema_is_read_or_a_remark_or_undecided(draft: str) -> None:
    keywords = _keywords(_address(draft).rstrip("#"))
    assert len(keywords) > 25
    assert keywords <= READ | PLACES | REMARKS | UNREAD
    tables = (READ, PLACES, REMARKS, UNREAD)
    assert sum(map(len, tables)) == len(frozenset().union(*tables)), "a keyword is in one table only"


#: For every unread keyword two values that are valid under every draft that has it.
_VALUES: dict[str, tuple[Any, Any]] = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ([{"type": "string"}], [{"type": "integer"}])),
    "patternProperties": ({"a": {"type": "string"}}, {"a": {"type": "integer"}}),
    **dict.fromkeys(("dependentSchemas", "dependencies"), ({"a": {"required": ["b"]}}, {"a": {"required": ["c"]}})),
    **dict.fromkeys(
        (
            "additionalItems",
            "contains",
            "contentSchema",
            "else",
            "if",
            "not",
            "propertyNames",
            "then",
            "unevaluatedItems",
            "unevaluatedProperties",
        ),
        ({"type": "string"}, {"type": "integer"}),
    ),
    **dict.fromkeys(("$recursiveAnchor", "uniqueItems"), (True, False)),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum"), (5, 6)),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "format", "pattern"), ("a", "b")),
    "$dynamicAnchor": ("a", "b"),
    "$dynamicRef": ("#a", "#b"),
    "$recursiveRef": ("#", None),
    "$vocabulary": ({"https://a.example/": True}, {"https://b.example/": True}),
    "dependentRequired": ({"a": ["b"]}, {"a": ["c"]}),
    "a vendor's own": ({"x": 1}, {"x": 2}),
}


#: Nobody can say what these do to values.
_DARK = frozenset({"$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "contentSchema", "a vendor's own"})
#: Alone they allow every value.
_SILENT_ALONE = frozenset({"additionalItems", "else", "if", "maxContains", "minContains", "then"})


@pytest.mark.parametrize(
    ("draft", "keyword"),
    [
        (draft, keyword)
        for draft in ("draft-07", "2019-09", "2020-12")
        for keyword in (*sorted(UNREAD), "a vendor's own")
        if draft == "2019-09" or not keyword.startswith("$recursive")  # 2020-12 only keeps the words
    ],
)
def test_a_keyword_that_differs_is_decided_or_undecided_and_never_passed_over(draft: str, keyword: str) -> None:
    one, other = _VALUES.get(keyword, (1, 2))
    before = {"$schema": _address(draft), keyword: one}
    after = {"$schema": _address(draft), **({} if other is None else {keyword: other})}
    (key,) = [key for key in relate(schema(before), schema(after)) if key[1] == "unread"]
    relation = relate(schema(before), schema(after))[key]
    if keyword in _DARK | not_yet(draft) or keyword.startswith(("$dynamic", "$recursive")):
        assert relation == "undecided"
    elif keyword in _SILENT_ALONE:
        assert relation == "equal"
    elif keyword == "format":
        assert relation == "undecided"  # two words that no draft knows
    else:
        assert relation in ("narrowed", "widened", "changed")
    assert differences(schema(before), schema(before)) == {}


def test_items_as_a_list_are_compared_one_by_one() -> None:
    draft = {"$schema": _address("draft-07")}
    before, after = ({**draft, "type": "array", "items": [{"type": word}]} for word in ("integer", "number"))
    assert differences(schema(before), schema(after)) == {"orders unread items": "widened"}


@pytest.mark.parametrize("remark", sorted(REMARKS - {"default"}))
def test_a_remark_changes_nothing_not_even_inside_an_unread_keyword(remark: str) -> None:
    said: dict[str, Any] = {"deprecated": True, "readOnly": True, "writeOnly": True, "examples": [1]}
    before = {"type": "object", "anyOf": [{"type": "object"}]}
    after = {**before, "anyOf": [{"type": "object", remark: said.get(remark, "x")}], remark: said.get(remark, "x")}
    assert differences(schema(before), schema(after)) == {}


def test_a_member_may_be_called_like_a_remark() -> None:
    before, after = ({"anyOf": [{"properties": {"description": {"type": word}}}]} for word in ("string", "integer"))
    assert differences(schema(before), schema(after)) == {"orders unread anyOf": "changed"}


def test_what_an_unread_keyword_refers_to_is_compared_too() -> None:
    def one(word: str) -> Any:
        return {"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"type": word}}}

    assert differences(schema(one("string")), schema(one("integer"))) == {"orders unread anyOf": "changed"}
    assert differences(schema(one("string")), schema(one("string"))) == {}


def test_order_means_nothing_where_the_standard_says_so() -> None:
    before = {"type": ["string", "null"], "anyOf": [{"type": "string"}, {"enum": ["a", "b"]}]}
    after = {"anyOf": [{"enum": ["b", "a"]}, {"type": "string"}], "type": ["null", "string"]}
    assert differences(schema(before), schema(after)) == {}


def test_beside_a_reference_older_drafts_ignore_and_newer_ones_combine() -> None:
    for draft in ("draft-07", "2020-12"):
        base = {"$schema": _address(draft), "definitions": {"a": {"type": "object"}}, "$ref": "#/definitions/a"}
        assert differences(schema(base), schema({**base, "minProperties": 1})) != {}
        assert differences(schema(base), schema({**base, "title": "x"})) == {}
    changed = {**base, "minProperties": 1, "definitions": {"a": {"type": "string"}}}
    assert differences(schema({**base, "minProperties": 1}), schema(changed)) == {"orders unread $ref": "changed"}


def test_another_draft_matters_where_it_reads_the_same_words_differently() -> None:
    base = {"definitions": {"a": {"type": "string"}}, "properties": {"b": {"$ref": "#/definitions/a", "maxLength": 3}}}
    old, newer = ({**base, "$schema": _address(draft)} for draft in ("draft-07", "2019-09"))
    assert differences(schema(old), schema(newer))["unread $schema"] == "narrowed"
    assert differences(schema({}), schema({"$schema": _address("2020-12")})) == {}
    assert differences(schema({}), schema({"$schema": _address("draft-07")})) == {}


def test_a_file_that_names_no_draft_is_read_by_the_newest_that_lets_it_pass() -> None:
    tuple_ = {"type": "array", "items": [{"type": "string"}]}
    assert overall(schema(tuple_), schema({"type": "array", "prefixItems": [{"type": "string"}]})) == "equal"
    assert overall(schema({"minimum": 1, "exclusiveMinimum": True}), schema({"exclusiveMinimum": 1})) == "equal"


# -- relating ----------------------------------------------------------------------------------------------------------------


def thing(members: Any, **more: Any) -> Any:
    return {"type": "object", "properties": members, **more}


A = {"a": {"type": "string"}}
AB = {**A, "b": {"type": "integer"}}
CLOSED = {"additionalProperties": False}
TEXTS = {"additionalProperties": {"type": "string"}}


@pytest.mark.parametrize(
    ("old", "new", "relations"),
    [
        ({"type": "integer"}, {"type": "number"}, {"orders type": "widened"}),
        ({"type": "integer"}, {"type": "string"}, {"orders type": "changed"}),
        ({"type": "string"}, {}, {"orders type": "widened"}),
        ({"type": "string"}, {"type": ["string", "null"]}, {"orders nullable": "widened"}),
        ({"type": "string"}, {"type": "string", "enum": ["a"]}, {"orders constraint enum": "narrowed"}),
        (thing(A), thing(AB), {}),
        (thing(A), thing(AB, required=["b"]), {"orders.b field": "narrowed"}),
        (thing(AB, required=["b"]), thing(A), {"orders.b field": "widened"}),
        (thing(A), thing(A, required=["a"]), {"orders.a required": "narrowed"}),
        (thing(A), thing(A, **CLOSED), {"orders openness": "narrowed"}),
        (thing(A, **CLOSED), thing(AB, **CLOSED), {"orders.b field": "widened"}),
        (thing(A, **CLOSED), thing(AB, required=["b"], **CLOSED), {"orders.b field": "changed"}),
        (thing(A), thing(A, **TEXTS), {"orders type": "narrowed", "orders{} type": "narrowed", "orders{} field": "narrowed"}),
        (thing(A, **TEXTS), thing(AB, **TEXTS), {"orders.b field": "changed"}),
        (thing(A, **TEXTS), thing({**A, "b": {"type": "string"}}, **TEXTS), {}),
        (thing(A, **TEXTS), thing({**A, "b": {"const": "x"}}, **TEXTS), {"orders.b field": "narrowed"}),
        (
            thing(A, patternProperties={"x": {}}, **CLOSED),
            thing(AB, patternProperties={"x": {}}, **CLOSED),
            {"orders.b field": "widened"},
        ),
        ({"items": {"type": "integer"}}, {"items": {"type": "number"}}, {"orders[] type": "widened"}),
        ({"items": True}, {}, {}),
    ],
)
def test_each_difference_stands_as_its_values_do(old: Any, new: Any, relations: dict[str, str]) -> None:
    assert differences(schema(old), schema(new)) == relations


def test_a_member_that_is_added_under_unevaluated_properties_is_allowed_from_then_on() -> None:
    before, after = (thing(members, unevaluatedProperties=False) for members in (A, AB))
    assert differences(schema(before), schema(after)) == {"orders.b field": "widened"}
    loosened = thing(A, unevaluatedProperties=False, additionalProperties=True)
    assert set(differences(schema(before), schema(loosened)).values()) == {"widened"}


@pytest.mark.parametrize(
    ("old", "new", "relations"),
    [
        (
            thing({"a": {"type": "string", "maxLength": 5}}),
            thing({"a": {"type": "string", "maxLength": 9}}),
            {"orders.a unread maxLength": "widened"},
        ),
        (thing({"a": {"pattern": "^[a-c]$"}}), thing({"a": {"pattern": "^[a-b]$"}}), {"orders.a unread pattern": "narrowed"}),
        (
            thing({"a": {"anyOf": [{"type": "string"}]}}),
            thing({"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}),
            {"orders.a unread anyOf": "widened"},
        ),
        (thing({"a": {"format": "acme-a"}}), thing({"a": {"format": "acme-b"}}), {"orders.a unread format": "undecided"}),
        (
            thing({"a": {"minimum": 1, "maximum": 9}}),
            thing({"a": {"minimum": 0, "maximum": 8}}),
            {"orders.a unread minimum": "widened", "orders.a unread maximum": "narrowed"},
        ),
        (
            thing(A, patternProperties={"^x": {"type": "string"}}),
            thing(A, patternProperties={"^x": {"type": "number"}}),
            {"orders unread patternProperties": "changed"},
        ),
    ],
)
def test_what_the_general_rules_do_not_read_is_decided_where_it_stands(old: Any, new: Any, relations: dict[str, str]) -> None:
    assert differences(schema(old), schema(new)) == relations


def test_what_describes_the_rest_is_decided_for_a_required_member_too() -> None:
    before, after = (thing({}, required=["a"], patternProperties={"^a": {"maxLength": limit}}) for limit in (2, 3))
    found = differences(schema(before), schema(after))
    assert found == {"orders unread patternProperties": "widened", "orders.a unread patternProperties": "widened"}


def test_differences_that_hide_one_another_are_judged_together() -> None:
    tight, loose = {"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 9}
    found = differences(schema({"allOf": [tight], "anyOf": [tight]}), schema({"allOf": [loose], "anyOf": [loose]}))
    assert found == {"orders unread allOf": "widened", "orders unread anyOf": "widened"}


def test_a_reference_back_to_a_schema_of_another_name_is_followed() -> None:
    def tree(name: str, value: str) -> Any:
        node = {"type": "object", "properties": {"next": {"$ref": f"#/$defs/{name}"}, "v": {"type": value}}}
        return {"$ref": f"#/$defs/{name}", "$defs": {name: node}}

    assert differences(schema(tree("node", "integer")), schema(tree("knot", "integer"))) == {}
    assert differences(schema(tree("node", "integer")), schema(tree("knot", "number")))["orders.v type"] == "widened"


def test_a_member_that_comes_to_an_open_object_narrows_it_where_objects_are_read_strictly() -> None:
    strict = Profile(open_objects=OpenObjects.STRICT)
    before, after = schema(thing(A)), schema(thing(AB))
    assert relate(before, after, strict)[("orders", "b"), Aspect.FIELD, ""] == "narrowed"
    assert overall(before, after, strict) == "narrowed"
    assert overall(before, after) == "equal"


def test_a_counterexample_is_a_value_that_one_contract_allows_and_the_other_does_not() -> None:
    before, after = thing({"a": {"type": "string", "maxLength": 2}}), thing({"a": {"type": "string", "maxLength": 1}})
    (example,) = counterexample(schema(before), schema(after))
    assert jsonschema_rs.is_valid(before, example)
    assert not jsonschema_rs.is_valid(after, example)
    assert counterexample(schema(after), schema(before)) == ()


# -- a second opinion --------------------------------------------------------------------------------------------------------

_values = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, "a", "b", "1"])
_leaves = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "null", "boolean", ["string", "null"], ["integer", "string"]]),
        "enum": st.lists(_values, min_size=1, max_size=3, unique_by=json.dumps),
        "const": _values,
    },
)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3)},
        optional={"required": st.lists(st.sampled_from("abc"), unique=True, max_size=2), "additionalProperties": st.booleans() | inner},
    )
    return objects | st.fixed_dictionaries({"type": st.just("array")}, optional={"items": inner})


_schemas = st.recursive(_leaves, _containers, max_leaves=5)


def _instances(value: Any) -> st.SearchStrategy[Any]:
    """Values that are likely to be valid, objects with no other members than those that are listed or described."""
    if not isinstance(value, dict):
        return _values
    chosen = [value[key] for key in ("const",) if key in value] + value.get("enum", [])
    if chosen:
        return st.sampled_from(chosen)
    if value.get("type") == "array":
        return st.lists(_instances(value.get("items", True)), max_size=2)
    if value.get("type") == "object":
        members = {name: _instances(inner) for name, inner in value["properties"].items()}
        members |= {name: _values for name in value.get("required", ()) if name not in members}
        extra = value.get("additionalProperties", True)
        if isinstance(extra, dict) and extra:
            members |= {name: _instances(extra) for name in "xc" if name not in members}
        needed = {name: inner for name, inner in members.items() if name in value.get("required", ())}
        return st.fixed_dictionaries(needed, optional={name: inner for name, inner in members.items() if name not in needed})
    return _values


@settings(max_examples=300, deadline=None)
@given(_schemas, _schemas, st.booleans(), st.data())
def test_what_is_said_to_be_within_is_accepted_by_another_validator(one: Any, other: Any, alike: bool, data: st.DataObject) -> None:
    if alike and one.get("type") == other.get("type") == "object":  # pairs that have something in common
        other = {**other, "properties": {**one["properties"], **other["properties"]}}
    relation = overall(schema(one), schema(other))
    for inner, outer, fine in ((other, one, {"equal", "narrowed"}), (one, other, {"equal", "widened"})):
        instance = data.draw(_instances(inner))
        if relation in fine and jsonschema_rs.is_valid(inner, instance):
            assert jsonschema_rs.is_valid(outer, instance), (relation, instance)


@settings(max_examples=60, deadline=None)
@given(_schemas)
def test_a_schema_is_equal_to_itself_however_it_is_laid_out(value: Any) -> None:
    spread = read(FILE, json.dumps(value, indent=2, sort_keys=True))
    assert differences(schema(value), spread) == {}
    assert overall(schema(value), spread) == "equal"


def test_a_schema_is_known_by_its_name_or_by_what_it_says() -> None:
    assert detect("a.schema.json", "{") == "jsonschema"
    assert detect("a.json", '{"$schema": "http://json-schema.org/draft-07/schema#"}') == "jsonschema"
    assert detect("package.json", '{"name": "x"}') is None
    assert detect("a.thrift", "message A {}") is None
    with pytest.raises(Unreadable, match="It reads ODCS, Avro"):
        parse(Source("a.thrift", "message A {}"), "a")
