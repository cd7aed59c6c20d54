"""How two ODCS contracts stand to one another: the general rules, and what they leave undecided and other formats' rules can tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from countersign.formats.marked import Unreadable
from countersign.formats.match import pair, pair_datasets
from countersign.formats.relation import Found, Lattice, combine, unnamed
from countersign.formats.source import Source
from countersign.formats.sql.dialects import DIALECTS
from countersign.formats.terms import relate_terms
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import Path
from countersign.model.profile import USUAL, OpenObjects, Profile

#: A column that may be null can come and go without a record that does not fit; one that may not cannot.
_LATTICE = Lattice(mandatory=lambda member: not member.nullable)
#: What a dataset is; those of one line are read in one way.
_TABLES = frozenset({"external table", "materialized view", "materialized_view", "table", "view"})
_STREAMS = frozenset({"queue", "stream", "topic"})
_FILES = frozenset({"document", "file", "files", "object"})
#: Constraints that other formats know more of.
_TOLD_BY = ("physicalType", "pattern")
#: Server types of ODCS that go by another name than the dialect's own.
_SERVERS = {"azure": "tsql", "cloudsql": "", "synapse": "tsql"}


def relate(old: Contract, new: Contract, profile: Profile) -> Relations:
    found: Found = {**_LATTICE.relate(old, new), **relate_terms(old, new)}
    open_ones = {(path, detail) for (path, _, detail), relation in found.items() if relation is Relation.UNDECIDED and detail in _TOLD_BY}
    if open_ones:
        dialects = _dialect(old), _dialect(new)
        for path, before, after in _pairs(old, new):
            for name in _TOLD_BY:
                if (path, name) in open_ones:
                    said = before.constraints[name], after.constraints[name]
                    found[path, Aspect.CONSTRAINT, name] = _told(name, said, dialects, dataset=len(path) == 1)
    return found


def overall(old: Contract, new: Contract, profile: Profile) -> Relation:
    return combine(relate(old, new, profile).values())


def _pairs(old: Contract, new: Contract) -> Iterator[tuple[Path, Field, Field]]:
    """Every field that is on both sides, with the old side's path."""
    waiting: list[tuple[Path, Field, Field]] = [
        ((before.name,), before.root, after.root) for before, after in pair_datasets(old.datasets, new.datasets) if before and after
    ]
    while waiting:
        path, before, after = waiting.pop()
        yield path, before, after
        waiting += [((*path, one.name), one, other) for one, other in pair(before.fields, after.fields) if one and other]
        others = dict(unnamed(after))
        waiting += [((*path, step), part, others[step]) for step, part in unnamed(before) if step in others]


def _told(name: str, said: tuple[str, str], dialects: tuple[str, str], *, dataset: bool) -> Relation:
    before, after = (json.loads(text) for text in said)
    if name == "pattern":
        return _relate_patterns(before, after)
    return _relate_kinds(before, after) if dataset else _relate_types(before, after, *dialects)


def _relate_kinds(old: str, new: str) -> Relation:
    """A view that takes a table's place is read like it; a topic is not."""
    groups = [next((group for group in (_TABLES, _STREAMS, _FILES) if kind.strip().lower() in group), None) for kind in (old, new)]
    if None in groups:
        return Relation.UNDECIDED
    return Relation.EQUAL if groups[0] is groups[1] else Relation.CHANGED


@lru_cache(maxsize=1024)
def _relate_patterns(old: str, new: str) -> Relation:
    """As JSON Schema has them, whose regular expressions ODCS's are too (ECMA-262, found anywhere in the text)."""
    from countersign.formats import jsonschema

    try:
        before, after = (
            jsonschema.parse(Source("pattern.schema.json", json.dumps({"type": "string", "pattern": pattern})), "")
            for pattern in (old, new)
        )
    except Unreadable:
        return Relation.UNDECIDED
    return jsonschema.overall(before, after, Profile(open_objects=OpenObjects.STRICT))


@lru_cache(maxsize=1024)
def _relate_types(old: str, new: str, old_dialect: str, new_dialect: str) -> Relation:
    """As columns of the types stand, in the database of the contract's servers."""
    from countersign.formats import sql

    try:
        before, after = _column(old, old_dialect), _column(new, new_dialect)
    except Unreadable:
        return Relation.UNDECIDED
    return sql.overall(before, after, USUAL) if before and after else Relation.UNDECIDED


def _column(type_: str, dialect: str) -> Contract | None:
    """A table with one column of the type; None if the text is more than a type."""
    from countersign.formats import sql

    name = next((name for name, one in DIALECTS.items() if one == dialect), "ansi")
    contract = sql.parse(Source("column.sql", f"-- dialect: {name}\nCREATE TABLE t (c {' '.join(type_.split())})"), "")
    tables = contract.datasets
    alone = len(tables) == 1 and len(tables[0].root.fields) == 1 and not tables[0].key
    return contract if alone and tables[0].root.fields[0].type_text.lower() == " ".join(type_.lower().split()) else None


def _dialect(contract: Contract) -> str:
    """Of the servers' databases, if they are of one kind; "" if not: then only what all of them share is known."""
    types = [json.loads(term.value).get("type", "") for term in contract.terms if term.kind == Aspect.SERVER]
    known = {_SERVERS.get(type_, DIALECTS.get(type_, "")) for type_ in types}
    return known.pop() if len(known) == 1 else ""
