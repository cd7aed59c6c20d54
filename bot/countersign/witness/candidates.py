"""Values that may tell two sides of a field apart, the most telling first. Which of them does, a validator decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from countersign.model.contract import Field
from countersign.model.finding import Finding
from countersign.model.witness import Side
from countersign.witness.sample import Unsampled, bounds, demanded, enum_value, kind, limit, mentioned, multiples, sample
from countersign.witness.texts import MOST, SAMPLES, like, texts_of
from countersign.witness.trail import Trail


class _Absent:
    """The member is not there."""


ABSENT: Final = _Absent()
#: Findings that a missing member can show.
_PRESENCE = frozenset({"field-added", "field-removed", "field-renamed", "field-required-changed"})
#: Moments at the edges of the usual types of columns.
_MOMENTS = ("9999-12-31T00:00:00Z", "2024-01-01T00:00:00.001Z", "2024-01-01T00:00:00.000001Z", "00:00:00.001", "00:00:00.000001")
#: A value of each kind, and numbers at the edges of the usual types.
_ANY: tuple[Any, ...] = (True, "", 0, -1, 1.5, [], {}, "x", 128, 256, 2**15, 2**16, 2**31, 2**32, 2**53 + 1, 2**63, 0.1, 1e39)


def candidates(trail: Trail, side: Side, finding: Finding, *, every: bool) -> Iterator[Any]:
    """JSON values, or `ABSENT`, to be put where the trail ends, into a record of ``side``. every: whether records hold all members."""
    mine, other = trail.end.on(side), trail.end.on(side.other)
    if trail.value is not None:
        field = mine or other
        renamed = finding.after if finding.rule == "enum-value-renamed" and side is Side.NEW else None
        yield renamed or (trail.value if field is None else enum_value(field, trail.value))
        return
    there = mine is not None and (every or demanded(mine))
    if finding.rule in _PRESENCE and not trail.end.mark and len(trail.steps) > 1 and not there:
        yield ABSENT
    if finding.rule == "field-nullable-changed" or mine is None:
        yield None
    if mine is not None:
        yield from _of(mine, other)
    for field in (mine, other):
        yield from _sampled(field, every)
    yield from _limits(mine, other)
    yield from _sizes(mine, other)
    yield from sorted(_ANY, key=lambda value: not _of_kind(value, mine))
    yield from (*SAMPLES.values(), *_MOMENTS)


def _of_kind(value: Any, field: Field | None) -> bool:
    """A field's own kind is tried first: of a wider type nearly all values are taken by both sides, and time is short."""
    match value:
        case bool() | None:
            return False
        case int():
            return field is not None and kind(field) in ("integer", "number")
        case float():
            return field is not None and kind(field) == "number"
    return False


def _of(field: Field, other: Field | None) -> Iterator[Any]:
    """Values that the field lists and the other does not; texts of its pattern and not of the other's."""
    if field.enum is not None:
        known = {value.value for value in other.enum.values} if other is not None and other.enum is not None else set()
        yield from (enum_value(field, value.value) for value in field.enum.values if value.value not in known)
    pattern = limit(field, "pattern")
    unlike = limit(other, "pattern") if other is not None else None
    if isinstance(pattern, str):
        yield from like(pattern, unlike if isinstance(unlike, str) else None)
    elif isinstance(unlike, str):
        yield from ("", "x", "0", " ", "A", "-")


def _sampled(field: Field | None, every: bool) -> Iterator[Any]:
    if field is None:
        return
    for one in (field, *field.branches):
        try:
            value = sample(one, every=every)
        except Unsampled:
            continue
        yield value
        if isinstance(value, dict):
            yield from _fuller(one, value, every)
        if isinstance(value, list) and one.items is not None:
            yield from ([*value, inner] for inner in _sampled(one.items, every))


def _fuller(field: Field, record: dict[str, Any], every: bool) -> Iterator[dict[str, Any]]:
    """The record with all of its members, and a map with one entry."""
    members = {}
    for member in field.fields:
        try:
            members[member.name] = sample(member, every=every)
        except Unsampled:
            continue
    yield {**record, **members}
    if field.type == "map" and field.items is not None:
        yield from ({"k": value} for value in _sampled(field.items, every))
    if field.open:
        yield {**record, "x": 0}


def _limits(*fields: Field | None) -> Iterator[Any]:
    """On and beside each limit."""
    for field in fields:
        if field is None:
            continue
        for bound in (*bounds(field), *multiples(field)):
            yield from (bound, bound + 1, bound - 1)
            if kind(field) != "integer":
                yield from (bound + 0.5, bound - 0.5)
        for number in mentioned(field):
            if isinstance(number, int) and number < 40:  # digits of a decimal
                yield from (10**number, 10**-number if number < 16 else 0)


def _sizes(*fields: Field | None) -> Iterator[Any]:
    """Texts and lists as long as a limit says, one shorter and one longer."""
    for length in {int(number) + more for field in fields for number in mentioned(field) if 0 <= number < MOST for more in (0, 1, -1)}:
        if length >= 0:
            yield "x" * length
            yield "0" * length
            yield list(range(length))
            yield [0] * length
            yield ["x"] * length
            yield {f"k{at}": 0 for at in range(length)}
    for field in fields:
        if field is not None and kind(field) == "string":
            yield from texts_of(limit(field, "pattern"), limit(field, "format"), 0)
