"""Statements in their order -> the catalogue that they leave."""

from __future__ import annotations

import re

from countersign.formats.marked import Unreadable
from countersign.formats.sql import lexing
from countersign.formats.sql.altering import alter_table
from countersign.formats.sql.catalogue import Catalogue, one_more, unknown
from countersign.formats.sql.changing import rename_column
from countersign.formats.sql.creating import comment, create, drop, move_table, rename_table
from countersign.formats.sql.cursor import Cursor, Name
from countersign.formats.sql.enforcing import switch_index
from countersign.formats.sql.files import SqlFile, Statement, statements
from countersign.formats.sql.loosening import rename_constraint
from countersign.formats.sql.user_types import alter_type
from countersign.model.contract import Place

#: Only these can change what a table is. Rows, rights, routines and settings are left aside by name.
_TOUCHES = re.compile(r"(?:CREATE|ALTER|DROP|COMMENT|RENAME|EXCHANGE|EXEC(?:UTE)?|DO|SP_RENAME|BEGIN|DECLARE|IF)\b", re.IGNORECASE)
#: DDL inside a block or a text that is executed.
_HIDDEN = re.compile(r"\b(?:CREATE|ALTER|DROP|RENAME)\s+(?:TABLE|VIEW|TYPE|MATERIALIZED|DOMAIN|SCHEMA)\b", re.IGNORECASE)
_DO = re.compile(
    r"DO\s+(?:LANGUAGE\s+\w+\s+)?(\$\w*\$)\s*BEGIN\b(.*?)(?:\bEXCEPTION\s+WHEN\b[^$]*)?\bEND\b[\s;]*\1\s*\Z", re.IGNORECASE | re.DOTALL
)
#: In a block that makes a thing unless it is there, and does nothing else.
_CONTROL = re.compile(r"\b(?:IF|LOOP|EXECUTE|FOR|WHILE|CASE|PERFORM)\b", re.IGNORECASE)
_SP_RENAME = re.compile(
    r"(?:EXEC(?:UTE)?\s+)?(?:sys\.)?sp_rename\s+(?:@objname\s*=\s*)?N?'([^']+)'\s*,\s*(?:@newname\s*=\s*)?N?'([^']+)'"
    r"(?:\s*,\s*(?:@objtype\s*=\s*)?N?'(\w+)')?\s*\Z",
    re.IGNORECASE,
)

_ALTERED = tuple(
    f"ALTER {kind}" for kind in ("TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "EXTERNAL TABLE", "ICEBERG TABLE", "IGNORE TABLE")
)

#: What ALTER may change that is no table, no view and no type of one: who may do what, where things are kept, how things run.
_ELSEWHERE = tuple(
    f"ALTER {kind}"
    for kind in (
        *("ACCESS METHOD", "ACCOUNT", "AGGREGATE", "ASSEMBLY", "AUTHORIZATION", "CLUSTER", "COLLATION", "CONVERSION", "DATABASE"),
        *("DEFAULT PRIVILEGES", "DISKGROUP", "EVENT", "EXTENSION", "FILE", "FOREIGN DATA", "FULLTEXT", "FUNCTION", "GROUP", "INSTANCE"),
        *("INTEGRATION", "LANGUAGE", "LARGE OBJECT", "LOGIN", "MASKING", "NETWORK", "NOTIFICATION", "OPERATOR", "PACKAGE", "PARTITION"),
        *("PIPE", "POLICY", "PROCEDURE", "PROFILE", "PUBLICATION", "RESOURCE", "ROLE", "ROUTINE", "ROW POLICY", "RULE", "SECURITY"),
        *("SEQUENCE", "SERVER", "SERVICE", "SESSION", "SETTINGS", "STAGE", "STATISTICS", "STREAM", "SUBSCRIPTION", "SYSTEM", "TABLESPACE"),
        *("TASK", "TEXT SEARCH", "TRIGGER", "USER", "WAREHOUSE", "XML"),
    )
)


def fold(files: list[SqlFile], dialect: str) -> Catalogue:
    """Raises `Unreadable`: a statement that makes or alters a table is read, or nothing is."""
    catalogue = Catalogue(dialect)
    for file in files:
        for statement in statements(file, dialect):
            if _TOUCHES.match(statement.text):
                _run(statement, catalogue)
    return catalogue


def _run(statement: Statement, catalogue: Catalogue) -> None:
    try:
        if not _block(statement, catalogue):
            _statement(lexing.cursor(statement, catalogue.dialect), catalogue)
    except RecursionError:
        line = statement.place.line
        raise Unreadable(statement.file.file, line, "this statement is nested too deep to be read", "Flatten it") from None


def _statement(part: Cursor, catalogue: Catalogue) -> None:
    place = part.place
    if part.accept("CREATE"):
        create(part, catalogue)
    elif part.accept("DROP"):
        drop(part, catalogue)
    elif part.accept("COMMENT ON"):
        comment(part, catalogue)
    elif part.accept("RENAME TABLE", "RENAME TABLES"):
        for one in part.parts():
            _rename(one, catalogue)
    elif part.looks("RENAME DATABASE", "RENAME SCHEMA"):
        raise _whole_schema(place)
    elif part.accept("RENAME"):
        if not part.looks("USER", "DICTIONARY"):
            _rename(part, catalogue)
    elif part.accept("EXCHANGE TABLES"):
        _exchange(part, catalogue)
    elif part.accept(*_ALTERED):
        alter_table(part, catalogue)
    elif part.accept("ALTER INDEX"):
        _rename_index(part, catalogue)
    elif part.accept("ALTER TYPE", "ALTER DOMAIN"):
        alter_type(part, catalogue)
    elif part.accept("ALTER SCHEMA"):
        _alter_schema(part, catalogue, place)
    elif part.looks("ALTER") and not part.looks(*_ELSEWHERE):
        _unread("alter " + part.word(1).lower(), part.text, catalogue, place)


def _unread(key: str, text: str, catalogue: Catalogue, place: Place) -> None:
    """Nobody knows what it does to the tables, so that a difference in it is undecided."""
    catalogue.unread[key] = one_more(catalogue.unread.get(key), " ".join(text.split()))
    catalogue.places[key] = place


def _whole_schema(place: Place) -> Unreadable:
    return Unreadable(place.file, place.line, "a schema is renamed here, and with it all that is in it", "Rename its tables one by one")


def _alter_schema(part: Cursor, catalogue: Catalogue, place: Place) -> None:
    """T-SQL moves a table into the schema: ``ALTER SCHEMA archive TRANSFER dbo.orders``."""
    text, schema = part.text, part.dotted()[-1]
    if part.looks("RENAME"):
        raise _whole_schema(place)
    if part.looks("OWNER", "DEFAULT", "SET"):
        return
    if not part.accept("TRANSFER"):
        _unread("alter schema", text, catalogue, place)
        return
    if part.looks("OBJECT :", "OBJECT ::"):
        part.accept("OBJECT")
        while part.accept(":", "::"):
            pass
    table = None if part.looks("TYPE ::", "TYPE :", "XML") else catalogue.find(part.dotted())
    if table is not None:  # else a procedure, or another thing that holds no rows
        move_table(table, schema, catalogue, place)


def _exchange(part: Cursor, catalogue: Catalogue) -> None:
    """ClickHouse: each of the two has the other's name from now on."""
    place, first = part.place, part.dotted()
    part.accept("AND")
    paths = first, part.dotted()
    tables = [catalogue.find(path) for path in paths]
    for path, table in zip(paths, tables, strict=True):
        if table is None:
            raise unknown(path, place)
    one, other = tables
    assert one is not None and other is not None  # looked at above
    catalogue.take(one)
    if one is not other:
        catalogue.take(other)
    names = (one.name, one.schema), (other.name, other.schema)
    (other.name, other.schema), (one.name, one.schema) = names
    for table in (one, other):
        table.place = place
        catalogue.tables[table.schema, catalogue.names.key(Name(table.name, True))] = table


def _rename_index(part: Cursor, catalogue: Catalogue) -> None:
    """An index that is unique holds rows to something, and is dropped by its name."""
    part.accept("IF EXISTS")
    old = catalogue.names.key(part.dotted()[-1])
    if part.accept("RENAME TO"):
        new = catalogue.names.key(part.name())
        for table in catalogue.tables.values():
            rename_constraint(old, new, table)
    elif part.accept("ON"):
        path, place = part.dotted(), part.place
        indexed = catalogue.find(path)
        if indexed is not None and part.looks("DISABLE", "REBUILD"):
            switch_index(old, indexed, place, on=part.looks("REBUILD"))


def _rename(part: Cursor, catalogue: Catalogue) -> None:
    place, path = part.place, part.dotted()
    table = catalogue.find(path)
    if table is None:
        raise unknown(path, place)
    part.accept("TO")
    rename_table(table, part.dotted(), catalogue, place)


def _block(statement: Statement, catalogue: Catalogue) -> bool:
    """A block of code, a procedure's call, a text that is executed. What makes a type unless it is there is read; else, if a table may be
    touched, nobody knows how."""
    word = statement.text[:4].upper().split("(")[0].split()[0]
    if word in ("CREA", "ALTE", "DROP", "COMM", "RENA", "EXCH"):
        return False
    renamed = _SP_RENAME.match(statement.text)
    if renamed:
        _sp_rename(statement, renamed[1], renamed[2], (renamed[3] or "OBJECT").upper(), catalogue)
        return True
    do = _DO.match(statement.text)
    if do and not _CONTROL.search(do[2]):
        inner = Statement(statement.file, statement.start + do.start(2), do[2])
        offset = 0
        for piece in do[2].split(";"):
            lead = len(piece) - len(piece.lstrip())
            if _TOUCHES.match(piece.lstrip()):
                one = Statement(statement.file, inner.start + offset + lead, piece.strip())
                _statement(lexing.cursor(one, catalogue.dialect), catalogue)
            offset += len(piece) + 1
        return True
    if _HIDDEN.search(statement.text):
        _unread("code that changes tables", statement.text, catalogue, statement.place)
    return True


def _sp_rename(statement: Statement, old: str, new: str, kind: str, catalogue: Catalogue) -> None:
    path = tuple(Name(part.strip('[]"'), True) for part in old.split("."))
    after = Name(new.strip('[]"'), True)
    if kind == "COLUMN":
        table = catalogue.find(path[:-1])
        if table is None:
            raise unknown(path[:-1], statement.place)
        rename_column(path[-1], after, table, catalogue, statement.place)
    elif kind == "OBJECT":
        table = catalogue.find(path)
        if table is not None:  # else a constraint or an index
            rename_table(table, (after,), catalogue, statement.place)
