"""A check -> a function that says of a decoded value whether it passes: `explain` without the reasons, composed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from countersign.guard.kinds import TYPES, frozen
from countersign.guard.limits import LIMITS
from countersign.guard.patterns import linear
from countersign.guard.plan import Check, Group

Accepts = Callable[[Any], bool]
_MISSING = object()


def accepts(check: Check, above: tuple[Check, ...] = ()) -> Accepts:
    """True of a value if `explain` finds nothing. above: the checks around this one, the outermost first."""
    return _Maker().make(check, above)


class _Maker:
    def __init__(self) -> None:
        self._made: dict[int, Accepts] = {}  # by the check's identity: a recursive type leads back to one that is being made

    def make(self, check: Check, above: tuple[Check, ...]) -> Accepts:
        if check.type == "ref":
            return self._recursive(check, above)
        here = (*above, check)
        tests = [*self._own(check), *self._inside(check, here)]
        groups = [test for group in check.groups for test in self._group(group, here)]
        if check.branches:
            tests.insert(0, _any([self.make(one, here) for one in check.branches]))
        made = _all_of(TYPES[check.type], tests, groups, nullable=check.nullable)
        self._made[id(check)] = made
        return made

    def _recursive(self, check: Check, above: tuple[Check, ...]) -> Accepts:
        target, around = above[-check.up], above[: -check.up]

        def leads_back(value: Any) -> bool:
            if value is None and check.nullable:
                return True
            made = self._made.get(id(target)) or self.make(target, around)
            return made(value)

        return leads_back

    @staticmethod
    def _own(check: Check) -> list[Accepts]:
        tests: list[Accepts] = []
        if check.values is not None:
            allowed = frozenset(frozen(one) for one in check.values)
            tests.append(lambda value: frozen(value) in allowed)
        for rule, bound in check.limits.items():
            tests.append(_limit(rule, bound))
        return tests

    def _inside(self, check: Check, here: tuple[Check, ...]) -> list[Accepts]:
        tests: list[Accepts] = []
        leading = next((group.checks for group in check.groups if group.rule == "prefixItems"), ())
        item = self.make(check.elements, here) if check.elements is not None else None
        others = self.make(check.others, here) if check.others is not None else None
        by_pattern = [
            (linear(pattern).search, self.make(one, here))
            for group in check.groups
            if group.rule == "patternProperties"
            for pattern, one in group.by_pattern()
        ]
        if check.members or check.closed or by_pattern or others is not None:
            members = {name: (member.required, self.make(member, here)) for name, member in check.members.items()}
            tests.append(_members(members, by_pattern, others, closed=check.closed))
        if item is not None or leading:
            tests.append(_elements([self.make(one, here) for one in leading], item))
        return tests

    def _group(self, group: Group, here: tuple[Check, ...]) -> list[Accepts]:
        checks = [self.make(one, here) for one in group.checks]
        match group.rule:
            case "allOf":
                return checks
            case "anyOf":
                return [_any(checks)]
            case "oneOf":
                return [lambda value: sum(one(value) for one in checks) == 1]
            case "not":
                return [lambda value: not checks[0](value)]
            case "if":
                return [lambda value: checks[1](value) if checks[0](value) else checks[2](value)]
            case "contains":
                return [lambda value: not isinstance(value, list | tuple) or any(map(checks[0], value))]
            case "propertyNames":
                return [lambda value: not isinstance(value, Mapping) or all(map(checks[0], value))]
        return []  # those that belong to members and elements


def _any(checks: list[Accepts]) -> Accepts:
    return lambda value: any(one(value) for one in checks)


def _limit(rule: str, bound: Any) -> Accepts:
    kept = LIMITS[rule]
    return lambda value: kept(value, bound)


def _all_of(type_: Accepts, tests: list[Accepts], groups: list[Accepts], *, nullable: bool) -> Accepts:
    def test(value: Any) -> bool:
        if value is None:
            return nullable and all(one(value) for one in groups)
        if not type_(value):
            return False
        for one in tests:
            if not one(value):
                return False
        return all(one(value) for one in groups)

    return test


def _members(
    members: Mapping[str, tuple[bool, Accepts]], by_pattern: Sequence[tuple[Any, Accepts]], others: Accepts | None, *, closed: bool
) -> Accepts:
    listed = [(name, required, accept) for name, (required, accept) in members.items()]

    def known(value: Mapping[str, Any]) -> bool:
        for name, required, accept in listed:
            found = value.get(name, _MISSING)
            if found is _MISSING:
                if required:
                    return False
            elif not accept(found):
                return False
        return True

    def rest(value: Mapping[str, Any]) -> bool:
        for name, found in value.items():
            described = [accept for search, accept in by_pattern if search(name)]
            if not all(accept(found) for accept in described):
                return False
            if name not in members and not described and (not others(found) if others is not None else closed):
                return False
        return True

    if closed or by_pattern or others is not None:
        return lambda value: not isinstance(value, Mapping) or (known(value) and rest(value))
    return lambda value: not isinstance(value, Mapping) or known(value)


def _elements(leading: list[Accepts], item: Accepts | None) -> Accepts:
    def test(value: Any) -> bool:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return True
        if not all(accept(one) for accept, one in zip(leading, value, strict=False)):
            return False
        return item is None or all(map(item, value[len(leading) :] if leading else value))

    return test
