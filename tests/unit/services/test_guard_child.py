"""Evidence held against the contract once more, as the bounded child does it."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.services.guard_child import describe, judge_evidence

JSON = Any
ODCS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: {version}
status: active
schema:
  - name: orders
    properties:
      - {{name: amount, logicalType: {type}, required: true}}
"""
OLD, NEW = ODCS.format(version="1.0.0", type="string"), ODCS.format(version="2.0.0", type="integer")
MISSING, NUMBER, TEXT = '{"region": "EU"}', '{"amount": 5}', '{"amount": "5"}'


def judged(*sample: str, texts: tuple[str, ...] = (OLD,), broken: JSON = (), dataset: str = "orders") -> JSON:
    sources = {str(number): {"file": "orders.odcs.yaml", "text": text} for number, text in enumerate(texts)}
    item = {"id": "orders", "dataset": dataset, "sample": list(sample), "broken": list(broken), "sides": list(sources), **sources}
    return judge_evidence(item)


def test_a_record_that_keeps_the_contract_is_no_evidence() -> None:
    assert judged(TEXT, TEXT) == {"broken": 0}


def test_a_record_breaks_it_only_if_it_breaks_every_version_in_force() -> None:
    assert judged(NUMBER) == {"broken": 1}
    assert judged(NUMBER, texts=(NEW, OLD)) == {"broken": 0}
    assert judged(MISSING, texts=(NEW, OLD)) == {"broken": 1}


def test_a_record_that_breaks_another_rule_than_the_guard_says_confirms_nothing() -> None:
    assert judged(NUMBER, broken=[[["orders", "amount"], "type"]]) == {"broken": 1}
    assert judged(NUMBER, broken=[[["orders", "amount"], "null"]]) == {"broken": 0}


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '"YWJj"'])
def test_what_is_no_record_breaks_it(text: str) -> None:
    assert judged(text) == {"broken": 1}


def test_what_cannot_be_judged_says_why() -> None:
    assert "amount" not in judged(MISSING, texts=("kind: [",))["unjudged"]
    assert "orders" in judged(MISSING, dataset="refunds")["unjudged"]


def test_a_contract_is_described_for_guards() -> None:
    source = {"file": "orders.odcs.yaml", "text": NEW}
    assert describe({"id": "orders", "source": source}) == {"version": "2.0.0", "format": "odcs", "datasets": ["orders"]}
    assert "unreadable" in describe({"id": "orders", "source": {**source, "text": "kind: ["}})
    assert describe({"id": "a", "source": {"file": "a.schema.json", "text": '{"$ref": "b.schema.json"}'}}) == {
        "needs": {"source": ["b.schema.json"]}
    }
