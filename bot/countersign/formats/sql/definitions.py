"""The definitions inside ``CREATE TABLE ( … )`` and behind ``ALTER TABLE … ADD``: columns and constraints."""

from __future__ import annotations

from countersign.formats.sql import lexing
from countersign.formats.sql.catalogue import Catalogue, Column, Constraint, Table
from countersign.formats.sql.cursor import Cursor, Name, phrases
from countersign.formats.sql.enforcing import accept_enforcement, read_enforcement, required_by_disabled
from countersign.formats.sql.literals import default
from countersign.formats.sql.types import column_type
from countersign.model.contract import Place, canonical

#: Where a column's type ends and what else is said of it begins, and where each of these ends.
CLAUSES = phrases(
    """
    NOT NULL | NULL | DEFAULT | PRIMARY KEY | KEY | UNIQUE | CHECK | REFERENCES | CONSTRAINT | COMMENT | COLLATE | OPTIONS | GENERATED |
    AS | IDENTITY | AUTO_INCREMENT | AUTOINCREMENT | ON UPDATE | CHARACTER SET | CHARSET | ENCODE | CODEC | TTL | STORED | VIRTUAL |
    PERSISTED | MATERIALIZED | ALIAS | EPHEMERAL | VISIBLE | INVISIBLE | SPARSE | ROWGUIDCOL | STORAGE | DISTKEY | SORTKEY | ENABLE |
    DISABLE | NOVALIDATE | NOT ENFORCED | ENFORCED | RELY | NORELY | COMPRESSION | SRID | FIRST | AFTER | ORDER | NOORDER | USING |
    WITH MASKING | MASKING POLICY | MASKED | WITH TAG | TAG | WITH DEFAULT | DEFERRABLE | NOT DEFERRABLE | INITIALLY | MATCH | ON DELETE
    | ON CONFLICT | WITH VALUES | VALIDATE | NOT FOR REPLICATION | CLUSTERED | NONCLUSTERED | WITH ( | NOT VALID | NO INHERIT |
    WITH PROJECTION POLICY | PROJECTION POLICY | SEQUENCE NAME
    """
)
#: Clauses that say nothing of the values, and take as many tokens as they have.
_HARMLESS = phrases(
    """
    AFTER | AUTOINCREMENT | AUTO_INCREMENT | CHARACTER SET | CHARSET | CLUSTERED | CODEC | COLLATE | COMPRESSION | DEFERRABLE | DISABLE
    | DISTKEY | ENABLE | ENCODE | ENFORCED | FIRST | IDENTITY | INITIALLY | KEY | MATCH | NO INHERIT | NONCLUSTERED | NOORDER | NORELY |
    NOT DEFERRABLE | NOT FOR REPLICATION | NOVALIDATE | NULL | ON CONFLICT | ON DELETE | ON UPDATE | ORDER | PERSISTED | RELY |
    ROWGUIDCOL | SEQUENCE NAME | SORTKEY | SPARSE | SRID | STORAGE | STORED | USING | VALIDATE | VIRTUAL | VISIBLE | WITH DEFAULT |
    WITH VALUES
    """
)

#: Where a column that the database counts up is NOT NULL without a word of it.
_COUNTED = {"IDENTITY": frozenset({"", "postgres", "redshift", "tsql", "oracle"}), "AUTO_INCREMENT": frozenset({"mysql"})}
_SERIAL = frozenset({"", "postgres", "mysql"})


def elements(body: Cursor, table: Table, catalogue: Catalogue) -> None:
    """Everything in the parentheses of a CREATE TABLE."""
    for part in body.parts():
        if part.done or is_layout(part, catalogue.dialect) or constraint(part, table, catalogue):
            continue
        if part.looks("LIKE"):
            _copied(part, table, catalogue)
        else:
            column(part, table, catalogue)


def is_layout(part: Cursor, dialect: str) -> bool:
    """An index inside a table's definition: ``KEY by_region (region)``. A column called so has a type there, as in ``key varchar(10)``."""
    if part.looks("EXCLUDE (", "EXCLUDE USING", "PERIOD FOR", "KEY (", "INDEX (", *_LAYOUT.get(dialect, ())):
        return True
    return part.looks("KEY", "INDEX") and part.word(2) in ("(", "USING") and not part.word(3).isdigit()


_LAYOUT = {"mysql": ("FULLTEXT", "SPATIAL"), "clickhouse": ("INDEX", "PROJECTION"), "tsql": ("INDEX",)}


def _copied(part: Cursor, table: Table, catalogue: Catalogue) -> None:
    """``LIKE orders INCLUDING ALL``"""
    place = part.place
    part.accept("LIKE")
    source = catalogue.find(part.dotted())
    if source is None:
        raise part.refuse("this copies a table that no statement before it makes", "Put the statement that makes it first")
    copy_columns(source, table, place)


def copy_columns(source: Table, table: Table, place: Place) -> None:
    for key, one in source.columns.items():
        table.columns[key] = Column(name=one.name, place=place, type=one.type, nullable=one.nullable, comment=one.comment)


def constraint(part: Cursor, table: Table, catalogue: Catalogue) -> bool:
    """Read a table's constraint, if one stands here."""
    place, name = part.place, ""
    distinct = True
    if part.looks("CONSTRAINT") and not part.looks("CONSTRAINT NOT"):
        part.accept("CONSTRAINT")
        if not part.looks("CHECK", "PRIMARY KEY", "FOREIGN KEY", "UNIQUE"):
            name = catalogue.names.key(part.name())
    if part.looks("DEFAULT") and _default_for(part, name, table, catalogue):
        return True
    kind = part.accept("PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "CHECK")
    if not kind:
        return False
    if kind == "UNIQUE":
        part.accept("KEY", "INDEX")
        distinct = part.accept("NULLS NOT DISTINCT", "NULLS DISTINCT") != "NULLS NOT DISTINCT"
        part.accept("CLUSTERED", "NONCLUSTERED")
    elif kind == "PRIMARY KEY":
        part.accept("CLUSTERED", "NONCLUSTERED")
    if kind != "CHECK" and part.word() != "(" and not part.looks("USING INDEX"):
        part.accept("IF NOT EXISTS")
        given = catalogue.names.key(part.name())
        name = name or given
    if part.accept("USING INDEX"):
        table.constraints.append(Constraint("unique" if kind == "UNIQUE" else "primary", place, name=name, text=part.text))
        return True
    if kind == "CHECK":
        found = check(part, catalogue, place, name)
        read_enforcement(part, found, table, catalogue.dialect)
        table.constraints.append(found)
        return True
    columns = [catalogue.names.key(one) for one in _columns(part.group())]
    found = Constraint({"PRIMARY KEY": "primary", "UNIQUE": "unique"}.get(kind, "foreign"), place, columns, name, nulls_distinct=distinct)
    if kind == "FOREIGN KEY":
        part.accept("REFERENCES")
        _target(part, found, catalogue)
    read_enforcement(part, found, table, catalogue.dialect)
    table.constraints.append(found)
    return True


def _default_for(part: Cursor, name: str, table: Table, catalogue: Catalogue) -> bool:
    """T-SQL: ``ADD CONSTRAINT df DEFAULT (0) FOR amount``"""
    place, written = part.place, part.until("FOR")
    if not part.accept("FOR"):
        return False
    found = table.columns.get(catalogue.names.key(part.name()))
    if found is not None:
        written.accept("DEFAULT")
        found.default, found.places["default"] = default(written, catalogue), place
        found.named |= {name: "DEFAULT"} if name else {}
    return True


def _columns(group: Cursor) -> list[Name]:
    """The names in ``(a, b DESC, c(10))``."""
    return [part.name() for part in group.parts() if not part.done and part.word() != "("]


def _target(part: Cursor, found: Constraint, catalogue: Catalogue) -> None:
    path = part.dotted()
    found.target = ".".join(name for name in catalogue.key(path) if name)
    if part.word() == "(":
        found.target_columns = [catalogue.names.key(one) for one in _columns(part.group())]


def check(part: Cursor, catalogue: Catalogue, place: Place, name: str = "") -> Constraint:
    condition = part.group() if part.word() == "(" else Cursor(part.statement, part.rest)  # ClickHouse has no parentheses
    return Constraint("check", place, name=name, check=lexing.expression(condition.rest, catalogue.dialect), text=condition.text)


def column(part: Cursor, table: Table, catalogue: Catalogue) -> None:
    """Read a column's definition into the table. Raises `Unreadable`."""
    place = part.place
    named = part.name()
    key = catalogue.names.key(named)
    if key in table.columns:
        first = table.columns[key].place
        raise part.refuse(f"the column `{named.text}` is made twice; first on line {first.line} of {first.file}", "Rename one of the two")
    written = _type_of(part)
    found = Column(name=catalogue.names.shown(named), place=place, type=column_type(written.rest, written.text, catalogue.dialect))
    found.places["type"] = place
    serial = written.word().endswith(("SERIAL", "SERIAL2", "SERIAL4", "SERIAL8")) and catalogue.dialect in _SERIAL
    found.nullable = found.type.nullable if found.type.nullable is not None else not serial
    table.columns[key] = found
    table.gone.pop(found.name, None)
    clauses(part, found, table, catalogue)


def _type_of(part: Cursor) -> Cursor:
    if part.done or part.looks(*CLAUSES):
        return Cursor(part.statement, [])
    return part.until(*CLAUSES)


def retype(part: Cursor, found: Column, catalogue: Catalogue) -> None:
    """Another type for a column that stays."""
    found.places["type"] = part.place
    written = _type_of(part)
    found.type = column_type(written.rest, written.text, catalogue.dialect)


def clauses(part: Cursor, found: Column, table: Table, catalogue: Catalogue) -> None:
    """Everything that is said of a column behind its type."""
    key, name = catalogue.names.key(found.name), ""
    last: Constraint | None = None
    before = len(table.constraints)
    while not part.done:
        place = part.place
        last = table.constraints[-1] if len(table.constraints) > before else None
        if part.looks("WITH ("):
            part.skip()
            part.group()
            continue
        if last is not None and accept_enforcement(part, last, table, catalogue.dialect):
            continue
        clause = part.accept(*CLAUSES)
        if clause == "CONSTRAINT":
            name = catalogue.names.key(part.name())
        elif clause == "NOT NULL":
            found.nullable = False
            found.named |= {name: clause} if name else {}
            found.places["nullable"] = place
            required_by_disabled(part, found, catalogue.dialect)
        elif clause == "NULL":
            found.nullable = True
        elif clause == "PRIMARY KEY":
            table.constraints.append(Constraint("primary", place, [key], name))
        elif clause == "UNIQUE":
            part.accept("KEY")
            distinct = part.accept("NULLS NOT DISTINCT", "NULLS DISTINCT") != "NULLS NOT DISTINCT"
            table.constraints.append(Constraint("unique", place, [key], name, nulls_distinct=distinct))
        elif clause == "CHECK":
            table.constraints.append(check(part, catalogue, place, name))
        elif clause == "REFERENCES":
            foreign = Constraint("foreign", place, [key], name)
            _target(part, foreign, catalogue)
            table.constraints.append(foreign)
        elif clause == "DEFAULT":
            found.named |= {name: clause} if name else {}
            part.accept("ON NULL FOR INSERT AND UPDATE", "ON NULL FOR INSERT ONLY", "ON NULL")
            found.default = default(part.until(*CLAUSES), catalogue)
            found.places["default"] = place
        elif clause in ("COMMENT", "OPTIONS"):
            _described(part, clause, found, place)
        elif clause in ("IDENTITY", "AUTO_INCREMENT"):
            found.nullable = found.nullable and catalogue.dialect not in _COUNTED[clause]
            part.pass_until(*CLAUSES)
        elif clause in ("GENERATED", "AS", "MATERIALIZED", "ALIAS"):
            _generated(part, clause, found, place, catalogue.dialect)
        elif clause in ("FIRST", "AFTER"):
            _move(key, catalogue.names.key(part.name()) if clause == "AFTER" else None, table)
        elif clause in _HARMLESS:
            part.pass_until(*CLAUSES)
        else:
            rest = part.text if part.done or not clause else part.until(*CLAUSES).text if not part.looks(*CLAUSES) else ""
            word = clause or part.word() or rest
            found.unread[(clause or "clause").lower()] = canonical(rest or word)
            found.places[(clause or "clause").lower()] = place
            if not clause:
                return


def _move(key: str, after: str | None, table: Table) -> None:
    """Put a column behind another, or at the front: ``SELECT *`` shows them in their order."""
    moved = table.columns.pop(key)
    names = list(table.columns)
    at = names.index(after) + 1 if after in names else len(names) if after else 0
    table.columns = {name: table.columns[name] for name in names[:at]} | {key: moved} | {name: table.columns[name] for name in names[at:]}


def _described(part: Cursor, clause: str, found: Column, place: Place) -> None:
    if clause == "COMMENT":
        part.accept("=")
        found.comment = part.string() or ""
    else:
        said = option(part.group(), "DESCRIPTION")
        found.comment = said if said is not None else found.comment
    found.places["description"] = place


def option(group: Cursor, wanted: str) -> str | None:
    """The text of ``description="…"`` in BigQuery's OPTIONS."""
    for one in group.parts():
        if one.accept(wanted) and one.accept("="):
            return one.string() or ""
    return None


def _generated(part: Cursor, clause: str, found: Column, place: Place, dialect: str) -> None:
    """A column that is computed from others. An identity is a key that the database counts up, and says nothing of the values."""
    if clause == "GENERATED":
        part.accept("ALWAYS", "BY DEFAULT ON NULL", "BY DEFAULT")
        if not part.accept("AS"):
            part.pass_until(*CLAUSES)
            return
        if kind := part.accept("IDENTITY", "ROW START", "ROW END"):
            found.nullable = found.nullable and not (kind == "IDENTITY" and dialect in _COUNTED[kind])
            part.pass_until(*CLAUSES)
            return
    found.transform = part.group().text if part.word() == "(" else part.until(*CLAUSES).text
    found.places["transform"] = place
