"""Which tables a query reads, and which of their columns, by sqlglot.

Without the tables' schemas one cannot always tell. A column that may belong to several tables is told of each, and whoever knows the
contract keeps those that exist there. ``select *`` is followed through subqueries and common table expressions to where names are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

#: All of a table's columns, as far as one can tell.
ALL = "*"
#: Statements that read tables without a query of their own.
_CHANGES = (exp.Update, exp.Merge, exp.Delete)


class Read(NamedTuple):
    """table: its parts as written, outermost first. columns: sorted; empty if it may be all of them."""

    table: tuple[str, ...]
    columns: tuple[str, ...]


def reads(sql: str, dialect: str) -> tuple[Read, ...]:
    """One a table, for every statement that can be parsed. A dialect that sqlglot does not know is read as plain SQL."""
    found: dict[tuple[str, ...], set[str]] = {}
    for statement in _statements(sql, dialect):
        for table, columns in _tables(statement):
            found.setdefault(table, set()).update(columns or {ALL})
    return tuple(Read(table, () if ALL in columns else tuple(sorted(columns))) for table, columns in found.items())


def _statements(sql: str, dialect: str) -> list[exp.Expr]:
    known = dialect.lower() if dialect.lower() in {one.value for one in sqlglot.Dialects} else None
    try:
        return [statement for statement in sqlglot.parse(sql, dialect=known) if statement is not None]
    except (SqlglotError, RecursionError):
        return []


def _tables(statement: exp.Expr) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """(table, columns) of each place where one is read: in the outermost queries, and beside the target of a change."""
    target = statement.find(exp.Table) if isinstance(statement, _CHANGES) else None
    for node in statement.walk(prune=lambda node: isinstance(node, exp.Query)):
        if isinstance(node, exp.Query):
            yield from _of_query(node)
        elif target is not None and isinstance(node, exp.Table) and node is not target:
            named = (column for column in statement.find_all(exp.Column) if column.table == node.alias_or_name)
            yield _parts(node), {column.name for column in named}


def _of_query(query: exp.Query) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Scopes come innermost first; what is wanted of one is known from those around it."""
    wanted: dict[int, set[str]] = {}
    for scope in reversed(traverse_scope(query)):
        mine = wanted.get(id(scope), {ALL})
        for branch in scope.set_operation_scopes:
            wanted.setdefault(id(branch), set()).update(mine)
        for name, (_, source) in scope.selected_sources.items():
            columns = _of_source(scope, name, mine)
            if isinstance(source, Scope):
                wanted.setdefault(id(source), set()).update(columns)
            elif source.name:
                yield _parts(source), columns


def _parts(table: exp.Table) -> tuple[str, ...]:
    return tuple(part.name for part in table.parts)


def _of_source(scope: Scope, name: str, mine: set[str]) -> set[str]:
    """Columns of one source that a scope names, and what its own stars hand on from the outside."""
    columns = {column.name for column in scope.columns if column.table in ("", name) and column.name != ALL}
    select = scope.expression
    for star in select.expressions if isinstance(select, exp.Select) else ():
        if isinstance(star, exp.Star) or (isinstance(star, exp.Column) and isinstance(star.this, exp.Star) and star.table == name):
            columns |= mine
    return columns
