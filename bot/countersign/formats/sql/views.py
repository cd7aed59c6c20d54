"""The columns of a query: what a view, or a table made from a query, consists of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from countersign.formats.sql import lexing
from countersign.formats.sql.catalogue import Catalogue, Column, Table
from countersign.formats.sql.cursor import Cursor, Name
from countersign.formats.sql.types import ColumnType, column_type
from countersign.model.contract import Place, canonical

if TYPE_CHECKING:
    from sqlglot import exp

#: Queries in queries in queries, as far as columns are traced through them.
_MAX_TRACED = 20

#: Characters of what a column is computed from, as far as the next view repeats them.
_MAX_TEXT = 200

Columns = Mapping[str, Column]


def query_columns(part: Cursor, table: Table, catalogue: Catalogue, names: Sequence[tuple[Place, Name]] = ()) -> None:
    """Fill the table with the columns of the query that stands here. names: those that the view gives them. Raises `Unreadable`."""
    place, start = part.place, part.statement
    query = lexing.query(part.rest, catalogue.dialect)
    if query is None:
        raise part.refuse("this query cannot be read, so nobody knows its columns")
    found = list(_columns(query, catalogue, {}, place, start, 0))
    for at, column in enumerate(found):
        if at < len(names):
            column.place, column.name = names[at][0], catalogue.names.shown(names[at][1])
        if column.name == "*":
            table.unread["all columns of"] = canonical(column.transform)
        else:
            table.columns[catalogue.names.key(column.name)] = column
    table.transform = _rest(query, catalogue.dialect)
    table.places["transform"] = place


def _rest(query: exp.Query, dialect: str) -> str:
    """Which rows the query gives: all of it but the list of columns, each of which speaks for itself."""
    from sqlglot import exp

    rest = query.copy()
    if isinstance(rest, exp.Select):
        rest.set("expressions", [exp.Star()])
    return _sql(rest, dialect)


def _sql(part: exp.Expr, dialect: str) -> str:
    try:
        return part.sql(dialect, comments=False)
    except RecursionError:
        return "(nested too deep to be shown)"


def _columns(
    query: exp.Expr, catalogue: Catalogue, known: Mapping[str, Columns], place: Place, start: object, depth: int
) -> Iterator[Column]:
    from sqlglot import exp

    while isinstance(query, exp.SetOperation | exp.Subquery):
        known = {**known, **_with(query, catalogue, known, place, start, depth)}
        query = query.this
    if not isinstance(query, exp.Select) or depth > _MAX_TRACED:
        return
    known = {**known, **_with(query, catalogue, known, place, start, depth)}
    sources = dict(_sources(query, catalogue, known, place, start, depth))
    outer = any(join.side for join in query.args.get("joins") or ())
    for projection in query.expressions:
        for column in _projected(projection, sources, catalogue, place, start):
            column.nullable = column.nullable or outer  # where the join finds no row, there is null
            yield column


def _with(
    query: exp.Expr, catalogue: Catalogue, known: Mapping[str, Columns], place: Place, start: object, depth: int
) -> dict[str, Columns]:
    """The columns of each ``WITH`` query."""
    found: dict[str, Columns] = {}
    within = query.args.get("with_")
    for one in within.expressions if within is not None else ():
        columns = _columns(one.this, catalogue, {**known, **found}, place, start, depth + 1)
        found[one.alias.lower()] = {catalogue.names.key(column.name): column for column in columns}
    return found


def _sources(
    query: exp.Select, catalogue: Catalogue, known: Mapping[str, Columns], place: Place, start: object, depth: int
) -> Iterator[tuple[str, Columns | None]]:
    """(name or alias, columns) of what the query reads; None where they are not known."""
    from sqlglot import exp

    named = query.args.get("from_")
    for one in [*([named.this] if named is not None else []), *(join.this for join in query.args.get("joins") or ())]:
        if isinstance(one, exp.Table):
            name = one.name.lower()
            path = tuple(Name(part.name, part.quoted) for part in one.parts if isinstance(part, exp.Identifier))
            table = catalogue.find(path) if path else None
            inside = known.get(name) if not one.db else None
            yield one.alias_or_name.lower(), inside if inside is not None else _held(table) if table is not None else None
        elif isinstance(one, exp.Subquery):
            columns = _columns(one.this, catalogue, known, place, start, depth + 1)
            yield one.alias.lower(), {catalogue.names.key(column.name): column for column in columns}
        else:
            yield one.alias_or_name.lower(), None


def _held(table: Table) -> Columns:
    """A table's columns as its rows have them: a key's are never null, but for SQLite's."""
    keys = {key for one in table.constraints if one.enforced and one.kind in ("primary", "required") for key in one.columns}
    if table.lax_key:
        keys = {key for key in keys if len(keys) == 1 and key in table.columns and table.columns[key].type.word == "integer"}
    return {key: replace(one, nullable=False) if key in keys else one for key, one in table.columns.items()}


def _projected(
    projection: exp.Expr, sources: Mapping[str, Columns | None], catalogue: Catalogue, place: Place, start: object
) -> Iterator[Column]:
    from sqlglot import exp

    here = _place(projection, place, start)
    if projection.is_star:
        wanted = projection.table.lower() if isinstance(projection, exp.Column) else ""
        for name, columns in sources.items():
            if wanted not in ("", name):
                continue
            if columns is None:
                yield Column(name="*", place=here, type=ColumnType("any", ""), transform=name)
            else:
                yield from (_copy(one, one.name, here) for one in columns.values())
        return
    written, alias = projection.unalias(), projection.args.get("alias")
    identifier = alias if isinstance(alias, exp.Identifier) else getattr(written, "this", None)
    quoted = isinstance(identifier, exp.Identifier) and identifier.quoted
    name = catalogue.names.shown(Name(projection.alias_or_name or projection.output_name or _sql(written, catalogue.dialect), quoted))
    origin = _origin(written, sources, catalogue)
    if origin is not None:
        yield _copy(origin, name, here)
        return
    kind, text = ColumnType("any", ""), _sql(written, catalogue.dialect)
    made = Column(name=name, place=here, type=kind, transform=text)
    if not isinstance(written, exp.Cast):
        computed_from = _computed_from(written, sources, catalogue)
        made.unread = {"computed from": canonical(computed_from)} if computed_from else {}
    else:
        said = written.to.sql(catalogue.dialect)
        made.type = column_type(list(lexing.tokens(said, catalogue.dialect)), said, catalogue.dialect)
    yield made


def _computed_from(written: exp.Expr, sources: Mapping[str, Columns | None], catalogue: Catalogue) -> str:
    """The columns in an expression, with what their types hold: nobody knows what the expression's own type makes of another one."""
    from sqlglot import exp

    found: set[str] = set()
    for one in written.find_all(exp.Column):
        origin = _origin(one, sources, catalogue)
        if origin is not None:
            limits = ", ".join(f"{key}={value}" for key, value in sorted(origin.type.constraints.items()))
            said = (f"({limits})" if limits else "", origin.type.timezone, _short(origin.unread.get("computed from", "")))
            found.add(" ".join(filter(None, (one.name, origin.type.word, *said))))
    return "; ".join(sorted(found))


def _short(text: str) -> str:
    """Views upon views would double it each time."""
    return text if len(text) <= _MAX_TEXT else hashlib.sha256(text.encode()).hexdigest()[:12]


def _origin(written: exp.Expr, sources: Mapping[str, Columns | None], catalogue: Catalogue) -> Column | None:
    """The column of a known table that a projection passes on."""
    from sqlglot import exp

    if not isinstance(written, exp.Column) or not isinstance(written.this, exp.Identifier):
        return None
    key = catalogue.names.key(Name(written.name, written.this.quoted))
    asked = [sources.get(written.table.lower())] if written.table else list(sources.values())
    found = [columns[key] for columns in asked if columns is not None and key in columns]
    return found[0] if len(found) == 1 else None


def _copy(origin: Column, name: str, place: Place) -> Column:
    """A column passed on, perhaps under another name."""
    transform = origin.name if origin.name != name else ""
    return Column(name=name, place=place, type=origin.type, nullable=origin.nullable, comment=origin.comment, transform=transform)


def _place(projection: exp.Expr, place: Place, start: object) -> Place:
    """The line of a projection, by the first identifier in it that says where it stands."""
    from countersign.formats.sql.files import Statement

    if isinstance(start, Statement):
        last = projection.args.get("alias")
        for node in (last, *projection.walk()):
            offset = node.meta.get("start") if node is not None and hasattr(node, "meta") else None
            if offset is not None:
                return start.file.place(start.start + offset)
    return place
