"""The smallest value of a field, as far as its contract says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from countersign.model.contract import Field
from countersign.witness.texts import MOST, SAMPLES, texts_of

_ARGUMENT = re.compile(r"[(\[,]\s{0,9}([0-9]{1,9})")
#: The format's word for a type -> what kind of JSON value stands for it.
_KINDS = {
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("integer", "int", "long", "tinyint", "smallint", "bigint", "short", "byte"), "integer"),
    **dict.fromkeys(("ubyte", "ushort", "uint", "ulong", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"), "integer"),
    **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"), "integer"),
    **dict.fromkeys(("number", "float", "double", "decimal", "real", "half", "float32", "float64"), "number"),
    **dict.fromkeys(("string", "enum", "bytes", "fixed", "date", "time", "timestamp", "duration", "uuid", "json", "bson"), "string"),
    **dict.fromkeys(("object", "map"), "object"),
    **dict.fromkeys(("array", "vector"), "array"),
    "null": "null",
}


class Unsampled(Exception):
    """There is no small value, or none that can be made here."""


def kind(field: Field) -> str:
    """``boolean``, ``integer``, ``number``, ``string``, ``object``, ``array``, ``null``; "" for anything else. An Avro type by what it is
    stored as."""
    encoding = limit(field, "encoding")
    return _KINDS.get(encoding if isinstance(encoding, str) else field.type, "")


def limit(field: Field, name: str) -> Any:
    """What a constraint says; None if it is not there."""
    text = field.constraints.get(name)
    return None if text is None else json.loads(text)


def sample(field: Field, *, every: bool = False) -> Any:
    """A value with no member and no element that need not be there; every: with all members, as in formats that leave none out. Raises
    `Unsampled`."""
    if field.enum is not None and field.enum.values:
        return enum_value(field, field.enum.values[0].value)
    if field.type in ("any", "null"):
        return None if field.nullable or field.type == "null" else 0
    if field.type == "union" and field.branches:
        return sample(field.branches[0], every=every)
    match kind(field):
        case "boolean":
            return False
        case "integer" | "number":
            return _number(field)
        case "string":
            return _text(field)
        case "object":
            return {member.name: _member(member, every) for member in field.fields if every or demanded(member)}
        case "array":
            return _elements(field, every)
    raise Unsampled


def _member(member: Field, every: bool) -> Any:
    """Null where nothing else ends a recursive type."""
    try:
        return sample(member, every=every)
    except Unsampled:
        if member.nullable:
            return None
        raise


def demanded(member: Field) -> bool:
    """Whether a record has to hold a value. A column of a table is there in each row, but one that may be null can be left out of JSON."""
    return member.required and not (member.nullable and member.type != "any")


def enum_value(field: Field, text: str) -> Any:
    """The value that an enum's text stands for (`formats.enums`)."""
    if field.type in ("string", "enum"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _number(field: Field) -> int | float:
    candidates = [0, *(value for bound in bounds(field) for value in (bound, bound + 1, bound - 1)), *multiples(field)]
    return next((value for value in candidates if _within(value, field)), candidates[0])


def bounds(field: Field) -> Iterator[int | float]:
    for name in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        value = limit(field, name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield value


def multiples(field: Field) -> Iterator[int | float]:
    """Multiples of what must divide the value, beside its lowest and its highest."""
    step = limit(field, "multipleOf")
    if not isinstance(step, int | float) or step <= 0:
        return
    for bound in (0, *bounds(field)):
        for at in (math.floor(bound / step), math.ceil(bound / step), math.ceil(bound / step) + 1):
            yield at * step


def _within(value: int | float, field: Field) -> bool:
    low, above = limit(field, "minimum"), limit(field, "exclusiveMinimum")
    high, below = limit(field, "maximum"), limit(field, "exclusiveMaximum")
    step = limit(field, "multipleOf")
    return (
        not (_number_is(low) and value < low)
        and not (_number_is(high) and value > high)
        and not (_number_is(above) and value <= above)
        and not (_number_is(below) and value >= below)
        and not (_number_is(step) and step > 0 and value % step != 0)
    )


def _number_is(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(field: Field) -> str:
    size = limit(field, "size")
    if isinstance(size, int):
        return _long("\0", size)
    if field.type in SAMPLES and "encoding" not in field.constraints:
        return SAMPLES[field.type]
    return next(iter(texts(field)))


def texts(field: Field) -> list[str]:
    """Texts that the field's pattern, format and lengths allow, as far as can be told; at least one. Raises `Unsampled`."""
    least = limit(field, "minLength")
    return list(texts_of(limit(field, "pattern"), limit(field, "format"), least if isinstance(least, int) else 0)) or [_long("x", 0)]


def _long(sign: str, length: int) -> str:
    if length > MOST:
        raise Unsampled
    return sign * length


def _elements(field: Field, every: bool) -> list[Any]:
    least = limit(field, "minItems") or limit(field, "dimensions") or 0
    if not isinstance(least, int) or least > MOST:
        raise Unsampled
    if not least:
        return []
    element = sample(field.items, every=every) if field.items is not None else 0
    if limit(field, "uniqueItems"):
        others = [value for value in (0, 1, 2, 3, "a", "b", "c") if isinstance(value, type(element)) and value != element]
        return [element, *others][:least]
    return [element] * least


def mentioned(field: Field | None) -> Iterator[int | float]:
    """The numbers that a field's limits name: lengths, bounds, digits of a physical type."""
    if field is None:
        return
    for text in field.constraints.values():
        value = json.loads(text)
        if _number_is(value):
            yield value
        elif isinstance(value, str):
            yield from map(int, _ARGUMENT.findall(value))
    yield from map(int, _ARGUMENT.findall(field.type_text))
