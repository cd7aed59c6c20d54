"""``CREATE``, ``DROP``, ``COMMENT ON`` and the renames that stand by themselves."""

from __future__ import annotations

from countersign.formats.sql.catalogue import Catalogue, Constraint, Table, unknown
from countersign.formats.sql.cursor import Cursor, Name, phrases
from countersign.formats.sql.definitions import column, copy_columns, elements, option
from countersign.formats.sql.user_types import create_domain, create_type
from countersign.formats.sql.views import query_columns
from countersign.model.contract import Place, canonical

#: Between CREATE and TABLE or VIEW.
_MODIFIERS = phrases(
    """
    OR REPLACE | OR ALTER | OR REFRESH | EXTERNAL | FOREIGN | UNLOGGED | TRANSIENT | VOLATILE | HYBRID | ICEBERG | DYNAMIC | SECURE |
    RECURSIVE | FORCE | NOFORCE | MATERIALIZED | GLOBAL | LOCAL | SNAPSHOT | STREAMING | LIVE | EDITIONABLE | NONEDITIONABLE | SHARDED |
    DUPLICATED | IMMUTABLE | BLOCKCHAIN | COLUMN | ROW | MULTISET | SET | CONVERGENT
    """
)
_TEMPORARY = ("TEMP", "TEMPORARY", "PRIVATE TEMPORARY", "GLOBAL TEMPORARY", "LOCAL TEMPORARY", "LOCAL TEMP", "GLOBAL TEMP")


def create(part: Cursor, catalogue: Catalogue) -> bool:
    """What a statement makes behind CREATE; False for a thing that holds no rows. Raises `Unreadable`."""
    place = part.place
    while True:
        if part.accept(*_TEMPORARY):
            return True  # gone with the session: nobody reads it
        if part.accept("ALGORITHM =", "DEFINER =", "SQL SECURITY"):
            part.pass_until("ALGORITHM", "DEFINER", "SQL", "VIEW", "TABLE")
        elif not part.accept(*_MODIFIERS):
            break
    if part.accept("TABLE"):
        _table(part, catalogue, place)
    elif part.accept("VIEW"):
        _view(part, catalogue, place)
    elif part.accept("TYPE"):
        create_type(part, catalogue, place)
    elif part.accept("DOMAIN"):
        create_domain(part, catalogue, place)
    elif part.accept("UNIQUE"):
        part.accept("CLUSTERED", "NONCLUSTERED")
        return bool(part.accept("INDEX")) and _unique_index(part, catalogue, place)
    else:
        return False
    return True


def _table(part: Cursor, catalogue: Catalogue, place: Place) -> None:
    keep = part.accept("IF NOT EXISTS")
    path = part.dotted()
    if path[-1].text.startswith("#"):  # T-SQL: temporary
        return
    if part.looks("PARTITION OF") or (keep and catalogue.find(path) is not None):
        return  # a partition's rows are its parent's
    if part.accept("ON CLUSTER"):
        part.name()
    if part.accept("CLUSTER BY"):
        part.group()
    table = _new(path, catalogue, place)
    if part.looks("USING") and part.looks("USING FTS3", "USING FTS4", "USING FTS5", "USING RTREE"):
        table.unread["virtual"] = canonical(part.text)
        catalogue.put(path, table)
        return
    if part.accept("LIKE", "CLONE", "COPY"):
        copied = catalogue.find(part.dotted())
        if copied is None:
            raise part.refuse("this copies a table that no statement before it makes", "Put the statement that makes it first")
        copy_columns(copied, table, place)
    elif part.word() == "(" and not part.looks("( SELECT", "( WITH"):
        elements(part.group(), table, catalogue)
    table.lax_key = catalogue.dialect == "sqlite" and not part.looks("STRICT", "WITHOUT ROWID")
    table.strict = catalogue.dialect == "sqlite" and part.looks("STRICT", "WITHOUT ROWID , STRICT")
    _options(part, table, catalogue)
    if part.accept("AS") or part.looks("SELECT", "( SELECT", "WITH"):
        if not table.columns:
            query_columns(part, table, catalogue)
            for made in table.columns.values():
                made.transform = ""  # a copy of the rows as they were
    elif part.accept("INHERITS"):
        for one in part.group().parts():
            parent = catalogue.find(one.dotted())
            if parent is not None:
                own = dict(table.columns)
                copy_columns(parent, table, place)
                table.columns.update(own)
    if not table.columns and not table.unread:
        raise part.refuse("this table has no columns that can be read", "List its columns with their types")
    catalogue.put(path, table)


def _options(part: Cursor, table: Table, catalogue: Catalogue) -> None:
    """What stands behind the columns says how rows are stored; of it only the comment is read, and the columns that Hive partitions by."""
    while not part.done and not part.looks("AS", "SELECT", "( SELECT", "INHERITS"):
        place = part.place
        if part.looks("CREATE TABLE", "CREATE VIEW", "ALTER TABLE", "DROP TABLE"):
            raise part.refuse("another statement begins here, and the one before it has no end", "Write a semicolon between them")
        if part.accept("COMMENT"):
            part.accept("=")
            table.comment = part.string() or table.comment
            table.places["description"] = place
        elif part.accept("PARTITIONED BY") and part.word() == "(":
            for one in part.group().parts():
                if len(one.rest) > 1 and one.word(1) != "(":  # with a type it is a column more, else one of those above
                    column(one, table, catalogue)
        elif part.accept("OPTIONS"):
            table.comment = (option(part.group(), "DESCRIPTION") if part.word() == "(" else None) or table.comment
        else:
            part.until("AS", "SELECT", "INHERITS", "COMMENT", "OPTIONS", ",")
            part.accept(",")


def _new(path: tuple[Name, ...], catalogue: Catalogue, place: Place) -> Table:
    return Table(name=catalogue.names.shown(path[-1]), schema=catalogue.key(path)[0], place=place)


def _view(part: Cursor, catalogue: Catalogue, place: Place) -> None:
    part.accept("IF NOT EXISTS")
    path = part.dotted()
    table = _new(path, catalogue, place)
    table.view = True
    old = catalogue.find(path)
    names = [(one.place, one.name()) for one in part.group().parts()] if part.word() == "(" and not part.looks("( SELECT") else []
    part.pass_until("AS", "SELECT", "WITH RECURSIVE")
    part.accept("AS")
    query_columns(part, table, catalogue, names)
    if old is not None and old.view:
        catalogue.take(old)
        table.gone = {column.name: place for column in old.columns.values() if catalogue.names.key(column.name) not in table.columns}
    catalogue.put(path, table)


def _unique_index(part: Cursor, catalogue: Catalogue, place: Place) -> bool:
    """A unique index over columns holds rows to as much as UNIQUE does. One with a condition or an expression is kept as text."""
    part.accept("CONCURRENTLY")
    part.accept("IF NOT EXISTS")
    name = "" if part.looks("ON") else catalogue.names.key(part.dotted()[-1])
    part.pass_until("ON")
    part.accept("ON")
    part.accept("ONLY")
    table = catalogue.find(part.dotted())
    if table is None:
        return True  # of a table that is made elsewhere, which a statement that touches its columns would tell
    part.pass_until("(")
    text = part.text
    columns = [one for one in part.group().parts() if not one.done]
    distinct = "NULLS NOT DISTINCT" not in part.text.upper()
    part.pass_until("WHERE")
    plain = part.done and all(one.word(1) != "(" and one.word() != "(" for one in columns)
    keys = [catalogue.names.key(one.name()) for one in columns] if plain else []
    table.constraints.append(Constraint("unique", place, keys, name, text="" if plain else text, nulls_distinct=distinct))
    return True


def drop(part: Cursor, catalogue: Catalogue) -> bool:
    """Behind DROP; False for a thing that holds no rows. Raises `Unreadable`."""
    place = part.place
    part.accept("MATERIALIZED", "FOREIGN", "EXTERNAL", "DYNAMIC", "TEMPORARY")
    kind = part.accept("TABLE", "VIEW", "TYPE", "DOMAIN", "SCHEMA", "DATABASE", "INDEX")
    part.accept("IF EXISTS")
    if kind in ("", "INDEX"):
        if kind:
            part.accept("CONCURRENTLY")
            part.accept("IF EXISTS")
            _drop_index(catalogue.names.key(part.dotted()[-1]), catalogue, place)
        return bool(kind)
    for one in part.parts():
        path = one.dotted()
        if kind in ("TABLE", "VIEW"):
            table = catalogue.find(path)
            if table is not None:  # else it was never promised here
                catalogue.take(table)
                catalogue.gone[table.name] = place
        elif kind in ("SCHEMA", "DATABASE"):
            for table in [table for table in catalogue.tables.values() if table.schema == catalogue.names.key(path[-1])]:
                catalogue.gone[table.name] = place
                catalogue.take(table)
        else:
            catalogue.types.pop(catalogue.names.key(path[-1]).lower(), None)
    return True


def _drop_index(name: str, catalogue: Catalogue, place: Place) -> None:
    for table in catalogue.tables.values():
        for one in [one for one in table.constraints if one.name == name and one.kind == "unique"]:
            table.constraints.remove(one)
            table.loosened.append((one, place))


def comment(part: Cursor, catalogue: Catalogue) -> bool:
    """Behind COMMENT ON."""
    place = part.place
    kind = part.accept("TABLE", "VIEW", "MATERIALIZED VIEW", "COLUMN")
    if not kind:
        return False
    part.accept("IF EXISTS")
    path = part.dotted()
    if not part.accept("IS"):
        return False
    if kind == "COLUMN" and len(path) == 1:
        raise part.refuse(f"the column `{path[0].text}` is named without its table", "Write the table in front of it")
    said = part.string() or ""
    table = catalogue.find(path[:-1] if kind == "COLUMN" else path)
    if table is None:
        raise unknown(path[:-1] if kind == "COLUMN" else path, place)
    if kind != "COLUMN":
        table.comment, table.places["description"] = said, place
        return True
    column = table.columns.get(catalogue.names.key(path[-1]))
    if column is None:
        raise part.refuse(f"`{table.name}` has no column `{path[-1].text}` here", "Correct the name")
    column.comment, column.places["description"] = said, place
    return True


def rename_table(table: Table, path: tuple[Name, ...], catalogue: Catalogue, place: Place) -> None:
    """path: the new name, which keeps the schema where it names none."""
    old = table.qualified
    catalogue.take(table)
    table.aliases.append(table.name)
    table.name = catalogue.names.shown(path[-1])
    table.place = place
    if len(path) > 1:
        table.schema = catalogue.key(path)[0]
    catalogue.tables[table.schema, catalogue.names.key(path[-1])] = table
    catalogue.gone.pop(table.name, None)
    for other in catalogue.tables.values():
        for one in other.constraints:
            if one.kind == "foreign" and one.target == old:
                one.target = table.qualified


def move_table(table: Table, schema: Name, catalogue: Catalogue, place: Place) -> None:
    """Into another schema, under the name that it has."""
    catalogue.take(table)
    named = Name(table.name, True)
    table.schema, table.places["physicalName"] = catalogue.key((schema, named))[0], place
    catalogue.tables[table.schema, catalogue.names.key(named)] = table
