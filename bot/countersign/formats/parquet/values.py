"""How the values of one column's type stand to those of another, whatever the table: by what the types hold, exactly."""

from __future__ import annotations

from countersign.formats.parquet.columns import UNITS, limit
from countersign.formats.physical import relate_decimals
from countersign.formats.relation import by_directions
from countersign.model.change import Relation
from countersign.model.contract import Field

#: Word -> the lowest and highest whole number of each integer type.
_RANGES: dict[str, tuple[int, int]] = {
    **{word: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for word, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))},
    **{word: (0, 2**bits - 1) for word, bits in (("ubyte", 8), ("ushort", 16), ("uint", 32), ("ulong", 64))},
}
#: Word -> up to which whole number a floating-point type holds every one (IEEE 754: the bits of its significand).
_WHOLE = {"half": 2**11, "float": 2**24, "double": 2**53}
_FLOATS = ("half", "float", "double")
#: What is stored as a text, or as bytes, can be read as one. A UUID's bytes are shown as something else.
_WITHIN = {("json", "string"), ("string", "bytes"), ("json", "bytes"), ("fixed", "bytes"), ("bson", "bytes")}
_TIMES = frozenset({"duration", "time", "timestamp"})


def relate_values(old: Field, new: Field) -> Relation:
    """The types with the limits that belong to them (precision, unit, size), without their parts and without null."""
    if old.type == new.type:
        return _same_word(old, new)
    return by_directions(readers=_holds(old, new), history=_holds(new, old))


def _same_word(old: Field, new: Field) -> Relation:
    if old.type == "decimal":
        return relate_decimals(_digits(old), _digits(new))
    if old.type in _TIMES:
        if limit(old, "adjustedToUTC") != limit(new, "adjustedToUTC"):
            return Relation.CHANGED
        return _units(limit(old, "timeUnit"), limit(new, "timeUnit"), limited=old.type != "time")
    sized = all(limit(old, name) == limit(new, name) for name in ("size", "crs", "algorithm", "unit"))
    return Relation.EQUAL if sized else Relation.CHANGED


def _units(old: str, new: str, *, limited: bool) -> Relation:
    """A finer unit tells more times apart. limited: 64 bits of nanoseconds end in the year 2262, so that they hold fewer days as well."""
    if old == new:
        return Relation.EQUAL
    if limited and "nanos" in (old, new):
        return Relation.CHANGED
    return Relation.WIDENED if UNITS.index(new) > UNITS.index(old) else Relation.NARROWED


def _holds(outer: Field, inner: Field) -> bool:
    """Every value of ``inner`` is one of ``outer``, two types with different words."""
    if "any" in (outer.type, inner.type):
        return outer.type == "any"
    if inner.type == "null" or (inner.type, outer.type) in _WITHIN:
        return True
    if inner.type in _RANGES:
        low, high = _RANGES[inner.type]
        if outer.type in _RANGES:
            return _RANGES[outer.type][0] <= low and high <= _RANGES[outer.type][1]
        if outer.type == "decimal":
            precision, scale = _digits(outer)
            return bool(max(-low, high) < 10 ** (precision - scale))
        return outer.type in _WHOLE and max(-low, high) <= _WHOLE[outer.type]
    return inner.type in _FLOATS and outer.type in _FLOATS and _FLOATS.index(inner.type) < _FLOATS.index(outer.type)


def _digits(decimal: Field) -> tuple[int, int]:
    return int(limit(decimal, "precision")), int(limit(decimal, "scale"))
