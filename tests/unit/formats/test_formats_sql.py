"""SQL DDL: the types of each dialect, what statements make of a table, how two versions stand to one another, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.formats.comparing import differences

from countersign.diff import diff
from countersign.diff.texts import shape
from countersign.formats import Source, Unreadable, detect, parse, relate
from countersign.model.change import Aspect, Kind
from countersign.model.contract import Contract, Field
from countersign.model.path import show


def read(sql: str, dialect: str = "") -> Contract:
    return parse(Source("schema.sql", f"-- dialect: {dialect}\n{sql}" if dialect else sql), "shop")


def columns(sql: str, dialect: str = "") -> dict[str, Field]:
    """Of the first table."""
    return {field.name: field for field in read(sql, dialect).datasets[0].root.fields}


def said(sql: str, dialect: str = "") -> dict[str, str]:
    """column -> its type with all that limits it; a star behind it if it may be null."""
    return {name: shape(field) + ("*" if field.nullable else "") for name, field in columns(sql, dialect).items()}


def changes(old: str, new: str, dialect: str = "") -> dict[str, str]:
    return differences(read(old, dialect), read(new, dialect))


# --- types -------------------------------------------------------------------------------------------------------------------------

TYPES = [
    ("postgres", "int", 'integer(format="i32")'),
    ("postgres", "bigserial", 'integer(format="i64")'),
    ("postgres", "real", 'number(format="f32")'),
    ("postgres", "float", 'number(format="f64")'),
    ("postgres", "float(10)", 'number(format="f32")'),
    ("postgres", "double precision", 'number(format="f64")'),
    ("postgres", "numeric", "decimal"),
    ("postgres", "numeric(10,2)", "decimal(precision=10, scale=2)"),
    ("postgres", "text", "string"),
    ("postgres", "character varying(10)", "string(maxLength=10)"),
    ("postgres", "char(3)", "string(maxLength=3, padded=true)"),
    ("postgres", "bytea", "bytes"),
    ("postgres", "timestamp(3) with time zone", "timestamp(fractionalDigits=3)"),
    ("postgres", "jsonb", "json"),
    ("postgres", "uuid", "uuid"),
    ("postgres", "interval", "duration"),
    ("postgres", "text[]", "array[string|null]"),
    ("postgres", "int[][]", 'array[array[integer(format="i32")|null]|null]'),
    ("postgres", "tsvector", "tsvector"),
    ("mysql", "int unsigned", 'integer(format="u32")'),
    ("mysql", "int(11)", 'integer(format="i32")'),
    ("mysql", "bool", 'integer(format="i8")'),
    ("mysql", "tinyint(1)", 'integer(format="i8")'),
    ("mysql", "real", 'number(format="f64")'),
    ("mysql", "decimal", "decimal(precision=10, scale=0)"),
    ("mysql", "enum('a','b')", 'string(enum=["a","b"])'),
    ("mysql", "datetime(6)", "timestamp(fractionalDigits=6)"),
    ("sqlite", "integer", 'integer(format="i64")'),
    ("sqlite", "real", 'number(format="f64")'),
    ("sqlite", "", "any"),
    ("snowflake", "number", "decimal(precision=38, scale=0)"),
    ("snowflake", "int", "decimal(precision=38, scale=0)"),
    ("snowflake", "float", 'number(format="f64")'),
    ("snowflake", "variant", "variant"),
    ("snowflake", "string", "string"),
    ("bigquery", "INT64", 'integer(format="i64")'),
    ("bigquery", "NUMERIC", "decimal(precision=38, scale=9)"),
    ("bigquery", "STRING(10)", "string(maxLength=10)"),
    ("bigquery", "STRUCT<a INT64, b ARRAY<STRING>>", 'object{a: integer(format="i64")|null, b: array[string|null]|null}'),
    ("redshift", "varchar", "string(maxLength=256)"),
    ("redshift", "super", "super"),
    ("tsql", "nvarchar(max)", "string"),
    ("tsql", "varchar", "string(maxLength=1)"),
    ("tsql", "bit", "boolean"),
    ("tsql", "tinyint", 'integer(format="u8")'),
    ("tsql", "float", 'number(format="f64")'),
    ("tsql", "float(24)", 'number(format="f32")'),
    ("tsql", "money", "decimal(precision=19, scale=4)"),
    ("tsql", "uniqueidentifier", "uuid"),
    ("oracle", "NUMBER", "decimal"),
    ("oracle", "NUMBER(10,2)", "decimal(precision=10, scale=2)"),
    ("oracle", "VARCHAR2(10 CHAR)", "string(maxLength=10)"),
    ("oracle", "DATE", "timestamp(fractionalDigits=0)"),
    ("oracle", "RAW(16)", "bytes(maxLength=16)"),
    ("duckdb", "HUGEINT", 'integer(format="i128")'),
    ("duckdb", "uint8", 'integer(format="u8")'),
    ("duckdb", "STRUCT(a INT, b VARCHAR[])", 'object{a: integer(format="i32")|null, b: array[string|null]|null}'),
    ("clickhouse", "Array(Nullable(String))", "array[string|null]"),
    ("clickhouse", "LowCardinality(String)", "string"),
    ("clickhouse", "Enum8('a' = 1, 'b' = 2)", 'string(enum=["a","b"])'),
    ("clickhouse", "Map(String, UInt8)", 'map[integer(format="u8")]'),
    ("spark", "map<string,int>", 'map[integer(format="i32")|null]'),
    ("spark", "float", 'number(format="f32")'),
    ("databricks", "STRUCT<a: INT COMMENT 'x'>", 'object{a: integer(format="i32")|null}'),
    ("trino", "row(a bigint)", 'object{a: integer(format="i64")|null}'),
    ("trino", "varchar(10)", "string(maxLength=10)"),
    ("ansi", "float", "number"),
]


@pytest.mark.parametrize(("dialect", "written", "means"), TYPES, ids=[f"{dialect}-{written}" for dialect, written, _ in TYPES])
def test_a_type_means_what_its_database_holds_in_it(dialect: str, written: str, means: str) -> None:
    assert shape(columns(f"CREATE TABLE t (c {written})", dialect)["c"]) == means


@pytest.mark.parametrize(
    ("dialect", "written", "zone"),
    [
        ("postgres", "timestamp", "without time zone"),
        ("postgres", "timestamptz", "with time zone"),
        ("bigquery", "TIMESTAMP", "with time zone"),
        ("bigquery", "DATETIME", "without time zone"),
        ("mysql", "timestamp", "with time zone"),
        ("snowflake", "timestamp_ntz", "without time zone"),
        ("spark", "timestamp", "with time zone"),
        ("tsql", "datetimeoffset", "with time zone"),
    ],
)
def test_whether_a_time_is_a_moment_is_part_of_its_meaning(dialect: str, written: str, zone: str) -> None:
    assert columns(f"CREATE TABLE t (c {written})", dialect)["c"].meaning["timezone"] == zone


# --- statements --------------------------------------------------------------------------------------------------------------------

ORDERS = """\
CREATE TABLE shop.orders (
  id bigint PRIMARY KEY,
  region text NOT NULL,
  amount numeric(10,2) DEFAULT 0 CHECK (amount BETWEEN 0 AND 1000),
  status text CONSTRAINT known CHECK (status IN ('open', 'paid')),
  CONSTRAINT once UNIQUE (region, status)
);
"""

STATEMENTS = [
    ("postgres", "ALTER TABLE shop.orders ADD COLUMN note varchar(20) NOT NULL;", {"note": "string(maxLength=20)"}),
    ("postgres", "ALTER TABLE shop.orders ADD note text, ADD COLUMN more int;", {"note": "string*", "more": 'integer(format="i32")*'}),
    ("tsql", "ALTER TABLE shop.orders ADD note text, more int;", {"note": "string*", "more": 'integer(format="i32")*'}),
    ("oracle", "ALTER TABLE shop.orders ADD (note CLOB, more DATE);", {"note": "string*", "more": "timestamp(fractionalDigits=0)*"}),
    ("spark", "ALTER TABLE shop.orders ADD COLUMNS (note STRING, more INT);", {"note": "string*", "more": 'integer(format="i32")*'}),
    ("postgres", "ALTER TABLE shop.orders DROP COLUMN region;", {"region": None}),
    ("postgres", "ALTER TABLE IF EXISTS ONLY shop.orders DROP IF EXISTS region CASCADE;", {"region": None}),
    ("snowflake", "ALTER TABLE shop.orders DROP COLUMN region, amount;", {"region": None, "amount": None}),
    ("oracle", "ALTER TABLE shop.orders DROP (region, amount);", {"region": None, "amount": None}),
    ("postgres", "ALTER TABLE shop.orders RENAME COLUMN region TO area;", {"region": None, "area": "string"}),
    ("mysql", "ALTER TABLE shop.orders CHANGE region area varchar(9) NOT NULL;", {"region": None, "area": "string(maxLength=9)"}),
    ("tsql", "EXEC sp_rename 'shop.orders.region', 'area', 'COLUMN';", {"region": None, "area": "string"}),
    ("postgres", "ALTER TABLE shop.orders ALTER COLUMN region TYPE varchar(9) USING region::text;", {"region": "string(maxLength=9)"}),
    ("bigquery", "ALTER TABLE shop.orders ALTER COLUMN region SET DATA TYPE STRING(9);", {"region": "string(maxLength=9)"}),
    ("mysql", "ALTER TABLE shop.orders MODIFY COLUMN region varchar(9);", {"region": "string(maxLength=9)*"}),
    ("tsql", "ALTER TABLE shop.orders ALTER COLUMN region varchar(9) NOT NULL;", {"region": "string(maxLength=9)"}),
    ("oracle", "ALTER TABLE shop.orders MODIFY (region VARCHAR2(9));", {"region": "string(maxLength=9)"}),
    ("oracle", "ALTER TABLE shop.orders MODIFY region NULL;", {"region": "string*"}),
    ("clickhouse", "ALTER TABLE shop.orders MODIFY COLUMN region Nullable(String);", {"region": "string*"}),
    (
        "postgres",
        "ALTER TABLE shop.orders ALTER region DROP NOT NULL, ALTER status SET NOT NULL;",
        {
            "region": "string*",
            "status": 'string(enum=["open","paid"])',
        },
    ),
    ("postgres", "ALTER TABLE shop.orders DROP CONSTRAINT known;", {"status": "string*"}),
    ("postgres", "ALTER TABLE shop.orders DROP CONSTRAINT orders_amount_check;", {"amount": "decimal(precision=10, scale=2)*"}),
    ("postgres", "ALTER TABLE shop.orders ADD CONSTRAINT c CHECK (length(region) <= 5);", {"region": "string(maxLength=5)"}),
    ("postgres", "ALTER TABLE shop.orders ADD CONSTRAINT c UNIQUE (region);", {"region": "string(unique=true)"}),
    ("postgres", "CREATE UNIQUE INDEX CONCURRENTLY ON shop.orders USING btree (region);", {"region": "string(unique=true)"}),
    (
        "postgres",
        "CREATE TYPE mood AS ENUM ('a'); ALTER TABLE shop.orders ADD m mood; ALTER TYPE mood ADD VALUE 'b' BEFORE 'a';",
        {"m": 'string(enum=["a","b"])*'},
    ),
    (
        "postgres",
        "CREATE DOMAIN pos AS int NOT NULL CHECK (VALUE > 0); ALTER TABLE shop.orders ADD m pos;",
        {"m": 'integer(exclusiveMinimum=0, format="i32")'},
    ),
    (
        "postgres",
        "CREATE TYPE adr AS (street text, no int); ALTER TABLE shop.orders ADD m adr;",
        {"m": 'object{no: integer(format="i32")|null, street: string|null}*'},
    ),
    (
        "postgres",
        "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;ALTER TABLE shop.orders ADD m mood;",
        {"m": 'string(enum=["a"])*'},
    ),
    (
        "postgres",
        "GRANT SELECT ON shop.orders TO joe; INSERT INTO shop.orders VALUES (1, 'DROP TABLE shop.orders;');",
        {},
    ),
    ("postgres", "CREATE FUNCTION f() RETURNS trigger AS $f$ BEGIN ALTER TABLE shop.orders DROP region; END; $f$ LANGUAGE plpgsql;", {}),
    ("mysql", "DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW BEGIN DROP TABLE shop.orders; END//\nDELIMITER ;\n", {}),
    (
        "tsql",
        "CREATE PROCEDURE p AS BEGIN ALTER TABLE shop.orders DROP COLUMN region; END;\nGO\n"
        "ALTER TABLE shop.orders DROP COLUMN amount;\nGO\n",
        {"amount": None},
    ),
    (
        "sqlite",
        "CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE orders SET region = CASE WHEN 1 THEN 'a' END; DELETE FROM orders; END;",
        {},
    ),
    (
        "mysql",
        "/* DROP TABLE x; */ # DROP TABLE y;\n-- DROP TABLE z;\nALTER TABLE shop.orders ADD COLUMN n int COMMENT 'a;b' AFTER id;",
        {"n": 'integer(format="i32")*'},
    ),
]


@pytest.mark.parametrize(("dialect", "statement", "expected"), STATEMENTS, ids=[f"{one[0]}: {one[1]}"[:90] for one in STATEMENTS])
def test_a_statement_leaves_the_columns_that_the_database_would(dialect: str, statement: str, expected: dict[str, str | None]) -> None:
    before, after = said(ORDERS, dialect), said(ORDERS + statement, dialect)
    assert {name: after.get(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == expected


def test_each_column_has_its_line_and_a_change_the_line_that_made_it() -> None:
    found = columns(ORDERS + "ALTER TABLE shop.orders ALTER COLUMN region TYPE int;\nALTER TABLE shop.orders ADD x int;\n", "postgres")
    assert {name: field.place.line for name, field in found.items()} == {"id": 3, "region": 4, "amount": 5, "status": 6, "x": 10}
    assert found["region"].places["type"].line == 9
    assert found["amount"].place.text == "amount numeric(10,2) DEFAULT 0 CHECK (amount BETWEEN 0 AND 1000),"


def test_a_view_has_the_columns_of_its_query_and_the_expressions_are_their_meaning() -> None:
    view = read(
        ORDERS + "CREATE VIEW paid AS\nSELECT id,\n  amount * 2 AS twice,\n  CAST(id AS text) AS t, o.*\nFROM shop.orders o\n;"
    ).datasets[1]
    found = {field.name: (shape(field), field.meaning.get("transform", ""), field.place.line) for field in view.root.fields}
    assert found["id"][0] == 'integer(format="i64")'
    assert found["twice"] == ('any("computed from"="amount decimal (precision=10, scale=2)")', "amount * 2", 10)
    assert found["t"][0] == "string"
    assert "region" in found


def test_hives_partitions_are_columns_that_stand_elsewhere() -> None:
    assert list(columns("CREATE TABLE t (a INT) PARTITIONED BY (day STRING) STORED AS PARQUET", "hive")) == ["a", "day"]
    assert list(columns("CREATE TABLE t (a INT, ts TIMESTAMP) USING ICEBERG PARTITIONED BY (a, days(ts))", "spark")) == ["a", "ts"]


def test_columns_stand_in_their_order_also_where_a_migration_puts_them() -> None:
    moved = "CREATE TABLE t (a int, b int); ALTER TABLE t ADD c int AFTER a, ADD d int FIRST, MODIFY b int FIRST;"
    assert list(columns(moved, "mysql")) == ["b", "d", "a", "c"]


def test_a_joins_nulls_reach_the_columns_of_the_view() -> None:
    view = read(
        "CREATE TABLE a (id int NOT NULL); CREATE TABLE b (x int NOT NULL); CREATE VIEW v AS SELECT id, x FROM a LEFT JOIN b ON true;"
    )
    assert [field.nullable for field in view.datasets[2].root.fields] == [True, True]


def test_comments_are_descriptions() -> None:
    table = read(
        ORDERS + "COMMENT ON TABLE shop.orders IS 'All orders';\nCOMMENT ON COLUMN shop.orders.region IS 'where';", "postgres"
    ).datasets[0]
    assert (table.meaning["description"], table.root.fields[1].meaning["description"]) == ("All orders", "where")


def test_unquoted_names_are_what_the_database_makes_of_them() -> None:
    text = 'CREATE TABLE Orders (CustomerId int, "CustomerId" int)'
    assert list(columns(text, "postgres")) == ["customerid", "CustomerId"]
    assert list(columns("CREATE TABLE Orders (CustomerId int)", "mysql")) == ["CustomerId"]
    assert list(columns('CREATE TABLE Orders (CustomerId int, "ID" int)', "snowflake")) == ["customerid", "id"]


def test_a_table_that_is_rebuilt_under_another_name_keeps_its_own() -> None:
    rebuilt = "CREATE TABLE new_orders (id int NOT NULL, region text); DROP TABLE orders; ALTER TABLE new_orders RENAME TO orders;"
    assert [one.name for one in read("CREATE TABLE orders (id int); " + rebuilt, "sqlite").datasets] == ["orders"]


BATCH = """\
BEGIN TRANSACTION
CREATE TABLE a (
  id int NOT NULL
)
CREATE TABLE b (id int)
ALTER TABLE a
  ADD note text
IF NOT EXISTS (SELECT 1 FROM sys.columns WHERE name = 'more')
BEGIN
  ALTER TABLE a ADD more int
END
EXEC sp_rename 'a.id', 'key', 'COLUMN'
COMMIT
GO
CREATE PROCEDURE p AS
BEGIN
  DROP TABLE b
END
GO
"""


def test_t_sql_needs_no_semicolons() -> None:
    tables = read(BATCH, "sqlserver").datasets
    assert [(one.name, [field.name for field in one.root.fields]) for one in tables] == [("a", ["key", "note", "more"]), ("b", ["id"])]
    assert [field.type for field in tables[0].root.fields] == ["integer", "string", "integer"]
    assert not read(BATCH, "sqlserver").unread
    view = "CREATE VIEW v AS SELECT CASE WHEN id > 1\n  THEN 1\n  ELSE 2\nEND AS size FROM b\nGO\n"
    assert [field.name for field in read(BATCH + view, "sqlserver").datasets[2].root.fields] == ["size"]


NAMED = [
    ("oracle", "a int CONSTRAINT nn NOT NULL", "ALTER TABLE t DROP CONSTRAINT nn;", "decimal(precision=38, scale=0)*"),
    ("mysql", "a int, CHECK (a > 5), CHECK (a < 9)", "ALTER TABLE t DROP CHECK t_chk_2;", 'integer(exclusiveMinimum=5, format="i32")*'),
    ("mysql", "a int UNIQUE", "ALTER TABLE t DROP INDEX a;", 'integer(format="i32")*'),
    ("mysql", "a int, KEY k (a)", "ALTER TABLE t DROP KEY k;", 'integer(format="i32")*'),
    (
        "postgres",
        "a int CONSTRAINT c CHECK (a > 5)",
        "ALTER TABLE t RENAME CONSTRAINT c TO d, DROP CONSTRAINT d;",
        'integer(format="i32")*',
    ),
    ("postgres", "a int", "CREATE UNIQUE INDEX i ON t (a); ALTER INDEX i RENAME TO j; DROP INDEX j;", 'integer(format="i32")*'),
    ("postgres", "a int PRIMARY KEY", "ALTER TABLE t DROP CONSTRAINT t_pkey;", 'integer(format="i32")'),
]


@pytest.mark.parametrize(("dialect", "column", "statements", "left"), NAMED, ids=[f"{one[0]}: {one[2]}" for one in NAMED])
def test_a_constraint_is_dropped_by_the_name_that_it_has(dialect: str, column: str, statements: str, left: str) -> None:
    assert said(f"CREATE TABLE t ({column}); {statements}", dialect)["a"] == left


def test_a_constraint_that_may_be_any_of_several_is_undecided() -> None:
    table = read("CREATE TABLE t (a int CHECK (a > 5), b int CHECK (b > 5)); ALTER TABLE t DROP CONSTRAINT sys_c0071;", "oracle").datasets[
        0
    ]
    assert table.unread


# --- comparing ---------------------------------------------------------------------------------------------------------------------

PAIRS = [
    ("int", "bigint", {"t.c constraint format": "widened"}),
    ("bigint", "int", {"t.c constraint format": "narrowed"}),
    ("varchar(10)", "varchar(20)", {"t.c constraint maxLength": "widened"}),
    ("varchar(10)", "text", {"t.c constraint maxLength": "widened"}),
    ("char(3)", "char(4)", {"t.c constraint maxLength": "changed"}),
    ("char(3)", "varchar(3)", {"t.c constraint padded": "widened"}),
    ("numeric(10,2)", "numeric(12,2)", {"t.c constraint precision": "widened"}),
    ("numeric(10,2)", "numeric(10,4)", {"t.c constraint scale": "changed"}),
    ("numeric(10,2)", "numeric", {"t.c constraint precision": "widened", "t.c constraint scale": "widened"}),
    ("int", "numeric(10,0)", {"t.c type": "widened"}),
    ("int", "numeric(9,0)", {"t.c type": "narrowed"}),
    ("numeric(5,0)", "int", {"t.c type": "widened"}),
    ("int", "double precision", {"t.c type": "widened"}),
    ("bigint", "double precision", {"t.c type": "changed"}),
    ("real", "double precision", {"t.c constraint format": "widened"}),
    ("numeric(10,2)", "double precision", {"t.c type": "changed"}),
    ("text", "int", {"t.c type": "changed"}),
    ("date", "timestamp", {"t.c type": "changed"}),
    ("tsvector", "text", {"t.c type": "undecided"}),
    ("timestamp(3)", "timestamp", {"t.c constraint fractionalDigits": "widened"}),
    ("text[]", "varchar(5)[]", {"t.c[] constraint maxLength": "narrowed"}),
    ("int NOT NULL", "int", {"t.c nullable": "widened"}),
    ("int UNIQUE", "int", {"t.c constraint unique": "widened"}),
    ("int CHECK (c > 0)", "int CHECK (c > 5)", {"t.c constraint exclusiveMinimum": "narrowed"}),
    ("text CHECK (c IN ('a'))", "text CHECK (c = ANY (ARRAY['a'::text, 'b'::text]))", {"t.c=b enum-value": "widened"}),
    ("int CHECK (c % 2 = 0)", "int", {"t.c constraint check c % 2 = 0": "widened"}),
    ("int", "int REFERENCES o(id)", {"t.c constraint references": "narrowed"}),
    ("INT  not   null", "integer NOT NULL", {}),
]


@pytest.mark.parametrize(("old", "new", "expected"), PAIRS, ids=[f"{old} -> {new}" for old, new, _ in PAIRS])
def test_types_stand_to_one_another_by_what_they_hold(old: str, new: str, expected: dict[str, str]) -> None:
    assert changes(f"CREATE TABLE t (c {old})", f"CREATE TABLE t (c {new})", "postgres") == expected


def test_a_time_zone_that_comes_is_another_meaning_and_no_other_type() -> None:
    old, new = (read(f"CREATE TABLE t (c {kind})", "postgres") for kind in ("timestamp", "timestamptz"))
    (change,) = diff(old, new, relate(old, new))
    assert (change.aspect, change.before, change.after) == (Aspect.TIMEZONE, "without time zone", "with time zone")


def test_a_rename_is_one_change_at_the_old_name_and_the_line_of_the_statement() -> None:
    old, new = (read(ORDERS + more, "postgres") for more in ("", "\nALTER TABLE shop.orders RENAME COLUMN region TO area;"))
    named = [one for one in diff(old, new, relate(old, new)) if one.aspect is Aspect.FIELD]
    assert [(one.kind, show(one.path), one.new.line if one.new else 0) for one in named] == [(Kind.RENAMED, "orders.region", 10)]


def test_what_is_dropped_is_shown_where_it_is_dropped() -> None:
    after = ORDERS + "ALTER TABLE shop.orders\n  DROP CONSTRAINT known,\n  DROP COLUMN amount;\n"
    old, new = read(ORDERS, "postgres"), read(after, "postgres")
    found = {show(one.path): (one.old.line if one.old else 0, one.new.line if one.new else 0) for one in diff(old, new, relate(old, new))}
    assert found == {"orders.amount": (5, 11), "orders.status": (6, 10)}


def test_layout_rights_and_indexes_are_no_change() -> None:
    more = "CREATE INDEX i ON shop.orders (region); VACUUM shop.orders; ALTER TABLE shop.orders SET (fillfactor = 70), OWNER TO joe;"
    old, new = read(ORDERS, "postgres"), read(ORDERS + more, "postgres")
    assert diff(old, new, relate(old, new)) == ()


def test_what_nobody_reads_is_undecided_and_never_passed_over() -> None:
    for more in ("ALTER TABLE shop.orders FLATTEN EVERYTHING;", "DO $$ BEGIN IF true THEN DROP TABLE shop.orders; END IF; END $$;"):
        old, new = read(ORDERS, "postgres"), read(ORDERS + more, "postgres")
        assert [one.aspect for one in diff(old, new, relate(old, new))] == [Aspect.UNREAD], more


# --- refused -----------------------------------------------------------------------------------------------------------------------

REFUSED = [
    ("CREATE TABLE t (a int, a text);", 1, "made twice"),
    ("CREATE TABLE t (a int);\nALTER TABLE u DROP COLUMN b;", 2, "no statement before it makes"),
    ("CREATE TABLE t (a int);\nALTER TABLE t DROP COLUMN b;", 2, "no column `b`"),
    ("CREATE TABLE t (a int);\nINSERT INTO t VALUES ('open", 2, "does not end"),
    ("CREATE TABLE t (a int, b text CHECK (b > 1);", 1, "parenthesis"),
    ("CREATE TABLE t (a " + "array<" * 100 + "int" + ">" * 100 + ");", 1, "nested more than"),
    ("CREATE TABLE t (a int CHECK " + "(" * 10_000 + "a" + ")" * 10_000 + ");", 1, "nested more than"),
    ("SELECT 1;\nCREATE INDEX i ON t (a);", 1, "no table or view"),
    ("-- dialect: klingon\nCREATE TABLE t (a int);", 1, "no dialect"),
    ("-- dialect: mysql\n-- dialect: postgres\nCREATE TABLE t (a int);", 2, "another line says"),
    ("CREATE TABLE t (a int);\nDO $x$ BEGIN", 2, "string begins here"),
    ("CREATE VIEW v AS SELEKT 1;", 1, "query cannot be read"),
    ("CREATE TABLE a (x int)\nCREATE TABLE b (x int);", 2, "another statement begins"),
]


@pytest.mark.parametrize(("text", "line", "message"), REFUSED, ids=[message for *_, message in REFUSED])
def test_what_cannot_be_read_says_where_and_why(text: str, line: int, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert (refused.value.line, message in refused.value.message) == (line, True), str(refused.value)


def test_a_long_chain_of_conditions_ends_in_no_crash() -> None:
    chain = " AND ".join(f"a > {number}" for number in range(5_000))
    assert read(f"CREATE TABLE t (a int CHECK ({chain}))").datasets[0].name == "t"
    assert read(f"CREATE TABLE t (a int CHECK ({'NOT ' * 5_000} a > 1))").datasets[0].name == "t"


def test_a_query_is_no_contract() -> None:
    assert detect("models/orders.sql", "select * from {{ ref('x') }}") is None
    assert detect("db/schema.sql", "-- shop\ncreate table t (a int);") == "sql"


_SQL = """CREATE TABLE t ( a int , b text ) ; ALTER ADD DROP COLUMN RENAME TO CONSTRAINT c CHECK PRIMARY KEY UNIQUE NOT NULL DEFAULT 1 'x'
< > IN VIEW v AS SELECT * FROM TYPE ENUM DOMAIN COMMENT ON IS IF EXISTS . = REFERENCES GENERATED ARRAY<INT> STRUCT<a:INT> [] $$ DO BEGIN END
MODIFY CHANGE SET DATA INDEX -- /* */ " ` GO DELIMITER // WITH UNION JOIN LEFT CASE OPTIONS( EXEC sp_rename"""
_WORDS = [*_SQL.split(), "\n"]
_DIALECTS = ["ansi", "postgres", "mysql", "tsql", "bigquery", "oracle"]


@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join), st.sampled_from(_DIALECTS))
def test_any_words_of_sql_are_a_contract_or_refused_at_a_line(words: str, dialect: str) -> None:
    text = f"-- dialect: {dialect}\nCREATE TABLE t (a int, b text);\n{words}"
    lines = range(1, text.count("\n") + 2)
    try:
        made = parse(Source("schema.sql", text), "shop")
    except Unreadable as refused:
        where = {refused.line}
    else:
        where = {field.place.line for _, field in made.walk()}
        assert diff(made, made, relate(made, made)) == ()
    assert all(line in lines for line in where)


def test_no_two_tables_go_by_one_name() -> None:
    tables = read("CREATE TABLE shop.paid (a INT); CREATE VIEW paid AS SELECT a FROM shop.paid; CREATE TABLE old.paid (a INT);").datasets
    assert sorted(one.name for one in tables) == ["old.paid", "paid", "shop.paid"]
