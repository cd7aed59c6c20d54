"""Quality checks: which data one lets through, held against which data another does.

A library check counts rows and holds the count to a threshold (ODCS 3.2, "Data Quality"); `relate_checks` compares the counts that two
checks accept, and whether what counts as a bad row became more or less. Queries and other engines' checks are compared as texts.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from countersign.formats.relation import by_directions, combine
from countersign.model.change import Relation

#: A check whose failure only warns promises nothing: severities of that kind, in the words that the tools use.
WARNINGS = frozenset({"info", "low", "minor", "trivial", "warn", "warning"})
OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)
#: metric -> list argument -> whether one more entry makes more rows bad.
_LISTS: Mapping[str, Mapping[str, bool]] = {
    "duplicateValues": {"properties": False},
    "invalidValues": {"validValues": False},
    "missingValues": {"missingValues": True},
}
Check = Mapping[str, Any]


def relate_checks(old: Check | None, new: Check | None) -> Relation:
    """How the data that ``new`` lets through stands to that of ``old``; None lets everything through.

    A check: type, binding (its failure is one), operator and bound, and metric, arguments and percent (``library``), query (``sql``),
    engine and implementation (``custom``), description (``text``).
    """
    before, after = (check if check and check["binding"] else None for check in (old, new))
    if before is None or after is None:
        return by_directions(readers=before is None, history=after is None)
    if before["type"] != after["type"]:
        return Relation.UNDECIDED
    if before["type"] == "library":
        return _relate_counts(before, after)
    if before["type"] == "sql" and (before["query"], before["unit"]) == (after["query"], after["unit"]):
        return _relate_thresholds(before, after, _points(before, after, whole=False))
    return Relation.EQUAL if before == after else Relation.UNDECIDED


def _relate_counts(old: Check, new: Check) -> Relation:
    if old["metric"] != new["metric"]:
        return Relation.UNDECIDED
    if old["percent"] != new["percent"]:  # no row is no per cent of them, and nothing else is comparable
        none_bad = all(_only_zero(check) for check in (old, new))
        thresholds = Relation.EQUAL if none_bad else Relation.UNDECIDED
    else:
        thresholds = _relate_thresholds(old, new, _points(old, new, whole=not new["percent"], most=100 if new["percent"] else None))
    more = _bad_rows(old["metric"], old["arguments"], new["arguments"])
    return combine([thresholds, *(Relation.UNDECIDED if one is None else _by_count(new, more=one) for one in more)])


def _bad_rows(metric: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[bool | None]:
    """Of each argument that differs: whether more rows are bad than before, None if nobody can tell."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        grows = _LISTS.get(metric, {}).get(name)
        if metric == "invalidValues" and name == "pattern" and (before is None or after is None):
            yield before is None
        elif grows is None or (name != "missingValues" and (before is None or after is None)):
            yield None
        else:
            one, other = set(before or ()), set(after or ())
            if one < other or other < one:
                yield (one < other) is grows
            elif one != other:
                yield None


def _by_count(check: Check, *, more: bool) -> Relation:
    """What it means for the data let through that more (or fewer) rows count as bad."""
    accepted = [_accepts(check, point) for point in _points(check, check, whole=not check["percent"])]
    if None in accepted:
        return Relation.UNDECIDED
    if all(accepted) or not any(accepted):
        return Relation.EQUAL
    if accepted == sorted(accepted, reverse=True):  # type: ignore[type-var]  # no None is left
        return Relation.NARROWED if more else Relation.WIDENED
    if accepted == sorted(accepted):  # type: ignore[type-var]  # the same
        return Relation.WIDENED if more else Relation.NARROWED
    return Relation.CHANGED


def _relate_thresholds(old: Check, new: Check, points: list[float]) -> Relation:
    if (old["operator"], old["bound"]) == (new["operator"], new["bound"]):
        return Relation.EQUAL
    before, after = ([_accepts(check, point) for point in points] for check in (old, new))
    if not points or None in before or None in after:
        return Relation.UNDECIDED
    return by_directions(
        readers=all(one for one, other in zip(before, after, strict=True) if other),
        history=all(other for one, other in zip(before, after, strict=True) if one),
    )


def _points(old: Check, new: Check, *, whole: bool, most: float | None = None) -> list[float]:
    """Values in order that tell two thresholds apart, which change their answer only at their bounds; none where a bound is no number.

    whole: only whole numbers from 0 on occur; with ``most``: anything from 0 to that.
    """
    bounds = sorted({bound for check in (old, new) for bound in _bounds(check)})
    if not bounds or any(not math.isfinite(bound) for bound in bounds):
        return []
    if whole:
        near = {number for bound in bounds for number in range(math.floor(bound) - 1, math.ceil(bound) + 2)}
        return sorted(number for number in near | {0} if number >= 0)
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    points = sorted([*bounds, *between, bounds[0] - 1, bounds[-1] + 1])
    return points if most is None else sorted({0.0, most, *(point for point in points if 0 <= point <= most)})


def _bounds(check: Check) -> list[float]:
    bound = check["bound"]
    written = bound if isinstance(bound, list) else [bound]
    return [one if _number(one) else math.nan for one in written]


def _accepts(check: Check, value: float) -> bool | None:
    """None where the bound is no number."""
    name, bound = check["operator"], check["bound"]
    if name in ("mustBeBetween", "mustNotBeBetween"):
        low, high = bound
        return bool(low <= value <= high) is (name == "mustBeBetween")
    return _OPERATIONS[name](value, bound) if _number(bound) else None


_OPERATIONS: Mapping[str, Callable[[float, float], bool]] = {
    "mustBe": operator.eq,
    "mustNotBe": operator.ne,
    "mustBeGreaterThan": operator.gt,
    "mustBeGreaterOrEqualTo": operator.ge,
    "mustBeLessThan": operator.lt,
    "mustBeLessOrEqualTo": operator.le,
}


def _only_zero(check: Check) -> bool:
    return check["bound"] == 0 and check["operator"] in ("mustBe", "mustBeLessOrEqualTo")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_check(value: str | None) -> Check | None:
    """A term's value as a check."""
    return None if value is None else json.loads(value)
