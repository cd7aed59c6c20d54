"""The patch of an ODCS contract: what it says is pinned as a diff, and judged again it must break nobody."""

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
from countersign.model.profile import USUAL
from countersign.model.safe_path import Expansion, Obstacle
from countersign.rules import judge, judge_version

GOLDEN = Path(__file__).parents[2] / "golden" / "expand"
FILE = "contracts/orders.odcs.yaml"

ORDERS = """\
# What the shop sold. Ask payments.
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.4.0
status: active
schema:
  - name: orders
    properties:
      - {name: order_id, id: f1, logicalType: string, required: true, primaryKey: true}  # ours
      # in the currency of the shop
      - name: amount
        logicalType: string
        required: true
        description: |
          What the customer pays.

          With tax.
        customProperties:
          - {property: unit, value: EUR}
      - name: status
        logicalType: string
        enum:
          - {value: paid, description: money has arrived}
          - value: refunded
      - {name: region, logicalType: string}
      - name: address
        logicalType: object
        properties:
          - {name: city, logicalType: string}
          - {name: zip, logicalType: string}
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties: [{name: sku, logicalType: string}, {name: count, logicalType: integer}]
  - name: refunds
    properties:
      - {name: refund_id, logicalType: string}

# the end
slaProperties:
  - {property: latency, value: 4, unit: h}
"""

#: What the author did -> the edits.
CASES: dict[str, Sequence[tuple[str, str]]] = {
    "another-type": [("amount\n        logicalType: string", "amount\n        logicalType: integer"), ("1.4.0", "2.0.0")],
    "another-unit-and-no-new-version": [("value: EUR", "value: cents")],
    "a-field-removed": [("      - {name: region, logicalType: string}\n", "")],
    "the-first-field-renamed-by-its-id": [("name: order_id", "name: id")],
    "a-key-field-of-another-type": [("order_id, id: f1, logicalType: string", "order_id, id: f1, logicalType: integer")],
    "an-enum-value-removed": [("          - value: refunded\n", "")],
    "an-enum-value-added": [("          - value: refunded\n", "          - value: refunded\n          - value: lost\n")],
    "an-enum-value-means-something-else": [("money has arrived", "payment was requested")],
    "a-nested-field-removed": [("          - {name: zip, logicalType: string}\n", "")],
    "a-field-of-an-element-of-another-type": [("name: count, logicalType: integer", "name: count, logicalType: string")],
    "a-field-removed-from-a-list-in-a-line": [("{name: sku, logicalType: string}, ", "")],
    "a-dataset-removed": [("  - name: refunds\n    properties:\n      - {name: refund_id, logicalType: string}\n", "")],
    "no-longer-required": [("string\n        required: true\n        desc", "string\n        required: false\n        desc")],
    "a-field-and-what-lies-in-it": [("name: address\n        logicalType: object", "name: address\n        logicalType: string")],
}


def edited(edits: Sequence[tuple[str, str]], text: str = ORDERS) -> str:
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    if ("name: address\n        logicalType: object", "name: address\n        logicalType: string") in edits:
        start = text.index("        properties:\n          - {name: city")
        text = text[:start] + text[text.index("      - name: lines") :]
    return text


def patched(landed: str, *, base: str = ORDERS, direction: Direction = Direction.READERS, **more: frozenset[str]) -> Expansion:
    return expand(
        Source(FILE, base), Source(FILE, landed), contract="orders", direction=direction, profile=USUAL, remove_after="2026-04-01", **more
    )


def blocking(after: str, *, base: str = ORDERS, direction: Direction = Direction.READERS) -> list[Finding]:
    old, new = parse(Source(FILE, base), "orders"), parse(Source(FILE, after), "orders")
    findings = judge(diff(old, new, relate(old, new)), direction, "orders")
    return [one for one in (*findings, *judge_version(old, new, findings)) if one.level.blocks]


@pytest.mark.parametrize("name", CASES)
def test_the_patch_reads_as_its_golden_diff_and_breaks_nobody(name: str) -> None:
    landed = edited(CASES[name])
    found = patched(landed)
    assert blocking(landed) and not blocking(found.after)
    assert {one.fingerprint for one in blocking(landed)} == set(found.repaired) and found.left == ()
    text = "".join(unified_diff(landed.splitlines(keepends=True), found.after.splitlines(keepends=True), "landed", "patched"))
    file = GOLDEN / f"{name}.diff"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 accepts it"


@pytest.mark.parametrize("name", CASES)
def test_not_a_line_of_the_author_is_lost(name: str) -> None:
    """Every line the author wrote is still there, but for the names, the ids and the version that the patch sets."""
    landed = edited(CASES[name])
    kept = patched(landed).after.splitlines()
    gone = [line for line in landed.splitlines() if line not in kept]
    assert all("name:" in line or "version:" in line for line in gone), gone


@pytest.mark.parametrize("direction", list(Direction))
def test_whomever_the_contract_protects_the_patch_protects_them(direction: Direction) -> None:
    landed = edited([*CASES["another-type"], *CASES["a-nested-field-removed"]])
    found = patched(landed, direction=direction)
    assert found.repaired and not blocking(found.after, direction=direction)


def test_another_grain_has_no_patch_and_the_rest_has_one() -> None:
    base = ORDERS.replace("  - name: orders\n", "  - name: orders\n    dataGranularityDescription: one row per order\n")
    landed = edited([("per order", "per line"), ("value: EUR", "value: USD")], base)
    found = patched(landed, base=base)
    assert [(one.rule, one.why) for one in found.left] == [("grain-changed", Obstacle.OTHER_ROWS)]
    assert [step.beside for step in found.steps] == ["amount_usd"]
    assert [one.rule for one in blocking(found.after, base=base)] == ["grain-changed"]


def test_a_name_that_is_taken_is_not_taken_twice() -> None:
    base = ORDERS.replace("{name: region,", "{name: amount_v2, logicalType: string}\n      - {name: region,")
    found = patched(edited(CASES["another-type"], base), base=base)
    assert [step.beside for step in found.steps] == ["amount_v3"]


def test_what_has_passed_stays_as_the_author_has_it() -> None:
    landed = edited([*CASES["a-field-removed"], *CASES["another-type"]])
    signed = frozenset(one.fingerprint for one in blocking(landed) if one.rule == "field-removed")
    found = patched(landed, passed=signed)
    assert [step.path for step in found.steps] == [("orders", "amount")]
    assert {one.fingerprint for one in blocking(found.after)} == signed


def test_an_end_that_is_announced_already_is_not_announced_twice() -> None:
    base = ORDERS + '  - {property: endOfLife, element: orders.region, value: "2026-12-01"}\n'
    found = patched(edited(CASES["a-field-removed"], base), base=base)
    assert [(step.path, step.announced) for step in found.steps] == [(("orders", "region"), True)]
    assert found.after.count("endOfLife") == 1 and "2026-04-01" not in found.after


def test_aliases_are_not_edited() -> None:
    base = ORDERS.replace("{name: region, logicalType: string}", "{name: region, logicalType: &t string}").replace(
        "{name: city, logicalType: string}", "{name: city, logicalType: *t}"
    )
    found = patched(edited(CASES["another-unit-and-no-new-version"], base), base=base)
    assert (found.before, found.steps) == (found.after, ())
    assert [one.why for one in found.left] == [Obstacle.TEXT]


def test_what_cannot_be_read_is_not_patched() -> None:
    found = patched("schema: [")
    assert (found.after, [one.why for one in found.left]) == ("schema: [", [Obstacle.UNREADABLE])


def test_a_draft_breaks_nobody_and_needs_no_patch() -> None:
    base = ORDERS.replace("status: active", "status: draft")
    assert patched(edited(CASES["another-type"], base), base=base).steps == ()
