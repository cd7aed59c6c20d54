"""Whether a field's default is a value of the field's type (specification 1.12, "Complex Types", the table of defaults).

The default of a union must fit one of its branches, which is the rule since 1.12; before, it was the first. A schema whose default does
not fit is refused, because most libraries refuse it, and a reader with it would find out when the field is missing for the first time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from countersign.formats.avro.resolution import Types, base, named_types
from countersign.formats.marked import Unreadable
from countersign.model.contract import Field, Place

#: Levels of a default. Each costs a few frames of the stack.
MAX_DEPTH = 32
_RANGES = {"int": 2**31, "long": 2**63}
#: What JSON has no number for, as Java's encoder writes it.
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})


def check_defaults(root: Field, file: str) -> None:
    """Raises `Unreadable` at the first default that is no value of its field."""
    fitting = _Fitting(named_types(root))
    seen: set[tuple[Place, str]] = set()
    for _, field in root.walk(()):
        if field.default is None:
            continue
        place = field.places.get("default", field.place)
        if (place, field.default) in seen:  # a type that is written out many times
            continue
        seen.add((place, field.default))
        if not fitting.fits(json.loads(field.default), field, 0):
            raise Unreadable(file, place.line, f"the default of `{field.name}` is no value of its type", _remedy(field))


def _remedy(field: Field) -> str:
    allowed = "null or " if field.nullable and field.type != "null" else ""
    return f"Write a default that is {allowed}{field.type_text if field.type != 'union' else 'one of its branches'}, or change the type"


class _Fitting:
    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: dict[tuple[int, int], bool] = {}  # of parts of values, so that branches of branches are not tried again and again
        self._kept: list[object] = []  # alive, so that no two have one id

    def fits(self, value: Any, field: Field, depth: int) -> bool:
        if depth > MAX_DEPTH:
            return False
        if field.type == "ref":
            if value is None:
                return field.nullable
            field = self._types[field.type_text]
        elif value is None and (field.nullable or field.type == "null"):
            return True
        if not isinstance(value, dict | list):
            return self._one_of(value, field, depth)
        key = (id(value), id(field))
        if key not in self._known:
            self._kept.append(value)
            self._known[key] = self._one_of(value, field, depth)
        return self._known[key]

    def _one_of(self, value: Any, field: Field, depth: int) -> bool:
        if field.type == "union":
            return any(self.fits(value, branch, depth + 1) for branch in field.branches)
        if field.type == "object":
            return isinstance(value, Mapping) and all(self._member(value, member, depth) for member in field.fields)
        if field.items is not None:
            parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            right = isinstance(value, dict if field.type == "map" else list)
            return right and all(self.fits(part, field.items, depth + 1) for part in parts)
        return _fits_one(value, field)

    def _member(self, value: Mapping[str, Any], member: Field, depth: int) -> bool:
        return self.fits(value[member.name], member, depth + 1) if member.name in value else member.default is not None


def _fits_one(value: Any, field: Field) -> bool:
    if field.enum is not None:
        return value in [symbol.value for symbol in field.enum.values]
    kind = base(field)
    if kind in _RANGES:
        return isinstance(value, int) and not isinstance(value, bool) and -_RANGES[kind] <= value < _RANGES[kind]
    if kind in ("float", "double"):
        return (isinstance(value, int | float) and not isinstance(value, bool)) or value in _NO_NUMBERS
    if kind in ("bytes", "fixed"):  # a character a byte
        size = json.loads(field.constraints["size"]) if kind == "fixed" else None
        return isinstance(value, str) and all(ord(sign) < 256 for sign in value) and size in (None, len(value))
    return isinstance(value, {"boolean": bool, "string": str}.get(kind, type(None)))
