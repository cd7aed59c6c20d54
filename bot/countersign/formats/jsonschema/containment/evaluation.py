"""Whether one value fulfils a formula: yes, no, or None where nobody here can tell."""

from __future__ import annotations

from typing import Any as Anything

from countersign.formats.jsonschema.containment import named
from countersign.formats.jsonschema.containment.budget import Budget, Exhausted
from countersign.formats.jsonschema.containment.finding import finds
from countersign.formats.jsonschema.containment.formula import (
    All,
    Any,
    Count,
    Elements,
    Every,
    Formula,
    Goal,
    Has,
    Kind,
    Multiple,
    Named,
    No,
    Opaque,
    Pattern,
    Range,
    Schema,
    Size,
    Unique,
    Values,
    exact,
    key_of,
    kind_of,
    kind_spoken_of,
)

MAX_DEPTH = 90


def fulfils(value: Anything, goal: Goal, budget: Budget) -> bool | None:
    """Whether the value fulfils every literal of a goal. Raises `Exhausted`."""
    return both(_signed(holds(literal.formula, value, budget), literal.holds) for literal in goal)


def holds(formula: Formula, value: Anything, budget: Budget, depth: int = 0) -> bool | None:
    """Whether the value fulfils the formula. Raises `Exhausted`."""
    budget.spend()
    if depth > MAX_DEPTH:
        raise Exhausted("it is nested too deeply")
    kind = kind_spoken_of(formula)
    if kind and kind != kind_of(value):
        return True
    match formula:
        case All(parts):
            return both(holds(part, value, budget, depth + 1) for part in parts)
        case Any(parts):
            return _signed(both(_signed(holds(part, value, budget, depth + 1), False) for part in parts), False)
        case No(inner):
            return _signed(holds(inner, value, budget, depth + 1), False)
        case Schema():
            return holds(formula.read(), value, budget, depth + 1)
        case Kind(words):
            return kind_of(value) in words or ("integer" in words and kind_of(value) == "number" and exact(value).denominator == 1)
        case Values(keys):
            return key_of(value) in keys
        case Opaque():
            return None
        case Every(key, inner):
            return both(
                _implies(holds(key, name, budget, depth + 1), holds(inner, item, budget, depth + 1)) for name, item in value.items()
            )
        case Elements(start, stop, inner):
            return both(holds(inner, item, budget, depth + 1) for item in value[start:stop])
        case Count(inner, lo, hi):
            return _counted([holds(inner, item, budget, depth + 1) for item in value], lo, hi)
    if isinstance(formula, Pattern):
        budget.spend(len(value))  # an automaton takes a step for each character
    return _plainly(formula, value)


def _plainly(formula: Formula, value: Anything) -> bool | None:
    match formula:
        case Range(lo, lo_open, hi, hi_open):
            number = exact(value)
            below = lo is not None and (number < lo or (lo_open and number == lo))
            above = hi is not None and (number > hi or (hi_open and number == hi))
            return not below and not above
        case Multiple(of):
            return (exact(value) / of).denominator == 1
        case Size(_, lo, hi):
            return lo <= len(value) and (hi is None or len(value) <= hi)
        case Pattern(text):
            return finds(text, value)
        case Named(keyword, name):
            return named.holds(keyword, name, value)
        case Has(name):
            return name in value
        case Unique():
            return len({key_of(item) for item in value}) == len(value)
    raise TypeError(f"no formula: {formula}")


def both(answers: Anything) -> bool | None:
    """Whether all of them are yes; a no decides."""
    unsure = False
    for answer in answers:
        if answer is False:
            return False
        unsure = unsure or answer is None
    return None if unsure else True


def _signed(answer: bool | None, sign: bool) -> bool | None:
    return answer if answer is None or sign else not answer


def _implies(condition: bool | None, consequence: bool | None) -> bool | None:
    if condition is False or consequence is True:
        return True
    return False if condition is True and consequence is False else None


def _counted(answers: list[bool | None], lo: int, hi: int | None) -> bool | None:
    least, most = sum(answer is True for answer in answers), sum(answer is not False for answer in answers)
    if most < lo or (hi is not None and least > hi):
        return False
    return True if lo <= least and (hi is None or most <= hi) else None
