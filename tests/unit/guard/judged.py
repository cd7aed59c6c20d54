"""The contract of a case as a JSON Schema, by a translation of its own: what jsonschema-rs judges by."""

from __future__ import annotations

from typing import Any

from tests.unit.guard.cases import Case

_TYPES = {"date": "string", "timestamp": "string", "time": "string", "map": "object"}
_FORMATS = {"date": "date", "timestamp": "date-time", "time": "time"}
_WIDTHS = {"i8": (-128, 127), "u16": (0, 65535), "i64": (-(2**63), 2**63 - 1), "u64": (0, 2**64 - 1)}
#: Years of a date's bounds, which JSON Schema has no word for.
_BOUNDED_DATE = {"pattern": "^202"}


def valid(case: Case) -> bool:
    import jsonschema_rs

    schema = case.schema if case.format == "jsonschema" else _object(case.schema)
    return bool(jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(case.record))


def _object(properties: list[dict[str, Any]]) -> dict[str, Any]:
    """What ODCS calls required is never null; what it does not may be missing as well."""
    return {
        "type": "object",
        "properties": {one["name"]: _property(one) for one in properties},
        "required": [one["name"] for one in properties if one.get("required")],
    }


def _property(one: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    word = one.get("logicalType")
    if word:
        schema["type"] = _TYPES.get(word, word)
    if word in _FORMATS:
        schema["format"] = _FORMATS[word]
    options = dict(one.get("logicalTypeOptions", {}))
    if options.get("format") in _WIDTHS:
        schema["minimum"], schema["maximum"] = _WIDTHS[options.pop("format")]
    if word == "date" and options:
        options = _BOUNDED_DATE
    schema |= options
    if "enum" in one and not any(custom["property"] == "enumOpen" for custom in one.get("customProperties", ())):
        schema["enum"] = [value["value"] for value in one["enum"]]
    if "properties" in one:
        schema |= _object(one["properties"])
    if "items" in one:
        schema["items"] = _property(one["items"])
    if "map" in one:
        schema["additionalProperties"] = _property(one["map"]["value"])
    return schema if one.get("required") else {"anyOf": [{"type": "null"}, schema]}
