"""The patch of an Avro schema and of a JSON Schema: what it says is pinned as a diff, and judged again it must break nobody."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

import pytest

from countersign.diff import diff
from countersign.expand import expand
from countersign.formats import Source, parse, relate
from countersign.model.change import Direction
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.model.profile import USUAL
from countersign.model.safe_path import Expansion, Obstacle
from countersign.rules import judge

GOLDEN = Path(__file__).parents[2] / "golden" / "expand"

AVRO = """\
{
  "type": "record",
  "name": "Order",
  "namespace": "acme",
  "fields": [
    {"name": "order_id", "type": "string"},
    {"name": "amount", "type": "string", "doc": "what the customer pays"},
    {
      "name": "status",
      "type": {"type": "enum", "name": "Status", "symbols": ["paid", "refunded"]}
    },
    {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
      {"name": "sku", "type": "string"},
      {"name": "count", "type": "int"}
    ]}}},
    {"name": "region", "type": ["null", "string"], "default": null}
  ]
}
"""

SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["order_id", "amount"],
  "properties": {
    "order_id": {"type": "string"},
    "amount": {
      "type": "string",
      "maxLength": 20
    },
    "status": {"enum": ["paid", "refunded"]},
    "address": {"$ref": "#/$defs/address"},
    "region": {"type": "string"}
  },
  "$defs": {
    "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}}
  }
}
"""

FILES = {"avro": "schemas/order.avsc", "json": "schemas/order.schema.json"}
TEXTS = {"avro": AVRO, "json": SCHEMA}

#: (format, what the author did) -> the edits.
CASES: dict[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("avro", "another-type"): [('"amount", "type": "string"', '"amount", "type": "long"')],
    ("avro", "the-last-field-removed"): [(',\n    {"name": "region", "type": ["null", "string"], "default": null}', "")],
    ("avro", "a-symbol-removed"): [('"paid", "refunded"', '"paid"')],
    ("avro", "a-symbol-added"): [('"paid", "refunded"', '"paid", "refunded", "lost"')],
    ("avro", "renamed-by-an-alias"): [('{"name": "amount"', '{"name": "total", "aliases": ["amount"]')],
    ("avro", "a-field-of-an-element"): [('"count", "type": "int"', '"count", "type": "string"')],
    ("avro", "may-now-be-null"): [('"order_id", "type": "string"', '"order_id", "type": ["null", "string"]')],
    ("json", "another-type"): [('"amount": {\n      "type": "string"', '"amount": {\n      "type": "integer"')],
    ("json", "the-last-property-removed"): [(',\n    "region": {"type": "string"}', "")],
    ("json", "an-enum-value-removed"): [('"paid", "refunded"', '"refunded"')],
    ("json", "an-enum-value-added"): [('"paid", "refunded"', '"paid", "refunded", "lost"')],
    ("json", "a-property-of-a-definition"): [('"city": {"type": "string"}', '"city": {"type": "integer"}')],
    ("json", "no-longer-required"): [('"required": ["order_id", "amount"]', '"required": ["order_id"]')],
}


def edited(form: str, edits: Sequence[tuple[str, str]]) -> str:
    text = TEXTS[form]
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def patched(form: str, landed: str, direction: Direction = Direction.READERS) -> Expansion:
    base, new = Source(FILES[form], TEXTS[form]), Source(FILES[form], landed)
    return expand(base, new, contract="order", direction=direction, profile=USUAL, remove_after="2026-04-01")


def blocking(form: str, after: str, direction: Direction = Direction.READERS) -> list[Finding]:
    old, new = (parse(Source(FILES[form], text), "order") for text in (TEXTS[form], after))
    return [one for one in judge(diff(old, new, relate(old, new)), direction, "order") if one.level.blocks]


@pytest.mark.parametrize(("form", "name"), CASES)
def test_the_patch_reads_as_its_golden_diff_and_breaks_nobody(form: str, name: str) -> None:
    landed = edited(form, CASES[form, name])
    found = patched(form, landed)
    assert blocking(form, landed) and not blocking(form, found.after)
    assert found.left == () and found.endings == found.steps
    text = "".join(unified_diff(landed.splitlines(keepends=True), found.after.splitlines(keepends=True), "landed", "patched"))
    file = GOLDEN / f"{form}-{name}.diff"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 accepts it"


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("direction", list(Direction))
def test_whomever_the_contract_protects_the_patch_protects_them(form: str, direction: Direction) -> None:
    landed = edited(form, CASES[form, "another-type"])
    found = patched(form, landed, direction)
    assert found.steps and not blocking(form, found.after, direction)


def test_a_new_name_of_a_type_is_used_where_the_type_is_new() -> None:
    after = patched("avro", edited("avro", CASES["avro", "a-symbol-added"])).after
    assert '"name": "Status", "symbols": ["paid", "refunded"]' in after
    assert '"name": "StatusV2", "symbols": ["paid", "refunded", "lost"]' in after


def test_a_closed_object_has_no_room_for_the_new_beside_the_old() -> None:
    closed = SCHEMA.replace('"type": "object",\n  "required"', '"type": "object",\n  "additionalProperties": false,\n  "required"')
    landed = closed.replace('"amount": {\n      "type": "string"', '"amount": {\n      "type": "integer"')
    found = expand(
        Source(FILES["json"], closed),
        Source(FILES["json"], landed),
        contract="order",
        direction=Direction.READERS,
        profile=USUAL,
        remove_after="2026-04-01",
    )
    assert found.after == landed
    assert [(show(one.path), one.why) for one in found.left] == [("order.amount", Obstacle.UNPROVEN)]


def test_a_type_that_is_used_in_several_places_is_not_edited_blindly() -> None:
    base = AVRO.replace(
        '{"name": "region", "type": ["null", "string"], "default": null}',
        '{"name": "last", "type": "Status"}, {"name": "r", "type": "int"}',
    )
    landed = base.replace('"paid", "refunded"', '"paid", "refunded", "lost"').replace('"name": "last"', '"name": "last", "doc": "x"')
    found = expand(
        Source(FILES["avro"], base),
        Source(FILES["avro"], landed),
        contract="order",
        direction=Direction.READERS,
        profile=USUAL,
        remove_after="2026-04-01",
    )
    old, new = (parse(Source(FILES["avro"], text), "order") for text in (base, found.after))
    left = {one.fingerprint for one in found.left}
    standing = [one for one in judge(diff(old, new, relate(old, new)), Direction.READERS, "order") if one.level.blocks]
    assert {one.fingerprint for one in standing} <= left
