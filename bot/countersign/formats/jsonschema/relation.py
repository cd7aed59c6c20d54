"""How two JSON Schemas stand to one another, difference by difference.

The general rules speak for types, enums, required and listed members. What they leave undecided is put to containment: the old schema
against the old schema in which only that difference is made, both at the place where it stands.

Several differences at one place may hide one another: of ``allOf`` and ``anyOf`` that both get looser, each alone changes nothing. So they
are made together first, and what that gives is said of all of them unless it is what they give one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from countersign.formats.jsonschema.containment import STEPS, Budget, Formula, Said, Schemas, contained
from countersign.formats.jsonschema.documents import Target
from countersign.formats.jsonschema.keywords import BLOCKERS, UNREAD
from countersign.formats.jsonschema.vendor import unknown
from countersign.formats.jsonschema.walk import UNNAMED, Pair, documents_of, pairs
from countersign.formats.match import pair
from countersign.formats.relation import Found, Lattice, by_directions, combine
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import Path
from countersign.model.profile import OpenObjects, Profile

_LATTICE = Lattice(blockers=BLOCKERS, within={"closed object": "map", "integer": "number", "map": "object"})
#: They say nothing of values, or nothing that is read: what they say to readers cannot be told.
_DARK = frozenset({"$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "contentSchema"})
_DECIDED = (UNREAD | {"$ref", "additionalProperties", "items"}) - _DARK
#: Steps for all the questions about one contract.
_STEPS_IN_ALL = 2 * STEPS

_Key = tuple[Path, Aspect, str]


def relate(old: Contract, new: Contract, profile: Profile) -> Relations:
    """As `Format.relate`."""
    return _Deciding(old, new, profile).relations()


def relate_formulas(old: Formula, new: Formula, profile: Profile, budget: Budget) -> Relation:
    """How the values that fulfil ``new`` stand to those that fulfil ``old``. Undecided if either direction is."""
    lenient = profile.open_objects is OpenObjects.LENIENT
    history = contained(old, new, lenient=lenient, budget=budget).yes
    readers = None if history is None else contained(new, old, lenient=lenient, budget=budget).yes
    return Relation.UNDECIDED if history is None or readers is None else by_directions(readers=readers, history=history)


@dataclass(frozen=True)
class _Difference:
    """keys: under which its relation is kept. keyword: that differs, or "" where members do. names: of members on one side only."""

    keys: tuple[_Key, ...]
    keyword: str = ""
    names: tuple[str, ...] = ()

    def made(self, said: Said, other: Said) -> Said:
        """What is said, with this difference made."""
        if self.keyword:
            return _with(said, self.keyword, other.get(self.keyword))
        listed = {name: value for name, value in said.get("properties", {}).items() if name not in self.names}
        listed |= {name: value for name, value in other.get("properties", {}).items() if name in self.names}
        required = [name for name in said.get("required", ()) if name not in self.names]
        required += [name for name in other.get("required", ()) if name in self.names]
        return {**said, "properties": listed, "required": required}


class _Deciding:
    def __init__(self, old: Contract, new: Contract, profile: Profile) -> None:
        self._old, self._new, self._profile = old, new, profile
        self._before, self._after = Schemas(documents_of(old)), Schemas(documents_of(new))
        self._budget = Budget(_STEPS_IN_ALL)
        self._found: Found = dict(_LATTICE.relate(old, new))
        self._by_place: dict[Path, list[_Key]] = {}
        for key in self._found:
            self._by_place.setdefault(key[0], []).append(key)

    def relations(self) -> Relations:
        if ((), Aspect.UNREAD, "$schema") in self._found:
            self._found[(), Aspect.UNREAD, "$schema"] = self._drafts()
        for both in pairs(self._old, self._new, self._apart):
            self._at(both)
        self._undescribed()
        return self._found

    def _undescribed(self) -> None:
        """A member that is required and nowhere listed carries what its object says of the rest, which has been decided there."""
        for key, relation in list(self._found.items()):
            path, aspect, keyword = key
            if aspect is Aspect.UNREAD and keyword in BLOCKERS and relation is Relation.UNDECIDED:
                self._found[key] = self._found.get((path[:-1], aspect, keyword), relation)

    def _apart(self, path: Path) -> bool:
        return self._found.get((path, Aspect.TYPE, "")) is Relation.CHANGED

    def _drafts(self) -> Relation:
        """The new schema as the old draft reads it, against the new one."""
        as_before = Schemas(documents_of(self._new).read_as(documents_of(self._old).draft))
        root = Target(self._new.file, ())
        return self._relate(as_before.schema(root), self._after.schema(root))

    def _at(self, both: Pair) -> None:
        """Decide what differs at one place."""
        path, before, after = both.path, both.before, both.after
        if self._found.get((path, Aspect.TYPE, "")) is Relation.UNDECIDED and "ref" in (both.old.type, both.new.type):
            self._found[path, Aspect.TYPE, ""] = self._relate(self._before.schema(before), self._after.schema(after))
        if not isinstance(self._before.documents.schema(before), dict) or not isinstance(self._after.documents.schema(after), dict):
            return
        said, other = self._before.said(before), self._after.said(after)
        differences = [
            *self._keywords(path, {*said, *other}),
            *self._members(both),
            *self._unnamed(path, both.new_path),
        ]
        if not differences:
            return
        joint = self._joint(said, other, differences)
        single = [self._joint(said, other, [one]) for one in differences] if len(differences) > 1 else [joint]
        for difference, relation in zip(differences, single, strict=True):
            for key in difference.keys:
                self._found[key] = self._told(both, difference.keyword, relation if combine(single) is joint else joint)

    def _told(self, both: Pair, keyword: str, relation: Relation) -> Relation:
        """The relation, unless the keyword's schemas differ in words besides that nobody here knows."""
        sides = ((self._before.documents, both.before), (self._after.documents, both.after))
        if relation is Relation.CHANGED or not all(keyword in documents.schema(at) for documents, at in sides):
            return relation
        one, other = (unknown(documents, at, keyword) for documents, at in sides)
        return relation if one == other else Relation.UNDECIDED

    def _joint(self, said: Said, other: Said, differences: Collection[_Difference]) -> Relation:
        changed = said
        for difference in differences:
            changed = difference.made(changed, other)
        return self._relate(self._before.whole(said), self._before.whole(changed))

    def _relate(self, old: Formula, new: Formula) -> Relation:
        return relate_formulas(old, new, self._profile, self._budget)

    def _keywords(self, path: Path, there: Collection[str]) -> Iterator[_Difference]:
        for key in sorted(self._by_place.get(path, ())):
            _, aspect, keyword = key
            if aspect is Aspect.UNREAD and keyword in there and keyword in _DECIDED:
                yield _Difference((key,), keyword)

    def _members(self, both: Pair) -> Iterator[_Difference]:
        """Members on one side only. Read strictly, an open object allowed them before, so the general rules do not speak for them."""
        strict = self._profile.open_objects is OpenObjects.STRICT
        for one, other in pair(both.old.fields, both.new.fields):
            at = (*both.path, one.name) if one is not None else (*both.new_path, other.name if other is not None else "")
            key = (at, Aspect.FIELD, "")
            if key in self._found and (strict or self._found[key] is Relation.UNDECIDED or self._moved(at, one, other)):
                yield _Difference((key,), names=tuple(side.name for side in (one, other) if side is not None))

    def _moved(self, path: Path, one: Field | None, other: Field | None) -> bool:
        """Whether the side without the member mentions it in another schema of the same place."""
        names = self._new.names if other is None else self._old.names if one is None else None
        return names is not None and names.has(path)

    def _unnamed(self, path: Path, new_path: Path) -> Iterator[_Difference]:
        """An element or a map's value that is described on one side only."""
        for step, keyword in UNNAMED.items():
            keys = {((*at, step), aspect, "") for at in (path, new_path) for aspect in (Aspect.TYPE, Aspect.FIELD)}
            undecided = tuple(sorted(key for key in keys if self._found.get(key) is Relation.UNDECIDED))
            if any(aspect is Aspect.FIELD for _, aspect, _ in undecided):
                yield _Difference(undecided, keyword)


def _with(said: Said, keyword: str, value: Any) -> Said:
    rest = {name: what for name, what in said.items() if name != keyword}
    return rest if value is None else {**rest, keyword: value}
