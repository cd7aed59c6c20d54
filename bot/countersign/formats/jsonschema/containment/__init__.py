"""Does every value that one JSON Schema allows fulfil another as well? Yes, proved; no, with an example; or not decided, with the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from countersign.formats.jsonschema.containment.budget import STEPS, Budget, Exhausted
from countersign.formats.jsonschema.containment.evaluation import fulfils
from countersign.formats.jsonschema.containment.formula import Formula, Literal, Said
from countersign.formats.jsonschema.containment.outcome import Nothing, Unknown
from countersign.formats.jsonschema.containment.schemas import Schemas
from countersign.formats.jsonschema.containment.search import Search

__all__ = ["STEPS", "Answer", "Budget", "Formula", "Said", "Schemas", "contained"]


@dataclass(frozen=True, slots=True)
class Answer:
    """yes: every value of the one fulfils the other; None if that is not decided. why, pointer: what stood in the way then.

    example: with a no, a value of the one that does not fulfil the other, alone in a tuple; () if there is one by what the words mean, but
    none could be written down.
    """

    yes: bool | None
    example: tuple[Any, ...] = ()
    why: str = ""
    pointer: str = ""


def contained(inner: Formula, outer: Formula, *, lenient: bool = False, budget: Budget | None = None) -> Answer:
    """Whether every value that fulfils ``inner`` fulfils ``outer``.

    lenient: members that ``inner`` does not declare and ``outer`` does are taken to be absent. A yes holds whether formats are enforced or
    not; a no counts them as enforced. budget: of several questions together; each gets no more than `STEPS` of it.
    """
    steps = Budget(STEPS if budget is None else min(STEPS, budget.left))
    answer = _answer(inner, outer, steps, lenient=lenient)
    if budget is not None:
        budget.left -= max(0, min(STEPS, budget.left) - max(0, steps.left))
    return answer


def _answer(inner: Formula, outer: Formula, budget: Budget, *, lenient: bool) -> Answer:
    goal = frozenset({Literal(True, True, inner), Literal(False, False, outer)})
    try:
        outcome = Search(budget, lenient=lenient).find(goal)
        if isinstance(outcome, Nothing):
            return Answer(True)
        if isinstance(outcome, Unknown):
            return Answer(None, why=outcome.why, pointer=outcome.pointer)
        if not outcome.shown:
            return Answer(False)
        if fulfils(outcome.value, goal, Budget()):
            return Answer(False, (outcome.value,))
        return Answer(None, why="an example that was found cannot be confirmed")
    except Exhausted as stop:
        return Answer(None, why=stop.why)
