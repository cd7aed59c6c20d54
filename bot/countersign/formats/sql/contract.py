"""What all statements together have made -> a contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from countersign.formats.enums import enum_text
from countersign.formats.sql.catalogue import Catalogue, Column, Constraint, Table, UserType
from countersign.formats.sql.checks import limits
from countersign.formats.sql.types import TYPE_CONSTRAINTS, ColumnType
from countersign.model.contract import Dataset, Enum, EnumValue, Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

#: Before the name of a constraint to which rows that were there before it are not held.
UNPROVED = "not valid: "
#: User types inside user types.
_MAX_DEPTH = 20


def datasets(catalogue: Catalogue) -> Iterator[Dataset]:
    """One for each table and view. Of two that differ in their schema alone, the later carries it in its name; one that has no schema has
    no other name to give."""
    tables = catalogue.tables.values()
    taken = {table.name for table in tables if not table.schema}
    for table in tables:
        if not table.schema:
            yield _dataset(table, table.name, catalogue)
            continue
        name = table.name if table.name not in taken else table.qualified
        taken.add(name)
        yield _dataset(table, name, catalogue)


def _dataset(table: Table, name: str, catalogue: Catalogue) -> Dataset:
    fields = {key: _field(column, catalogue) for key, column in table.columns.items()}
    held = _Held(table, fields, catalogue)
    primary = table.primary_key()
    places = dict(table.places)
    if primary is not None:
        places["key"] = primary.place
    root = Field(
        name=name,
        place=table.place,
        type="object",
        type_text="view" if table.view else "table",
        required=True,
        fields=tuple(held.fields.values()),
        constraints=held.constraints,
        places={**places, **held.places},
        gone={**table.gone, **held.gone},
    )
    meaning = {"description": table.comment, "transform": table.transform}
    return Dataset(
        name=name,
        place=table.place,
        aliases=tuple(alias for alias in table.aliases if alias != name),
        root=root,
        key=tuple(held.fields[key].name for key in primary.columns if key in held.fields) if primary else (),
        meaning={key: text for key, text in meaning.items() if text},
        unread=dict(table.unread),
        places=places,
    )


class _Held:
    """What a table's constraints ask of its columns and its rows. fields: with what is asked of each."""

    def __init__(self, table: Table, fields: dict[str, Field], catalogue: Catalogue) -> None:
        self.fields = fields
        self.constraints: dict[str, str] = {}
        self.places: dict[str, Place] = {}
        self.gone: dict[str, Place] = {}
        self._catalogue = catalogue
        self._table = table
        if table.schema or table.physical:
            self.constraints["physicalName"] = canonical(table.qualified)
        for one, place in table.loosened:
            for key, name, _ in self._asked(one):
                if key in fields:
                    self._change(key, gone={**fields[key].gone, name: place})
                else:
                    self.gone[name] = place
        if table.strict:
            self.constraints["strict"] = "true"
        for one in (one for one in table.constraints if one.enforced):
            if one.kind == "values" and one.columns[0] in fields:
                self._change(one.columns[0], enum=_listed(one.values, self.fields[one.columns[0]], one.place))
                continue
            for key, name, value in self._asked(one):
                self._hold(key, name, value, one.place)
                if not one.validated:
                    self._hold(key, f"{UNPROVED}{name}", value, one.place)

    def _asked(self, one: Constraint) -> Iterator[tuple[str, str, str]]:
        """(column's key or "", name of the constraint, JSON)"""
        if one.kind == "check":
            if one.check is None:
                yield one.columns[0] if len(one.columns) == 1 else "", f"check {one.text}", "true"
                return
            for column, name, value in limits(one.check, self._catalogue.dialect):
                yield self._catalogue.names.key(column), name, value
            return
        only = one.columns[0] if len(one.columns) == 1 else ""
        listed = ", ".join(self.fields[key].name if key in self.fields else key for key in one.columns) or one.text
        if one.kind in ("primary", "required"):
            for key in one.columns:
                if one.kind == "required" or not self._lax(key, one):
                    yield key, "not null", ""
        elif one.kind == "unique":
            yield (only, "unique", "true") if only else ("", f"unique ({listed})", "true")
            if not one.nulls_distinct:
                yield (only, "unique nulls", "true") if only else ("", f"unique nulls ({listed})", "true")
        else:
            target = f"{one.target}({', '.join(one.target_columns)})" if one.target_columns else one.target
            yield only, "references" if only else f"references ({listed})", canonical(target)

    def _lax(self, key: str, one: Constraint) -> bool:
        alone = len(one.columns) == 1 and key in self.fields and self.fields[key].type == "integer"
        return self._table.lax_key and not alone

    def _hold(self, key: str, name: str, value: str, place: Place) -> None:
        field = self.fields.get(key)
        if field is None:
            if name == "not null":  # of a column that nobody describes
                name, value = f"not null {key}", "true"
            self.constraints[name] = value
            self.places[name] = place
        elif name == "not null":
            self._change(key, nullable=False, places={"nullable": place, **field.places})
        elif name == "enum":
            self._change(key, enum=_enum(json.loads(value), field, place))
        else:
            taken = field.constraints.get(name)
            if taken is not None and taken != value:
                name, value = _both(name, taken, value)
            self._change(key, constraints={**field.constraints, name: value}, places={**field.places, name: place})

    def _change(self, key: str, **changes: object) -> None:
        self.fields[key] = replace(self.fields[key], **changes)  # type: ignore[arg-type]  # fields of Field by their names


def _both(name: str, one: str, other: str) -> tuple[str, str]:
    """Two limits of one kind: the tighter. Two that have no order stand beside one another."""
    numbers = [value for value in map(json.loads, (one, other)) if isinstance(value, int | float)]
    if len(numbers) < 2 or name not in _TIGHTER:
        return f"check {name} {other}", "true"
    return name, canonical(_TIGHTER[name](numbers))


_TIGHTER = {
    **dict.fromkeys(("maxLength", "maximum", "exclusiveMaximum"), min),
    **dict.fromkeys(("minLength", "minimum", "exclusiveMinimum"), max),
}


def _enum(values: list[object], field: Field, place: Place) -> Enum:
    texts = list(dict.fromkeys(enum_text(value, only_strings=field.type == "string") for value in values))
    return _listed([EnumValue(value=text, place=place) for text in texts], field, place)


def _listed(values: list[EnumValue], field: Field, place: Place) -> Enum:
    """Two lists for one column: what both have."""
    known = None if field.enum is None else {one.value for one in field.enum.values}
    return Enum(values=tuple(one for one in values if known is None or one.value in known), place=place)


def _field(column: Column, catalogue: Catalogue) -> Field:
    made = _typed(column.name, column.type, column.place, catalogue, 0)
    retyped = column.places.get("type", column.place)
    places = {**dict.fromkeys(column.type.constraints, retyped), **made.places, **column.places}
    meaning = {**made.meaning, **column.meaning, "description": column.comment, "transform": column.transform}
    return replace(
        made,
        aliases=tuple(alias for alias in column.aliases if alias != column.name),
        nullable=column.nullable and made.nullable,
        default=column.default,
        meaning={name: text for name, text in meaning.items() if text},
        unread=dict(column.unread),
        places=places,
        gone={**dict.fromkeys(TYPE_CONSTRAINTS, retyped), **column.gone},
    )


def _typed(name: str, kind: ColumnType, place: Place, catalogue: Catalogue, depth: int) -> Field:
    """A field of that type, and of the types that it is made of."""
    user = catalogue.types.get(kind.user) if kind.user and depth < _MAX_DEPTH else None
    if user is not None:
        return _of_user_type(name, kind, user, place, catalogue, depth)
    nested: tuple[Field, ...] = tuple(
        replace(
            _typed(one.name, one.type, place, catalogue, depth + 1), meaning={"description": one.description} if one.description else {}
        )
        for one in kind.members
    )
    items = None
    if kind.items is not None:
        step = VALUE if kind.word == "map" else ELEMENT
        items = replace(_typed(step, kind.items, place, catalogue, depth + 1), nullable=kind.items.nullable is not False)
    enum = None
    if kind.enum:
        enum = Enum(values=tuple(EnumValue(value=value, place=place) for value in dict.fromkeys(kind.enum)), place=place)
    return Field(
        name=name,
        place=place,
        type=kind.word,
        type_text=kind.text,
        required=True,
        nullable=kind.nullable is not False,
        enum=enum,
        fields=nested,
        items=items,
        constraints={key: canonical(value) for key, value in kind.constraints.items()},
        meaning={"timezone": kind.timezone} if kind.timezone else {},
    )


def _of_user_type(name: str, kind: ColumnType, user: UserType, place: Place, catalogue: Catalogue, depth: int) -> Field:
    if user.values is not None:
        enum = Enum(values=tuple(user.values), place=user.place)
        return Field(name=name, place=place, type="string", type_text=kind.text, required=True, nullable=True, enum=enum)
    if user.members is not None:
        members = tuple(
            replace(_typed(one.name, one.type, one.place, catalogue, depth + 1), aliases=tuple(one.aliases))
            for one in user.members.columns.values()
        )
        return Field(name=name, place=place, type="object", type_text=kind.text, required=True, nullable=True, fields=members)
    base = user.base or ColumnType("any", "")
    made = _typed(name, replace(base, text=kind.text), place, catalogue, depth + 1)
    table = Table(name="", schema="", place=user.place, constraints=list(user.checks))
    held = _Held(table, {"value": made}, catalogue)
    for said, value in held.constraints.items():
        held.fields["value"] = replace(held.fields["value"], constraints={**held.fields["value"].constraints, said: value})
    return replace(held.fields["value"], nullable=made.nullable and not user.not_null)
