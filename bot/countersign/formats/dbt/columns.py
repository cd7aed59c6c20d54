"""Columns, constraints and tests of a resource -> a table as SQL has it.

A constraint is what the platform holds rows to, a test what dbt finds out afterwards; readers rely on either. A test that only warns, or is
switched off, is no promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.formats.dbt.nodes import listed, named
from countersign.formats.enums import enum_text
from countersign.formats.marked import Unreadable
from countersign.formats.source import Document, Pointer
from countersign.formats.sql import lexing
from countersign.formats.sql.catalogue import Catalogue, Column, Constraint, Table
from countersign.formats.sql.types import ColumnType, column_type
from countersign.model.contract import EnumValue, Place, canonical

#: Read, or saying nothing of the values: labels, words for people, how the docs look.
_KNOWN = frozenset(
    {"name", "description", "data_type", "constraints", "tests", "data_tests", "meta", "tags", "docs", "quote", "config", "policy_tags"}
)
#: What a mapping of `meta` may say of a column's meaning.
_MEANINGS = ("unit", "currency", "classification")
#: Of a test: how it is run and called.
_BESIDE_THE_TEST = frozenset(
    {"name", "config", "description", "meta", "tags", "severity", "error_if", "warn_if", "enabled", "store_failures"}
)


def columns(document: Document, at: Pointer, written: Any, table: Table, catalogue: Catalogue) -> None:
    """Read a list of columns into the table. Raises `Unreadable`."""
    for index, one in listed(document, at, written):
        column(document, index, one, table, catalogue)


def column(document: Document, at: Pointer, written: Any, table: Table, catalogue: Catalogue) -> None:
    """Read one column into the table. Raises `Unreadable`."""
    data = named(document, at, written)
    name = data["name"]
    if name in table.columns:
        first, line = table.columns[name].place.line, document.line(*at, "name")
        message = f"the column `{name}` is described twice, here and on line {first}"
        raise Unreadable(document.file, line, message, "Keep one of the two")
    table.columns[name] = _column(document, at, data, catalogue)
    constraints(document, (*at, "constraints"), data.get("constraints"), table, catalogue, name)
    checks(document, at, data, table, name)


def _column(document: Document, at: Pointer, data: Mapping[str, Any], catalogue: Catalogue) -> Column:
    text = str(data.get("data_type") or "")
    written = lexing.written(text, catalogue.dialect)
    kind = column_type(written, text, catalogue.dialect) if written is not None else ColumnType(" ".join(text.lower().split()), text)
    found = Column(name=data["name"], place=document.place(*at, "name"), type=kind, comment=str(data.get("description") or ""))
    found.places = {"type": document.place(*at, "data_type"), "description": document.place(*at, "description")}
    said = {**_mapping(data.get("meta")), **_mapping(_mapping(data.get("config")).get("meta"))}
    for name in _MEANINGS:
        if isinstance(said.get(name), str):
            found.meaning[name] = said[name]
            found.places[name] = document.place(*at, "meta", name)
    for key in sorted(data.keys() - _KNOWN):
        found.unread[key], found.places[key] = canonical(data[key]), document.place(*at, key)
    return found


def _mapping(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, Mapping) else {}


def constraints(document: Document, at: Pointer, written: Any, table: Table, catalogue: Catalogue, column: str = "") -> None:
    """``constraints:`` of a column, or of the whole resource. Raises `Unreadable`."""
    for index, one in listed(document, at, written):
        kind = str(_mapping(one).get("type", "")).lower()
        place = document.place(*index)
        names = [column] if column else [str(name) for name in one.get("columns") or ()] if isinstance(one, Mapping) else []
        if kind == "not_null":
            table.constraints += [Constraint("required", place, [name]) for name in names]
        elif kind in ("unique", "primary_key"):
            table.constraints.append(Constraint("unique" if kind == "unique" else "primary", place, names))
        elif kind == "foreign_key":
            target = str(one.get("to") or one.get("expression") or "")
            table.constraints.append(
                Constraint("foreign", place, names, target=target, target_columns=[str(name) for name in one.get("to_columns") or ()])
            )
        elif kind in ("check", "custom") and isinstance(one.get("expression"), str):
            text = " ".join(one["expression"].split())
            tokens = lexing.written(text, catalogue.dialect) if kind == "check" else None
            condition = lexing.expression(tokens, catalogue.dialect) if tokens else None
            table.constraints.append(Constraint("check", place, names, check=condition, text=text))
        else:
            line, shown = document.line(*index), kind or "none"
            message = f"a constraint of the type `{shown}` is none of dbt's"
            remedy = "Write not_null, unique, primary_key, foreign_key, check or custom, with what it asks for"
            raise Unreadable(document.file, line, message, remedy)


def checks(document: Document, at: Pointer, data: Mapping[str, Any], table: Table, column: str = "") -> None:
    """``data_tests:``, formerly ``tests:``. Raises `Unreadable`."""
    for key in ("tests", "data_tests"):
        for index, one in listed(document, (*at, key), data.get(key)):
            found = _test(one)
            if found is None:
                remedy = "Write its name, with what it takes below"
                raise Unreadable(document.file, document.line(*index), "this is no test that dbt would run", remedy)
            name, arguments = found
            if _holds(arguments):
                table.constraints += _of_test(document, index, name, arguments, column)


def _test(one: Any) -> tuple[str, Mapping[str, Any]] | None:
    """(name, arguments): ``unique``, ``{accepted_values: {values: […]}}``, or ``{name: …, test_name: unique}``."""
    if isinstance(one, str):
        return one, {}
    if not isinstance(one, Mapping) or not one:
        return None
    if isinstance(one.get("test_name"), str):
        return one["test_name"], {key: value for key, value in one.items() if key != "test_name"}
    name = next((key for key in one if key not in _BESIDE_THE_TEST), None)
    if name is None:
        return None
    beside = {key: value for key, value in one.items() if key != name}
    below = _mapping(one[name])
    return name, {**beside, **below, **_mapping(below.get("arguments"))}


def _holds(arguments: Mapping[str, Any]) -> bool:
    """Whether a failure of the test stops anybody."""
    config = {**arguments, **_mapping(arguments.get("config"))}
    return str(config.get("severity", "error")).lower() != "warn" and config.get("enabled") is not False


def _of_test(document: Document, at: Pointer, name: str, arguments: Mapping[str, Any], column: str) -> Iterator[Constraint]:
    place = document.place(*at)
    column = str(arguments.get("column_name", column))
    names = [column] if column else []
    narrowed = arguments.get("where") or _mapping(arguments.get("config")).get("where")
    if not narrowed and names and name in ("not_null", "unique"):
        yield Constraint("required" if name == "not_null" else "unique", place, names)
    elif not narrowed and names and name == "accepted_values" and isinstance(arguments.get("values"), list):
        yield Constraint("values", place, names, values=list(_values(document, at, name, arguments, place)))
    elif not narrowed and names and name == "relationships":
        yield Constraint("foreign", place, names, target=str(arguments.get("to", "")), target_columns=[str(arguments.get("field", ""))])
    else:
        asked = {key: value for key, value in arguments.items() if key not in _BESIDE_THE_TEST | {"arguments", "column_name"}}
        where = {"where": narrowed} if narrowed else {}
        yield Constraint("check", place, names, text=f"{name} {canonical({**asked, **where})}".removesuffix(" {}"))


def _values(document: Document, at: Pointer, name: str, arguments: Mapping[str, Any], place: Place) -> Iterator[EnumValue]:
    """dbt puts the values into quotes unless ``quote: false``."""
    below: Pointer = (*at, name, "arguments", "values") if "arguments" in arguments else (*at, name, "values")
    seen: set[str] = set()
    for index, value in enumerate(arguments["values"]):
        text = enum_text(str(value) if arguments.get("quote") is not False else value, only_strings=arguments.get("quote") is not False)
        if text not in seen:
            seen.add(text)
            yield EnumValue(value=text, place=document.place(*below, index))
