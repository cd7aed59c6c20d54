"""How the values allowed after stand to the values allowed before (GATE §2), where a format has no rules of its own.

A relation is named for every aspect of every path that can differ, and is true by itself: if the field differed in nothing else,
its values would stand so to one another. What cannot be shown is `Relation.UNDECIDED`.

Objects are read leniently: a member that nobody listed is taken to be absent, so that an optional member may come and go in an
open object without changing what is allowed. That it is gone is the question of existence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from countersign.formats.constraints import relate_constraints
from countersign.formats.match import pair, pair_datasets
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Dataset, Enum, Field
from countersign.model.path import VALUE, Path, enum_step

Found = dict[tuple[Path, Aspect, str], Relation]


def combine(relations: Iterable[Relation]) -> Relation:
    """What follows for a whole when each of its parts stands so. A whole with one changed part is changed, whatever is undecided."""
    seen = set(relations) - {Relation.EQUAL}
    if Relation.CHANGED in seen or {Relation.NARROWED, Relation.WIDENED} <= seen:
        return Relation.CHANGED
    if Relation.UNDECIDED in seen:
        return Relation.UNDECIDED
    return seen.pop() if seen else Relation.EQUAL


def by_directions(*, readers: bool, history: bool) -> Relation:
    """readers: everything allowed after was allowed before. history: everything allowed before is allowed after."""
    if readers:
        return Relation.EQUAL if history else Relation.NARROWED
    return Relation.WIDENED if history else Relation.CHANGED


def opposite(relation: Relation) -> Relation:
    """The relation seen from the other side."""
    return {Relation.NARROWED: Relation.WIDENED, Relation.WIDENED: Relation.NARROWED}.get(relation, relation)


def relate_enums(old: Enum | None, new: Enum | None, path: Path, found: Found) -> None:
    """Values one by one, and whether the list is closed. An open list allows every value."""
    if old is None or new is None:
        enum = old or new
        if enum is not None:
            relation = Relation.EQUAL if enum.open else Relation.NARROWED
            found[path, Aspect.CONSTRAINT, "enum"] = relation if old is None else opposite(relation)
        return
    if old.open != new.open:
        found[path, Aspect.ENUM_OPENNESS, ""] = Relation.WIDENED if new.open else Relation.NARROWED
    before, after = {value.value for value in old.values}, {value.value for value in new.values}
    for value in after - before:
        found[(*path, enum_step(value)), Aspect.ENUM_VALUE, ""] = Relation.EQUAL if old.open else Relation.WIDENED
    for value in before - after:
        found[(*path, enum_step(value)), Aspect.ENUM_VALUE, ""] = Relation.EQUAL if new.open else Relation.NARROWED


def relate_key(old: Dataset, new: Dataset) -> Relation:
    """A key over more fields lets more rows in: it is looser, which is wider. Field names on the old side."""
    renamed = {after.name: before.name for before, after in pair(old.root.fields, new.root.fields) if before and after}
    before, after = set(old.key), {renamed.get(name, name) for name in new.key}
    if not before or not after:  # no key: rows are as they come
        return by_directions(readers=bool(after) or not before, history=bool(before) or not after)
    return by_directions(readers=after <= before, history=before <= after)


@dataclass(frozen=True)
class Lattice:
    """The general rules, with what a format may say differently.

    mandatory: whether every record that was written has a value for the member. blockers: unread keywords that look at which members and
    elements are described, so that one more or less cannot be judged by itself. within: types whose values are all values of another type.
    """

    mandatory: Callable[[Field], bool] = lambda member: member.required
    blockers: frozenset[str] = frozenset()
    within: Mapping[str, str] = field(default_factory=lambda: {"integer": "number"})

    def _blocked(self, old: Field, new: Field) -> bool:
        return bool(self.blockers & (old.unread.keys() | new.unread.keys()))

    def relate(self, old: Contract, new: Contract) -> Relations:
        found: Found = {}
        _unread(old, new, (), found)
        for before, after in pair_datasets(old.datasets, new.datasets):
            if before is None or after is None:
                found[((before or after).name,), Aspect.DATASET, ""] = Relation.EQUAL  # type: ignore[union-attr]  # one of a pair is there
                continue
            path = (before.name,)
            if before.name != after.name:
                found[path, Aspect.DATASET, ""] = Relation.EQUAL
            if before.key != after.key:
                found[path, Aspect.KEY, ""] = relate_key(before, after)
            _unread(before, after, path, found)
            self._field(before.root, after.root, path, (after.name,), found)
        return found

    def whole(self, old: Field, new: Field) -> Relation:
        """Two fields with all that is in them."""
        found: Found = {}
        self._field(old, new, (), (), found)
        return combine(found.values())

    def _field(self, old: Field, new: Field, path: Path, new_path: Path, found: Found) -> None:
        found[path, Aspect.TYPE, ""] = self._types(old, new)
        if old.required != new.required:
            found[path, Aspect.REQUIRED, ""] = Relation.NARROWED if new.required else Relation.WIDENED
        if old.nullable != new.nullable:
            # Any value, null among them: then the type says it.
            said_by_type = old.type != new.type and any(one.type == "any" and one.nullable for one in (old, new))
            found[path, Aspect.NULLABLE, ""] = Relation.EQUAL if said_by_type else Relation.WIDENED if new.nullable else Relation.NARROWED
        if old.default != new.default:
            found[path, Aspect.DEFAULT, ""] = Relation.EQUAL
        if old.open != new.open:
            found[path, Aspect.OPENNESS, ""] = Relation.WIDENED if new.open else Relation.NARROWED
        whole = old.type == new.type and old.type in ("date", "integer")
        for name, relation in relate_constraints(old.constraints, new.constraints, whole=whole).items():
            found[path, Aspect.CONSTRAINT, name] = relation
        _unread(old, new, path, found)
        relate_enums(old.enum, new.enum, path, found)
        self._members(old, new, path, new_path, found)

    def _types(self, old: Field, new: Field) -> Relation:
        if "ref" in (old.type, new.type):  # what it points at is judged where it stands
            same = old.type == new.type and old.type_text == new.type_text
            return Relation.EQUAL if same else Relation.UNDECIDED
        before, after = _atoms(old, new), _atoms(new, old)
        return by_directions(readers=self._covers(before, after), history=self._covers(after, before))

    def _covers(self, outer: frozenset[str], inner: frozenset[str]) -> bool:
        return "any" in outer or all(atom in outer or self.within.get(atom) in outer for atom in inner)

    def _members(self, old: Field, new: Field, path: Path, new_path: Path, found: Found) -> None:
        for before, after in pair(old.fields, new.fields):
            if before is not None and after is not None:
                if before.repeats(after):
                    continue
                if before.name != after.name:
                    both = (self._came(old, new, before, gone=True), self._came(old, new, after, gone=False))
                    found[(*path, before.name), Aspect.FIELD, ""] = combine(both)
                self._field(before, after, (*path, before.name), (*new_path, after.name), found)
            elif before is not None:
                found[(*path, before.name), Aspect.FIELD, ""] = self._came(old, new, before, gone=True)
            elif after is not None:
                found[(*new_path, after.name), Aspect.FIELD, ""] = self._came(old, new, after, gone=False)
        before_parts, after_parts = dict(unnamed(old)), dict(unnamed(new))
        for step in before_parts.keys() | after_parts.keys():
            one, other = before_parts.get(step), after_parts.get(step)
            if one is not None and other is not None:
                self._field(one, other, (*path, step), (*new_path, step), found)
                continue
            relation = Relation.UNDECIDED if self._blocked(old, new) else _part_came(one or other, step, new if other is None else old)
            if one is not None:
                relation = opposite(relation)
            for aspect in (Aspect.TYPE, Aspect.FIELD):
                found[(*path, step), aspect, ""] = relation
                found[(*new_path, step), aspect, ""] = relation

    def _came(self, old: Field, new: Field, member: Field, *, gone: bool) -> Relation:
        """A member that is on one side only. ``gone`` is ``came`` seen from the other side."""
        if self._blocked(old, new):
            return Relation.UNDECIDED
        without = new if gone else old
        mandatory = self.mandatory(member)
        if without.items is not None and without.type == "map":  # unlisted members are described: compare with that
            relation = combine((self.whole(without.items, member), Relation.NARROWED if mandatory else Relation.EQUAL))
        elif without.open:
            relation = Relation.NARROWED if mandatory or member.type == "never" else Relation.EQUAL
        elif member.type == "never":
            relation = Relation.EQUAL if not mandatory else Relation.NARROWED
        else:
            relation = Relation.CHANGED if mandatory else Relation.WIDENED
        return opposite(relation) if gone else relation


def _part_came(part: Field | None, step: str, without: Field) -> Relation:
    """An element's description narrows, for an element that nobody describes may be anything. A branch is one more kind of value, and
    the entries of a map are more than a closed object has."""
    if step.startswith("<") or (step == VALUE and not without.open):
        return Relation.WIDENED
    trivial = part is not None and part.type == "any" and not (part.enum or part.constraints or part.unread or part.fields or part.items)
    return Relation.EQUAL if trivial else Relation.NARROWED


def unnamed(field: Field) -> Iterable[tuple[str, Field]]:
    """The element, the map's value and the branches with their steps: what lies in a field and has no name of its own."""
    return ((step, child) for step, child in list(field.children())[len(field.fields) :])


def _unread(old: Contract | Dataset | Field, new: Contract | Dataset | Field, path: Path, found: Found) -> None:
    for keyword in old.unread.keys() | new.unread.keys():
        if old.unread.get(keyword) != new.unread.get(keyword):
            found[path, Aspect.UNREAD, keyword] = Relation.UNDECIDED


def _atoms(field: Field, other: Field) -> frozenset[str]:
    """The types of the values. A closed object is a map that has no further entries."""
    if field.type == "never":
        return frozenset()
    if field.type == "object" and other.type == "map" and not field.open:
        return frozenset({"closed object"})
    return frozenset(branch.type for branch in field.branches) if field.type == "union" else frozenset({field.type})
