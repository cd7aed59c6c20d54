"""``ALTER TABLE``, action by action, in the spellings of the common dialects."""

from __future__ import annotations

from countersign.formats.sql.catalogue import Catalogue, Table, one_more, unknown
from countersign.formats.sql.changing import change_column, rename_column
from countersign.formats.sql.creating import move_table, rename_table
from countersign.formats.sql.cursor import Cursor, phrases
from countersign.formats.sql.definitions import column, constraint, is_layout, option
from countersign.formats.sql.enforcing import change_enforcement
from countersign.formats.sql.loosening import checked, drop_constraint, drop_index, drop_key, remove, rename_constraint
from countersign.model.contract import Place

#: What an action may begin with; a piece behind a comma that begins with none of these goes on with the action before it.
_VERBS = phrases(
    """
    ADD | DROP | ALTER | RENAME | MODIFY | CHANGE | SET | RESET | OWNER | ENABLE | DISABLE | VALIDATE | ATTACH | DETACH | CLUSTER |
    REPLICA | INHERIT | NO INHERIT | FORCE | NO FORCE | COMMENT | ENGINE | CONVERT | DEFAULT | AUTO_INCREMENT | ALGORITHM | LOCK |
    PARTITION | EXCHANGE | SWITCH | REBUILD | SUSPEND | RESUME | SWAP | REMOVE | RECLUSTER | APPEND | WITH CHECK | WITH NOCHECK |
    CHECK CONSTRAINT | NOCHECK CONSTRAINT | CHARACTER SET | CHARSET | COLLATE | ROW_FORMAT | ORDER BY | TRUNCATE | REORGANIZE | COALESCE
    | DISCARD | IMPORT | UNSET | MATERIALIZE | FREEZE | DELETE | UPDATE | OPTIONS | KEY_BLOCK_SIZE
    """
)
#: Who may do what with the table, and how it is stored: nothing that a row holds.
_HARMLESS = phrases(
    """
    OWNER | ENABLE | DISABLE | VALIDATE | ATTACH | CLUSTER | REPLICA | FORCE | NO FORCE | ENGINE | CONVERT | DEFAULT | AUTO_INCREMENT |
    ALGORITHM | LOCK | PARTITION | REBUILD | SUSPEND | RESUME | REMOVE | RECLUSTER | RESET | CHARACTER SET | CHARSET
    | COLLATE | ROW_FORMAT | ORDER BY | REORGANIZE | COALESCE | DISCARD | IMPORT | UNSET | MATERIALIZE | KEY_BLOCK_SIZE | SET TABLESPACE
    | MODIFY ORDER BY | MODIFY TTL | MODIFY SETTING | MODIFY SAMPLE BY | DELETE WHERE | UPDATE
    | SET LOGGED | SET UNLOGGED | SET WITHOUT | SET ( | SET TBLPROPERTIES | SET PROPERTIES | SET ACCESS | SET LOCATION | SET SERDE |
    SET DATA_RETENTION_TIME_IN_DAYS | SET FILEFORMAT | SET CHANGE_TRACKING | FREEZE |
    ADD INDEX | ADD KEY | ADD FULLTEXT | ADD SPATIAL | ADD PARTITION | DROP PARTITION | ADD SEARCH OPTIMIZATION | DROP PROJECTION |
    ADD PROJECTION | ADD EXCLUDE | DROP CLUSTERING KEY | CHECK PARTITION
    """
)

#: Constraints are switched on and off.
_SWITCHES = phrases(
    """
    WITH CHECK CHECK | WITH NOCHECK CHECK | CHECK CONSTRAINT | NOCHECK CONSTRAINT | VALIDATE CONSTRAINT | ALTER CONSTRAINT |
    ALTER CHECK | MODIFY CONSTRAINT | MODIFY PRIMARY KEY | MODIFY UNIQUE ( | DISABLE CONSTRAINT | DISABLE PRIMARY KEY | DISABLE UNIQUE |
    DISABLE VALIDATE | DISABLE NOVALIDATE | ENABLE CONSTRAINT | ENABLE PRIMARY KEY | ENABLE UNIQUE | ENABLE VALIDATE | ENABLE NOVALIDATE
    """
)


def alter_table(part: Cursor, catalogue: Catalogue) -> None:
    """Behind ALTER TABLE. Raises `Unreadable`."""
    place = part.place
    missing = part.accept("IF EXISTS")
    part.accept("ONLY")
    path = part.dotted()
    part.accept("*")
    if part.accept("ON CLUSTER"):
        part.name()
    table = catalogue.find(path)
    if table is None:
        if missing or path[-1].text.startswith("#"):
            return
        raise unknown(path, place)
    verb: Cursor | None = None
    for action in part.parts():
        if verb is not None and not action.looks(*_VERBS):
            _continue(verb, action, table, catalogue)
            continue
        verb = Cursor(action.statement, action.rest)
        _action(action, table, catalogue)


def _continue(verb: Cursor, action: Cursor, table: Table, catalogue: Catalogue) -> None:
    """``ADD a int, b int`` and ``DROP COLUMN a, b``."""
    again = Cursor(verb.statement, verb.rest)
    if again.accept("ADD"):
        _add(action, table, catalogue)
    elif again.accept("DROP COLUMN"):
        _drop_columns(action, table, catalogue, action.place)
    elif again.accept("DROP CONSTRAINT"):
        _drop_constraint(action, table, catalogue, action.place)
    elif again.looks("ALTER", "MODIFY"):
        action.accept("COLUMN")
        change_column("ALTER", action, table, catalogue, action.place)
    elif not again.looks(*_HARMLESS):
        _unread(action, table)


def _action(action: Cursor, table: Table, catalogue: Catalogue) -> None:
    place = action.place
    if action.looks(*_SWITCHES):
        whole = Cursor(action.statement, action.rest)
        if not change_enforcement(action, table, catalogue):
            _unread(whole, table)
        return
    unproved = action.accept("WITH CHECK", "WITH NOCHECK") == "WITH NOCHECK"
    if action.looks(*_HARMLESS) or action.done:
        return
    if action.looks("ADD"):
        action.accept("ADD")
        before = len(table.constraints)
        _add(action, table, catalogue)
        for one in table.constraints[before:]:
            one.validated = one.validated and not unproved
    elif action.looks("DROP"):
        _drop(action, table, catalogue, place)
    elif action.looks("RENAME"):
        _rename(action, table, catalogue, place)
    elif verb := action.accept("ALTER COLUMN", "ALTER", "MODIFY COLUMN", "MODIFY", "CHANGE COLUMN", "CHANGE"):
        change_column(verb, action, table, catalogue, place)
    elif action.accept("SET SCHEMA"):
        move_table(table, action.name(), catalogue, place)
    elif action.accept("SET UNUSED COLUMN", "SET UNUSED"):
        _drop_columns(action, table, catalogue, place)
    elif action.accept("COMMENT COLUMN"):  # ClickHouse
        described = table.columns.get(catalogue.names.key(action.name()))
        if described is not None:
            described.comment, described.places["description"] = action.string() or "", place
    elif action.accept("COMMENT", "SET COMMENT"):
        action.accept("=")
        table.comment, table.places["description"] = action.string() or "", place
    elif action.accept("SET OPTIONS") and action.word() == "(":
        table.comment = option(action.group(), "DESCRIPTION") or table.comment
    else:
        _unread(action, table)


def _unread(action: Cursor, table: Table) -> None:
    """Nobody knows what it does to the rows, so that a difference in it is undecided."""
    words = " ".join(filter(None, (action.word(at) for at in range(2)))).lower() or "alter table"
    place = action.place
    table.unread[words] = one_more(table.unread.get(words), action.text)
    table.places[words] = place


def _add(action: Cursor, table: Table, catalogue: Catalogue) -> None:
    columns = action.accept("COLUMNS", "COLUMN")
    present = action.accept("IF NOT EXISTS")
    if action.word() == "(":
        for one in action.group().parts():
            _add(one, table, catalogue)
    elif columns or not (is_layout(action, catalogue.dialect) or constraint(action, table, catalogue)):
        if present and catalogue.names.key(action.peek()) in table.columns:
            return
        column(action, table, catalogue)


def _drop(action: Cursor, table: Table, catalogue: Catalogue, place: Place) -> None:
    action.accept("DROP")
    if action.accept("PRIMARY KEY"):
        drop_key(table, catalogue, place)
    elif action.accept("CONSTRAINT", "CHECK", "FOREIGN KEY"):
        _drop_constraint(action, table, catalogue, place)
    elif action.accept("INDEX", "KEY"):
        drop_index(catalogue.names.key(action.name()), table, place)
    elif action.accept("UNIQUE"):
        names = {catalogue.names.key(one.name()) for one in action.group().parts()}
        remove(table, [one for one in table.constraints if one.kind == "unique" and set(one.columns) == names], place)
    else:
        columns = action.accept("COLUMNS", "COLUMN")
        if not columns and action.looks("DEFAULT", "ROW", "ALL ROW", "PERIOD", "SUPPLEMENTAL"):
            _unread(action, table)
        else:
            _drop_columns(action, table, catalogue, place)


def _drop_constraint(action: Cursor, table: Table, catalogue: Catalogue, place: Place) -> None:
    whole = Cursor(action.statement, action.rest)
    action.accept("IF EXISTS")
    if not drop_constraint(catalogue.names.key(action.name()), table, catalogue, place):
        _unread(whole, table)


def _drop_columns(action: Cursor, table: Table, catalogue: Catalogue, place: Place) -> None:
    missing = action.accept("IF EXISTS")
    if action.word() == "(":
        for one in action.group().parts():
            _drop_columns(one, table, catalogue, place)
        return
    named = action.name()
    gone = table.columns.pop(catalogue.names.key(named), None)
    if gone is None:
        if missing:
            return
        raise action.refuse(f"`{table.name}` has no column `{named.text}` that could be dropped here", "Correct the name")
    table.gone[gone.name] = place
    key = catalogue.names.key(gone.name)
    remove(table, [one for one in table.constraints if key in one.columns or key in checked(one, catalogue)], place)


def _rename(action: Cursor, table: Table, catalogue: Catalogue, place: Place) -> None:
    action.accept("RENAME")
    if action.accept("TO", "AS"):
        rename_table(table, action.dotted(), catalogue, place)
        return
    if action.accept("CONSTRAINT", "INDEX", "KEY"):
        before = catalogue.names.key(action.name())
        action.accept("TO")
        rename_constraint(before, catalogue.names.key(action.name()), table)
        return
    action.accept("COLUMN")
    action.accept("IF EXISTS")
    old = action.name()
    if action.done:  # MySQL: RENAME new
        rename_table(table, (old,), catalogue, place)
        return
    action.accept("TO")
    rename_column(old, action.name(), table, catalogue, place)
