"""Changes of SQL that break somebody and look as if they did not: each is told, and what stands beside it raises no alarm."""

from __future__ import annotations

import pytest

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Direction
from countersign.model.contract import Contract
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.rules import judge


def read(sql: str, dialect: str = "") -> Contract:
    return parse(Source("schema.sql", f"-- dialect: {dialect}\n{sql}" if dialect else sql), "shop")


def found(old: str, new: str, dialect: str = "", direction: Direction = Direction.READERS) -> list[Finding]:
    before, after = read(old, dialect), read(new, dialect)
    return list(judge(diff(before, after, relate(before, after)), direction, "shop"))


def told(old: str, new: str, dialect: str = "", direction: Direction = Direction.READERS) -> dict[str, str]:
    """``path rule`` -> level of what is not safe."""
    return {f"{show(one.path)} {one.rule}": str(one.level) for one in found(old, new, dialect, direction) if one.level.blocks}


TABLES = "CREATE TABLE t (a int, b text);\nCREATE TABLE w (x int);\n"


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("mysql", "RENAME TABLE t TO t2;"),
        ("mysql", "RENAME TABLE w TO old_w, t TO t2;"),
        ("oracle", "RENAME t TO t2;"),
        ("clickhouse", "RENAME TABLE t TO t2;"),
    ],
)
def test_a_table_that_is_renamed_by_a_statement_of_its_own_is_gone_under_its_name(dialect: str, statement: str) -> None:
    assert told(TABLES, TABLES + statement, dialect)["t dataset-renamed"] == "breaking"


def test_tables_that_swap_their_names_have_one_anothers_columns() -> None:
    for dialect, statement in (("clickhouse", "EXCHANGE TABLES t AND w;"), ("mysql", "RENAME TABLE t TO z, w TO t, z TO w;")):
        swapped = read(TABLES + statement, dialect).datasets
        assert {one.name: [field.name for field in one.root.fields] for one in swapped} == {"t": ["x"], "w": ["a", "b"]}
        assert told(TABLES, TABLES + statement, dialect)["t.a field-removed"] == "breaking"


def test_a_table_that_moves_into_another_schema_is_told() -> None:
    table = "CREATE TABLE dbo.t (a int);\n"
    for statement in ("ALTER SCHEMA archive TRANSFER dbo.t;", "ALTER SCHEMA [archive] TRANSFER OBJECT::[dbo].[t];"):
        assert told(table, table + statement, "tsql"), statement
    assert not told(table, table + "ALTER SCHEMA dbo TRANSFER old.procedure_of_ours;", "tsql")


def test_an_alter_of_an_unknown_kind_is_undecided_and_one_of_no_table_is_none() -> None:
    assert list(told(TABLES, TABLES + "ALTER FRAMEWORK t DROP b;").values()) == ["undecided"]
    aside = "ALTER ROLE joe LOGIN; ALTER SEQUENCE s RESTART; ALTER SCHEMA shop OWNER TO joe; ALTER DEFAULT PRIVILEGES REVOKE ALL;"
    assert not found(TABLES, TABLES + aside, "postgres")
