"""Every violation of one record, with its path: run for a record that failed, and the meaning that all back ends share.

Values are Python's own, as a decoder hands them over: of JSON, dict, list, str, int, float, bool and None; of Avro and Protobuf also
bytes, `Decimal`, `datetime` and `UUID`, which fulfil the type that they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from countersign.guard.patterns import linear
from countersign.guard.plan import Check, Plan, Violation
from countersign.guard.shapes import is_date, is_duration, is_time, is_timestamp, is_uuid

At = tuple[str | int, ...]


def explain(plan: Plan, record: Any) -> tuple[Violation, ...]:
    """What is wrong with the record, in the order of the contract; () if nothing is."""
    return tuple(_violations(plan.root, record, ()))


def _violations(check: Check, value: Any, at: At) -> Iterator[Violation]:
    def broken(rule: str, found: str = "") -> Violation:
        return Violation(at=at, path=check.path, rule=rule, found=found)

    if value is None:
        if not check.nullable:
            yield broken("null")
        return
    if check.branches:
        if not any(next(_violations(branch, value, at), None) is None for branch in check.branches):
            yield broken("type", kind(value))
        return
    if not _TYPES[check.type](value):
        yield broken("type", kind(value))
        return
    if check.values is not None and not any(_same(value, one) for one in check.values):
        yield broken("enum", kind(value))
    for rule in _broken_limits(check.limits, value):
        yield broken(rule, kind(value))
    if isinstance(value, Mapping):
        yield from _members(check, value, at)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes) and check.items is not None:
        for index, item in enumerate(value):
            yield from _violations(check.items, item, (*at, index))


def _members(check: Check, value: Mapping[str, Any], at: At) -> Iterator[Violation]:
    for name, member in check.members.items():
        if name in value:
            yield from _violations(member, value[name], (*at, name))
        elif member.required:
            yield Violation(at=(*at, name), path=member.path, rule="required")
    for name in value:
        if name not in check.members:
            if check.items is not None:
                yield from _violations(check.items, value[name], (*at, name))
            elif check.closed:
                yield Violation(at=(*at, name), path=check.path, rule="unlisted", found=kind(value[name]))


def kind(value: Any) -> str:
    """What a value is, and how large, without saying it: ``string of 12``, ``integer``, ``array of 3``."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float() | Decimal():
            return "number"
        case str():
            return f"string of {len(value)}"
        case bytes() | bytearray() | memoryview():
            return f"bytes, {len(value)}"
        case Mapping():
            return f"object of {len(value)}"
        case datetime():
            return "timestamp"
        case _ if isinstance(value, Sequence):
            return f"array of {len(value)}"
    return type(value).__name__


def _same(value: Any, allowed: Any) -> bool:
    """JSON's equality: 1 is 1.0, and true is no 1."""
    if isinstance(value, bool) or isinstance(allowed, bool):
        return value is allowed
    return bool(value == allowed) or (isinstance(value, UUID) and str(value) == allowed)


def _integer(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _number(value: Any) -> bool:
    return (isinstance(value, int | Decimal) and not isinstance(value, bool)) or (isinstance(value, float) and math.isfinite(value))


def _decimal(value: Any) -> bool:
    """Written as a number, or as a text so that no digit is lost."""
    if not isinstance(value, str):
        return _number(value)
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _text(shape: Callable[[str], bool], *native: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, native) or (isinstance(value, str) and shape(value))


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "never": lambda value: False,
    "null": lambda value: False,
    "string": lambda value: isinstance(value, str),
    "integer": _integer,
    "number": _number,
    "boolean": lambda value: isinstance(value, bool),
    "bytes": lambda value: isinstance(value, bytes | bytearray | str),
    "fixed": lambda value: isinstance(value, bytes | bytearray),
    "date": lambda value: not isinstance(value, datetime) and _text(is_date, date)(value),
    "time": _text(is_time, time),
    "timestamp": _text(is_timestamp, datetime),
    "duration": _text(is_duration, timedelta, tuple),
    "uuid": _text(is_uuid, UUID),
    "decimal": _decimal,
    "object": lambda value: isinstance(value, Mapping),
    "map": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, Sequence) and not isinstance(value, str | bytes),
    "union": lambda value: True,
}


def _broken_limits(limits: Mapping[str, Any], value: Any) -> Iterator[str]:
    for rule, bound in limits.items():
        holds = _LIMITS[rule]
        if not holds(value, bound):
            yield rule


def _of(kinds: tuple[type, ...], test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A limit says nothing about values of other kinds, as in JSON Schema."""
    return lambda value, bound: not isinstance(value, kinds) or isinstance(value, bool) or test(value, bound)


_NUMBERS = (int, float, Decimal)


def _multiple(value: Any, bound: Any) -> bool:
    return bool(Decimal(str(value)) % Decimal(str(bound)) == 0)


def _distinct(value: Any, wanted: Any) -> bool:
    return not wanted or not any(_same_deeply(one, other) for index, one in enumerate(value) for other in value[:index])


def _same_deeply(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same_deeply(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_deeply, one, other))
    return _same(one, other)


def _precise(value: Any, bound: Any) -> bool:
    digits, scale = bound
    _, figures, exponent = Decimal(str(value)).normalize().as_tuple()
    behind = max(-int(exponent), 0)
    before = max(len(figures) + int(exponent), 0)
    return bool(behind <= scale and before <= digits - scale)


_LIMITS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": _of(_NUMBERS, lambda value, bound: value >= bound),
    "maximum": _of(_NUMBERS, lambda value, bound: value <= bound),
    "exclusiveMinimum": _of(_NUMBERS, lambda value, bound: value > bound),
    "exclusiveMaximum": _of(_NUMBERS, lambda value, bound: value < bound),
    "multipleOf": _of(_NUMBERS, _multiple),
    "minLength": _of((str,), lambda value, bound: len(value) >= bound),
    "maxLength": _of((str,), lambda value, bound: len(value) <= bound),
    "pattern": _of((str,), lambda value, bound: linear(bound).search(value) is not None),
    "minItems": _of((list, tuple), lambda value, bound: len(value) >= bound),
    "maxItems": _of((list, tuple), lambda value, bound: len(value) <= bound),
    "uniqueItems": _of((list, tuple), _distinct),
    "minProperties": _of((dict,), lambda value, bound: len(value) >= bound),
    "maxProperties": _of((dict,), lambda value, bound: len(value) <= bound),
    "precision": _of((*_NUMBERS, str), _precise),
}
