"""Words behind a constraint that end what it asks of the rows, or of those that are there already, and the statements that say so later."""

from __future__ import annotations

from countersign.formats.sql.catalogue import Catalogue, Column, Constraint, Table
from countersign.formats.sql.cursor import Cursor
from countersign.formats.sql.loosening import called
from countersign.model.contract import Place, canonical

#: In these, nobody enforces a key, whatever is written behind it.
_INFORMATIVE = frozenset({"bigquery", "databricks", "hive", "redshift", "snowflake", "spark", "trino"})
_KEYS = frozenset({"primary", "unique", "foreign"})


def read_enforcement(part: Cursor, one: Constraint, table: Table, dialect: str) -> None:
    """From what is left of a constraint's definition."""
    while not part.done:
        _word(part, one, table, dialect)


def accept_enforcement(part: Cursor, one: Constraint, table: Table, dialect: str) -> bool:
    """One word of it, where a column's clauses stand."""
    if not part.looks("NOT ENFORCED", "ENFORCED", "DISABLE", "ENABLE", "NOT VALID", "NOVALIDATE"):
        return False
    _word(part, one, table, dialect)
    return True


def _word(part: Cursor, one: Constraint, table: Table, dialect: str) -> None:
    place = part.place
    if part.accept("NOT ENFORCED", "DISABLE"):
        if one.kind in _KEYS and dialect in _INFORMATIVE:
            return
        if one.kind == "primary" and not dialect:  # it may be a warehouse's, which knows no other
            table.unread["not enforced"], table.places["not enforced"] = canonical(True), place
            return
        one.enforced = False
    elif part.accept("ENFORCED", "ENABLE"):
        one.enforced = True
    elif part.accept("NOT VALID", "NOVALIDATE"):
        one.validated = False
    else:
        part.skip()


def required_by_disabled(part: Cursor, found: Column, dialect: str) -> None:
    """Behind NOT NULL: Oracle's and Hive's DISABLE takes it back; nulls that are there may stay under NOVALIDATE."""
    place = part.place
    off = part.accept("DISABLE", "NOT ENFORCED")
    found.nullable = found.nullable or (bool(off) and dialect != "snowflake")  # Snowflake enforces this one whatever is written
    part.accept("ENABLE", "ENFORCED")
    if part.accept("NOVALIDATE") and not off:
        found.unread["not null"], found.places["not null"] = canonical("novalidate"), place


def change_enforcement(action: Cursor, table: Table, catalogue: Catalogue) -> bool:
    """An action of ALTER TABLE that switches a constraint on or off. False if nobody knows which one."""
    place = action.place
    proved = not action.accept("WITH NOCHECK")
    checked = action.accept("WITH CHECK")
    begun = action.accept("NOCHECK", "CHECK", "DISABLE", "ENABLE", "VALIDATE", "ALTER", "MODIFY")
    if begun in ("DISABLE", "ENABLE"):
        said = action.accept("NOVALIDATE", "VALIDATE")
        proved = said != "NOVALIDATE"
    on = begun not in ("NOCHECK", "DISABLE")
    chosen = _chosen(action, table, catalogue)
    if begun in ("ALTER", "MODIFY"):
        proved = not action.looks("NOVALIDATE", "ENABLE NOVALIDATE")
        if action.looks("DISABLE", "NOT ENFORCED"):
            on = False
        elif not action.looks("ENABLE", "ENFORCED", "VALIDATE", "NOVALIDATE"):
            return True  # when it is checked, and not whether
    if isinstance(chosen, Column):
        chosen.nullable, chosen.places["nullable"] = not on, place
        return proved
    for one in chosen:
        trusted = one.enforced and one.validated  # T-SQL's CHECK alone looks at no row that is there
        one.enforced, one.validated = on, proved and (begun != "CHECK" or bool(checked) or trusted)
        if not on:
            table.loosened.append((one, place))
    return bool(chosen)


def _chosen(action: Cursor, table: Table, catalogue: Catalogue) -> list[Constraint] | Column:
    if action.accept("PRIMARY KEY"):
        return [one for one in table.constraints if one.kind == "primary"]
    if action.accept("UNIQUE"):
        names = {catalogue.names.key(one.name()) for one in action.group().parts()}
        return [one for one in table.constraints if one.kind == "unique" and set(one.columns) == names]
    kind = action.accept("CONSTRAINT", "CHECK")
    if not kind:
        return []
    if action.accept("ALL"):
        return [one for one in table.constraints if one.kind in ("check", "foreign")]
    name = catalogue.names.key(action.name())
    column = next((one for one in table.columns.values() if one.named.get(name) == "NOT NULL"), None)
    return column if column is not None else called(name, table, catalogue)


def switch_index(name: str, table: Table, place: Place, *, on: bool) -> None:
    """T-SQL: ``ALTER INDEX i ON t DISABLE``, and REBUILD, which switches it on again. A unique index holds nothing then."""
    for one in table.constraints:
        if one.kind in ("unique", "primary") and (name in ("all", one.name)) and one.enforced != on:
            one.enforced = on
            if not on:
                table.loosened.append((one, place))
