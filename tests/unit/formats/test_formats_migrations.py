"""Folders of migrations: which files are steps, in which order they run, and that together they are one contract."""

from __future__ import annotations

import pytest

from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, Unreadable, parse, reading_order, relate, whole
from countersign.formats.sql.migrations import run_part
from countersign.model.contract import Contract


def fold(files: dict[str, str]) -> Contract:
    """As the folder is read: from its first file, with everything that the parser asks for."""
    first = min(files, key=reading_order)
    siblings: dict[str, str | None] = {}
    for _ in range(3):
        try:
            return parse(Source(first, files[first], siblings), "shop")
        except NeedsFiles as needed:
            for path in needed.paths:
                siblings[path] = "\n".join(one for one in files if one.startswith(path)) if path.endswith("/") else files.get(path)
    raise AssertionError("it asks for ever more files")


def columns(files: dict[str, str]) -> list[str]:
    return [field.name for field in fold(files).datasets[0].root.fields]


FOLDERS = [
    ("db/migrations/V1__init.sql", "db/migrations/"),
    ("db/migrations/V1.1_2__more.sql", "db/migrations/"),
    ("db/migrations/R__views.sql", "db/migrations/"),
    ("db/migrations/000001_init.up.sql", "db/migrations/"),
    ("db/migrations/1_init.down.sql", "db/migrations/"),
    ("db/migrate/20240131120000_add.sql", "db/migrate/"),
    ("supabase/migrations/20240131120000-add.sql", "supabase/migrations/"),
    ("prisma/migrations/20240131120000_add/migration.sql", "prisma/migrations/"),
    ("migrations/2024-01-31-120000_add/up.sql", "migrations/"),
    ("db/schema.sql", None),
    ("reports/01_sales.sql", None),
    ("V1__init.sql", None),
    ("db/up.sql", None),
    ("db/migrations/V1__init.py", None),
]


@pytest.mark.parametrize(("file", "folder"), FOLDERS)
def test_a_step_is_known_by_its_name(file: str, folder: str | None) -> None:
    assert whole(file) == (folder or file)


@pytest.mark.parametrize(
    "names",
    [
        ["V1__c.sql", "V1.1__a.sql", "V2__b.sql", "V10__a.sql", "R__a.sql"],
        ["000001_b.up.sql", "000002_a.up.sql", "000010_a.up.sql"],
        ["20231231_z.sql", "20240101_a.sql"],
    ],
)
def test_steps_run_in_the_order_of_their_versions(names: list[str]) -> None:
    files = [f"m/{name}" for name in names]
    assert sorted(sorted(files), key=reading_order) == files


FLYWAY = {
    "m/V1__init.sql": "CREATE TABLE orders (id int,\n  region text);",
    "m/V2__note.sql": "ALTER TABLE orders ADD note text;",
    "m/V10__late.sql": "ALTER TABLE orders ADD late int;",
    "m/U2__note.sql": "ALTER TABLE orders DROP COLUMN note;",
    "m/R__views.sql": "CREATE OR REPLACE VIEW v AS SELECT late FROM orders;",
}


def test_a_folder_is_one_contract() -> None:
    assert columns(FLYWAY) == ["id", "region", "note", "late"]
    assert [one.name for one in fold(FLYWAY).datasets] == ["orders", "v"]
    assert [field.place.file for field in fold(FLYWAY).datasets[0].root.fields] == ["m/V1__init.sql"] * 2 + [
        "m/V2__note.sql",
        "m/V10__late.sql",
    ]


def test_a_new_migration_that_drops_a_column_is_where_the_finding_stands() -> None:
    old = fold(FLYWAY)
    new = fold({**FLYWAY, "m/V11__drop.sql": "-- no longer used\nALTER TABLE orders\n  DROP COLUMN region;"})
    (change,) = diff(old, new, relate(old, new))
    assert change.path == ("orders", "region")
    assert change.old is not None and (change.old.file, change.old.line, change.old.text) == ("m/V1__init.sql", 2, "region text);")
    assert change.new is not None and (change.new.file, change.new.line) == ("m/V11__drop.sql", 3)


def test_a_table_that_is_dropped_is_shown_at_the_statement() -> None:
    new = fold({**FLYWAY, "m/V11__drop.sql": "DROP VIEW v;\nDROP TABLE orders;", "m/R__views.sql": "SELECT 1;"})
    (gone, view) = sorted(diff(fold(FLYWAY), new, {}), key=lambda one: one.path)
    assert [one.new.line if one.new else 0 for one in (gone, view)] == [2, 1]


def test_migrations_may_be_squashed_into_one() -> None:
    squashed = fold(
        {"m/V11__baseline.sql": "CREATE TABLE orders (id int, region text, note text, late int); CREATE VIEW v AS SELECT late FROM orders;"}
    )
    assert diff(fold(FLYWAY), squashed, relate(fold(FLYWAY), squashed)) == ()


def test_what_was_before_flyways_baseline_is_not_run() -> None:
    assert columns({**FLYWAY, "m/B2__base.sql": "CREATE TABLE orders (id int);"}) == ["id", "late"]


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- migrate:up", "-- migrate:down"),
        ("-- +goose Up", "-- +goose Down"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("-- Up Migration", "-- Down Migration"),
        ("# --- !Ups", "# --- !Downs"),
    ],
)
def test_only_what_goes_up_is_run_and_lines_stay(up: str, down: str) -> None:
    text = f"{up}\nCREATE TABLE t (a int);\n\n{down}\nDROP TABLE t;\n"
    assert "DROP" not in run_part(text)
    assert run_part(text).count("\n") == text.count("\n")
    assert run_part("-- Down in the valley\nCREATE TABLE t (a int);") == "-- Down in the valley\nCREATE TABLE t (a int);"


def test_golang_migrate_and_prisma() -> None:
    assert columns(
        {"m/1_a.up.sql": "CREATE TABLE t (a int);", "m/1_a.down.sql": "DROP TABLE t;", "m/2_b.up.sql": "ALTER TABLE t ADD b int;"}
    ) == ["a", "b"]
    steps = {"p/20240101_a/migration.sql": "CREATE TABLE t (a int);", "p/20240102_b/migration.sql": "ALTER TABLE t ADD b int;"}
    assert columns({**steps, "p/migration_lock.toml": "x"}) == ["a", "b"]


def test_the_dialect_may_be_said_in_any_of_them() -> None:
    assert [f.type for f in fold({**FLYWAY, "m/V11__x.sql": "-- dialect: snowflake\n"}).datasets[0].root.fields] == [
        "decimal",
        "string",
        "string",
        "decimal",
    ]


def test_two_migrations_of_one_version_are_refused() -> None:
    with pytest.raises(Unreadable, match=r"V2__other\.sql:1: this has the same version as V2__note\.sql"):
        fold({**FLYWAY, "m/V2__other.sql": "SELECT 1;"})


def test_a_migration_that_is_no_text_is_refused_and_not_left_out() -> None:
    with pytest.raises(Unreadable, match=r"V2__note\.sql"):
        parse(Source("m/V1__init.sql", "CREATE TABLE t (a int);", {"m/": "m/V1__init.sql\nm/V2__note.sql", "m/V2__note.sql": None}), "shop")
