"""A redacted reproduction holds nothing of the original, and makes the same rules speak."""

from __future__ import annotations

import json
import re

import pytest

from countersign.services.redaction import redact_contract

ODCS = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
name: Zebrafish orders
version: 1.4.0
status: active
domain: payments
team: {name: payments-team, members: [{username: paula@zebra.example}]}
description: {purpose: What Zebrafish sold}
schema:
  - name: orders
    dataGranularityDescription: one row per basket
    properties:
      - {name: order_id, logicalType: string, required: true, logicalTypeOptions: {pattern: "^ZEB-[0-9]+$", maxLength: 20}}
      - name: amount  # whatever the warehouse wants
        logicalType: string
        physicalType: decimal(10,2)
        description: What the CUSTOMER pays.
        customProperties:
          - {property: unit, value: EUR}
          - {property: zebraOwner, value: "4711"}
      - name: status
        logicalType: string
        enum:
          - {value: settled, description: money has arrived}
          - {value: refunded}
slaProperties:
  - {property: latency, value: 4, unit: h, element: orders.amount}
  - {property: endOfLife, element: orders.status=refunded, value: "2026-12-01"}
"""

AVRO = """\
{"type": "record", "name": "Basket", "namespace": "example.zebra", "doc": "what was sold", "fields": [
  {"name": "customer", "type": {"type": "record", "name": "Customer", "fields": [{"name": "surname", "type": "string"}]}},
  {"name": "recipient", "type": ["null", "Customer"], "default": null},
  {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["SETTLED", "LOST"], "default": "LOST"}, "owner": "paula"}
]}
"""

SCHEMA = """\
{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://zebra.example/basket", "title": "Basket of Zebra",
 "type": "object", "required": ["surname"],
 "properties": {"surname": {"type": "string", "pattern": "^Zeb[a-z]+$"}, "home": {"$ref": "#/$defs/postal"},
  "state": {"enum": ["settled", "lost"], "default": "lost"}},
 "$defs": {"postal": {"type": "object", "properties": {"street": {"type": "string", "examples": ["Zebra Road 4"]}}}}}
"""

#: file -> (before, edits)
CASES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "contracts/orders.odcs.yaml": (
        ODCS,
        [
            ("value: EUR", "value: cents"),
            ("money has arrived", "payment was requested"),
            ("ZEB-", "ZEBRA-"),
            ("What the CUSTOMER pays.", "what the customer pays"),
        ],
    ),
    "schemas/basket.avsc": (
        AVRO,
        [('"SETTLED", "LOST"', '"LOST"'), ('"surname", "type": "string"', '"family", "aliases": ["surname"], "type": "string"')],
    ),
    "schemas/basket.schema.json": (SCHEMA, [('"street": {"type": "string"', '"street": {"type": "integer"'), ('"settled", ', "")]),
}
#: What a format says by itself, or what anybody may know.
PUBLIC = re.compile(
    r"v?\d[\w.]*|api\w+|kind|DataContract|active|id|name|version|status|domain|description|purpose|schema|data\w+|properties|logical\w+|string|"
    r"required|true|pattern|maxLength|physicalType|decimal|custom\w+|property|value|unit|enum|slaProperties|latency|h|element|endOfLife|"
    r"type|record|namespace|doc|fields|null|default|symbols|https|json|org|draft|object|title|defs|ref|integer|aliases|countersign"
)


def redacted(file: str, landed: str, base: str = "") -> dict[str, object]:
    item = {"id": "orders", "name": "contract_1", "direction": "readers", "profile": {}}
    return redact_contract({**item, "base": {"file": file, "text": base or CASES[file][0]}, "landed": {"file": file, "text": landed}})


def landed(file: str) -> str:
    text, edits = CASES[file]
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("file", CASES)
def test_no_word_of_the_original_is_left(file: str) -> None:
    found = redacted(file, landed(file))
    assert "refused" not in found, found
    shown = str(found["old"]) + str(found["new"])
    words = {word for text in (CASES[file][0], landed(file)) for word in re.findall(r"\w+", text) if not PUBLIC.fullmatch(word)}
    left = sorted(word for word in words if re.search(rf"\b{re.escape(word)}\b", shown, re.IGNORECASE))
    assert len(words) > 15 and left == []


@pytest.mark.parametrize("file", CASES)
def test_the_same_rules_speak_and_something_does(file: str) -> None:
    found = redacted(file, landed(file))
    levels = {level for _, level in found["findings"]}  # type: ignore[attr-defined]  # a list of pairs
    assert levels & {"breaking", "semantic"}


@pytest.mark.parametrize("file", CASES)
def test_the_same_change_is_redacted_in_the_same_way(file: str) -> None:
    assert json.dumps(redacted(file, landed(file))) == json.dumps(redacted(file, landed(file)))


def test_an_address_that_looks_like_a_dialect_is_somebodys_own() -> None:
    text = SCHEMA.replace('"postal": {', '"postal": {"$schema": "https://zebra.example/json-schema.org/inner", ')
    found = json.dumps(redacted("schemas/basket.schema.json", text, text))
    assert "refused" not in found and "zebra" not in found and "inner" not in found


def test_servers_and_numbers_of_custom_properties_are_not_sent() -> None:
    server = "servers:\n  - {server: prod, type: postgres, host: zebra.example, port: 54329, database: zebra, schema: public}\n"
    text = ODCS.replace('value: "4711"', "value: 815471100") + server
    found = json.dumps(redacted("contracts/orders.odcs.yaml", text.replace("value: EUR", "value: cents"), text))
    assert "refused" not in found and "54329" not in found and "815471100" not in found


def test_a_contract_that_refers_to_other_files_is_refused() -> None:
    file = "schemas/basket.schema.json"
    assert redacted(file, SCHEMA.replace("#/$defs/postal", "postal.json")) == {"refused": "refers"}


def test_what_cannot_be_read_is_refused() -> None:
    assert redacted("contracts/orders.odcs.yaml", "schema: [") == {"refused": "unreadable"}


def test_where_other_rules_would_speak_there_is_no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    from countersign.services import redaction

    monkeypatch.setattr(redaction, "_PROSE", frozenset())  # words that differ in case alone then differ
    file = "contracts/orders.odcs.yaml"
    assert redacted(file, ODCS.replace("What the CUSTOMER pays.", "what the customer pays")) == {"refused": "differs"}


def test_a_word_that_would_be_left_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from countersign.services import redaction

    words = redaction.Words._word
    monkeypatch.setattr(redaction.Words, "_word", lambda self, word, kind: words(self, word, kind) and word)
    assert redacted("schemas/basket.avsc", landed("schemas/basket.avsc")) == {"refused": "words"}
