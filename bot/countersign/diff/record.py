"""The changes found so far, each made in the one way in which a change is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from countersign.diff.texts import member
from countersign.model.change import Aspect, Change, Kind, Relation, Relations
from countersign.model.contract import Contract, Dataset, Field, Place
from countersign.model.path import Path, known_step

#: Aspects that bear on which values are allowed: where a format names no relation, it is undecided, never equal.
_ON_VALUES = frozenset(
    {
        Aspect.FIELD,
        Aspect.TYPE,
        Aspect.REQUIRED,
        Aspect.NULLABLE,
        Aspect.DEFAULT,
        Aspect.OPENNESS,
        Aspect.CONSTRAINT,
        Aspect.ENUM_VALUE,
        Aspect.ENUM_NUMBER,
        Aspect.ENUM_OPENNESS,
        Aspect.UNREAD,
    }
)
#: Several of these can differ on one field, so the identity says which.
_SEVERAL = frozenset(
    {
        Aspect.CONSTRAINT,
        Aspect.UNREAD,
        Aspect.PROMISE,
        Aspect.QUALITY,
        Aspect.RELATIONSHIP,
        Aspect.SERVER,
        Aspect.ROLE,
        Aspect.IMPLEMENTATION,
    }
)


Thing = TypeVar("Thing", bound=Contract | Dataset | Field)
_Part = TypeVar("_Part", bound=Dataset | Field)


@dataclass(frozen=True, slots=True)
class Both(Generic[Thing]):
    """The same thing on either side. path: by its old name; new_path: by its new one; identity: by what it is known by."""

    old: Thing
    new: Thing
    path: Path = ()
    new_path: Path = ()
    identity: Path = ()

    def below(self, old: _Part, new: _Part, step: str, new_step: str, key: str) -> Both[_Part]:
        """A part of this thing on either side, one step down."""
        return Both(old, new, (*self.path, step), (*self.new_path, new_step), (*self.identity, key))


class Record:
    """changes: in no order yet."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self.changes: list[Change] = []

    def differs(
        self,
        both: Both[Thing],
        aspect: Aspect,
        before: str | None,
        after: str | None,
        mark: str = "",
        *,
        detail: str = "",
        step: str = "",
        places: tuple[Place | None, Place | None] | None = None,
        relation: Relation | None = None,
        declared: str = "",
        kind: Kind = Kind.ALTERED,
    ) -> None:
        """Note what is said of ``both``, if it differs. mark: its name in the things' own ``places``. step: of an enum's value.

        kind: where it is there on both sides.
        """
        if before == after:
            return
        path, identity = both.path, both.identity
        if step:
            path, identity = (*path, step), (*identity, step)
        old, new = places or (both.old.places.get(mark, both.old.place), both.new.places.get(mark, both.new.place))
        self.changes.append(
            Change(
                aspect=aspect,
                kind=kind_of(before, after, kind),
                path=path,
                identity=(*identity, "@" + detail) if aspect in _SEVERAL else identity,
                before=before,
                after=after,
                relation=relation or self.relation(path, aspect, detail),
                old=None if before is None else old,
                new=_left(both.new, mark or detail) if after is None and not declared else new,
                detail=detail,
                declared=declared or getattr(both.old, "declared", ""),
            )
        )

    def came_or_went(
        self, both: Both[Thing], aspect: Aspect, old: _Part | None, new: _Part | None, step: str = "", *, left: Place | None = None
    ) -> None:
        """Note a dataset or field of ``both`` that is there on one side only, or under another name. step: where it has no name.

        left: what it was part of and is still there, where that is not ``both``.
        """
        there = old or new
        if there is None or (old is not None and new is not None and old.name == new.name):
            return
        path = (*(both.path if old else both.new_path), step or there.name)
        before, after = (old.name, new.name) if old and new else (None, None)
        if old is None and isinstance(new, Field):
            after = member(new)  # one that is allowed is not any other of that name
        self.changes.append(
            Change(
                aspect=aspect,
                kind=kind_of(old, new, Kind.RENAMED),
                path=path,
                identity=(*both.identity, step or _known_by(there)),
                before=before,
                after=after,
                relation=self.relation(path, aspect),
                old=old.place if old else None,
                new=new.place if new else left or _left(both.new, there.name, members=True),
                declared=there.declared if isinstance(there, Field) else "",
            )
        )

    def vanished(self, gone: Mapping[Path, tuple[Place, Place | None]]) -> None:
        """Note the names that are mentioned no more, unless what is noted already says so. gone: -> the old line, what is left around it.

        What is allowed without the name, the differences of the keywords say in which it stood.
        """
        said = {change.path for change in self.changes if _says_gone(change)}
        for path, (old, new) in sorted(gone.items(), key=lambda item: len(item[0])):
            if any(path[:length] in said for length in range(1, len(path) + 1)):
                continue
            said.add(path)
            value = path[-1][:1] == "="
            self.changes.append(
                Change(
                    aspect=Aspect.ENUM_VALUE if value else Aspect.FIELD,
                    kind=Kind.REMOVED,
                    path=path,
                    identity=tuple(step if step[:1] == "=" else known_step("", step) for step in path),
                    before=path[-1][1:] if value else None,
                    after=None,
                    relation=Relation.NARROWED if value else Relation.EQUAL,
                    old=old,
                    new=new,
                )
            )

    def relation(self, path: Path, aspect: Aspect, detail: str = "") -> Relation | None:
        """What the format says of it; None for an aspect that does not bear on values."""
        return self.told(path, aspect, detail) if aspect in _ON_VALUES else None

    def told(self, path: Path, aspect: Aspect, key: str) -> Relation:
        """What the format says, whatever it is about."""
        return self._relations.get((path, aspect, key), Relation.UNDECIDED)


def _left(parent: Contract | Dataset | Field, name: str, *, members: bool = False) -> Place:
    """Where it is seen that something is gone: the line that says so, else what it was part of. members: where that lists its members,
    which may be in another file than the field that has them."""
    if isinstance(parent, Dataset):
        return parent.place
    return parent.gone.get(name, parent.places.get("members", parent.place) if members else parent.place)


def _says_gone(change: Change) -> bool:
    if change.aspect is Aspect.TYPE:
        return change.relation is Relation.CHANGED  # its parts are not compared
    return change.aspect in (Aspect.FIELD, Aspect.ENUM_VALUE) and change.kind in (Kind.REMOVED, Kind.RENAMED)


def kind_of(before: object | None, after: object | None, both: Kind = Kind.ALTERED) -> Kind:
    if before is None:
        return Kind.ADDED
    return Kind.REMOVED if after is None else both


def _known_by(thing: Dataset | Field) -> str:
    return thing.known_by if isinstance(thing, Dataset) else thing.key
