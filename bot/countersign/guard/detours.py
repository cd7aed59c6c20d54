"""``anyOf: [T, null]`` is T that may be null, ``allOf: [T]`` is T: so said, checks are quicker, and what breaks them is told closer by."""

from __future__ import annotations

from dataclasses import replace

from countersign.guard.plan import Check


def without_detour(check: Check) -> Check:
    """The same check without a group that says no more than one check does."""
    if len(check.groups) != 1 or check.groups[0].rule not in ("allOf", "anyOf", "oneOf") or not _says_nothing_else(check):
        return check
    rest = [one for one in check.groups[0].checks if not _null(one)]
    nulls = len(check.groups[0].checks) - len(rest)
    if len(rest) != 1 or (nulls and check.groups[0].rule == "allOf"):
        return check
    only = rest[0]
    if only.type == "ref" and only.up == 1:
        return check
    if nulls and check.groups[0].rule == "oneOf" and (only.nullable or only.type == "ref"):
        return check  # null would fulfil two of them, or may
    return replace(_lifted(only, 0), path=check.path, required=check.required, nullable=only.nullable or nulls > 0)


def _says_nothing_else(check: Check) -> bool:
    bare = check.type == "any" and check.values is None and not check.limits
    return bare and not (check.members or check.items or check.branches or check.closed)


def _null(check: Check) -> bool:
    return check.type == "null" and not check.groups


def _lifted(check: Check, depth: int) -> Check:
    """One step nearer to the root: what leads out of it leads one step less far."""
    return replace(
        check,
        up=check.up - 1 if check.up > depth else check.up,
        members={name: _lifted(member, depth + 1) for name, member in check.members.items()},
        items=_lifted(check.items, depth + 1) if check.items else None,
        branches=tuple(_lifted(branch, depth + 1) for branch in check.branches),
        groups=tuple(replace(group, checks=tuple(_lifted(one, depth + 1) for one in group.checks)) for group in check.groups),
    )
