"""Two Avro schemas -> a relation for everything that can differ, by asking for each thing alone whether either side reads the other."""

from __future__ import annotations

from countersign.formats.avro.resolution import (
    Resolution,
    Types,
    base,
    in_doubt,
    named_types,
    names_match,
    promotes,
    same_meaning,
    written_as,
)
from countersign.formats.match import pair, pair_datasets
from countersign.formats.relation import Found, by_directions, unnamed
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import Path, enum_step
from countersign.model.profile import Profile

#: Constraints that only come into play where something else differs, and are counted there.
_COUNTED_ELSEWHERE = frozenset({"enumDefault", "typeAliases"})


def relate(old: Contract, new: Contract, profile: Profile) -> Relations:
    found: Found = {}
    for before, after in pair_datasets(old.datasets, new.datasets):
        if before is not None and after is not None:
            _Relating(before.root, after.root, found).field(before.root, after.root, (before.name,), (after.name,))
        if (there := before or after) is not None and (before is None or after is None or before.name != after.name):
            found[(there.name,), Aspect.DATASET, ""] = Relation.EQUAL
    return found


def overall(old: Contract, new: Contract, profile: Profile) -> Relation:
    """Readers: the old schema reads what the new one writes. History: the other way round."""
    before, after = old.datasets[0].root, new.datasets[0].root
    old_types, new_types = named_types(before), named_types(after)
    readers = Resolution(old_types, new_types).reads(before, after)
    history = Resolution(new_types, old_types).reads(after, before)
    return by_directions(readers=readers, history=history)


class _Relating:
    def __init__(self, old: Field, new: Field, found: Found) -> None:
        self._old_types: Types = named_types(old)
        self._new_types: Types = named_types(new)
        self._found = found

    def field(self, old: Field, new: Field, path: Path, new_path: Path) -> None:
        found = self._found
        found[path, Aspect.TYPE, ""] = self._type(old, new)
        if old.nullable != new.nullable:
            found[path, Aspect.NULLABLE, ""] = Relation.WIDENED if new.nullable else Relation.NARROWED
        if old.default != new.default:
            found[path, Aspect.DEFAULT, ""] = Relation.EQUAL  # it is read only where the field was not written: see `_member`
        for name in old.constraints.keys() | new.constraints.keys():
            if old.constraints.get(name) != new.constraints.get(name):
                found[path, Aspect.CONSTRAINT, name] = _constraint(name, old, new)
        self._symbols(old, new, path)
        for before, after in pair(old.fields, new.fields):
            there = before or after
            if there is None:
                continue
            at = (*path, before.name) if before is not None else (*new_path, there.name)
            if before is None or after is None or before.name != after.name:
                found[at, Aspect.FIELD, ""] = _member(before, after, old, new)
            if before is not None and after is not None:
                self.field(before, after, at, (*new_path, after.name))
        self._parts(old, new, path, new_path)

    def _parts(self, old: Field, new: Field, path: Path, new_path: Path) -> None:
        """The element, the value, and the branches; a branch that only one side has is fine if the other side reads it all the same."""
        before, after = dict(unnamed(old)), dict(unnamed(new))
        for step in before.keys() | after.keys():
            one, other = before.get(step), after.get(step)
            if one is not None and other is not None:
                self.field(one, other, (*path, step), (*new_path, step))
                continue
            relation = by_directions(readers=other is None or self._reads_new(old, other), history=one is None or self._reads_old(new, one))
            for at in ((*path, step), (*new_path, step)):
                self._found[at, Aspect.TYPE, ""] = self._found[at, Aspect.FIELD, ""] = relation

    def _reads_new(self, old: Field, new: Field) -> bool:
        return Resolution(self._old_types, self._new_types).reads(old, new, null=False)

    def _reads_old(self, new: Field, old: Field) -> bool:
        return Resolution(self._new_types, self._old_types).reads(new, old, null=False)

    def _type(self, old: Field, new: Field) -> Relation:
        """The types themselves, without what lies in them and without null."""
        if old.type == new.type == "union":
            before, after = dict(unnamed(old)), dict(unnamed(new))
            return by_directions(
                readers=all(self._reads_new(old, after[step]) for step in after.keys() - before.keys()),
                history=all(self._reads_old(new, before[step]) for step in before.keys() - after.keys()),
            )
        if old.type == new.type == "ref":
            one, other = self._old_types[old.type_text], self._new_types[new.type_text]
            return by_directions(readers=names_match(one, other), history=names_match(other, one))
        if {old.type, new.type} & {"union", "ref", "null", "never"}:
            return by_directions(readers=self._reads_new(old, new), history=self._reads_old(new, old))
        if old.type == new.type:
            return Relation.EQUAL  # how it is stored, its precision and its name are constraints
        return by_directions(readers=promotes(old, new) and same_meaning(old, new), history=promotes(new, old) and same_meaning(new, old))

    def _symbols(self, old: Field, new: Field, path: Path) -> None:
        """An enum's default takes the place of a symbol that its reader does not know."""
        before = {value.value for value in old.enum.values} if old.enum else set()
        after = {value.value for value in new.enum.values} if new.enum else set()
        for symbol in after - before:
            known = "enumDefault" in old.constraints
            self._found[(*path, enum_step(symbol)), Aspect.ENUM_VALUE, ""] = by_directions(readers=known, history=True)
        for symbol in before - after:
            known = "enumDefault" in new.constraints
            self._found[(*path, enum_step(symbol)), Aspect.ENUM_VALUE, ""] = by_directions(readers=True, history=known)


def _constraint(name: str, old: Field, new: Field) -> Relation:
    if name in _COUNTED_ELSEWHERE or name not in old.constraints or name not in new.constraints:
        return Relation.EQUAL  # of two types: then the type says it
    if name == "typeName":
        return by_directions(readers=names_match(old, new), history=names_match(new, old))
    if name == "encoding" and base(old) != base(new):
        return by_directions(readers=promotes(old, new), history=promotes(new, old))
    return Relation.CHANGED


def _member(before: Field | None, after: Field | None, old: Field, new: Field) -> Relation:
    """A record's field that is on one side only, or under another name: a reader that finds it missing needs a default, and one that finds
    two of the field's names cannot tell which is meant."""
    readers = before is None or before.default is not None or written_as(before, new) is not None
    history = after is None or after.default is not None or written_as(after, old) is not None
    return by_directions(readers=readers and not _doubtful(after, old, new), history=history and not _doubtful(before, new, old))


def _doubtful(written: Field | None, reader: Field, writer: Field) -> bool:
    return written is not None and any(written.name in in_doubt(member, writer) for member in reader.fields)
