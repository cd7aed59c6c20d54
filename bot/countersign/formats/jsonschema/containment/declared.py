"""Open objects, read leniently: writers emit the members that they declare.

A member that the inner schema does not declare, and that the outer one does, is taken to be absent: so an optional member may come and go
in an open object. A member that neither declares may be there as ever: so closing an object still narrows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from countersign.formats.jsonschema.containment.budget import Budget
from countersign.formats.jsonschema.containment.evaluation import holds
from countersign.formats.jsonschema.containment.formula import (
    FALSE,
    TRUE,
    All,
    Any,
    Every,
    Formula,
    Goal,
    Has,
    Literal,
    No,
    Schema,
    brief,
    named,
    only_text,
)


@dataclass
class _Declared:
    """names, keys: of the members that are listed. rest: all others are described too."""

    names: set[str] = field(default_factory=set)
    keys: set[Formula] = field(default_factory=set)
    rest: bool = False


def undeclared(goal: Goal, budget: Budget) -> list[Literal]:
    """What an object of the goal fulfils besides, if its writer emits what is declared."""
    mine = _declared((literal.formula for literal in goal if literal.inner), budget)
    theirs = _declared((literal.formula for literal in goal if not literal.inner), budget)
    if mine.rest or not any(literal.inner for literal in goal):
        return []
    names = sorted(name for name in theirs.names - mine.names if not any(holds(key, name, budget) is not False for key in mine.keys))
    found = [Literal(True, True, Every(named(name), FALSE)) for name in names]
    for key in theirs.keys - mine.keys:
        others = (*(No(named(name)) for name in sorted(mine.names)), *(No(one) for one in sorted(mine.keys, key=brief)))
        found.append(Literal(True, True, Every(All((key, *others)), FALSE)))
    return found


def _declared(formulas: Iterable[Formula], budget: Budget) -> _Declared:
    found, seen = _Declared(), set()
    waiting = list(formulas)
    while waiting:
        formula = waiting.pop()
        budget.spend()
        if formula in seen:
            continue
        seen.add(formula)
        if isinstance(formula, Schema):
            waiting.append(formula.read())
        elif isinstance(formula, No):
            waiting.append(formula.formula)
        elif isinstance(formula, All | Any):
            waiting += formula.parts
        elif isinstance(formula, Has):
            found.names.add(formula.name)
        elif isinstance(formula, Every):
            _note(formula, found)
    return found


def _note(formula: Every, found: _Declared) -> None:
    name = only_text(formula.key)
    if name is not None:
        found.names.add(name)
    elif formula.declares:
        found.keys.add(formula.key)
    elif formula.value not in (TRUE, FALSE):
        found.rest = True
