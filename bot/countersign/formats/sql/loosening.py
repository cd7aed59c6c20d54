"""Constraints that are taken away, by the names that people or the database gave them."""

from __future__ import annotations

import re

from countersign.formats.sql.catalogue import Catalogue, Constraint, Table
from countersign.formats.sql.cursor import Name
from countersign.model.contract import Place

#: The ends of names that PostgreSQL (``orders_amount_check``) and MySQL (``orders_chk_1``) give to constraints that nobody named.
_GIVEN = {"key": "unique", "check": "check", "fkey": "foreign", "pkey": "primary", "chk": "check", "ibfk": "foreign"}
_NUMBERED = re.compile(r"_?([0-9]*)\Z")


def remove(table: Table, constraints: list[Constraint], place: Place) -> None:
    for one in constraints:
        table.constraints.remove(one)
        table.loosened.append((one, place))


def drop_key(table: Table, catalogue: Catalogue, place: Place) -> None:
    """The columns stay as the key has made them: not null, but for Oracle."""
    found = table.primary_key()
    if found is not None:
        remove(table, [found], place)
        for key in found.columns if catalogue.dialect not in ("oracle", "sqlite") else ():
            table.columns[key].nullable = False


def drop_constraint(name: str, table: Table, catalogue: Catalogue, place: Place) -> bool:
    """False if it may be any of those that nobody named."""
    found = called(name, table, catalogue)
    if found and found[0].kind == "primary":
        drop_key(table, catalogue, place)
    elif found:
        remove(table, found, place)
    elif _of_column(name, table, place):
        return True
    return bool(found) or all(one.name for one in table.constraints)


def called(name: str, table: Table, catalogue: Catalogue) -> list[Constraint]:
    """Those that have the name, given by people or by the database."""
    return [one for one in table.constraints if one.name == name] or _unnamed(name, table, catalogue)


def _of_column(name: str, table: Table, place: Place) -> bool:
    """Oracle and T-SQL name what a single column says, too: ``CONSTRAINT nn NOT NULL``, ``CONSTRAINT df DEFAULT 0``."""
    for column in table.columns.values():
        clause = column.named.pop(name, "")
        if clause == "NOT NULL":
            column.nullable, column.places["nullable"] = True, place
        elif clause == "DEFAULT":
            column.default, column.gone["default"] = None, place
        if clause:
            return True
    return False


def _unnamed(name: str, table: Table, catalogue: Catalogue) -> list[Constraint]:
    """The constraint to which the database gave this name."""
    numbered = _NUMBERED.search(name)
    number = numbered[1][:6] if numbered else ""
    body, _, kind = _NUMBERED.sub("", name).rpartition("_")
    of = [one for one in table.constraints if not one.name and one.kind == _GIVEN.get(kind)]
    if number and body == table.name:
        return of[int(number) - 1 :][:1] if int(number) else []
    exact = [one for one in of if "_".join((table.name, *(one.columns or sorted(checked(one, catalogue))))) == body]
    return exact[:1] or (of if len(of) == 1 else [])


def drop_index(name: str, table: Table, place: Place) -> None:
    """MySQL: of the indexes only the unique ones are known here; one that nobody named has the name of its first column."""
    unique = [one for one in table.constraints if one.kind == "unique"]
    remove(table, [one for one in unique if one.name == name or (not one.name and one.columns[:1] == [name])][:1], place)


def rename_constraint(old: str, new: str, table: Table) -> None:
    for one in table.constraints:
        if one.name == old:
            one.name = new


def checked(one: Constraint, catalogue: Catalogue) -> set[str]:
    """The columns that a check names."""
    from sqlglot import exp

    found = one.check.find_all(exp.Column) if one.check is not None else ()
    return {catalogue.names.key(Name(part.name, part.this.quoted)) for part in found if isinstance(part.this, exp.Identifier)}
