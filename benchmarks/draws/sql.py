"""Pairs of tables in SQL, and rows that one of the two takes; SQLite, which makes the tables and stores the rows, is the referee.

The tables are ``STRICT``: other tables of SQLite store anything anywhere. Rows are judged as they are stored: SQLite makes 5 of '5' first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from benchmarks.draws import Drawn
from countersign.formats.source import Source

Row = Mapping[str, Any]

_NAMES = ("a", "b", "c")
_TYPES = ("INTEGER", "INTEGER", "TEXT", "TEXT", "REAL", "BLOB")
_VALUES: tuple[Any, ...] = (None, 0, 1, 2, 5, -3, 2**53 + 1, "", "x", "xy", "xyz", "5", 0.5, 2.0, b"", b"xy")
_CHECKS = (
    "{name} > {low}",
    "{name} >= {low}",
    "{low} <= {name}",
    "{name} < {high}",
    "{name} BETWEEN {low} AND {high}",
    "{name} > {low} AND {name} < {high}",
    "{name} > {low} OR {name} < -1",
    "{name} IN ({low}, {high})",
    "{name} IN ('x', 'xy', {high})",
    "{name} = {high}",
    "length({name}) <= {high}",
    "length({name}) > {low}",
    "{name} IS NOT NULL",
    "NOT ({name} = {low})",
)


def drawn(random: Random) -> Drawn:
    """values: rows, one or two at a time."""
    old, new, tables = draw(random)
    sides = (old, new)

    def reads(is_new: bool, rows: list[Row]) -> bool:
        written = stored(sides[not is_new], rows)
        return written is not None and stored(sides[is_new], written) is not None

    return Drawn(
        "sql",
        *(Source("schema.sql", f"-- dialect: sqlite\n{side}") for side in sides),
        tables,
        allows=lambda is_new, rows: stored(sides[is_new], rows) is not None,
        reads=reads,
    )


def draw(random: Random) -> tuple[str, str, list[list[Row]]]:
    """A table, another that differs from it in a few columns or conditions, and rows, one or two at a time."""
    old = {name: _column(random, name) for name in random.sample(_NAMES, random.randint(1, 3))}
    new = dict(old)
    kept = list(old)
    if random.random() < 0.3 and len(new) > 1:
        del new[random.choice(kept)]
    elif random.random() < 0.4 and len(new) < len(_NAMES):  # one that goes beside one that comes may be a rename
        name = next(name for name in _NAMES if name not in new)
        new[name] = _column(random, name)
    for name in random.sample(sorted(new.keys() & old.keys()), random.randint(0, 1)):
        new[name] = _column(random, name) if random.random() < 0.3 else _altered(random, name, new[name])
    before, after = _table(random, old), _table(random, new)
    if random.random() < 0.7:
        after = _whole(new, before[1]) if set(before[1]) <= new.keys() else after
    rows = [[_row(random) for _ in range(random.randint(1, 2))] for _ in range(12)]
    return before[0], after[0], rows


def _column(random: Random, name: str) -> tuple[str, bool, str]:
    """(type, whether null is refused, condition or "")"""
    return random.choice(_TYPES), random.random() < 0.3, _check(random, name) if random.random() < 0.5 else ""


def _altered(random: Random, name: str, column: tuple[str, bool, str]) -> tuple[str, bool, str]:
    kind, required, check = column
    if random.random() < 0.4:
        return kind, not required, check
    return kind, required, "" if check and random.random() < 0.3 else _check(random, name)


def _check(random: Random, name: str) -> str:
    low = random.randint(-2, 2)
    return random.choice(_CHECKS).format(name=name, low=low, high=low + random.randint(0, 3))


def _table(random: Random, columns: Mapping[str, tuple[str, bool, str]]) -> tuple[str, Sequence[str]]:
    """(statement, the columns of its key)"""
    key = random.sample(sorted(columns), random.randint(1, min(2, len(columns)))) if random.random() < 0.4 else []
    return _whole(columns, key, "UNIQUE" if random.random() < 0.5 else "PRIMARY KEY")


def _whole(columns: Mapping[str, tuple[str, bool, str]], key: Sequence[str], kind: str = "PRIMARY KEY") -> tuple[str, Sequence[str]]:
    parts = [
        f"{name} {type_}{' NOT NULL' if required else ''}{f' CHECK ({check})' if check else ''}"
        for name, (type_, required, check) in columns.items()
    ]
    parts += [f"{kind} ({', '.join(key)})"] if key else []
    return f"CREATE TABLE t ({', '.join(parts)}) STRICT;", key


def _row(random: Random) -> Row:
    return {name: random.choice(_VALUES) for name in _NAMES}


def stored(table: str, rows: Sequence[Row]) -> list[Row] | None:
    """The rows as the table stores them; None if it refuses one. A column that a row lacks is left to the database."""
    with sqlite3.connect(":memory:") as database:
        database.row_factory = sqlite3.Row
        database.execute(table)
        names = [row["name"] for row in database.execute("PRAGMA table_info(t)")]
        try:
            for row in rows:
                there = [name for name in names if name in row]
                marks = ", ".join("?" for _ in there)
                database.execute(f"INSERT INTO t ({', '.join(there)}) VALUES ({marks})", [row[name] for name in there])
        except sqlite3.IntegrityError:
            return None
        return [dict(row) for row in database.execute("SELECT * FROM t")]


def migration(random: Random) -> str:
    """A table, and statements that change it, all of which SQLite runs."""
    database = sqlite3.connect(":memory:")
    statements = [_table(random, {name: (*_column(random, name)[:2], "") for name in _NAMES})[0]]
    database.execute(statements[0])
    for number in range(random.randint(1, 5)):
        names = [row[1] for row in database.execute("PRAGMA table_info(t)")]
        some = random.choice(names)
        statement = random.choice(
            (
                f"ALTER TABLE t ADD COLUMN n{number} {random.choice(_TYPES)};",
                f"ALTER TABLE t ADD n{number} INTEGER NOT NULL DEFAULT {number};",
                f"ALTER TABLE t DROP COLUMN {some};",
                f"ALTER TABLE t RENAME COLUMN {some} TO m{number};",
                f"ALTER TABLE t RENAME {some} TO m{number};",
                "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t;",
                f"CREATE INDEX i{number} ON t ({some});",
            )
        )
        try:
            database.executescript(statement)
        except sqlite3.OperationalError:
            continue  # a column of the key, or the last one
        statements.append(statement)
    database.close()
    return "\n".join(statements)


def columns(script: str) -> list[tuple[str, bool, bool]]:
    """(name, whether null is refused, whether it is of the key) of each column that the statements leave."""
    with sqlite3.connect(":memory:") as database:
        database.executescript(script)
        rows = list(database.execute("PRAGMA table_info(t)"))
        return [(row[1], bool(row[3]) or (bool(row[5])), bool(row[5])) for row in rows]
