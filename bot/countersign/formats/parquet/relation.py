"""Two schemas of tables in files -> a relation for everything that can differ.

Without a table format, a reader takes a file as it is: a wider type is wider. With one, today's readers see old and new files alike
through the table's newest schema, so that what the format evolves hurts nobody, and what it does not evolve breaks the table for all.
"""

from __future__ import annotations

from countersign.formats.constraints import relate_constraint
from countersign.formats.match import pair, pair_datasets
from countersign.formats.parquet.columns import key_type, limit, table_type
from countersign.formats.parquet.values import relate_values
from countersign.formats.promotion import keeps_partition, promoted
from countersign.formats.relation import Found, combine, opposite, relate_key, unnamed
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import Path
from countersign.model.profile import Profile, TableFormat

#: What a constraint says together with the type and the others of these.
_OF_THE_TYPE = frozenset({"adjustedToUTC", "precision", "scale", "size", "timeUnit"})
#: They limit no value: what a writer puts in for itself, and where rows are kept.
_OF_THE_WRITER = frozenset({"partitionedBy", "writeDefault"})
_ICEBERG = frozenset({TableFormat.ICEBERG_V2, TableFormat.ICEBERG_V3})


def relate(old: Contract, new: Contract, profile: Profile) -> Relations:
    found: Found = {}
    for before, after in pair_datasets(old.datasets, new.datasets):
        there = before or after
        if there is not None and (before is None or after is None or before.name != after.name):
            found[(there.name,), Aspect.DATASET, ""] = Relation.EQUAL
        if before is not None and after is not None:
            if before.key != after.key:
                found[(before.name,), Aspect.KEY, ""] = relate_key(before, after)
            _Relating(profile.table, found).field(before.root, after.root, (before.name,), (after.name,))
    return found


class _Relating:
    def __init__(self, table: TableFormat, found: Found) -> None:
        self._table = table
        self._found = found

    def field(self, old: Field, new: Field, path: Path, new_path: Path) -> None:
        found = self._found
        type_ = self._types(old, new)
        found[path, Aspect.TYPE, ""] = type_ if old.type != new.type else Relation.EQUAL
        if old.nullable != new.nullable:
            found[path, Aspect.NULLABLE, ""] = Relation.WIDENED if new.nullable else self._never_null()
        if old.default != new.default:
            found[path, Aspect.DEFAULT, ""] = Relation.CHANGED  # rows older than the column would read otherwise than they did
        for name in old.constraints.keys() | new.constraints.keys():
            if old.constraints.get(name) != new.constraints.get(name):
                found[path, Aspect.CONSTRAINT, name] = self._constraint(name, old, new, type_)
        for keyword in old.unread.keys() | new.unread.keys():
            if old.unread.get(keyword) != new.unread.get(keyword):
                found[path, Aspect.UNREAD, keyword] = Relation.UNDECIDED
        for before, after in pair(old.fields, new.fields):
            if before is not None and after is not None:
                if before.repeats(after):
                    continue
                if before.name != after.name:
                    same = before.identity != "" and before.identity == after.identity  # the column under another name, for readers by id
                    relation = Relation.EQUAL if same else combine((self._gone(before), self._came(after)))
                    found[(*path, before.name), Aspect.FIELD, ""] = relation
                self.field(before, after, (*path, before.name), (*new_path, after.name))
            elif before is not None:
                found[(*path, before.name), Aspect.FIELD, ""] = self._gone(before)
            elif after is not None:
                found[(*new_path, after.name), Aspect.FIELD, ""] = self._came(after)
        self._parts(old, new, path, new_path)

    def _parts(self, old: Field, new: Field, path: Path, new_path: Path) -> None:
        """The element, the map's value, the branches of a union: a union with one branch more has one more kind of value."""
        before, after = dict(unnamed(old)), dict(unnamed(new))
        for step in before.keys() | after.keys():
            one, other = before.get(step), after.get(step)
            if one is not None and other is not None:
                self.field(one, other, (*path, step), (*new_path, step))
                continue
            relation = Relation.WIDENED if one is None else Relation.NARROWED
            for aspect in (Aspect.TYPE, Aspect.FIELD):
                self._found[(*path, step), aspect, ""] = self._found[(*new_path, step), aspect, ""] = relation

    def _types(self, old: Field, new: Field) -> Relation:
        """The types with the limits that belong to them."""
        by_table = promoted(table_type(old, self._table), table_type(new, self._table), self._table)
        if by_table is None and old.type == "null" and promoted(table_type(old, self._table), "string", self._table):
            by_table = True  # a column of nulls becomes any type, also one with parts
        if by_table is None:
            return relate_values(old, new)
        partitions = limit(old, "partitionedBy") or []
        kept = all(keeps_partition(table_type(old, self._table), table_type(new, self._table), one) for one in partitions)
        return Relation.EQUAL if by_table and kept else Relation.CHANGED

    def _constraint(self, name: str, old: Field, new: Field, type_: Relation) -> Relation:
        if name in _OF_THE_WRITER:
            return Relation.EQUAL
        before, after = old.constraints.get(name), new.constraints.get(name)
        if name == "fieldId":  # another column under the same name; a number where there was none is only a number
            return Relation.CHANGED if before is not None and after is not None else Relation.EQUAL
        if name in _OF_THE_TYPE:
            return type_ if old.type == new.type else Relation.EQUAL  # of two types: then the type says it
        if name == "keyType" and before is not None and after is not None:
            return self._keys(before, after)
        return relate_constraint(name, before, after) if old.type == new.type else Relation.EQUAL

    def _keys(self, old: str, new: str) -> Relation:
        """No part of a map's key evolves in Iceberg (its reference implementation refuses each such update)."""
        before, after = key_type(old), key_type(new)
        if self._table in _ICEBERG or before is None or after is None:
            return Relation.CHANGED
        return self._types(before, after)

    def _came(self, member: Field) -> Relation:
        """Old files lack a new column, and in a table old files are read with the new ones."""
        if member.nullable or member.default is not None:
            return Relation.EQUAL
        return Relation.NARROWED if self._table is TableFormat.NONE else Relation.CHANGED

    def _gone(self, member: Field) -> Relation:
        """A table's column may go: that it is missed is the question of existence."""
        if member.nullable or self._table is not TableFormat.NONE:
            return Relation.EQUAL
        return opposite(Relation.NARROWED)

    def _never_null(self) -> Relation:
        """Delta looks through the table before it takes the demand; Iceberg does not, and reads old files with their nulls."""
        return Relation.CHANGED if self._table in _ICEBERG else Relation.NARROWED
