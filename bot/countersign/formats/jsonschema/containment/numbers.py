"""Numbers: is there one between these limits, a multiple of these and not of those, that is none of those?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import chain, count, takewhile
from math import ceil, floor, gcd, lcm

from countersign.formats.jsonschema.containment.budget import Budget, Exhausted
from countersign.formats.jsonschema.containment.formula import Literal, Multiple, Range, exact, kind_of
from countersign.formats.jsonschema.containment.outcome import NOTHING, Outcome, Some

#: Digits of a number that is looked at closely.
_MAX_BITS = 4000


def find_number(atoms: Collection[Literal], excluded: Collection[object], budget: Budget) -> Outcome:
    """A number that fulfils the atoms (`Range`, where it is to hold; `Multiple`). Raises `Exhausted`."""
    interval = _Interval()
    grid: Fraction | None = None
    off: list[Fraction] = []
    for literal in atoms:
        if isinstance(literal.formula, Range):
            interval.cut(literal.formula)
        elif isinstance(literal.formula, Multiple) and literal.holds:
            grid = literal.formula.of if grid is None else _common(grid, literal.formula.of)
        elif isinstance(literal.formula, Multiple):
            off.append(literal.formula.of)
    if any(limit is not None and limit.numerator.bit_length() > _MAX_BITS for limit in (interval.lo, interval.hi, grid)):
        raise Exhausted("it has numbers of thousands of digits")
    taken = {exact(value) for value in excluded if kind_of(value) == "number"}  # type: ignore[arg-type]  # of this kind it is a number
    candidates = interval.points(len(taken), off) if grid is None else interval.on_grid(grid, len(taken), off)
    for number in candidates:
        budget.spend()
        if number not in taken and all((number / step).denominator != 1 for step in off):
            return Some(_written(number))
    return NOTHING


class _Interval:
    def __init__(self) -> None:
        self.lo: Fraction | None = None
        self.hi: Fraction | None = None
        self.lo_open = self.hi_open = False

    def cut(self, other: Range) -> None:
        if other.lo is not None and (self.lo is None or (other.lo, other.lo_open) > (self.lo, self.lo_open)):
            self.lo, self.lo_open = other.lo, other.lo_open
        if other.hi is not None and (self.hi is None or (other.hi, not other.hi_open) < (self.hi, not self.hi_open)):
            self.hi, self.hi_open = other.hi, other.hi_open

    def holds(self, number: Fraction) -> bool:
        below = self.lo is not None and (number < self.lo or (self.lo_open and number == self.lo))
        above = self.hi is not None and (number > self.hi or (self.hi_open and number == self.hi))
        return not below and not above

    def points(self, taken: int, off: list[Fraction]) -> Iterator[Fraction]:
        """Numbers inside, the plainest first; all of them, or more than can be excluded or be multiples of what they must not be."""
        if self.lo is not None and self.hi is not None and self.lo >= self.hi:
            yield from (point for point in (self.lo,) if self.holds(point) and self.lo == self.hi)
            return
        whole = chain((Fraction(0),), *((Fraction(sign * size) for sign in (1, -1)) for size in range(1, 4)))
        yield from (point for point in whole if self.holds(point))
        if self.lo is None or self.hi is None:
            edge, sign = (self.lo, 1) if self.lo is not None else (self.hi, -1) if self.hi is not None else (Fraction(0), 1)
            assert edge is not None, "one limit is there, or nought"
            begin = Fraction(floor(edge) if sign > 0 else ceil(edge))
            yield from (point for point in (begin + sign * step for step in range(taken + 3)) if self.holds(point))
            low, high = (edge, edge + 1) if sign > 0 else (edge - 1, edge)
        else:
            low, high = self.lo, self.hi
        # A finer and finer comb: what must not be lies apart, so some tooth is free once the comb is fine enough.
        for fineness in count(1):
            yield from (low + (high - low) * Fraction(tooth, 2**fineness) for tooth in range(1, 2**fineness, 2))
            if 2**fineness > 4 * (taken + 1) and not off:
                return

    def on_grid(self, grid: Fraction, taken: int, off: list[Fraction]) -> Iterator[Fraction]:
        """Multiples of ``grid`` inside, nearest to nought first: all, or as many as a whole round of what they must not be and more."""
        low = None if self.lo is None else ceil(self.lo / grid)
        high = None if self.hi is None else floor(self.hi / grid)
        if low is not None and low * grid == self.lo and self.lo_open:
            low += 1
        if high is not None and high * grid == self.hi and self.hi_open:
            high -= 1
        if low is not None and high is not None and low > high:
            return
        period = 1
        for step in off:
            period = lcm(period, (step / grid).numerator)
        far = period * (taken + 2)
        begin = max(low, 0) if low is not None else 0
        begin = min(begin, high) if high is not None else begin
        up = takewhile(lambda at: (high is None or at <= high) and at <= begin + far, count(begin))
        down = takewhile(lambda at: (low is None or at >= low) and at >= begin - far, count(begin - 1, -1))
        yield from (at * grid for at in chain(up, down))


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The smallest number that is a multiple of both."""
    return Fraction(lcm(one.numerator, other.numerator), gcd(one.denominator, other.denominator))


def _written(number: Fraction) -> object:
    """As JSON has it. A number that no JSON text writes exactly is given as the nearest, which the caller checks."""
    return number.numerator if number.denominator == 1 else float(number)
