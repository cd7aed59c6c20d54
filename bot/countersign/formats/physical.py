"""Physical types: ``VARCHAR(20)``, ``NUMERIC(10,2)``, ``bigint``. Only the widenings that every database and file format shares are known.

Types of which nothing is known (``topic``, ``GEOGRAPHY``, ``ARRAY<INT>``) are compared as text without case and white space, and are
undecided when they differ.
"""

from __future__ import annotations

import re

from countersign.model.change import Relation

_TYPE = re.compile(r"([a-z][a-z0-9_ ]*?)\s*(?:\(\s*([0-9]{1,9})\s*(?:,\s*([0-9]{1,9})\s*)?\))?\Z")
#: Ladders of types without arguments; each holds what stands before it. Names on one step are one type.
_LADDERS = (
    (
        ("smallint", "smallserial", "serial2"),
        ("int", "integer", "serial", "serial4"),
        ("bigint", "bigserial", "serial8"),
    ),  # int8 is eight bytes to one database and eight bits to another
    (("real",), ("double", "double precision")),
)
_TEXT = {"varchar": "varchar", "character varying": "varchar", "char": "char", "character": "char"}
_DECIMAL = frozenset({"decimal", "numeric"})


def relate_physical_types(old: str, new: str) -> Relation:
    """How what a column of the new type holds stands to what one of the old type held."""
    before, after = " ".join(old.lower().split()), " ".join(new.lower().split())
    if before == after:
        return Relation.EQUAL
    one, other = _TYPE.match(before), _TYPE.match(after)
    if one is None or other is None:
        return Relation.UNDECIDED
    for ladder in _LADDERS:
        steps = [next((at for at, names in enumerate(ladder) if found[1] in names and found[2] is None), None) for found in (one, other)]
        if steps[0] is not None and steps[1] is not None:
            return _by_size(steps[0], steps[1])
    if _TEXT.get(one[1]) is not None and _TEXT.get(one[1]) == _TEXT.get(other[1]) and one[2] and other[2] and not (one[3] or other[3]):
        # A CHAR of another length pads its values differently.
        return _by_size(int(one[2]), int(other[2])) if _TEXT[one[1]] == "varchar" or one[2] == other[2] else Relation.UNDECIDED
    if one[1] in _DECIMAL and other[1] in _DECIMAL and one[2] and other[2]:
        return relate_decimals((int(one[2]), int(one[3] or 0)), (int(other[2]), int(other[3] or 0)))
    return Relation.UNDECIDED


def relate_decimals(old: tuple[int, int], new: tuple[int, int]) -> Relation:
    """(precision, scale): a decimal holds another if it has as many digits on both sides of the point."""
    wider = new[0] - new[1] >= old[0] - old[1] and new[1] >= old[1]
    narrower = new[0] - new[1] <= old[0] - old[1] and new[1] <= old[1]
    if wider and narrower:
        return Relation.EQUAL
    return Relation.WIDENED if wider else Relation.NARROWED if narrower else Relation.CHANGED


def _by_size(old: int, new: int) -> Relation:
    return Relation.EQUAL if old == new else Relation.WIDENED if new > old else Relation.NARROWED
