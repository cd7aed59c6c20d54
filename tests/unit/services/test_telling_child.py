"""What of a sample may be seen: the value only where the contract calls the field public."""

from __future__ import annotations

import json

from countersign.services.telling_child import show_sample

CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
name: orders
version: 1.4.0
status: active
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: string, required: true}
      - {name: amount, logicalType: string, required: true}
      - {name: region, logicalType: string, classification: Public}
      - {name: email, logicalType: string, classification: restricted, logicalTypeOptions: {maxLength: 5}}
      - name: lines
        logicalType: array
        classification: public
        items:
          logicalType: object
          properties:
            - {name: sku, logicalType: string, classification: public}
            - {name: price, logicalType: number}
"""


def rows(*records: object, text: str = CONTRACT) -> list[dict[str, object]]:
    sample = [record if isinstance(record, str) else json.dumps(record) for record in records]
    item = {"id": "orders", "dataset": "orders", "sample": sample, "contract": {"file": "orders.odcs.yaml", "text": text}}
    return [row for found in show_sample(item)["rows"] for row in found]


def test_only_a_public_field_shows_its_value_and_equal_values_have_equal_digests() -> None:
    good = {"order_id": "o-1", "amount": "12.50"}
    first, second, third = rows(
        {**good, "region": 7}, {**good, "email": "pete@acme.example"}, {**good, "region": "EU", "email": "pete@acme.example"}
    )
    assert (first["path"], first["value"]) == (["orders", "region"], "7")
    assert (second["path"], second["rule"], second["value"], second["found"]) == (["orders", "email"], "maxLength", None, "string of 17")
    assert second["digest"] == third["digest"] != first["digest"]
    assert "pete" not in json.dumps([first, second, third])


def test_within_an_array_each_element_is_judged_by_its_own_field() -> None:
    found = rows({"order_id": "o-1", "amount": "1", "lines": [{"sku": 4711, "price": 1}, {"sku": "x", "price": "secret"}]})
    assert [(row["path"], row["value"]) for row in found] == [
        (["orders", "lines", "[]", "sku"], "4711"),
        (["orders", "lines", "[]", "price"], None),
    ]


def test_a_whole_object_is_never_shown_even_if_its_field_is_public() -> None:
    [found] = rows({"order_id": "o-1", "amount": "1", "lines": {"sku": "x", "price": "secret"}})
    assert found["value"] is None and "secret" not in json.dumps(found)


def test_what_is_missing_or_null_has_no_digest() -> None:
    missing, null = rows({"order_id": "o-1"}, {"order_id": "o-1", "amount": None})
    assert (missing["rule"], missing["digest"]) == ("required", "")
    assert (null["rule"], null["digest"], null["found"]) == ("null", "", "null")


def test_bytes_that_are_no_record_are_counted_and_not_shown() -> None:
    for text in ("{", "[" * 100_000):
        [found] = rows(text)
        assert (found["rule"], found["value"]) == ("unreadable", None)


def test_nothing_is_shown_by_a_contract_that_cannot_be_read() -> None:
    assert rows({"order_id": 1}, text="kind: [") == []
