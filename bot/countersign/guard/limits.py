"""The bounds that a value of the right type has to keep. Of values of other kinds a bound says nothing, as in JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from countersign.guard.kinds import frozen
from countersign.guard.patterns import linear
from countersign.guard.shapes import moment

#: rule -> (value, bound) -> whether it is kept.
Limit = Callable[[Any, Any], bool]


def broken_limits(limits: Mapping[str, Any], value: Any) -> Iterator[str]:
    """The rules that the value breaks, in the order of the limits."""
    for rule, bound in limits.items():
        if not LIMITS[rule](value, bound):
            yield rule


def _of(kinds: tuple[type, ...], test: Limit) -> Limit:
    return lambda value, bound: not isinstance(value, kinds) or isinstance(value, bool) or test(value, bound)


def _ordered(test: Limit) -> Limit:
    """Numbers by value; dates and times, whose bounds are texts, by the moment."""

    def kept(value: Any, bound: Any) -> bool:
        if isinstance(bound, str):
            when, edge = moment(value) if isinstance(value, str | date | time) else None, moment(bound)
            return when is None or edge is None or test(when, edge)
        if isinstance(value, Decimal) and isinstance(bound, float):
            bound = Decimal(str(bound))  # as it is written: 0.1 is not below 0.1, though in binary it is
        return not isinstance(value, _NUMBERS) or isinstance(value, bool) or test(value, bound)

    return kept


_NUMBERS = (int, float, Decimal)


#: Powers of ten that a number is looked at digit by digit over: a fraction of a billion of them would take all memory.
_WIDEST = 5_000


def _multiple(value: Any, bound: Any) -> bool:
    """By the digits as they are written: 0.07 is a multiple of 0.01, though not in binary."""
    number = _exact(value)
    return number is not None and number % Fraction(str(bound) if isinstance(bound, float) else bound) == 0


def _exact(value: float | Decimal) -> Fraction | None:
    """None of what is not finite or too wide."""
    if isinstance(value, int):
        return Fraction(value)  # not by its text, which Python does not write beyond 4,300 digits
    number = Decimal(str(value))
    return Fraction(number) if number.is_finite() and _width(number) <= _WIDEST else None


def _width(number: Decimal) -> int:
    """Powers of ten between the point and the digit that is farthest from it."""
    _, figures, exponent = number.as_tuple()
    return max(abs(int(exponent)), abs(int(exponent) + len(figures)))


def _distinct(value: Any, wanted: Any) -> bool:
    return not wanted or len({frozen(one) for one in value}) == len(value)


def _precise(value: Any, bound: Any) -> bool:
    digits, scale = bound
    number = Decimal(value if isinstance(value, int) else str(value))
    if not number.is_finite():
        return False
    _, figures, exponent = number.as_tuple()
    significant = len("".join(map(str, figures)).rstrip("0"))  # `normalize` would round to 28 digits
    if not significant:
        return True
    behind = max(-int(exponent) - (len(figures) - significant), 0)
    before = max(len(figures) + int(exponent), 0)
    return bool(behind <= scale and before <= digits - scale)


LIMITS: Mapping[str, Limit] = {
    "minimum": _ordered(lambda value, bound: value >= bound),
    "maximum": _ordered(lambda value, bound: value <= bound),
    "exclusiveMinimum": _ordered(lambda value, bound: value > bound),
    "exclusiveMaximum": _ordered(lambda value, bound: value < bound),
    "multipleOf": _of(_NUMBERS, _multiple),
    "minLength": _of((str, bytes), lambda value, bound: len(value) >= bound),
    "maxLength": _of((str, bytes), lambda value, bound: len(value) <= bound),
    "pattern": _of((str,), lambda value, bound: linear(bound).search(value) is not None),
    "minItems": _of((list, tuple), lambda value, bound: len(value) >= bound),
    "maxItems": _of((list, tuple), lambda value, bound: len(value) <= bound),
    "uniqueItems": _of((list, tuple), _distinct),
    "minProperties": _of((dict,), lambda value, bound: len(value) >= bound),
    "maxProperties": _of((dict,), lambda value, bound: len(value) <= bound),
    "precision": _of((*_NUMBERS, str), _precise),
}
