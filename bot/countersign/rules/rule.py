"""What a rule is, and the two judgements that most rules share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from countersign.model.change import Aspect, Change, Direction, Relation
from countersign.model.finding import Level, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a rule says about one change.

    before, after: only what the rule reads, normalised; they go into the finding's fingerprint (GATE §4).
    notes: facts for people (dates, versions), never in the fingerprint.
    """

    level: Level
    before: str | None = None
    after: str | None = None
    notes: tuple[tuple[str, str], ...] = ()


Check = Callable[[Change, Direction], Judgement | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An id, one small function, a public page.

    level: the strictest level it raises of itself; a policy may raise it further. aspects: of the changes that it looks at.
    check: None where a change is not for this rule, or (the whole check) where no diff makes the finding: then `report` raises it.
    doc: Markdown; the first line says in one sentence what the rule catches.
    """

    id: str
    level: Level
    question: Question
    doc: str
    aspects: frozenset[Aspect] = frozenset()
    check: Check | None = None

    @property
    def summary(self) -> str:
        return self.doc.partition("\n")[0]


def rule(name: str, level: Level, question: Question, *aspects: Aspect) -> Callable[[Check], Rule]:
    """Make a rule of a function: its docstring becomes the rule's page."""

    def make(check: Check) -> Rule:
        return Rule(id=name, level=level, question=question, doc=inspect.getdoc(check) or "", aspects=frozenset(aspects), check=check)

    return make


def reported(name: str, level: Level, question: Question, doc: str) -> Rule:
    """A rule whose findings no diff makes: a service sees the fact and raises it with `report`."""
    return Rule(id=name, level=level, question=question, doc=inspect.cleandoc(doc))


def compatibility(change: Change, direction: Direction) -> Judgement:
    """GATE §2: breaking if the relation breaks those whom the contract protects; undecided if no relation could be told."""
    if change.relation is None or change.relation is Relation.UNDECIDED:
        level = Level.UNDECIDED
    elif direction.broken_by(change.relation):
        level = Level.BREAKING
    else:
        level = Level.SAFE
    return Judgement(level=level, before=change.before, after=change.after)


def meaning(change: Change) -> Judgement:
    """GATE §3, semantic: same shape, other meaning. Said for the first time, it contradicts nothing: readers are told."""
    return Judgement(level=Level.NOTICE if change.before is None else Level.SEMANTIC, before=change.before, after=change.after)
