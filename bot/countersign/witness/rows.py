"""jsonschema-rs, given the rows of a dataset as a JSON Schema: for formats that have no validator of their own for single values.

The translation says what the contract's fields say and nothing besides: types, null, limits, listed values, members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countersign.model.contract import Dataset, Field
from countersign.model.witness import Side
from countersign.witness.json_schema import objections
from countersign.witness.physical import physical
from countersign.witness.referee import Opinion, Plain
from countersign.witness.sample import demanded, enum_value, kind, limit

if TYPE_CHECKING:
    from jsonschema_rs import Validator

_LIMITS = frozenset(
    {
        *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
)
#: Types and formats that a validator knows by a format of JSON Schema.
_FORMATS = {"date": "date", "timestamp": "date-time", "time": "time", "uuid": "uuid", "duration": "duration"}
_KNOWN_FORMATS = frozenset({"date", "date-time", "time", "uuid", "duration", "email", "hostname", "ipv4", "ipv6", "uri"})
#: Bits of a number format -> its range.
_RANGES = {
    **{f"i{bits}": {"minimum": -(2 ** (bits - 1)), "maximum": 2 ** (bits - 1) - 1} for bits in (8, 16, 32, 64, 128)},
    **{f"u{bits}": {"minimum": 0, "maximum": 2**bits - 1} for bits in (8, 16, 32, 64, 128)},
}


class Rows(Plain):
    """closed: a row has no columns but those that are listed, as a table's have not; else unlisted ones may be there."""

    name = "jsonschema-rs"

    def __init__(self, old: Dataset, new: Dataset, *, closed: bool) -> None:
        self._validators = {side: _validator(each.root, closed) for side, each in ((Side.OLD, old), (Side.NEW, new))}

    def judge(self, value: Any, side: Side) -> Opinion:
        if not self._validators[side].is_valid(value):
            return Opinion(False)
        return Opinion(True, objections(self._validators[side.other], value))


def _validator(root: Field, closed: bool) -> Validator:
    from jsonschema_rs import Draft202012Validator, RegexOptions

    schema = schema_of(root, closed=closed)
    return Draft202012Validator(schema, validate_formats=True, pattern_options=RegexOptions(), offline=True)


def schema_of(field: Field, *, closed: bool) -> dict[str, Any]:
    """A field as a JSON Schema (2020-12). What null may not be, only its type says; the other keywords pass it over."""
    if field.type == "never":
        return {"not": {}}
    schema = _limits(field) | _members(field, closed)
    word = kind(field)
    if word and field.type != "any":
        schema["type"] = [word, "null"] if field.nullable else word
    if field.type in _FORMATS:
        schema["format"] = _FORMATS[field.type]
    if field.enum is not None and not field.enum.open:
        schema["enum"] = [enum_value(field, value.value) for value in field.enum.values] + ([None] if field.nullable else [])
    if field.branches:
        schema["anyOf"] = [schema_of(branch, closed=closed) for branch in field.branches] + ([{"type": "null"}] if field.nullable else [])
    if limits := list(physical(field)):
        schema["allOf"] = limits
    return schema


def _limits(field: Field) -> dict[str, Any]:
    found = {name: limit(field, name) for name in _LIMITS & field.constraints.keys()}
    form = limit(field, "format")
    if form in _KNOWN_FORMATS:
        found["format"] = form
    found.update(_RANGES.get(form, {}) if isinstance(form, str) else {})
    if isinstance(size := limit(field, "dimensions"), int):
        found |= {"minItems": size, "maxItems": size}
    return found


def _members(field: Field, closed: bool) -> dict[str, Any]:
    if field.items is not None:
        inner = schema_of(field.items, closed=closed)
        return {"additionalProperties": inner} if field.type == "map" else {"items": inner}
    if not field.fields and kind(field) != "object":
        return {}
    return {
        "properties": {member.name: schema_of(member, closed=closed) for member in field.fields},
        "required": [member.name for member in field.fields if demanded(member)],
        **({"additionalProperties": False} if closed or not field.open else {}),
    }
