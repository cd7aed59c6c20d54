"""How the values of two columns stand to one another, by what their types can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator

from countersign.formats.match import pair, pair_datasets
from countersign.formats.physical import relate_decimals
from countersign.formats.relation import Found, Lattice, by_directions, combine
from countersign.formats.sql.contract import UNPROVED
from countersign.formats.sql.types import TYPE_CONSTRAINTS
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import Path
from countersign.model.profile import Profile

#: A column that may be null can come and go without a row that does not fit; one that may not cannot.
_LATTICE = Lattice(mandatory=lambda member: not member.nullable, within={})
#: Digits before and behind the point: what each form of number can hold without loss.
_BITS = {"i8": 7, "i16": 15, "i24": 23, "i32": 31, "i64": 63, "i128": 127, "u8": 8, "u16": 16, "u24": 24, "u32": 32, "u64": 64, "u128": 128}
_MANTISSA = {"f32": 24, "f64": 53}


def relate(old: Contract, new: Contract, profile: Profile) -> Relations:
    found: Found = dict(_LATTICE.relate(old, new))
    for path, before, after in _pairs(old, new):
        _types(path, before, after, found)
    return found


def overall(old: Contract, new: Contract, profile: Profile) -> Relation:
    return combine(relate(old, new, profile).values())


def _pairs(old: Contract, new: Contract) -> Iterator[tuple[Path, Field, Field]]:
    """Every field that is on both sides, with the old side's path."""
    todo: list[tuple[Path, Field, Field]] = [
        ((before.name,), before.root, after.root) for before, after in pair_datasets(old.datasets, new.datasets) if before and after
    ]
    while todo:
        path, before, after = todo.pop()
        yield path, before, after
        todo += [
            ((*path, one.name), one, other) for one, other in pair(before.fields, after.fields) if one and other and not one.repeats(other)
        ]
        if before.items is not None and after.items is not None and before.type == after.type:
            step = "{}" if before.type == "map" else "[]"
            todo.append(((*path, step), before.items, after.items))


def _types(path: Path, old: Field, new: Field, found: Found) -> None:
    if old.type != new.type:
        relation = _numbers(old, new) or Relation.CHANGED
        found[path, Aspect.TYPE, ""] = Relation.UNDECIDED if relation is Relation.CHANGED and _unknown(old, new) else relation
        for name in TYPE_CONSTRAINTS & (old.constraints.keys() | new.constraints.keys()):
            found[path, Aspect.CONSTRAINT, name] = Relation.EQUAL
        return
    _proofs(path, old, new, found)
    if old.type == "decimal":
        relation = _decimals(old, new)
        for name in ("precision", "scale"):
            if old.constraints.get(name) == new.constraints.get(name):
                continue
            found[path, Aspect.CONSTRAINT, name] = relation
    elif old.type == "integer" and old.constraints.get("format") != new.constraints.get("format"):
        found[path, Aspect.CONSTRAINT, "format"] = _numbers(old, new) or Relation.UNDECIDED
    if old.constraints.get("fractionalDigits") != new.constraints.get("fractionalDigits"):
        before, after = (_number(field, "fractionalDigits", 6) for field in (old, new))
        found[path, Aspect.CONSTRAINT, "fractionalDigits"] = by_directions(readers=after <= before, history=before <= after)
    if old.constraints.get("padded") != new.constraints.get("padded"):
        found[path, Aspect.CONSTRAINT, "padded"] = Relation.NARROWED if "padded" in new.constraints else Relation.WIDENED
    elif "padded" in old.constraints and old.constraints.get("maxLength") != new.constraints.get("maxLength"):
        found[path, Aspect.CONSTRAINT, "maxLength"] = Relation.CHANGED  # filled with blanks to another length


def _proofs(path: Path, old: Field, new: Field, found: Found) -> None:
    """A constraint that rows from before are not held to lets through more than one that holds all of them, if it was there at all."""
    for name in (name for name in old.constraints.keys() ^ new.constraints.keys() if name.startswith(UNPROVED)):
        both = name.removeprefix(UNPROVED) in old.constraints.keys() & new.constraints.keys()
        loosened = Relation.WIDENED if name in new.constraints else Relation.NARROWED
        found[path, Aspect.CONSTRAINT, name] = loosened if both else Relation.EQUAL


def _unknown(old: Field, new: Field) -> bool:
    """Whether one is a type of which only the name is known."""
    return not all(field.type in _KNOWN for field in (old, new))


_KNOWN = frozenset(
    {
        *("array", "boolean", "bytes", "date", "decimal", "duration", "integer", "map", "number", "object", "string", "time"),
        "timestamp",
        "uuid",
        "json",
    }
)


def _numbers(old: Field, new: Field) -> Relation | None:
    """Of two numbers; None if one is none."""
    if not {old.type, new.type} <= {"integer", "number", "decimal"}:
        return None
    return by_directions(readers=_holds(old, new), history=_holds(new, old))


def _holds(outer: Field, inner: Field) -> bool:
    """Whether every value of ``inner`` is, exactly, one of ``outer``."""
    form, width = _form(outer), _form(inner)
    if outer.type == "number":
        room = _MANTISSA.get(form)
        if inner.type == "number":
            return room is None or room >= _MANTISSA.get(width, 999)
        return inner.type == "integer" and (room is None or _BITS.get(width, 999) <= room)
    if outer.type == "integer":
        if inner.type == "integer":
            return _integer_holds(form, width)
        digits = _digits(inner)
        return (
            inner.type == "decimal"
            and digits is not None
            and digits[1] <= 0
            and form[:1] == "i"
            and 10 ** digits[0] <= 2 ** _BITS.get(form, 0)
        )
    if inner.type == "number":
        return False
    digits = _digits(outer)
    if inner.type == "integer":
        return digits is None or 2 ** _BITS.get(width, 9999) <= 10 ** max(0, digits[0] - digits[1])
    return _decimals(inner, outer) in (Relation.EQUAL, Relation.WIDENED)


def _integer_holds(outer: str, inner: str) -> bool:
    if not outer or not inner:
        return outer == inner or not outer
    if inner[0] == outer[0]:
        return _BITS[outer] >= _BITS[inner]
    return inner[0] == "u" and _BITS[outer] >= _BITS[inner]


def _form(field: Field) -> str:
    return str(json.loads(field.constraints.get("format", '""')))


def _digits(field: Field) -> tuple[int, int] | None:
    """(precision, scale); None without bounds."""
    if "precision" not in field.constraints:
        return None
    return _number(field, "precision", 0), _number(field, "scale", 0)


def _number(field: Field, name: str, otherwise: int) -> int:
    return int(json.loads(field.constraints.get(name, str(otherwise))))


def _decimals(old: Field, new: Field) -> Relation:
    before, after = _digits(old), _digits(new)
    if before is None or after is None:
        return by_directions(readers=before is None, history=after is None)
    return relate_decimals(before, after)
