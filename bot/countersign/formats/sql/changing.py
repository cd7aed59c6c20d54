"""A column that stays and is changed: ALTER COLUMN, and MySQL's and Oracle's MODIFY and CHANGE."""

from __future__ import annotations

from countersign.formats.sql import lexing
from countersign.formats.sql.catalogue import Catalogue, Column, Table, unknown
from countersign.formats.sql.cursor import Cursor, Name, phrases
from countersign.formats.sql.definitions import CLAUSES, clauses, option, retype
from countersign.formats.sql.literals import default
from countersign.model.contract import Place, canonical


def rename_column(old: Name, new: Name, table: Table, catalogue: Catalogue, place: Place) -> None:
    """Raises `Unreadable` if there is no such column."""
    from sqlglot import exp

    before, after = catalogue.names.key(old), catalogue.names.key(new)
    if before not in table.columns or (after in table.columns and after != before):
        raise unknown((Name(table.name, False), old if before not in table.columns else new), place)
    found = table.columns[before]
    shown = catalogue.names.shown(new)
    if found.name != shown:
        found.aliases = [*found.aliases, found.name]
    found.name, found.place = shown, place
    table.columns = {after if key == before else key: one for key, one in table.columns.items()}
    for one in table.constraints:
        one.columns = [after if key == before else key for key in one.columns]
        for part in one.check.find_all(exp.Column) if one.check is not None else ():
            if isinstance(part.this, exp.Identifier) and catalogue.names.key(Name(part.name, part.this.quoted)) == before:
                part.set("this", exp.to_identifier(new.text, quoted=new.quoted))
    for other in catalogue.tables.values():
        for one in other.constraints:
            if one.kind == "foreign" and one.target == table.qualified:
                one.target_columns = [after if key == before else key for key in one.target_columns]


def change_column(verb: str, action: Cursor, table: Table, catalogue: Catalogue, place: Place) -> None:
    """Behind ALTER COLUMN, MODIFY or CHANGE. Raises `Unreadable`."""
    action.accept("IF EXISTS")
    if action.looks("INDEX"):
        return
    if action.word() == "(":  # Oracle: MODIFY (a int, b int)
        for one in action.group().parts():
            change_column(verb, one, table, catalogue, place)
        return
    named = action.peek()
    found = table.columns.get(catalogue.names.key(named))
    if found is None:
        raise action.refuse(f"`{table.name}` has no column `{named.text}` that could be changed here", "Correct the name")
    if verb.startswith("CHANGE"):  # MySQL: CHANGE old new type
        action.name()
        rename_column(named, action.peek(), table, catalogue, place)
        _redefine(action, found, table, catalogue, place)
        return
    whole = Cursor(action.statement, action.rest)
    action.name()
    if not _of_column(action, found, table, catalogue, place):
        _redefine(whole, found, table, catalogue, place)


def _redefine(action: Cursor, found: Column, table: Table, catalogue: Catalogue, place: Place) -> None:
    """The whole definition anew: what it does not say is no longer so. Oracle alone keeps what MODIFY does not name."""
    keeps = catalogue.dialect == "oracle"
    action.name()
    if action.done or (keeps and action.looks(*CLAUSES)):
        clauses(action, found, table, catalogue)
        return
    was = found.nullable
    retype(action, found, catalogue)
    found.places["type"] = place
    if not keeps:
        found.nullable = found.type.nullable is not False
        if catalogue.dialect == "mysql":
            found.default, found.comment = None, ""
    clauses(action, found, table, catalogue)
    if found.nullable != was:
        found.places["nullable"] = place


def _of_column(action: Cursor, found: Column, table: Table, catalogue: Catalogue, place: Place) -> bool:
    """The single changes of ALTER COLUMN; False if something else stands here."""
    if action.accept("SET DATA TYPE", "TYPE"):
        written = Cursor(action.statement, action.until("USING", "COLLATE").rest)
        retype(written, found, catalogue)
        found.places["type"] = place
        action.pass_until("USING")
        if action.accept("USING") and not _converts_alone(action, found, catalogue):
            found.unread["using"], found.places["using"] = canonical(action.text), place
    elif action.accept("SET NOT NULL"):
        found.nullable, found.places["nullable"] = False, place
    elif action.accept("DROP NOT NULL"):
        found.nullable, found.places["nullable"] = True, place
    elif action.accept("SET DEFAULT"):
        found.default, found.places["default"] = default(action, catalogue), place
    elif action.accept("DROP DEFAULT"):
        found.default, found.places["default"], found.gone["default"] = None, place, place
    elif action.accept("DROP EXPRESSION"):
        found.transform, found.gone["transform"] = "", place
    elif action.accept("SET EXPRESSION AS", "SET EXPRESSION"):
        found.transform, found.places["transform"] = action.group().text, place
    elif action.accept("SET COMMENT", "COMMENT"):
        found.comment, found.places["description"] = action.string() or "", place
    elif action.accept("SET OPTIONS"):
        found.comment = option(action.group(), "DESCRIPTION") or found.comment
    elif action.accept("RENAME TO"):
        rename_column(Name(found.name, True), action.name(), table, catalogue, place)
    else:
        return bool(action.accept(*_NOTHING))
    return True


def _converts_alone(action: Cursor, found: Column, catalogue: Catalogue) -> bool:
    """``USING amount::int``: the values stay what they are. Anything else computes others."""
    from sqlglot import exp

    parsed = lexing.expression(action.rest, catalogue.dialect)
    while isinstance(parsed, exp.Paren | exp.Cast):
        parsed = parsed.this
    if not isinstance(parsed, exp.Column) or not isinstance(parsed.this, exp.Identifier):
        return False
    return catalogue.names.key(Name(parsed.name, parsed.this.quoted)) == catalogue.names.key(found.name)


#: How a column is stored or counted up.
_NOTHING = phrases(
    """
    SET STATISTICS | SET STORAGE | SET COMPRESSION | SET GENERATED | SET INVISIBLE | SET VISIBLE | SET ( | RESET | DROP IDENTITY |
    ADD GENERATED | RESTART | SET INCREMENT | SET START | SET CACHE | SYNC IDENTITY | ENCODE | ADD ROWGUIDCOL | DROP ROWGUIDCOL |
    SET MINVALUE | SET MAXVALUE | SET RESTART | FIRST | AFTER | CODEC | REMOVE
    """
)
