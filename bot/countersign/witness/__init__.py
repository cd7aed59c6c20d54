"""Proof by example: for a breaking finding one small value that one side allows and the other refuses, as an independent validator says.

The rules and relations of the engine are not asked. A candidate is made from what either side says at the place of the change, put into a
small record, and judged by a validator that reads the original documents; where a format has none for single values, by one that is given
the fields as a JSON Schema. No value, no proof: the finding stands as it is, and says that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from countersign.model.change import Direction
from countersign.model.finding import Finding, Level, Question
from countersign.model.profile import USUAL, Profile
from countersign.model.witness import Side, Witness
from countersign.witness.avro import AvroSchemas
from countersign.witness.columns import Columns, tells_dates
from countersign.witness.json_schema import JsonSchemas
from countersign.witness.protobuf import Messages, holds_values
from countersign.witness.referee import Documents, Referee
from countersign.witness.rows import Rows
from countersign.witness.search import search
from countersign.witness.trail import Trail, trail

__all__ = ["Documents", "prove"]

#: Characters of both documents beyond which no validator is made: it would take as long as the judgement itself.
LARGEST = 500_000


@dataclass(frozen=True)
class _Asked:
    """What a referee is made for: a pair of datasets, and the question that a finding answers."""

    old: Documents
    new: Documents
    way: Trail
    question: Question
    profile: Profile


def _json_schemas(asked: _Asked) -> Iterator[Referee]:
    yield JsonSchemas(asked.old, asked.new)


def _avro(asked: _Asked) -> Iterator[Referee]:
    yield AvroSchemas(asked.old, asked.new)


def _messages(asked: _Asked) -> Iterator[Referee]:
    if holds_values(asked.way.old) and holds_values(asked.way.new):
        yield Messages(asked.old.source, asked.new.source, asked.way, asked.profile.protobuf)


def _columns(asked: _Asked) -> Iterator[Referee]:
    yield Columns(asked.way.old, asked.way.new, closed=asked.question is Question.EXISTENCE)


def _rows(asked: _Asked) -> Iterator[Referee]:
    """Whether a column is there is asked of a table, which has no others; what it holds, of what the contract says. JSON writes dates as
    texts: what a column of dates holds pyarrow tells apart."""
    yield Rows(asked.way.old, asked.way.new, closed=asked.question is Question.EXISTENCE)
    if asked.question is Question.COMPATIBILITY and tells_dates(asked.way.old, asked.way.new):
        yield Columns(asked.way.old, asked.way.new, closed=False)


#: Format -> who makes its referees; none where there is no value to be judged. The rows of a format that is not here are judged.
REFEREES: Mapping[str, Callable[[_Asked], Iterator[Referee]]] = {
    "avro": _avro,
    "jsonschema": _json_schemas,
    "parquet": _columns,
    "protobuf": _messages,
}


def prove(
    findings: Iterable[Finding],
    old: Documents,
    new: Documents,
    direction: Direction,
    more: Callable[[], bool],
    profile: Profile = USUAL,
) -> list[Finding]:
    """The findings; each breaking one with a witness, or with the note ``unproved`` if none was found. more: whether time is left."""
    search = _Search(old, new, direction, more, profile)
    return [search.proved(one) if _sought(one) else one for one in findings]


def _sought(finding: Finding) -> bool:
    """Findings about values. That a whole dataset or contract is gone no value can show."""
    return finding.level is Level.BREAKING and finding.question in (Question.COMPATIBILITY, Question.EXISTENCE) and bool(finding.path)


class _Search:
    """Of one pair of contracts; referees are made once for each pair of datasets."""

    def __init__(self, old: Documents, new: Documents, direction: Direction, more: Callable[[], bool], profile: Profile) -> None:
        self._old, self._new, self._direction, self._profile = old, new, direction, profile
        self._more = more if len(old.source.text) + len(new.source.text) <= LARGEST else _never
        self._referees: dict[tuple[str, Question], tuple[list[Referee], Iterator[Referee]]] = {}

    def proved(self, finding: Finding) -> Finding:
        way = trail(self._old.contract, self._new.contract, finding.path)
        if way is None:
            return finding
        witness: Witness | None = None
        if self._more():
            try:
                asked = False
                for referee in self._asked(way, finding.question):
                    asked = True
                    found = (search(finding, way, referee, side, self._more) for side in _sides(finding, self._direction))
                    witness = next(filter(None, found), None)
                    if witness is not None:
                        break
                if not asked:
                    return finding
            except Exception:  # validators fail on hostile schemas in ways of their own; the finding must not be lost by it
                witness = None
        if witness is not None:
            return replace(finding, witness=witness)
        return replace(finding, notes=(*finding.notes, ("unproved", "no value" if self._more() else "no time")))

    def _asked(self, way: Trail, question: Question) -> Iterator[Referee]:
        """Those that were made before, then one after the other: most findings need no second opinion."""
        key = (way.old.name, question)
        if key not in self._referees:
            make = REFEREES.get(self._old.contract.format, _rows)
            self._referees[key] = ([], make(_Asked(self._old, self._new, way, question, self._profile)))
        made, others = self._referees[key]
        yield from tuple(made)
        for referee in others:
            made.append(referee)
            yield referee


def _never() -> bool:
    return False


def _sides(finding: Finding, direction: Direction) -> tuple[Side, ...]:
    """Whose value is looked for first. Readers meet what only the new contract allows, old data is what only the old one allows. What is
    gone breaks in every direction (GATE §2)."""
    if finding.question is Question.EXISTENCE or direction is Direction.BOTH:
        return (Side.NEW, Side.OLD)
    return (Side.OLD,) if direction is Direction.HISTORY else (Side.NEW,)
