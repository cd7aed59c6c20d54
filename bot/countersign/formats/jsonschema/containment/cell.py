"""A goal for one kind of value, taken apart: the atoms that must hold, and the choices that are left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from countersign.formats.jsonschema.containment.budget import Budget
from countersign.formats.jsonschema.containment.formula import (
    All,
    Any,
    Count,
    Formula,
    Kind,
    Literal,
    Multiple,
    No,
    Range,
    Schema,
    Size,
    Values,
    kind_of,
    kind_spoken_of,
)

Way = tuple[Literal, ...]


@dataclass
class Cell:
    """kind: of value. atoms: all must hold. choices: of each, one way. seen: (holds, formula) of all that has been taken in."""

    kind: str
    atoms: frozenset[Literal] = frozenset()
    choices: list[Way] = field(default_factory=list)
    seen: set[tuple[bool, Formula]] = field(default_factory=set)

    def with_more(self, literals: Iterable[Literal], budget: Budget) -> Cell | None:
        """A cell in which these hold too; None if that contradicts itself."""
        budget.spend(1 + len(self.seen) // 32)
        other = Cell(self.kind, self.atoms, list(self.choices), set(self.seen))
        return other if other._take(list(literals), budget) and other._settle(budget) else None

    def _take(self, waiting: list[Literal], budget: Budget) -> bool:
        atoms = set()
        while waiting:
            literal = waiting.pop()
            budget.spend()
            said = (literal.holds, literal.formula)
            if said in self.seen:
                continue
            if (not literal.holds, literal.formula) in self.seen:
                return False
            self.seen.add(said)
            match literal.formula:
                case Schema():
                    waiting.append(literal._replace(formula=literal.formula.read()))
                case No(inner):
                    waiting.append(Literal(literal.inner, not literal.holds, inner))
                case All(parts) | Any(parts):
                    each = [Literal(literal.inner, literal.holds, part) for part in parts]
                    if isinstance(literal.formula, All) == literal.holds:
                        waiting += each
                    else:
                        self.choices.append(tuple(each))
                case _:
                    simple = self._atom(literal)
                    if simple is False:
                        return False
                    if simple == literal:
                        atoms.add(literal)
                    elif isinstance(simple, Literal):
                        waiting.append(simple)
                    elif simple is not True:
                        self.choices.append(simple)
        self.atoms |= atoms
        return True

    def _atom(self, literal: Literal) -> bool | Literal | Way:
        """What an atom comes to for values of this kind: always or never true, another atom, or one of several."""
        formula = literal.formula
        if isinstance(formula, Kind):
            if self.kind == "number" and "number" not in formula.words and "integer" in formula.words:
                return Literal(literal.inner, literal.holds, Multiple(Fraction(1)))
            return (self.kind in formula.words) == literal.holds
        if isinstance(formula, Values):
            if any(kind_of(value) == self.kind for value in formula.values):
                return literal
            return not literal.holds
        spoken = kind_spoken_of(formula)
        if spoken and spoken != self.kind:
            return literal.holds
        return literal if literal.holds else self._refused(literal)

    @staticmethod
    def _refused(literal: Literal) -> bool | Literal | Way:
        """An atom with two ends that must not hold: below the one end or above the other."""
        formula = literal.formula
        others: list[Formula] = []
        if isinstance(formula, Range):
            others += [Range(hi=formula.lo, hi_open=not formula.lo_open)] if formula.lo is not None else []
            others += [Range(lo=formula.hi, lo_open=not formula.hi_open)] if formula.hi is not None else []
        elif isinstance(formula, Size):
            others += [Size(formula.kind, 0, formula.lo - 1)] if formula.lo else []
            others += [Size(formula.kind, formula.hi + 1, None)] if formula.hi is not None else []
        elif isinstance(formula, Count):
            others += [Count(formula.value, 0, formula.lo - 1)] if formula.lo else []
            others += [Count(formula.value, formula.hi + 1, None)] if formula.hi is not None else []
        else:
            return literal
        ways = tuple(Literal(literal.inner, True, other) for other in others)
        return ways[0] if len(ways) == 1 else ways or False

    def _settle(self, budget: Budget) -> bool:
        """Leave out the ways that are contradicted, and take what has but one way. False if a choice has none."""
        again = True
        while again:
            again = False
            left: list[Way] = []
            for choice in self.choices:
                known = [(literal, self._known(literal)) for literal in choice]
                budget.spend(sum(_size(literal.formula) for literal in choice))
                open_ways = tuple(literal for literal, answer in known if answer is None)
                if any(answer for _, answer in known):
                    continue
                if not open_ways:
                    return False
                if len(open_ways) > 1:
                    left.append(open_ways)
                    continue
                self.choices = []
                if not self._take([open_ways[0]], budget):
                    return False
                left += self.choices
                again = True
            self.choices = left
        return True

    def _known(self, literal: Literal) -> bool | None:
        """Whether a literal is already said, or contradicted, as far as that is seen without work."""
        if (literal.holds, literal.formula) in self.seen:
            return True
        if (not literal.holds, literal.formula) in self.seen:
            return False
        if isinstance(literal.formula, Schema):
            return None
        if isinstance(literal.formula, No):
            return self._known(Literal(literal.inner, not literal.holds, literal.formula.formula))
        if isinstance(literal.formula, All | Any):
            return self._known_parts(literal)
        simple = self._atom(literal)
        return simple if isinstance(simple, bool) else None

    def _known_parts(self, literal: Literal) -> bool | None:
        assert isinstance(literal.formula, All | Any), "the caller has looked"
        answers = [self._known(Literal(literal.inner, literal.holds, part)) for part in literal.formula.parts]
        every = isinstance(literal.formula, All) == literal.holds
        if any(answer is (not every) for answer in answers):
            return not every
        return every if all(answer is every for answer in answers) else None


def _size(formula: Formula) -> int:
    return 1 + len(formula.parts) // 4 if isinstance(formula, All | Any) else 1
