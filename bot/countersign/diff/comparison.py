"""The walk over two contracts. What is compared is paired by the format room, so that there is one truth about renames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from countersign.diff.order import ORDERED, order
from countersign.diff.promises import by_subject, promised, stands, tightness
from countersign.diff.record import Both, Record, Thing, kind_of
from countersign.diff.texts import gist, openness, retyped, shape, tidy, truth, values, word
from countersign.formats.match import pair, pair_datasets, pair_values
from countersign.formats.terms import differing_terms
from countersign.model.change import Aspect, Change, Kind, Relation, Relations
from countersign.model.contract import Contract, Dataset, EnumValue, Field, Place, canonical
from countersign.model.mentions import Names
from countersign.model.path import ELEMENT, VALUE, Path, branch_step, enum_step

#: The names under which a contract keeps what its values mean. A name that is not here is shown as undecided.
_MEANINGS = {
    "unit": Aspect.UNIT,
    "currency": Aspect.CURRENCY,
    "timezone": Aspect.TIMEZONE,
    "nullMeaning": Aspect.NULL_MEANING,
    "classification": Aspect.CLASSIFICATION,
    "transform": Aspect.TRANSFORM,
    "logicalType": Aspect.LOGICAL_TYPE,
    "grain": Aspect.GRAIN,
    "description": Aspect.DESCRIPTION,
}
_PROSE = frozenset({Aspect.NULL_MEANING, Aspect.GRAIN, Aspect.DESCRIPTION})


class Comparison:
    """One comparison of two contracts; `contracts` is called once."""

    def __init__(self, relations: Relations) -> None:
        self._record = Record(relations)
        self._ordered = False
        self._kept: Names | None = None
        self._gone: Mapping[Path, tuple[Place, Place | None]] = {}  # a name that is mentioned no more -> its line, what is left around it
        self._fields: list[Both[Field]] = []  # a list and no recursion: a contract may be deep

    def contracts(self, old: Contract, new: Contract) -> list[Change]:
        """All changes, in no order."""
        both = Both(old, new)
        self._ordered = old.format == new.format and old.format in ORDERED
        self._record.differs(both, Aspect.STATUS, old.status, new.status, "status")
        self._record.differs(both, Aspect.VERSION, old.version or None, new.version or None, "version")
        self._record.differs(both, Aspect.UNREAD, old.format, new.format, detail="format")  # the same fields may be other bytes
        self._meanings(both)
        self._texts(both, Aspect.CONSTRAINT, old.constraints, new.constraints)
        self._texts(both, Aspect.UNREAD, old.unread, new.unread)
        self._terms(both)
        self._promises(both)
        self._notices(both)
        pairs = pair_datasets(old.datasets, new.datasets)
        gone = frozenset(before.root.declared for before, after in pairs if before is not None and after is None)
        for before, after in pairs:
            if not (after is None and before is not None and _goes_with(before, gone)):
                self._record.came_or_went(both, Aspect.DATASET, before, after, left=_around(before, new))
            if before is not None and after is not None:
                self._datasets(both.below(before, after, before.name, after.name, before.known_by))
        if old.names is not None and new.names is not None:
            self._kept = new.names
            self._gone = {path: (place, left) for path, place, left in old.names.gone(new.names)}
        while self._fields:
            self._field(self._fields.pop())
        self._record.vanished(self._gone)
        return self._record.changes

    def _datasets(self, both: Both[Dataset]) -> None:
        old, new = both.old, both.new
        self._meanings(both)
        self._texts(both, Aspect.UNREAD, old.unread, new.unread)
        self._terms(both)
        renamed = {before.name: after.name for before, after in pair(old.root.fields, new.root.fields) if before and after}
        if [renamed.get(name, name) for name in old.key] != list(new.key):
            self._record.differs(both, Aspect.KEY, _key(old), _key(new), "key")
        if self._ordered and (moved := order(old.root.fields, new.root.fields)) is not None:
            self._record.differs(both, Aspect.ORDER, *moved)
        self._fields.append(Both(old.root, new.root, both.path, both.new_path, both.identity))

    def _field(self, both: Both[Field]) -> None:
        old, new = both.old, both.new
        self._meanings(both)
        self._terms(both)
        self._record.differs(both, Aspect.REQUIRED, truth(old.required), truth(new.required), "required")
        if self._record.relation(both.path, Aspect.NULLABLE) is not Relation.EQUAL:  # else the type says it
            self._record.differs(both, Aspect.NULLABLE, truth(old.nullable), truth(new.nullable), "nullable")
        relation = self._retyping(both)
        if relation in (Relation.CHANGED, Relation.UNDECIDED):
            # The parts have nothing to be compared with. The texts hold all of them, so that another part is another finding.
            self._record.differs(both, Aspect.TYPE, retyped(old, new), retyped(new, old), "type", relation=relation)
            if old.default is None or new.default is None:
                self._record.differs(both, Aspect.DEFAULT, old.default, new.default, "default")
            return
        self._record.differs(both, Aspect.DEFAULT, old.default, new.default, "default")
        if _one_union(old, new):
            self._record.differs(both, Aspect.TYPE, shape(old), shape(new), "type", relation=relation)
            for step, branch in _parts(old):
                if shape(branch) != shape(new) and _names_fields(branch):
                    self._record.came_or_went(both, Aspect.FIELD, branch, None, step)
            return
        if relation is not None:
            self._record.differs(both, Aspect.TYPE, _type(old, new), _type(new, old), "type", relation=relation)
        self._record.differs(both, Aspect.OPENNESS, openness(old.open), openness(new.open), "open")
        self._texts(both, Aspect.CONSTRAINT, old.constraints, new.constraints)
        self._texts(both, Aspect.UNREAD, old.unread, new.unread)
        self._enums(both)
        for before, after in pair(old.fields, new.fields):
            if before is not None and self._elsewhere((*both.path, before.name), before, after):
                continue
            self._record.came_or_went(both, Aspect.FIELD, before, after)
            if before is not None and after is not None and not before.repeats(after):
                self._fields.append(both.below(before, after, before.name, after.name, before.key))
        self._unnamed(both, retyped=relation is not None)

    def _elsewhere(self, path: Path, before: Field, after: Field | None) -> bool:
        """Whether it says all of a member that its name is gone, or that the name is kept by another schema of the same place."""
        if after is None:
            kept = self._kept is not None and self._kept.has(path)
            return kept and self._record.relation(path, Aspect.FIELD) is Relation.EQUAL
        return before.name == after.name and path in self._gone

    def _retyping(self, both: Both[Field]) -> Relation | None:
        """How the types stand to one another; None where they are the same word."""
        old, new = both.old, both.new
        if word(old) == word(new):
            return None
        relation = self._record.relation(both.path, Aspect.TYPE)
        if relation is Relation.CHANGED or not _one_union(old, new):
            return relation
        # The relation is one of types. It says nothing of what else limits them, unless one branch is the other side as it stands.
        union, single = (old, new) if old.type == "union" else (new, old)
        bare = not (union.constraints or union.unread or union.enum)
        same = any(shape(branch) == shape(single) for branch in union.branches)
        plain = all(shape(one) == word(one) for one in (single, *union.branches))
        return relation if bare and (same or plain) else Relation.UNDECIDED

    def _unnamed(self, both: Both[Field], *, retyped: bool) -> None:
        """An array's element, a map's value, a union's branches: no field is called so, but a field that is called so may be in them."""
        before, after = dict(_parts(both.old)), dict(_parts(both.new))
        for step in before.keys() | after.keys():
            one, other = before.get(step), after.get(step)
            if one is not None and other is not None:
                self._fields.append(both.below(one, other, step, step, step))
            elif one is not None and _names_fields(one):
                self._record.came_or_went(both, Aspect.FIELD, one, None, step)
            elif not retyped:  # else the type says it
                at = both.below(one or both.old, other or both.new, step, step, step)
                self._record.differs(at, Aspect.TYPE, shape(one) if one else None, shape(other) if other else None, "type")

    def _enums(self, both: Both[Field]) -> None:
        old, new = both.old.enum, both.new.enum
        if old is None or new is None:
            places = (old.place if old else None, new.place if new else None)
            self._record.differs(both, Aspect.CONSTRAINT, values(old), values(new), detail="enum", places=places)
            return
        places = (both.old.places.get("enumOpen", old.place), both.new.places.get("enumOpen", new.place))
        self._record.differs(both, Aspect.ENUM_OPENNESS, openness(old.open), openness(new.open), places=places)
        for one, other in pair_values(old, new):
            around = next((value.place for value in new.values if one and value.number and value.number == one.number), new.place)
            self._enum_value(both, one, other, old.declared and f"{old.declared}.{(one or other or old.values[0]).value}", around)

    def _enum_value(self, both: Both[Field], one: EnumValue | None, other: EnumValue | None, declared: str, around: Place) -> None:
        """One value on either side. around: what is left of it in the new enum."""
        before, after = one.value if one else None, other.value if other else None
        step, places = enum_step(before or after or ""), (one.place if one else None, other.place if other else around)
        note = partial(self._record.differs, both, step=step, places=places, declared=declared)
        note(Aspect.ENUM_VALUE, before, after, kind=Kind.RENAMED)
        if one is None or other is None:
            return
        note(Aspect.ENUM_NUMBER, one.number, other.number)
        if gist(one.meaning) != gist(other.meaning):
            note(Aspect.ENUM_MEANING, tidy(one.meaning), tidy(other.meaning))

    def _promises(self, both: Both[Contract]) -> None:
        old, new = both.old, both.new
        before, after = by_subject(old.promises), by_subject(new.promises)
        for name, element in before.keys() | after.keys():
            one, other = before.get((name, element), ()), after.get((name, element), ())
            path = tuple(element.split("."))
            resolved = stands(path, old) or stands(path, new)
            self._record.differs(
                Both(old, new, path, path, path) if resolved else both,
                Aspect.PROMISE,
                promised(one),
                promised(other),
                detail=name if resolved or not element else f"{name} of {element}",
                places=(one[0].place if one else None, other[0].place if other else None),
                relation=tightness(one, other),
            )

    def _terms(self, both: Both[Thing]) -> None:
        for aspect, name, (one, other) in differing_terms(both.old.terms, both.new.terms):
            self._record.differs(
                both,
                aspect,
                one.text if one else None,
                other.text if other else None,
                detail=name,
                places=(one.place if one else None, other.place if other else None),
                relation=self._record.told(both.path, aspect, name),
            )

    def _notices(self, both: Both[Contract]) -> None:
        before, after = ({notice.path: notice for notice in contract.notices} for contract in (both.old, both.new))
        for path in before.keys() | after.keys():
            one, other = before.get(path), after.get(path)
            if one and other and (one.remove_after, one.replacement) == (other.remove_after, other.replacement):
                continue
            self._record.changes.append(
                Change(
                    aspect=Aspect.NOTICE,
                    kind=kind_of(one, other),
                    path=path,
                    identity=path,
                    before=one.remove_after if one else None,
                    after=other.remove_after if other else None,
                    old=one.place if one else None,
                    new=other.place if other else both.new.place,
                    detail=other.replacement if other else "",
                )
            )

    def _meanings(self, both: Both[Thing]) -> None:
        for name in both.old.meaning.keys() | both.new.meaning.keys():
            before, after = tidy(both.old.meaning.get(name)), tidy(both.new.meaning.get(name))
            aspect = _MEANINGS.get(name, Aspect.UNREAD)
            if aspect not in _PROSE or gist(before) != gist(after):
                self._record.differs(both, aspect, before, after, name, detail=name if aspect is Aspect.UNREAD else "")

    def _texts(self, both: Both[Thing], aspect: Aspect, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        for name in old.keys() | new.keys():
            self._record.differs(both, aspect, old.get(name), new.get(name), name, detail=name)


def _around(dataset: Dataset | None, new: Contract) -> Place | None:
    """The dataset in which one was declared, as it is now; None if there is none."""
    around = dataset.root.declared.rpartition(".")[0] if dataset else ""
    return next((one.place for one in new.datasets if around and one.root.declared == around), None)


def _goes_with(dataset: Dataset, gone: frozenset[str]) -> bool:
    """Whether it was declared inside a dataset that is gone. gone: what was declared as these."""
    steps = dataset.root.declared.split(".")
    return any(".".join(steps[:length]) in gone for length in range(1, len(steps)))


def _key(dataset: Dataset) -> str | None:
    return canonical(list(dataset.key)) if dataset.key else None


def _parts(field: Field) -> Iterator[tuple[str, Field]]:
    """The children that have no name of their own."""
    if field.items is not None:
        yield (VALUE if field.type == "map" else ELEMENT), field.items
    for branch in field.branches:
        yield branch_step(branch.name), branch


def _type(field: Field, other: Field) -> str:
    """The type with the parts that the other side lacks, because no change of their own shows those."""
    steps = {step for step, _ in _parts(other)}
    alone = [shape(part) for step, part in _parts(field) if step not in steps]
    return f"{word(field)}[{', '.join(sorted(alone))}]" if alone else word(field)


def _one_union(old: Field, new: Field) -> bool:
    return (old.type == "union") != (new.type == "union")


def _names_fields(field: Field) -> bool:
    todo = [field]
    while todo:
        field = todo.pop()
        if field.fields:
            return True
        todo += [child for _, child in field.children()]
    return False
