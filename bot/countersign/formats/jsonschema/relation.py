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
from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import BLOCKERS, UNREAD
from countersign.formats.match import pair, pair_datasets
from countersign.formats.relation import Found, Lattice, by_directions, combine
from countersign.model.change import Aspect, Relation, Relations
from countersign.model.contract import Contract, Field
from countersign.model.path import ELEMENT, VALUE, Path
from countersign.model.profile import OpenObjects, Profile

_LATTICE = Lattice(blockers=BLOCKERS, within={"closed object": "map", "integer": "number", "map": "object"})
#: They say nothing of values, or nothing that is read: what they say to readers cannot be told.
_DARK = frozenset({"$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "contentSchema"})
_DECIDED = (UNREAD | {"$ref", "additionalProperties", "items"}) - _DARK
#: The keyword that describes what has no name of its own.
_UNNAMED = {ELEMENT: "items", VALUE: "additionalProperties"}
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


def documents_of(contract: Contract) -> Documents:
    assert isinstance(contract.native, Documents), "`parse` has made it"
    return contract.native


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
        for before, after in pair_datasets(self._old.datasets, self._new.datasets):
            if before is not None and after is not None:
                roots = Target(self._old.file, ()), Target(self._new.file, ())
                self._fields(before.root, after.root, (before.name,), (after.name,), *roots)
        return self._found

    def _drafts(self) -> Relation:
        """The new schema as the old draft reads it, against the new one."""
        as_before = Schemas(documents_of(self._new).read_as(documents_of(self._old).draft))
        root = Target(self._new.file, ())
        return self._relate(as_before.schema(root), self._after.schema(root))

    def _fields(self, old: Field, new: Field, path: Path, new_path: Path, old_at: Target, new_at: Target) -> None:
        waiting = [(old, new, path, new_path, old_at, new_at)]
        while waiting:
            old, new, path, new_path, old_at, new_at = waiting.pop()
            before, after = self._before.documents.settled(old_at), self._after.documents.settled(new_at)
            self._at(old, new, path, new_path, before, after)
            if self._found.get((path, Aspect.TYPE, "")) is Relation.CHANGED:
                continue  # nobody compares the parts
            for one, other in pair(old.fields, new.fields):
                if one is None or other is None:
                    continue
                one_at, other_at = _member(self._before, before, one.name), _member(self._after, after, other.name)
                if one_at is not None and other_at is not None:
                    waiting.append((one, other, (*path, one.name), (*new_path, other.name), one_at, other_at))
            if old.items is not None and new.items is not None and (old.type == "map") == (new.type == "map"):
                step = VALUE if old.type == "map" else ELEMENT
                below = _below(before, _UNNAMED[step]), _below(after, _UNNAMED[step])
                waiting.append((old.items, new.items, (*path, step), (*new_path, step), *below))

    def _at(self, old: Field, new: Field, path: Path, new_path: Path, before: Target, after: Target) -> None:
        """Decide what differs at one place."""
        if self._found.get((path, Aspect.TYPE, "")) is Relation.UNDECIDED and "ref" in (old.type, new.type):
            self._found[path, Aspect.TYPE, ""] = self._relate(self._before.schema(before), self._after.schema(after))
        if not isinstance(self._before.documents.schema(before), dict) or not isinstance(self._after.documents.schema(after), dict):
            return
        said, other = self._before.said(before), self._after.said(after)
        differences = [
            *self._keywords(path, {*said, *other}),
            *self._members(old, new, path, new_path),
            *self._unnamed(path, new_path),
        ]
        if not differences:
            return
        joint = self._joint(said, other, differences)
        single = [self._joint(said, other, [one]) for one in differences] if len(differences) > 1 else [joint]
        for difference, relation in zip(differences, single, strict=True):
            for key in difference.keys:
                self._found[key] = relation if combine(single) is joint else joint

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

    def _members(self, old: Field, new: Field, path: Path, new_path: Path) -> Iterator[_Difference]:
        """Members on one side only. Read strictly, an open object allowed them before, so the general rules do not speak for them."""
        strict = self._profile.open_objects is OpenObjects.STRICT
        for one, other in pair(old.fields, new.fields):
            key = ((*path, one.name) if one is not None else (*new_path, (other or old).name), Aspect.FIELD, "")
            if key in self._found and (strict or self._found[key] is Relation.UNDECIDED):
                yield _Difference((key,), names=tuple(side.name for side in (one, other) if side is not None))

    def _unnamed(self, path: Path, new_path: Path) -> Iterator[_Difference]:
        """An element or a map's value that is described on one side only."""
        for step, keyword in _UNNAMED.items():
            keys = {((*at, step), aspect, "") for at in (path, new_path) for aspect in (Aspect.TYPE, Aspect.FIELD)}
            undecided = tuple(sorted(key for key in keys if self._found.get(key) is Relation.UNDECIDED))
            if any(aspect is Aspect.FIELD for _, aspect, _ in undecided):
                yield _Difference(undecided, keyword)


def _with(said: Said, keyword: str, value: Any) -> Said:
    rest = {name: what for name, what in said.items() if name != keyword}
    return rest if value is None else {**rest, keyword: value}


def _member(schemas: Schemas, at: Target, name: str) -> Target | None:
    """Where a member is described: one that is only required, by what describes the rest; None if nothing does."""
    schema = schemas.documents.schema(at)
    if name in schema.get("properties", ()):
        return _below(at, "properties", name)
    return _below(at, "additionalProperties") if "additionalProperties" in schema else None


def _below(at: Target, *steps: str) -> Target:
    return Target(at.file, (*at.at, *steps))
