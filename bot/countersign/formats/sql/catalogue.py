"""The tables, views and types that statements have made so far. Statements change it; `contract` reads it when all have run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from countersign.formats.marked import Unreadable
from countersign.formats.sql.cursor import Name
from countersign.formats.sql.types import ColumnType
from countersign.model.contract import EnumValue, Place, Promise, WrittenNotice, canonical

if TYPE_CHECKING:
    from sqlglot import exp

#: Dialects that take an unquoted name in one case, whatever it is written in. The others keep it as written, and find it in any.
_LOWER = frozenset({"", "postgres", "redshift", "trino", "presto"})
_UPPER = frozenset({"oracle", "snowflake"})
#: ``public.orders`` and ``orders`` are one table.
_USUAL_SCHEMAS = frozenset({"public", "dbo", "main", "default"})


@dataclass(slots=True)
class Column:
    """aliases: earlier names. transform: the expression that computes it. named: name of a constraint -> clause.

    meaning, places, gone, unread: as in `Field`.
    """

    name: str
    place: Place
    type: ColumnType
    nullable: bool = True
    default: str | None = None
    comment: str = ""
    transform: str = ""
    aliases: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    meaning: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    gone: dict[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class Constraint:
    """kind: ``primary``, ``unique``, ``check``, ``foreign``, ``required`` (not null), ``values``.

    check: its condition, None if sqlglot does not know it; then ``text`` is it. target, target_columns: of a foreign key. values: those
    that are allowed. enforced: whether rows that come are held to it; validated: those that were there, too. nulls_distinct: two rows
    with nulls are not the same to it.
    """

    kind: str
    place: Place
    columns: list[str] = field(default_factory=list)
    name: str = ""
    check: exp.Expression | None = None
    text: str = ""
    target: str = ""
    target_columns: list[str] = field(default_factory=list)
    values: list[EnumValue] = field(default_factory=list)
    enforced: bool = True
    validated: bool = True
    nulls_distinct: bool = True


@dataclass(slots=True)
class Table:
    """columns: by `Names.key`. view: whether a query makes it. loosened: constraints that were taken away, and where.
    lax_key: null is taken into the key (SQLite, but for integers and STRICT tables). strict: SQLite holds values to their types.

    physical: its name where it is stored, if that is another. promises, notices: what a dbt model says besides.
    """

    name: str
    schema: str
    place: Place
    view: bool = False
    lax_key: bool = False
    strict: bool = False
    comment: str = ""
    transform: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    loosened: list[tuple[Constraint, Place]] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    gone: dict[str, Place] = field(default_factory=dict)
    physical: str = ""
    promises: list[Promise] = field(default_factory=list)
    notices: list[WrittenNotice] = field(default_factory=list)

    @property
    def qualified(self) -> str:
        """What it is called where it is stored."""
        name = self.physical or self.name
        return f"{self.schema}.{name}" if self.schema else name

    def primary_key(self) -> Constraint | None:
        return next((one for one in self.constraints if one.kind == "primary" and one.enforced), None)


@dataclass(slots=True)
class UserType:
    """values: of an enum, else None. base: of a domain. not_null, checks: what a domain asks for besides. members: of a composite."""

    place: Place
    values: list[EnumValue] | None = None
    base: ColumnType | None = None
    not_null: bool = False
    checks: list[Constraint] = field(default_factory=list)
    members: Table | None = None
    gone: dict[str, Place] = field(default_factory=dict)


class Names:
    """How the dialect takes identifiers."""

    def __init__(self, dialect: str) -> None:
        self._lower = dialect in _LOWER
        self._upper = dialect in _UPPER

    def shown(self, name: Name) -> str:
        """The name that readers know. Of a dialect that makes capitals of it, the small letters, in which everybody writes it."""
        if self._lower or self._upper:
            plain = not name.quoted or (self._upper and name.text.isupper())
            return name.text.lower() if plain else name.text
        return name.text

    def key(self, name: Name | str) -> str:
        """By what it is found again."""
        shown = name if isinstance(name, str) else self.shown(name)
        return shown if self._lower or self._upper else shown.lower()


class Catalogue:
    """tables: by schema and name. types: by name. gone: dataset -> where it is dropped. unread: statements that nobody reads."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.names = Names(dialect)
        self.tables: dict[tuple[str, str], Table] = {}
        self.types: dict[str, UserType] = {}
        self.gone: dict[str, Place] = {}
        self.unread: dict[str, str] = {}
        self.places: dict[str, Place] = {}

    def key(self, path: tuple[Name, ...]) -> tuple[str, str]:
        schema = ".".join(self.names.shown(name) for name in path[:-1])
        if schema.lower() in _USUAL_SCHEMAS:
            schema = ""
        return schema if schema.islower() else self.names.key(schema), self.names.key(path[-1])

    def find(self, path: tuple[Name, ...]) -> Table | None:
        """The table of that name; without a schema, the only one that is called so."""
        schema, name = self.key(path)
        found = self.tables.get((schema, name))
        if found is None and not schema:
            called = [table for (_, known), table in self.tables.items() if known == name]
            found = called[0] if len(called) == 1 else None
        return found

    def put(self, path: tuple[Name, ...], table: Table) -> None:
        self.tables[self.key(path)] = table
        self.gone.pop(table.name, None)

    def take(self, table: Table) -> None:
        key = next(key for key, known in self.tables.items() if known is table)
        del self.tables[key]


def one_more(unread: str | None, text: str) -> str:
    """An unread text with another behind it. As text and not as JSON: JSON in JSON would double its backslashes each time."""
    return canonical(f"{json.loads(unread)}; {text}" if unread is not None else text)


def unknown(path: tuple[Name, ...], place: Place) -> Unreadable:
    """The refusal of a statement about a table or type that is not here."""
    name = ".".join(one.text for one in path)
    return Unreadable(
        place.file,
        place.line,
        f"this touches `{name}`, which no statement before it makes",
        "Add the statement that makes it: what was there before cannot be known otherwise",
    )
