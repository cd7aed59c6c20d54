"""Every violation of one record, with its path: run for a record that failed, and the meaning that all back ends share.

Values are Python's own, as a decoder hands them over: of JSON, dict, list, str, int, float, bool and None; of Avro and Protobuf also
bytes, `Decimal`, `datetime` and `UUID`, which fulfil the type that they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from countersign.guard.kinds import TYPES, frozen, kind
from countersign.guard.limits import broken_limits
from countersign.guard.patterns import linear
from countersign.guard.plan import Check, Group, Plan, Violation

At = tuple[str | int, ...]
#: The checks around the one that is asked, the outermost first: where a recursive type leads.
Above = tuple[Check, ...]


def explain(plan: Plan, record: Any) -> tuple[Violation, ...]:
    """What is wrong with the record, in the order of the contract; () if nothing is."""
    return tuple(violations(plan.root, record))


def violations(check: Check, value: Any, at: At = (), above: Above = ()) -> Iterator[Violation]:
    """What is wrong with one value. above: the checks around this one; a recursive type leads to one of them."""
    if check.type == "ref":
        if value is not None or not check.nullable:
            yield from violations(above[-check.up], value, at, above[: -check.up])
        return
    here = (*above, check)
    if value is None:
        if not check.nullable:
            yield Violation(at=at, path=check.path, rule="null")
            return
    elif not TYPES[check.type](value):
        yield Violation(at=at, path=check.path, rule="type", found=kind(value))
        return
    elif check.branches:
        tried = _tried(check.branches, value, at, here)
        if all(tried):
            yield from _closest(tried, at) or (Violation(at=at, path=check.path, rule="type", found=kind(value)),)
            return
    if value is not None:
        yield from _within(check, value, at, here)
    for group in check.groups:
        yield from _of_group(group, check, value, at, here)


def _within(check: Check, value: Any, at: At, here: Above) -> Iterator[Violation]:
    if check.values is not None and frozen(value) not in {frozen(one) for one in check.values}:
        yield Violation(at=at, path=check.path, rule="enum", found=kind(value))
    for rule in broken_limits(check.limits, value):
        yield Violation(at=at, path=check.path, rule=rule, found=kind(value))
    if isinstance(value, Mapping):
        yield from _members(check, value, at, here)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        leading = next((group.checks for group in check.groups if group.rule == "prefixItems"), ())
        for index, item in enumerate(value):
            described = leading[index] if index < len(leading) else check.elements
            if described is not None:
                yield from violations(described, item, (*at, index), here)


def _members(check: Check, value: Mapping[str, Any], at: At, here: Above) -> Iterator[Violation]:
    for name, member in check.members.items():
        if name in value:
            yield from violations(member, value[name], (*at, name), here)
        elif member.required:
            yield Violation(at=(*at, name), path=member.path, rule="required")
    by_pattern = next((group for group in check.groups if group.rule == "patternProperties"), None)
    others = check.others
    for name in value:
        described = [one for pattern, one in by_pattern.by_pattern() if linear(pattern).search(name)] if by_pattern else []
        for one in described:
            yield from violations(one, value[name], (*at, name), here)
        if name not in check.members and not described:
            if others is not None:
                yield from violations(others, value[name], (*at, name), here)
            elif check.closed:
                yield Violation(at=(*at, name), path=check.path, rule="unlisted", found=kind(value[name]))


def _of_group(group: Group, check: Check, value: Any, at: At, here: Above) -> Iterator[Violation]:
    def broken(rule: str) -> Violation:
        return Violation(at=at, path=check.path, rule=rule, found=kind(value))

    match group.rule:
        case "allOf":
            for one in group.checks:
                yield from violations(one, value, at, here)
        case "anyOf" | "oneOf":
            tried = _tried(group.checks, value, at, here)
            if all(tried):
                yield from _closest(tried, at) or (broken(group.rule),)
            elif group.rule == "oneOf" and tried.count(()) > 1:
                yield broken("oneOf")
        case "not":
            if _holds(group.checks[0], value, here):
                yield broken("not")
        case "if":
            condition, then, otherwise = group.checks
            yield from violations(then if _holds(condition, value, here) else otherwise, value, at, here)
        case "contains":
            if isinstance(value, list | tuple) and not any(_holds(group.checks[0], one, here) for one in value):
                yield broken("contains")
        case "propertyNames":
            if isinstance(value, Mapping) and not all(_holds(group.checks[0], name, here) for name in value):
                yield broken("propertyNames")


def _tried(checks: Sequence[Check], value: Any, at: At, here: Above) -> list[tuple[Violation, ...]]:
    """What breaks each of them."""
    return [tuple(violations(one, value, at, here)) for one in checks]


def _closest(tried: list[tuple[Violation, ...]], at: At) -> tuple[Violation, ...]:
    """Of those that all fail, what breaks the only one that is meant for values of this type; () if there are several, or none."""
    meant = [found for found in tried if not any(one.at == at and one.rule in ("type", "null") for one in found)]
    return meant[0] if len(meant) == 1 else ()


def _holds(check: Check, value: Any, above: Above) -> bool:
    return next(violations(check, value, (), above), None) is None
