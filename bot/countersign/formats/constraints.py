"""The order of constraints: is ``maxLength: 20`` wider than ``maxLength: 10``? One table, for every format.

Values are canonical JSON texts, None where the constraint is absent. What has no known order and differs is undecided; a
constraint that comes where there was none narrows, whatever it says, and one that goes widens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from countersign.formats.physical import relate_physical_types
from countersign.model.change import Relation

#: The order of two values: > 0 if the second allows more, < 0 if less, 0 if the same, None if nobody can tell.
Order = Callable[[Any, Any], int | None]

#: Texts of one shape and length are in the order of their dates.
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?\Z")


def _upper(old: Any, new: Any) -> int | None:
    if (_number(old) and _number(new)) or (_iso_date(old) and _iso_date(new) and len(old) == len(new)):
        return int(new > old) - int(new < old)
    return None


def _lower(old: Any, new: Any) -> int | None:
    return _upper(new, old)


def _multiple(old: Any, new: Any) -> int | None:
    """Multiples of 4 are multiples of 2. Fractions are not compared: 0.3 is not exactly three times 0.1."""
    if not (isinstance(old, int) and isinstance(new, int) and old > 0 and new > 0):
        return None
    if old % new == 0:
        return 1
    return -1 if new % old == 0 else None


def _demand(old: Any, new: Any) -> int | None:
    """True demands, false does not."""
    return old - new if isinstance(old, bool) and isinstance(new, bool) else None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _iso_date(value: Any) -> bool:
    return isinstance(value, str) and _ISO_DATE.match(value) is not None


_ORDERS: dict[str, Order] = {
    "exclusiveMaximum": _upper,
    "exclusiveMinimum": _lower,
    "maxItems": _upper,
    "maxLength": _upper,
    "maxProperties": _upper,
    "maximum": _upper,
    "minItems": _lower,
    "minLength": _lower,
    "minProperties": _lower,
    "minimum": _lower,
    "multipleOf": _multiple,
    "unique": _demand,
    "uniqueItems": _demand,
}
#: What an absent constraint says, where the standard names it.
_DEFAULTS: dict[str, Any] = {
    "elementType": "float32",
    "minItems": 0,
    "minLength": 0,
    "minProperties": 0,
    "unique": False,
    "uniqueItems": False,
}
#: Two of these that differ share no promise: a reader made for one reads the other wrongly or not at all.
_CHANGED = frozenset({"dimensions", "elementType", "physicalName"})
#: Widths of ODCS's number formats: what they can hold, lowest and highest.
_FORMATS: dict[str, tuple[int, int]] = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64, 128)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64, 128)},
}
_FLOATS = ("f32", "f64")


def relate_constraint(name: str, old: str | None, new: str | None) -> Relation:
    """How values under ``new`` stand to values under ``old``, everything else being the same."""
    if old == new:
        return Relation.EQUAL
    before = _DEFAULTS.get(name) if old is None else json.loads(old)
    after = _DEFAULTS.get(name) if new is None else json.loads(new)
    if before == after:
        return Relation.EQUAL
    if name in _CHANGED:
        return Relation.CHANGED
    if name == "format" and {before, after} & (_FORMATS.keys() | set(_FLOATS)):
        return _relate_formats(before, after)
    if before is None or after is None:
        return Relation.NARROWED if before is None else Relation.WIDENED
    if name == "physicalType":
        return relate_physical_types(before, after)
    order = _ORDERS[name](before, after) if name in _ORDERS else None
    if order is None:
        return Relation.UNDECIDED
    return Relation.WIDENED if order > 0 else Relation.NARROWED if order < 0 else Relation.EQUAL


def _relate_formats(old: Any, new: Any) -> Relation:
    """Number formats by what they hold. ODCS takes a missing integer format for i32, its readers for anything, so only what is true under
    both is said."""
    if {old, new} == set(_FLOATS):
        return Relation.WIDENED if new == "f64" else Relation.NARROWED
    if old is None or new is None:
        there = old or new
        if there in _FLOATS or _inside(there, "i32"):
            return Relation.NARROWED if old is None else Relation.WIDENED
        return Relation.UNDECIDED
    if old not in _FORMATS or new not in _FORMATS:
        return Relation.UNDECIDED
    if _inside(old, new):
        return Relation.WIDENED
    return Relation.NARROWED if _inside(new, old) else Relation.CHANGED


def _inside(one: str, other: str) -> bool:
    return _FORMATS[other][0] <= _FORMATS[one][0] and _FORMATS[one][1] <= _FORMATS[other][1]
