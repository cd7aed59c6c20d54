"""What is gone from a declaration in another file is annotated there: the file that uses it may not have changed at all."""

from __future__ import annotations

import json

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Kind
from countersign.model.contract import Contract, Place


def removed(old: Contract, new: Contract) -> list[tuple[str, int]]:
    places = [one.new for one in diff(old, new, relate(old, new)) if one.kind is Kind.REMOVED]
    return [(place.file, place.line) for place in places if isinstance(place, Place)]


def test_a_field_of_an_imported_message() -> None:
    order = (
        'syntax = "proto3";\nimport "common.proto";\nmessage Order {\n  common.Money total = 1;\n  repeated common.Money parts = 2;\n}\n'
    )

    def read(members: str) -> Contract:
        money = f'syntax = "proto3";\npackage common;\n\nmessage Money {{\n  int64 units = 1;\n{members}}}\n'
        roots = ("proto", "protos", "third_party", "third_party/googleapis", "vendor", "include")
        siblings: dict[str, str | None] = {f"{root}/common.proto": None for root in roots} | {"common.proto": money}
        return parse(Source("order.proto", order, siblings), "order")

    found = removed(read("  string currency = 2;\n"), read("  reserved 2, 3;\n"))
    assert found
    assert {file for file, _ in found} == {"common.proto"}


def test_a_member_of_a_schema_that_is_referred_to() -> None:
    order = (
        '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",\n "properties": {"total": {"$ref": "money.json"}}}'
    )

    def read(*members: str) -> Contract:
        money = json.dumps({"type": "object", "properties": {name: {"type": "string"} for name in members}})
        return parse(Source("order.schema.json", order, {"money.json": money}), "order")

    assert removed(read("units", "currency"), read("units")) == [("money.json", 1)]
