"""Is there a value that fulfils a goal? The question of containment: A lies in B if nothing fulfils A and not B.

A tableau. For one kind of value after the other the goal is taken apart into atoms; where it says "or", the ways are tried, those that are
already contradicted left out. What is left are atoms about one kind of value, and for these there is a theory for each kind.

A goal that comes up again inside itself is answered with `NOTHING`: of the values that fulfil it a smallest one contains no other, so if
there is one it is found without that way. (This is why recursive schemas may be compared by assuming what is being shown.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from math import inf
from typing import Any as Anything
from typing import TypeVar

from countersign.formats.jsonschema.containment.arrays import find_array
from countersign.formats.jsonschema.containment.budget import Budget
from countersign.formats.jsonschema.containment.cell import Cell, Way
from countersign.formats.jsonschema.containment.declared import undeclared
from countersign.formats.jsonschema.containment.evaluation import fulfils
from countersign.formats.jsonschema.containment.formula import KINDS, Goal, Literal, Named, Opaque, Values, brief, key_of, kind_of
from countersign.formats.jsonschema.containment.numbers import find_number
from countersign.formats.jsonschema.containment.objects import Members, find_object
from countersign.formats.jsonschema.containment.outcome import NOTHING, Nothing, Outcome, Some, Unknown
from countersign.formats.jsonschema.containment.strings import find_text

#: Goals and choices inside one another. Each takes a few frames of Python's stack.
MAX_DEPTH = 70
#: Choices of which the narrowest is looked for.
LOOK_AHEAD = 8
#: Ways of a choice that are all looked at before one is tried.
WIDEST_SEEN = 12
_Key = TypeVar("_Key")


class Search:
    """One question. lenient: see `declared`."""

    def __init__(self, budget: Budget, *, lenient: bool) -> None:
        self.budget = budget
        self._lenient = lenient
        self._depth = 0
        self._open: dict[Goal, int] = {}
        self._lowest: float = inf  # the outermost open goal on which an answer of `NOTHING` has rested
        self._goals: dict[Goal, Outcome] = {}
        self._atoms: dict[tuple[str, frozenset[Literal]], Outcome] = {}

    def find(self, goal: Goal) -> Outcome:
        """A value that fulfils the goal. Raises `Exhausted`."""
        self.budget.spend()
        if goal in self._goals:
            return self._goals[goal]
        if goal in self._open:
            self._lowest = min(self._lowest, self._open[goal])
            return NOTHING
        if self._depth >= MAX_DEPTH:
            return Unknown("it is nested too deeply")
        self._open[goal] = len(self._open)
        outcome = self._kept(self._goals, goal, lambda: self._of_any_kind(goal), len(self._open) - 1)
        del self._open[goal]
        return outcome

    def _kept(self, known: dict[_Key, Outcome], key: _Key, work: Callable[[], Outcome], own: float) -> Outcome:
        """Do the work, and keep its answer unless that rests on a goal that is still open. own: the position of the goal itself."""
        before, self._lowest = self._lowest, inf
        self._depth += 1
        outcome = work()
        self._depth -= 1
        if self._lowest >= own or isinstance(outcome, Some):
            known[key] = outcome
            self._lowest = inf
        self._lowest = min(before, self._lowest)
        return outcome

    def _of_any_kind(self, goal: Goal) -> Outcome:
        best: Outcome = NOTHING
        for kind in KINDS:
            extra = undeclared(goal, self.budget) if self._lenient and kind == "object" else []
            cell = Cell(kind).with_more([*sorted(goal, key=_order), *extra], self.budget)
            outcome = self._solve(cell) if cell is not None else NOTHING
            if isinstance(outcome, Some) and outcome.shown:
                return outcome
            best = _better(best, outcome)
        return best

    def _solve(self, cell: Cell) -> Outcome:
        """Try the ways of a cell's choices, narrowest first."""
        listed = next((literal.formula for literal in cell.atoms if literal.holds and isinstance(literal.formula, Values)), None)
        if listed is not None:
            return self._among([value for value in listed.values if kind_of(value) == cell.kind], cell)
        outcome = self._theory(cell)
        if isinstance(outcome, Nothing) or not cell.choices:
            return outcome
        if isinstance(outcome, Some) and outcome.shown and self._fits(outcome.value, cell):
            return outcome
        if self._depth >= MAX_DEPTH:
            return Unknown("it offers too many choices")
        best: Outcome = NOTHING
        for way in self._ways(cell):
            self._depth += 1
            found = self._solve(way)
            self._depth -= 1
            if isinstance(found, Some) and found.shown:
                return found
            best = _better(best, found)
        return best

    def _ways(self, cell: Cell) -> Iterable[Cell]:
        """The ways of one choice: of the one that has fewest, as far as is seen at once."""
        choices = sorted(cell.choices, key=len)
        near = [choice for choice in choices if len(choice) <= WIDEST_SEEN][:LOOK_AHEAD]
        if len(choices) == 1 or not near:
            own = [choice for choice in choices if choice[0].inner]
            return self._ways_of((own or choices)[0], cell)
        best: list[Cell] | None = None
        for choice in near:
            ways = [way for way in self._ways_of(choice, cell) if not isinstance(self._theory(way), Nothing)]
            if best is None or len(ways) < len(best):
                best = ways
            if len(best) < 2:
                break
        return best or []

    def _ways_of(self, choice: Way, cell: Cell) -> Iterator[Cell]:
        rest = Cell(cell.kind, cell.atoms, [one for one in cell.choices if one is not choice], cell.seen)
        members = Members(cell.atoms) if cell.kind == "object" and len(choice) > WIDEST_SEEN else None
        for literal in choice:
            goal = members.goal(literal, self.budget) if members is not None else None
            if goal is not None and isinstance(self.find(goal), Nothing):
                continue  # the member alone says so, without a look at all the others
            way = rest.with_more([literal], self.budget)
            if way is not None:
                yield way

    def _fits(self, value: Anything, cell: Cell) -> bool:
        """Whether a value that fulfils the atoms happens to fulfil a way of each choice too."""
        return all(any(fulfils(value, frozenset({literal}), self.budget) for literal in choice) for choice in cell.choices)

    def _among(self, values: list[Anything], cell: Cell) -> Outcome:
        """Where the values are listed, each is tried."""
        best: Outcome = NOTHING
        for value in values:
            answers = [fulfils(value, cell.atoms, self.budget)]
            answers += [_one_of([fulfils(value, frozenset({way}), self.budget) for way in choice]) for choice in cell.choices]
            if False not in answers:
                if None not in answers:
                    return Some(value)
                best = _better(best, self._dark(cell.atoms) or self._listed(value, cell))
        return best

    def _listed(self, value: Anything, cell: Cell) -> Outcome:
        """A listed value of which it cannot be told whether it fits. Of a format that nobody knows it is taken to be."""
        unsure = [one for one in cell.atoms if fulfils(value, frozenset({one}), self.budget) is None]
        by_name = all(isinstance(one.formula, Named) and one.holds for one in unsure) and not cell.choices
        return Some(value, shown=False) if unsure and by_name else Unknown("a listed value")

    def _theory(self, cell: Cell) -> Outcome:
        key = (cell.kind, cell.atoms)
        if key in self._atoms:
            return self._atoms[key]
        return self._kept(self._atoms, key, lambda: self._decide(cell.kind, cell.atoms), inf)

    def _decide(self, kind: str, atoms: frozenset[Literal]) -> Outcome:
        excluded = [value for one in atoms if isinstance(one.formula, Values) for value in one.formula.values if kind_of(value) == kind]
        plain = [one for one in atoms if not isinstance(one.formula, Values | Opaque)]
        outcome = self._of_kind(kind, plain, excluded)
        return self._dark(atoms) or outcome if isinstance(outcome, Some) else outcome

    def _of_kind(self, kind: str, atoms: Collection[Literal], excluded: list[Anything]) -> Outcome:
        if kind == "string":
            return find_text(atoms, set(excluded), self.budget)
        if kind == "number":
            return find_number(atoms, excluded, self.budget)
        if kind == "object":
            return find_object(atoms, excluded, self)
        if kind == "array":
            return find_array(atoms, excluded, self)
        taken = {key_of(value) for value in excluded}
        left = [value for value in ((True, False) if kind == "boolean" else (None,)) if key_of(value) not in taken]
        return Some(left[0]) if left else NOTHING

    @staticmethod
    def _dark(atoms: Collection[Literal]) -> Unknown | None:
        """What of the atoms nobody here can decide."""
        opaque = next((literal.formula for literal in atoms if isinstance(literal.formula, Opaque)), None)
        return Unknown(f"`{opaque.keyword}`", opaque.pointer) if opaque is not None else None


def _better(one: Outcome, other: Outcome) -> Outcome:
    """Of two ways the one that says more for a value being there."""
    return max(one, other, key=lambda outcome: 2 if isinstance(outcome, Some) else 1 if isinstance(outcome, Unknown) else 0)


def _one_of(answers: list[bool | None]) -> bool | None:
    if True in answers:
        return True
    return None if None in answers else False


def _order(literal: Literal) -> tuple[bool, bool, str]:
    """An order that does not depend on hashes, so that the same example is found each time."""
    return literal.inner, literal.holds, brief(literal.formula)
