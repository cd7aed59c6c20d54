"""Types of the database's own: enums, composites, domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from countersign.formats.sql.catalogue import Catalogue, Column, Table, UserType, one_more, unknown
from countersign.formats.sql.cursor import Cursor
from countersign.formats.sql.definitions import check, elements
from countersign.formats.sql.types import ColumnType, column_type
from countersign.model.contract import EnumValue, Place, canonical


def create_type(part: Cursor, catalogue: Catalogue, place: Place) -> None:
    """Behind CREATE TYPE."""
    name = catalogue.names.key(part.dotted()[-1]).lower()
    part.accept("AS", "IS")
    if part.accept("ENUM"):
        values = part.group() if part.word() == "(" else part
        listed = [EnumValue(place=one.place, value=one.string() or "") for one in values.parts() if not one.done]
        catalogue.types[name] = UserType(place, values=listed)
    elif part.word() == "(":
        held = Table(name=name, schema="", place=place)
        elements(part.group(), held, catalogue)
        catalogue.types[name] = UserType(place, members=held)
    elif part.accept("FROM"):
        written = part.until("NOT NULL", "NULL")
        catalogue.types[name] = UserType(
            place, base=column_type(written.rest, written.text, catalogue.dialect), not_null=bool(part.accept("NOT NULL"))
        )
    else:
        catalogue.unread[f"type {name}"] = canonical(part.text)
        catalogue.places[f"type {name}"] = place


def create_domain(part: Cursor, catalogue: Catalogue, place: Place) -> None:
    """Behind CREATE DOMAIN."""
    name = catalogue.names.key(part.dotted()[-1]).lower()
    part.accept("AS")
    stops = ("NOT NULL", "NULL", "DEFAULT", "CHECK", "CONSTRAINT", "COLLATE")
    written = part.until(*stops)
    made = UserType(place, base=column_type(written.rest, written.text, catalogue.dialect))
    while not part.done:
        at = part.place
        clause = part.accept(*stops)
        if clause == "NOT NULL":
            made.not_null = True
        elif clause == "CHECK":
            made.checks.append(check(part, catalogue, at))
        elif clause == "CONSTRAINT":
            part.name()
        else:
            part.until(*stops)
    catalogue.types[name] = made


def alter_type(part: Cursor, catalogue: Catalogue) -> None:
    """Behind ALTER TYPE or ALTER DOMAIN."""
    place = part.place
    path = part.dotted()
    name = catalogue.names.key(path[-1]).lower()
    found = catalogue.types.get(name)
    if found is None:
        raise unknown(path, place)
    if part.accept("ADD VALUE"):
        present = part.accept("IF NOT EXISTS")
        value = part.string() or ""
        if found.values is not None and not (present and any(one.value == value for one in found.values)):
            found.values.append(EnumValue(value=value, place=place))
    elif part.accept("RENAME VALUE") and found.values is not None:
        old = part.string() or ""
        part.accept("TO")
        new = part.string() or ""
        found.values = [replace(one, value=new, place=place) if one.value == old else one for one in found.values]
        found.place = place
    elif part.accept("RENAME TO"):
        _rename_type(name, catalogue.names.key(part.name()).lower(), found, catalogue)
    elif not part.looks("OWNER", "SET SCHEMA", "VALIDATE"):
        catalogue.unread[f"type {name}"] = one_more(catalogue.unread.get(f"type {name}"), part.text)
        catalogue.places[f"type {name}"] = place


def _rename_type(old: str, new: str, found: UserType, catalogue: Catalogue) -> None:
    del catalogue.types[old]
    catalogue.types[new] = found
    for one in _columns(catalogue):
        one.type = _with_name(one.type, old, new)


def _with_name(kind: ColumnType, old: str, new: str) -> ColumnType:
    if kind.items is not None:
        kind = replace(kind, items=_with_name(kind.items, old, new))
    return replace(kind, user=new, word=new, text=new) if kind.user == old else kind


def _columns(catalogue: Catalogue) -> Iterator[Column]:
    for table in catalogue.tables.values():
        yield from table.columns.values()
