"""Arrays: what is said of elements by their position, how many there must be, how many of one sort, and whether two may be equal."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any as Anything

from countersign.formats.jsonschema.containment.formula import (
    Count,
    Elements,
    Formula,
    Goal,
    Literal,
    Size,
    Unique,
    brief,
    key_of,
    values,
)
from countersign.formats.jsonschema.containment.outcome import BELIEVED, NOTHING, Finder, Nothing, Outcome, Some, Unknown

#: Elements of an example, and positions that are told apart.
MAX_ELEMENTS = 300
#: Elements of one sort that are looked for one by one.
MAX_COUNT = 12
#: Elements that are given a position one after the other, each inside the choice of those before.
MAX_PLACED = 40


def find_array(atoms: Collection[Literal], excluded: Collection[object], search: Finder) -> Outcome:
    """An array that fulfils the atoms (`Elements`; `Unique`; `Size` and `Count`, where they are to hold). Raises `Exhausted`."""
    return _Arrays(atoms, excluded, search).find()


class _Arrays:
    def __init__(self, atoms: Collection[Literal], excluded: Collection[object], search: Finder) -> None:
        self._search = search
        self._excluded = {key_of(value) for value in excluded}
        self._lo = 0
        self._hi: int | None = None
        self._every: list[tuple[int, int | None, Literal]] = []
        self._somewhere: list[tuple[int, int | None, Literal, int]] = []  # start, stop, what is wanted, which sort (0: none)
        self._at_most: list[Literal] = []  # what an element is not, if it can be helped
        self._unique: bool | None = None
        self._unsure: Unknown | None = None
        self._shown = True
        search.budget.spend(len(atoms))
        counts: dict[Formula, Count] = {}
        inner: dict[Formula, bool] = {}
        for literal in sorted(atoms, key=lambda one: brief(one.formula)):
            formula = literal.formula
            if isinstance(formula, Size):
                self._lo = max(self._lo, formula.lo)
                self._hi = _lesser(self._hi, formula.hi)
            elif isinstance(formula, Elements) and literal.holds:
                self._every.append((formula.start, formula.stop, Literal(literal.inner, True, formula.value)))
            elif isinstance(formula, Elements):
                self._somewhere.append((formula.start, formula.stop, Literal(literal.inner, False, formula.value), 0))
            elif isinstance(formula, Count):
                known = counts.get(formula.value, Count(formula.value, 0, None))
                counts[formula.value] = Count(formula.value, max(known.lo, formula.lo), _lesser(known.hi, formula.hi))
                inner[formula.value] = literal.inner
            elif isinstance(formula, Unique):
                self._unique = literal.holds
        self._impossible = any(count.hi is not None and count.lo > count.hi for count in counts.values())
        for sort, (value, count) in enumerate(counts.items(), 1):
            self._count(sort, inner[value], count)
        ranges = [(start, stop) for start, stop, _ in self._every] + [(start, stop) for start, stop, _, _ in self._somewhere]
        borders = [border for start, stop in ranges for border in (start, stop) if border is not None]
        #: From here on all positions are alike.
        self._tail = max(borders, default=0)

    def _count(self, sort: int, inner: bool, count: Count) -> None:
        if count.lo > MAX_COUNT:
            self._unsure = Unknown("`minContains` is large")
        for _ in range(min(count.lo, MAX_COUNT)):
            self._somewhere.append((0, None, Literal(inner, True, count.value), sort))
        if count.hi == 0:
            self._every.append((0, None, Literal(inner, False, count.value)))
        elif count.hi is not None:
            self._at_most.append(Literal(inner, False, count.value))

    def find(self) -> Outcome:
        if self._impossible or (self._hi is not None and self._lo > self._hi):
            return NOTHING
        if self._tail > MAX_ELEMENTS or len(self._somewhere) > MAX_PLACED:
            return Unknown("very many elements are told apart")
        if self._unique is not False:
            return self._place({}, 0, None)
        outcome: Outcome = NOTHING
        for twins in ((one, other) for other in range(1, self._tail + 2) for one in range(other)):
            goal = self._goal(twins[0]) | self._goal(twins[1])
            if (self._hi is None or twins[1] < self._hi) and not isinstance(self._search.find(goal), Nothing):
                found = self._place({twins[0]: frozenset(), twins[1]: frozenset()}, 0, twins)
                if isinstance(found, Some):
                    return found
                outcome = found if isinstance(found, Unknown) else outcome
        return outcome

    def _goal(self, index: int, wanted: Goal = frozenset()) -> Goal:
        return wanted | {said for start, stop, said in self._every if start <= index and (stop is None or index < stop)}

    def _place(self, placed: dict[int, Goal], done: int, twins: tuple[int, int] | None) -> Outcome:
        """Give each thing that some element must be a position. placed: position -> what is wanted there."""
        self._search.budget.spend()
        if done == len(self._somewhere):
            return self._build(placed, twins)
        start, stop, wanted, sort = self._somewhere[done]
        taken = {index for index, goal in placed.items() if sort and wanted in goal}
        last = max((*placed, self._tail - 1, start - 1))
        positions = [index for index in range(start, last + 1) if (stop is None or index < stop) and index not in taken]
        if stop is None or last + 1 < stop:
            positions.append(last + 1)
        outcome: Outcome = NOTHING
        for index in positions:
            goal = placed.get(index, frozenset()) | {wanted}
            if (self._hi is not None and index >= self._hi) or isinstance(self._search.find(self._goal(index, goal)), Nothing):
                continue
            found = self._place({**placed, index: goal}, done + 1, twins)
            if isinstance(found, Some):
                return found
            outcome = found if isinstance(found, Unknown) else outcome
        return outcome

    def _build(self, placed: dict[int, Goal], twins: tuple[int, int] | None) -> Outcome:
        needed = max((self._lo, *(index + 1 for index in placed)))
        if self._hi is not None and needed > self._hi:
            return NOTHING
        if needed > MAX_ELEMENTS:
            return self._very_long(placed)
        built: list[Anything] = []
        unsure, shown = self._unsure, True
        for index in range(needed):
            goal = self._goal(index, placed.get(index, frozenset()))
            if twins and index in twins:
                other = twins[0] + twins[1] - index
                goal |= self._goal(other, placed.get(other, frozenset()))
            outcome = self._element(goal, built, plain=index not in placed)
            if isinstance(outcome, Nothing):
                return NOTHING
            if isinstance(outcome, Unknown):
                unsure = unsure or outcome
            built.append(outcome.value if isinstance(outcome, Some) else None)
            shown = shown and isinstance(outcome, Some) and outcome.shown
        if unsure is not None:
            return unsure
        if key_of(built) in self._excluded:
            return self._another(built, placed)
        return Some(built, shown)

    def _element(self, goal: Goal, built: list[Anything], *, plain: bool) -> Outcome:
        """A value for the next position. plain: it need not be of a sort of which there may be only so many."""
        if self._unique and built:
            outcome = self._element_of(goal | {Literal(False, False, values(built))}, plain=plain)
            if isinstance(outcome, Nothing) and any(self._goal(index) != goal for index in range(len(built))):
                return Unknown("elements that must all differ")  # another choice before might leave one
            return outcome
        return self._element_of(goal, plain=plain)

    def _element_of(self, goal: Goal, *, plain: bool) -> Outcome:
        if plain and self._at_most:
            outcome = self._search.find(goal | set(self._at_most))
            if isinstance(outcome, Some):
                return outcome
        return self._search.find(goal)

    def _very_long(self, placed: dict[int, Goal]) -> Outcome:
        """An array that is too long to be written down. There is one if each position can be filled."""
        outcomes = [self._search.find(self._goal(index, placed.get(index, frozenset()))) for index in range(self._tail + 1)]
        if any(isinstance(outcome, Nothing) for outcome in outcomes):
            return NOTHING
        plain = not (self._unique or self._at_most or self._unsure or self._somewhere)
        return BELIEVED if plain and all(isinstance(one, Some) for one in outcomes) else Unknown("an array with very many elements")

    def _another(self, built: list[Anything], placed: dict[int, Goal]) -> Outcome:
        """An array that is not excluded, by elements more."""
        longer = list(built)
        for _ in range(len(self._excluded) + 1):
            if self._hi is not None and len(longer) >= self._hi:
                break
            outcome = self._element(self._goal(len(longer)), longer, plain=True)
            if not isinstance(outcome, Some) or not outcome.shown:
                break
            longer.append(outcome.value)
            if key_of(longer) not in self._excluded:
                return Some(longer)
        for index, value in enumerate(built):
            seen = [value, *(built if self._unique else ())]
            for _ in range(len(self._excluded) + 1):
                goal = self._goal(index, placed.get(index, frozenset()))
                outcome = self._search.find(goal | {Literal(False, False, values(seen))})
                if not isinstance(outcome, Some) or not outcome.shown:
                    break
                other = [*built[:index], outcome.value, *built[index + 1 :]]
                if key_of(other) not in self._excluded:
                    return Some(other)
                seen.append(outcome.value)
        return Unknown("arrays that are listed one by one")


def _lesser(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
