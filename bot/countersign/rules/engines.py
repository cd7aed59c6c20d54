"""For which readers a finding has another level, by what they read with (``reads_with:`` of a registration).

The contract is compared once more by the rules of each engine that fits its format. An engine that has nothing to say of a change
leaves the contract's own verdict. Existence and meaning are nobody's to read through: what is gone is gone for every reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from countersign.diff import diff
from countersign.formats import relate
from countersign.formats.by_table import OF_STORES, by_table
from countersign.formats.promotion import MAX_PRECISION, promoted
from countersign.model.change import Aspect, Change, Direction, Kind, Relation
from countersign.model.contract import Contract
from countersign.model.engine import FITS, TABLES, Engine, profile_of
from countersign.model.finding import EngineLevel, Finding, Level, Question
from countersign.model.path import Path
from countersign.model.profile import Profile
from countersign.rules.judging import judge

#: Where types stand so, what lies in them was not compared.
_ENDS = frozenset({Relation.CHANGED, Relation.UNDECIDED})


def by_engine(
    old: Contract | None, new: Contract | None, profile: Profile, direction: Direction, changes: Sequence[Change], own: Sequence[Finding]
) -> list[Finding]:
    """The findings with the engines for which they have another level; further ones that only an engine's readers meet, as safe otherwise.

    changes, own: of the contract by its own profile.
    """
    if old is None or new is None or old.format != new.format or not changes:
        return list(own)
    found = {_key(one): one for one in own}
    passed = _records(old) if direction is Direction.READERS and old.format == "jsonschema" else frozenset()
    for engine in sorted(engine for engine, formats in FITS.items() if old.format in formats):
        seen = tuple(_seen(engine, change, old.format, passed) for change in _by_profile(engine, old, new, profile, changes))
        if seen != tuple(changes):
            _compare(engine, found, [one for one in judge(seen, direction, new.id) if one.question is Question.COMPATIBILITY])
    known = {_key(one) for one in own}
    return [replace(one, engines=found[_key(one)].engines) for one in own] + [one for key, one in found.items() if key not in known]


def _by_profile(engine: Engine, old: Contract, new: Contract, profile: Profile, changes: Sequence[Change]) -> Sequence[Change]:
    """The changes under the engine's profile; of an Avro contract a table's profile says nothing."""
    its = profile_of(engine, profile)
    if its == profile or old.format == "avro":
        return changes
    if old.format in OF_STORES:  # nothing but types and columns that demand a value can stand otherwise
        types = by_table({}, old, new, its.table)
        known = [(change, types.get((change.path, change.aspect, change.detail))) for change in changes]
        if not any(relation is Relation.EQUAL and change.relation in _ENDS for change, relation in known):
            return [change if relation is None else replace(change, relation=relation) for change, relation in known]
    return diff(old, new, relate(old, new, its))


def _key(finding: Finding) -> tuple[object, ...]:
    """What the fingerprint is made of, within one contract."""
    return finding.rule, finding.identity, finding.before, finding.after


def _compare(engine: Engine, found: dict[tuple[object, ...], Finding], theirs: Sequence[Finding]) -> None:
    breaks = {_key(one): one for one in theirs if one.level.blocks}
    broken = {path for one in breaks.values() for path in one.paths}
    above = {path[:length] for path in broken for length in range(len(path) + 1)}
    ours = {path for one in found.values() if one.level.blocks for path in one.paths}
    for key, finding in found.items():
        if finding.question is not Question.COMPATIBILITY:
            continue
        if not finding.level.blocks:
            if key in breaks:
                found[key] = _with(finding, engine, breaks[key].level)
        elif not any(path in above or any(path[:length] in broken for length in range(len(path))) for path in finding.paths):
            found[key] = _with(finding, engine, Level.SAFE)
    for key, one in breaks.items():
        if key not in found and one.path not in ours:
            found[key] = _with(replace(one, level=Level.SAFE), engine, one.level)


def _with(finding: Finding, engine: Engine, level: Level) -> Finding:
    return replace(finding, engines=(*finding.engines, EngineLevel(engine=engine, level=level)))


def _seen(engine: Engine, change: Change, format: str, passed: frozenset[Path]) -> Change:  # noqa: A002 - the contract's own word
    """The change as the engine's readers see it. passed: the objects of which they read only what is listed."""
    relation = next(iter(_relations(engine, change, format, passed)), None)
    return change if relation is None else replace(change, relation=relation)


def _relations(engine: Engine, change: Change, format: str, passed: frozenset[Path]) -> Iterator[Relation]:  # noqa: A002 - the same
    if engine is Engine.SQL and change.aspect is Aspect.ORDER:
        yield Relation.CHANGED
    # Flink derives its row from the table that is declared there, and passes over what JSON holds besides.
    if engine is Engine.FLINK and _unlisted(change, passed):
        yield Relation.EQUAL
    if engine in TABLES and format == "avro" and _promoted(engine, change):
        yield Relation.EQUAL


def _records(contract: Contract) -> frozenset[Path]:
    """The objects whose members are all that they say: what is not listed has no schema that it must fit, whether it may come or not.

    Of a map, and of an object with ``patternProperties`` or a schema beside or around it, Flink may declare the very members that are new.
    """
    fields = dict(contract.walk())
    besides = {path for path, field in fields.items() if field.unread}
    plain = {path for path in fields if not any(path[:length] in besides for length in range(len(path) + 1))}
    return frozenset(path for path in plain if fields[path].type == "object" and fields[path].items is None)


def _unlisted(change: Change, records: frozenset[Path]) -> bool:
    if change.aspect is Aspect.OPENNESS:
        return change.path in records
    return change.aspect is Aspect.FIELD and change.kind is Kind.ADDED and change.path[:-1] in records


def _promoted(engine: Engine, change: Change) -> bool:
    """Whether the table in which a topic's records land reads the old values in the new type. Columns' own formats know by the profile."""
    if change.before is None or change.after is None:
        return False
    if change.aspect is Aspect.TYPE:
        return promoted(change.before, change.after, TABLES[engine]) is True
    if change.aspect is Aspect.CONSTRAINT and change.detail == "precision":  # another scale is a change of its own
        before, after = json.loads(change.before), json.loads(change.after)
        return bool(before < after <= MAX_PRECISION)
    return False
