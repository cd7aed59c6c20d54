"""The schema, and what hangs on it: the walk, the product's defaults, the documented default, the reference."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml

from countersign.formats import Source, parse
from countersign.model.policy import Policy
from countersign.policy import Document, read
from countersign.policy.reference import written_into
from countersign.policy.schema import knobs, product, resolve, root, top

HOME = Path(__file__).parents[3]
OWN = (HOME / "contracts-policy.yaml").read_text(encoding="utf-8")

#: What `shape` acts on, what others act on, and what is said to people and editors only.
WALKED = {
    *("$ref", "type", "enum", "pattern", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "required", "dependentRequired", "properties", "additionalProperties", "propertyNames", "items"),
}
SAID = {"description", "default", "examples", "writeOnly", "x-order", "x-knob", "x-inert", "x-where", "x-says"}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    yield node
    for inner in ("properties", "$defs"):
        for child in node.get(inner, {}).values():
            yield from nodes(child)
    for inner in ("items", "additionalProperties", "propertyNames"):
        if isinstance(node.get(inner), dict):
            yield from nodes(node[inner])


def test_the_schema_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(root())


def test_no_keyword_of_the_schema_is_passed_over() -> None:
    heads = {"$schema", "$id", "$comment", "title", "$defs"}
    for node in nodes(root()):
        assert set(node) <= WALKED | SAID | (heads if node is root() else set())


def test_every_key_is_described() -> None:
    for node in nodes(root()):
        for key, child in node.get("properties", {}).items():
            assert resolve(child).get("description", "").endswith((".", "…")), key


def test_every_knob_states_its_order() -> None:
    for node in (top(), resolve(root()["properties"]["publishes"])["items"]):
        for knob, leaf in knobs(resolve(node)):
            assert "x-order" in leaf, knob


def test_the_products_defaults_are_those_of_the_model() -> None:
    reading = read(None, None, name="acme/shop", rule_ids=())
    assert reading.policy == Policy(file="contracts-policy.yaml")


def test_the_documented_default_is_a_good_policy_that_says_the_defaults() -> None:
    reading = read(Document("contracts-policy.yaml", OWN), None, name="acme/countersign", rule_ids=())
    assert reading.errors == ()
    written = yaml.safe_load(OWN)
    for knob, setting in product("top").items():
        if root()["properties"][knob[0]].get("x-where") == "organisation":  # may not be set in this file, so a comment says it
            assert f"{setting.value} by default" in OWN, knob
            continue
        value = written
        for key in knob:
            value = value[key]
        assert value == setting.value, knob


def test_the_documented_default_shows_every_key() -> None:
    for node in nodes(root()):
        for key in node.get("properties", {}):
            assert f"{key}:" in OWN, key


def test_the_schema_is_a_contract_that_countersign_can_read() -> None:
    file = "bot/countersign/policy/schema-v1.json"
    contract = parse(Source(file, (HOME / file).read_text(encoding="utf-8")), "policy")
    assert ("policy", "mode") in {path for path, _ in contract.walk()}


def test_the_reference_is_current() -> None:
    page = (HOME / "docs" / "policy.md").read_text(encoding="utf-8")
    assert written_into(page) == page, "run `python -m countersign.policy.reference docs/policy.md`"


# -- the walk and a validator agree ------------------------------------------------------------------------------------------

FULL = {
    "version": 1,
    "owners": ["@acme/payments"],
    "branches": ["/release/**"],
    "notice": {"days": 30, "unless": "never"},
    "rules": {"field-added": "breaking"},
    "runtime": {"halt_over": {"bad": 0.5}},
    "publishes": [{"contract": "/a.yaml", "id": "a", "payload": "a.py#A", "meaning": {"a": "a.py#a"}}],
    "reads": [
        {"contract": "acme/x#x", "team": "@lena", "fields": {"a": {"values": ["b"], "nullable": False}}},
        {"contract": "acme/y#y", "team": "@acme/a", "fields": ["a"], "assets": [{"kind": "report", "name": "R", "url": "https://x"}]},
    ],
    "escalation": [{"when": {"violations": 1, "within_days": 2}, "tell": ["exec"]}],
    "channels": {"exec": {"email": "a@b.example", "pagerduty": "PAGER_KEY"}},
}
ODD = [None, True, "", "on", "\n", "@", "x" * 500, -1, 2.5, 10**12, [], {}, [None], {"mode": "warn"}, ["a", "a"]]


def pointers(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from pointers(inner, (*at, key))


def broken(pointer: tuple[Any, ...], odd: Any) -> Any:
    """FULL with one value replaced, or (odd is ...) taken out."""
    data = copy.deepcopy(FULL)
    parent: Any = data
    for key in pointer[:-1]:
        parent = parent[key]
    if odd is ...:
        del parent[pointer[-1]]
    else:
        parent[pointer[-1]] = odd
    return data


@pytest.mark.parametrize("pointer", [at for at in pointers(FULL) if at], ids=lambda at: ".".join(map(str, at)))
def test_the_walk_finds_what_a_validator_finds(pointer: tuple[Any, ...]) -> None:
    validator = jsonschema_rs.validator_for(root())
    for odd in (*ODD, ...):
        data = broken(pointer, odd)
        reading = read(None, Document("contracts-policy.yaml", json.dumps(data)), name="acme/.github", rule_ids=("field-added",))
        if not validator.is_valid(data):
            assert reading.errors, (pointer, odd)
        elif odd is ... or pointer[-1] in ("mode", "days", "bad", "nullable"):
            beyond = ("channel", "`within_days`")  # what no schema says here: channels are named, and a window counts something
            assert [e for e in reading.errors if not any(word in e.message for word in beyond)] == [], (pointer, odd)


def test_a_good_file_has_no_error() -> None:
    document = Document("contracts-policy.yaml", json.dumps(FULL))
    assert read(None, document, name="acme/.github", rule_ids=("field-added",)).errors == ()
    assert jsonschema_rs.validator_for(root()).is_valid(FULL)
