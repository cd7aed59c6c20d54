"""Proof by example: for a breaking finding one small value that one side allows and the other refuses, as an independent validator says.

The rules and relations of the engine are not asked. A candidate is made from what either side says at the place of the change, put into a
small record, and judged by a validator that reads the original documents; where a format has none for single values, by one that is given
the fields as a JSON Schema. No value, no proof: the finding stands as it is, and says that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from countersign.model.change import Direction
from countersign.model.finding import Finding, Level, Question
from countersign.model.witness import Side, Witness
from countersign.witness.avro import AvroSchemas
from countersign.witness.json_schema import JsonSchemas
from countersign.witness.referee import Documents, Referee
from countersign.witness.rows import Rows
from countersign.witness.search import search
from countersign.witness.trail import Trail, trail

__all__ = ["Documents", "prove"]

#: Characters of both documents beyond which no validator is made: it would take as long as the judgement itself.
LARGEST = 500_000


def _json_schemas(old: Documents, new: Documents, way: Trail, question: Question) -> Referee:
    return JsonSchemas(old, new)


def _avro(old: Documents, new: Documents, way: Trail, question: Question) -> Referee:
    return AvroSchemas(old, new)


def _rows(old: Documents, new: Documents, way: Trail, question: Question) -> Referee:
    """Whether a column is there at all is asked of a table, which has no others; what it holds, of what the contract says."""
    return Rows(way.old, way.new, closed=question is Question.EXISTENCE)


#: Format -> who makes its referee. The rows of a format that is not here are judged.
REFEREES: Mapping[str, Callable[[Documents, Documents, Trail, Question], Referee]] = {"avro": _avro, "jsonschema": _json_schemas}


def prove(findings: Iterable[Finding], old: Documents, new: Documents, direction: Direction, more: Callable[[], bool]) -> list[Finding]:
    """The findings; each breaking one with a witness, or with the note ``unproved`` if none was found. more: whether time is left."""
    search = _Search(old, new, direction, more)
    return [search.proved(one) if _sought(one) else one for one in findings]


def _sought(finding: Finding) -> bool:
    """Findings about values. That a whole dataset or contract is gone no value can show."""
    return finding.level is Level.BREAKING and finding.question in (Question.COMPATIBILITY, Question.EXISTENCE) and bool(finding.path)


class _Search:
    """Of one pair of contracts; referees are made once for each pair of datasets."""

    def __init__(self, old: Documents, new: Documents, direction: Direction, more: Callable[[], bool]) -> None:
        self._old, self._new, self._direction = old, new, direction
        self._more = more if len(old.source.text) + len(new.source.text) <= LARGEST else _never
        self._referees: dict[tuple[str, Question], Referee] = {}

    def proved(self, finding: Finding) -> Finding:
        way = trail(self._old.contract, self._new.contract, finding.path)
        if way is None:
            return finding
        try:
            witness = self._witness(finding, way)
        except Exception:  # validators fail on hostile schemas in ways of their own; the finding must not be lost by it
            witness = None
        if witness is not None:
            return replace(finding, witness=witness)
        return replace(finding, notes=(*finding.notes, ("unproved", "no value" if self._more() else "no time")))

    def _witness(self, finding: Finding, way: Trail) -> Witness | None:
        if not self._more():
            return None
        key = (way.old.name, finding.question)
        if key not in self._referees:
            make = REFEREES.get(self._old.contract.format, _rows)
            self._referees[key] = make(self._old, self._new, way, finding.question)
        found = (search(finding, way, self._referees[key], side, self._more) for side in _sides(finding, self._direction))
        return next(filter(None, found), None)


def _never() -> bool:
    return False


def _sides(finding: Finding, direction: Direction) -> tuple[Side, ...]:
    """Whose value is looked for first. Readers meet what only the new contract allows, old data is what only the old one allows. What is
    gone breaks in every direction (GATE §2)."""
    if finding.question is Question.EXISTENCE or direction is Direction.BOTH:
        return (Side.NEW, Side.OLD)
    return (Side.OLD,) if direction is Direction.HISTORY else (Side.NEW,)
