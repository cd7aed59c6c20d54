"""Pairs of ODCS documents with the same columns, which differ in types, limits, listed values and null, and rows. jsonschema-rs is the
referee, given a JSON Schema that is written here from the same draw, and not from the document."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any

import jsonschema_rs

from benchmarks.draws import Drawn
from countersign.formats.source import Source

JSON = Any

_NAMES = ("a", "b", "c")
_TEXTS = ("", "a", "ab", "abc", "2024-02-29", "2024-02-29T12:00:00Z", "x")
_NUMBERS = (0, 1, 2, 3, 5, 10, -1, 1.5, 0.5, 2**31, 2**40)
_LIMITS = {
    "string": {"minLength": (0, 1, 2), "maxLength": (1, 2, 3, 10), "pattern": ("^a", "^[a-z]*$", "b$")},
    "integer": {
        "minimum": (0, 1, 2),
        "maximum": (3, 5, 10),
        "exclusiveMinimum": (0, 1),
        "exclusiveMaximum": (5, 10),
        "multipleOf": (1, 2, 5),
    },
    "number": {"minimum": (0, 0.5, 1), "maximum": (3, 5.5), "exclusiveMaximum": (5, 10), "multipleOf": (1, 2)},
    "array": {"minItems": (0, 1), "maxItems": (1, 2, 3), "uniqueItems": (True, False)},
}


def drawn(random: Random) -> Drawn:
    old = [_column(random, name, 2) for name in random.sample(_NAMES, random.randint(1, 3))]
    new = deepcopy(old)
    for _ in range(random.choice((0, 1, 1, 2))):
        at = random.randrange(len(new))
        new[at] = _altered(random, new[at])
    wholes = [{"logicalType": "object", "properties": columns, "required": True} for columns in (old, new)]
    written, read = ([_schema(whole, closed=closed) for whole in wholes] for closed in (True, False))
    rows = [_row(random, columns) for columns in (old, new) for _ in range(6)]

    def allows(is_new: bool, row: JSON) -> bool:
        """Writers write what is declared: objects are read leniently."""
        return jsonschema_rs.is_valid(written[is_new], row, validate_formats=True)

    def reads(is_new: bool, row: JSON) -> bool:
        return jsonschema_rs.is_valid(read[is_new], row, validate_formats=True)

    return Drawn("odcs", _source(old), _source(new), rows, allows, reads)


def _source(columns: list[JSON]) -> Source:
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "status": "active",
        "schema": [{"name": "orders", "properties": columns}],
    }
    return Source("orders.odcs.yaml", json.dumps(document, indent=1))


def _column(random: Random, name: str, depth: int) -> JSON:
    return {"name": name, **_kind(random, depth)}


def _kind(random: Random, depth: int) -> JSON:
    kind = random.choice(("string", "string", "integer", "number", "boolean", "date", *(("object", "array") if depth else ())))
    column: JSON = {"logicalType": kind, "required": random.random() < 0.5}
    options = {name: random.choice(values) for name, values in _LIMITS.get(kind, {}).items() if random.random() < 0.3}
    if options:
        column["logicalTypeOptions"] = options
    if kind == "object":
        column["properties"] = [_column(random, name, depth - 1) for name in random.sample(_NAMES, random.randint(1, 2))]
    elif kind == "array":
        column["items"] = {"name": "item", **_kind(random, depth - 1)}
    elif kind in ("string", "integer") and random.random() < 0.25:
        values = ("a", "ab", "x") if kind == "string" else (1, 2, 10)
        column["enum"] = [{"value": value} for value in random.sample(values, random.randint(1, 3))]
    return column


def _altered(random: Random, column: JSON) -> JSON:
    """The column with one difference; inside it, if it has an inside."""
    chance = random.random()
    if "properties" in column and chance < 0.7:
        inner = list(column["properties"])
        at = random.randrange(len(inner))
        inner[at] = _altered(random, inner[at])
        return {**column, "properties": inner}
    if "items" in column and chance < 0.6:
        return {**column, "items": _altered(random, column["items"])}
    if chance < 0.25:
        return {**column, "required": not column["required"]}
    fresh = _kind(random, 1)
    if chance < 0.7 and column["logicalType"] in _LIMITS:
        options = {name: random.choice(values) for name, values in _LIMITS[column["logicalType"]].items() if random.random() < 0.4}
        rest = {key: value for key, value in column.items() if key != "logicalTypeOptions"}
        return {**rest, **({"logicalTypeOptions": options} if options else {})}
    return {"name": column["name"], **fresh}


def _schema(column: JSON, *, closed: bool) -> JSON:
    kind = column["logicalType"]
    schema: JSON = {"type": "string" if kind == "date" else kind, **column.get("logicalTypeOptions", {})}
    if kind == "date":
        schema["format"] = "date"
    if kind == "object":
        members = column["properties"]
        schema["properties"] = {one["name"]: _schema(one, closed=closed) for one in members}
        schema["additionalProperties"] = not closed
        schema["required"] = [one["name"] for one in members if one["required"]]
    if kind == "array":
        schema["items"] = _schema(column["items"], closed=closed)
    if "enum" in column:
        schema["enum"] = [one["value"] for one in column["enum"]]
    return schema if column["required"] else {"anyOf": [schema, {"type": "null"}]}


def _row(random: Random, columns: list[JSON]) -> JSON:
    return {one["name"]: _value(random, one) for one in columns if one["required"] or random.random() < 0.7}


def _value(random: Random, column: JSON) -> JSON:
    if random.random() < (0.05 if column["required"] else 0.25):
        return None
    if "enum" in column and random.random() < 0.8:
        return random.choice(column["enum"])["value"]
    match column["logicalType"]:
        case "object":
            return _row(random, column["properties"])
        case "array":
            return [_value(random, column["items"]) for _ in range(random.randint(0, 3))]
        case "boolean":
            return random.random() < 0.5
        case "integer" | "number":
            return random.choice(_NUMBERS)
    return random.choice(_TEXTS)
