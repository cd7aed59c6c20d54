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


def table(columns: str, more: str = "") -> str:
    return f"CREATE TABLE t ({columns});\n{more}"


CHECKED = "a int, CONSTRAINT c CHECK (a > 0)"
LOOSENED = [
    ("postgres", table("id BIGSERIAL"), table("id BIGINT")),
    ("postgres", table("id BIGINT GENERATED ALWAYS AS IDENTITY"), table("id BIGINT")),
    ("tsql", table("id INT IDENTITY(1,1)"), table("id INT")),
    ("mysql", table("id INT AUTO_INCREMENT UNIQUE"), table("id INT UNIQUE")),
    ("mysql", table("a int, CHECK (a > 0)"), table("a int, CHECK (a > 0) NOT ENFORCED")),
    ("mysql", table("a int CHECK (a > 0)"), table("a int CHECK (a > 0) NOT ENFORCED")),
    ("mysql", table(CHECKED), table(CHECKED, "ALTER TABLE t ALTER CHECK c NOT ENFORCED;")),
    ("postgres", table(CHECKED), table(CHECKED, "ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED;")),
    ("postgres", table("a int, CHECK (a > 0)"), table("a int, CHECK (a > 0) NOT VALID")),
    ("oracle", table("a int NOT NULL"), table("a int NOT NULL DISABLE")),
    ("oracle", table("a int CONSTRAINT nc NOT NULL"), table("a int CONSTRAINT nc NOT NULL", "ALTER TABLE t DISABLE CONSTRAINT nc;")),
    ("oracle", table("a int CONSTRAINT nc NOT NULL"), table("a int CONSTRAINT nc NOT NULL", "ALTER TABLE t MODIFY CONSTRAINT nc DISABLE;")),
    ("tsql", table("a int UNIQUE"), table("a int", "CREATE UNIQUE INDEX ui ON t (a);\nALTER INDEX ui ON t DISABLE;")),
    ("tsql", table(CHECKED), table(CHECKED, "ALTER TABLE t NOCHECK CONSTRAINT ALL;")),
    ("tsql", table(CHECKED), table(CHECKED, "ALTER TABLE t NOCHECK CONSTRAINT c;\nALTER TABLE t CHECK CONSTRAINT c;")),
    ("postgres", table("a int, b int, UNIQUE NULLS NOT DISTINCT (a, b)"), table("a int, b int, UNIQUE (a, b)")),
    ("sqlite", "CREATE TABLE t (a int) STRICT;", "CREATE TABLE t (a int);"),
    ("mysql", table("a text, CHECK (LENGTH(a) <= 10)"), table("a text, CHECK (CHAR_LENGTH(a) <= 10)")),
    ("postgres", table("b text, CHECK (b <= 10)"), table("b text, CHECK (b::int <= 10)")),
]


@pytest.mark.parametrize(("dialect", "old", "new"), LOOSENED, ids=[f"{one[0]}: {one[2]}" for one in LOOSENED])
def test_what_holds_rows_to_less_than_before_breaks_readers(dialect: str, old: str, new: str) -> None:
    assert "breaking" in told(old, new, dialect).values()


UNPROVED = table("a int", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n")
AS_BEFORE = [
    ("postgres", table("id BIGSERIAL"), table("id BIGINT NOT NULL")),
    ("mysql", table(CHECKED), table(CHECKED, "ALTER TABLE t ALTER CHECK c NOT ENFORCED; ALTER TABLE t ALTER CHECK c ENFORCED;")),
    ("postgres", table("a int"), UNPROVED),
    ("postgres", UNPROVED, UNPROVED + "ALTER TABLE t VALIDATE CONSTRAINT c;"),
    ("postgres", table(CHECKED), UNPROVED + "ALTER TABLE t VALIDATE CONSTRAINT c;"),
    ("bigquery", table("id INT64, PRIMARY KEY (id)"), table("id INT64, PRIMARY KEY (id) NOT ENFORCED")),
    (
        "tsql",
        table(CHECKED),
        table("a int", "ALTER TABLE t WITH CHECK ADD CONSTRAINT c CHECK (a > 0)\nGO\nALTER TABLE t CHECK CONSTRAINT c\n"),
    ),
    ("postgres", table("a int, b int, UNIQUE (a, b)"), table("a int, b int, UNIQUE NULLS NOT DISTINCT (a, b)")),
    ("postgres", table("a text CHECK (a IN ('x'))"), table("a text CHECK ((a)::text = ANY ((ARRAY['x'::varchar])::text[]))")),
    ("postgres", table("a int"), table("a int", "ALTER TABLE t ALTER COLUMN a TYPE int USING (a)::int;")),
]


@pytest.mark.parametrize(("dialect", "old", "new"), AS_BEFORE, ids=[f"{one[0]}: {one[2]}" for one in AS_BEFORE])
def test_what_holds_rows_to_as_much_as_before_breaks_no_reader(dialect: str, old: str, new: str) -> None:
    assert told(old, new, dialect) == {}


def test_a_conversion_that_computes_other_values_is_undecided() -> None:
    converted = table("a int", "ALTER TABLE t ALTER COLUMN a TYPE int USING a * 100;")
    assert [str(one.level) for one in found(table("a int"), converted, "postgres")] == ["undecided"]


def test_a_constraint_that_is_switched_off_and_is_not_known_is_undecided() -> None:
    assert list(told(table("a int"), table("a int", "ALTER TABLE t DISABLE CONSTRAINT sys_1;"), "oracle").values()) == ["undecided"]


def test_a_changed_column_reaches_the_columns_of_a_view_that_are_computed_from_it() -> None:
    view = "CREATE VIEW v AS SELECT x + y AS z, coalesce(x, 0) AS c, max(x) AS m, x AS p, y + 1 AS q FROM t;"
    old, new = (f"CREATE TABLE t (x {kind}, y int);\n{view}" for kind in ("int", "varchar(10)"))
    reached = {path.split()[0]: level for path, level in told(old, new).items() if path.startswith("v.")}
    assert reached == {"v.z": "undecided", "v.c": "undecided", "v.m": "undecided", "v.p": "breaking"}
    assert not told(old, old.replace("x int", "x INTEGER"))


def test_a_key_that_is_gone_leaves_a_views_column_that_may_be_null() -> None:
    view = "CREATE VIEW v AS SELECT id FROM t;"
    assert "v.id" in " ".join(told(f"CREATE TABLE t (id int PRIMARY KEY);\n{view}", f"CREATE TABLE t (id int);\n{view}"))
    assert not told(f"CREATE TABLE t (id int PRIMARY KEY);\n{view}", f"CREATE TABLE t (id int NOT NULL, PRIMARY KEY (id));\n{view}")
