"""The order of constraints: is ``maxLength: 20`` wider than ``maxLength: 10``? One table, for every format.

Values are canonical JSON texts, None where the constraint is absent. What has no known order and differs is undecided; a
constraint that comes where there was none narrows, whatever it says, and one that goes widens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from countersign.formats.physical import relate_physical_types
from countersign.model.change import Relation
from countersign.model.contract import canonical

#: A number, a date, a moment in time, or what a clock shows somewhere.
_Point = Decimal | str | datetime | tuple[datetime]

#: The order of two values: > 0 if the second allows more, < 0 if less, 0 if the same, None if nobody can tell.
Order = Callable[[Any, Any], int | None]

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
#: Letters of a date's pattern (ODCS: JDK's DateTimeFormatter), against the words that name a format (`email`, `uuid`).
_DATE_PATTERN = re.compile(r"yy|MM|dd|HH|mm|ss")


def _upper(old: Any, new: Any) -> int | None:
    before, after = _point(old), _point(new)
    if before is None or after is None or type(before) is not type(after):
        return None
    return int(after > before) - int(after < before)  # type: ignore[operator]  # of one type


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


def _point(value: Any) -> _Point | None:
    """A number, a date, or a moment in time with its offset; None for what has no place among these."""
    if _number(value):
        return Decimal(str(value))
    if not isinstance(value, str):
        return None
    if _ISO_DATE.match(value):  # texts of one shape are in the order of their dates
        return value
    try:
        moment = datetime.fromisoformat(value) if "T" in value or " " in value else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else (moment,)  # a clock's reading has no place among moments


def _names(old: Any, new: Any) -> int | None:
    """Lists of names that must all be there: fewer of them allow more."""
    if not (isinstance(old, list) and isinstance(new, list)):
        return None
    before, after = set(map(canonical, old)), set(map(canonical, new))
    return 0 if before == after else 1 if after < before else -1 if before < after else None


def _values(old: Any, new: Any) -> int | None:
    """Lists of allowed values: more of them allow more."""
    return _names(new, old)


_ORDERS: dict[str, Order] = {
    "enum": _values,
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
    "normalized": _demand,
    "required": _names,
    "unique": _demand,
    "uniqueItems": _demand,
}
#: Before the constraints of a map's keys, which have no path.
KEY = "key."
#: What an absent constraint says, where the standard names it.
_DEFAULTS: dict[str, Any] = {
    "elementType": "float32",
    "minItems": 0,
    "minLength": 0,
    "minProperties": 0,
    "normalized": False,
    "semanticType": "column",
    "unique": False,
    "uniqueItems": False,
}
#: Two of these that differ share no promise: a reader made for one reads the other wrongly or not at all.
_CHANGED = frozenset({"dimensions", "elementType", "physicalName"})
#: The same, once something was said: what was not said before nobody relied on.
_CHANGED_ONCE_SAID = frozenset({"embeddingModel", "embeddingModelVersion", "encryptedName"})
#: Advice to readers, which changes no value (ODCS 3.2: "advisory").
_ADVICE = frozenset({"distanceMetric"})
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
    name = name.removeprefix(KEY)
    before = _DEFAULTS.get(name) if old is None else json.loads(old)
    after = _DEFAULTS.get(name) if new is None else json.loads(new)
    if before == after:
        return Relation.EQUAL
    if name in _ADVICE:
        return Relation.EQUAL
    if name in _CHANGED or (name in _CHANGED_ONCE_SAID and old is not None and new is not None):
        return Relation.CHANGED
    if name == "format" and {before, after} & (_FORMATS.keys() | set(_FLOATS)):
        return _relate_formats(before, after)
    if before is None or after is None:
        return Relation.NARROWED if before is None else Relation.WIDENED
    if name == "semanticType":  # ODCS 3.2: a column and a dimension are stored, a measure is computed when it is asked for
        return Relation.CHANGED if "measure" in (before, after) else Relation.EQUAL
    if name == "format" and _DATE_PATTERN.search(before) and _DATE_PATTERN.search(after):
        return Relation.CHANGED
    if name == "physicalType":
        return relate_physical_types(before, after)
    if name == "logicalType":  # of a map's keys
        return {("integer", "number"): Relation.WIDENED, ("number", "integer"): Relation.NARROWED}.get((before, after), Relation.CHANGED)
    order = _ORDERS[name](before, after) if name in _ORDERS else None
    if order is None:
        return Relation.UNDECIDED
    return Relation.WIDENED if order > 0 else Relation.NARROWED if order < 0 else Relation.EQUAL


def relate_constraints(old: Mapping[str, str], new: Mapping[str, str], *, whole: bool = False) -> dict[str, Relation]:
    """The relation of each constraint that differs. whole: only whole numbers or days are values, so that ``> 0`` says ``>= 1``.

    A bound that takes the place of another of its kind (``minimum`` of ``exclusiveMinimum``) is held against that one.
    """
    differing = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
    found = {name: relate_constraint(name, old.get(name), new.get(name)) for name in differing}
    for lower, pair in ((True, ("minimum", "exclusiveMinimum")), (False, ("maximum", "exclusiveMaximum"))):
        if not all(name in found and (name in old) != (name in new) for name in pair) or not all(
            said.keys() & set(pair) for said in (old, new)
        ):
            continue
        before, after = (_bound(said, pair, lower=lower, whole=whole) for said in (old, new))
        relation = Relation.UNDECIDED
        if before is not None and after is not None and type(before[0]) is type(after[0]):
            tighter = after > before if lower else after < before
            relation = Relation.EQUAL if before == after else Relation.NARROWED if tighter else Relation.WIDENED
        found |= dict.fromkeys(pair, relation)
    return found


def _bound(said: Mapping[str, str], pair: tuple[str, str], *, lower: bool, whole: bool) -> tuple[_Point, int] | None:
    """The one bound of a kind that is said, in an order: (where it is, what is left out beside it). None if it has no place."""
    name = next(name for name in pair if name in said)
    point, sign = _point(json.loads(said[name])), 1 if lower else -1
    if point is None or name == pair[0]:
        return None if point is None else (point, 0)
    if whole and isinstance(point, Decimal) and point == point.to_integral_value():
        return point + sign, 0
    if whole and isinstance(point, str) and "0002" < point < "9999":
        return (date.fromisoformat(point) + timedelta(days=sign)).isoformat(), 0
    return point, sign


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
