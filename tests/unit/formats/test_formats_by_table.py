"""Types of a store in ODCS and SQL, where the policy names the table format that they are kept in."""

from __future__ import annotations

import pytest
from tests.unit.formats.tables import differences, of_text

from countersign.formats import overall
from countersign.model.change import Relation
from countersign.model.contract import Contract
from countersign.model.profile import Profile, TableFormat

NONE, V2, V3, DELTA = TableFormat


def odcs(logical: str, physical: str) -> Contract:
    return of_text(
        "orders.odcs.yaml",
        "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\nschema:\n  - name: orders\n    properties:\n"
        f"      - {{name: x, logicalType: {logical}, physicalType: '{physical}'}}\n",
    )


def sql(kind: str) -> Contract:
    return of_text("orders.sql", f"CREATE TABLE orders (x {kind});\n")


@pytest.mark.parametrize(
    ("old", "new", "fine"),
    [
        (odcs("integer", "INT"), odcs("integer", "BIGINT"), {V2, V3, DELTA}),
        (odcs("number", "decimal(10,2)"), odcs("number", "decimal(18,2)"), {V2, V3, DELTA}),
        (odcs("number", "decimal(10,2)"), odcs("number", "decimal(18,4)"), {DELTA}),
        (odcs("date", "date"), odcs("timestamp", "timestamp_ntz"), {V3, DELTA}),
        (odcs("date", "date"), odcs("timestamp", "timestamp"), set()),
        (sql("DATE"), sql("TIMESTAMP"), set()),
        (sql("DATE"), sql("TIMESTAMP WITHOUT TIME ZONE"), {V3, DELTA}),
        (odcs("integer", "BIGINT"), odcs("integer", "INT"), set()),
        (sql("INT"), sql("BIGINT"), {V2, V3, DELTA}),
        (sql("DECIMAL(10,2)"), sql("DECIMAL(12,2)"), {V2, V3, DELTA}),
        (sql("INT"), sql("DECIMAL(12,2)"), {DELTA}),
        (sql("BIGINT"), sql("INT"), set()),
    ],
)
def test_what_the_table_promotes_breaks_nobody_and_the_rest_breaks_all(old: Contract, new: Contract, fine: set[TableFormat]) -> None:
    assert {table for table in TableFormat if not differences(old, new, table)} == fine
    for table in {V2, V3, DELTA} - fine:
        assert set(differences(old, new, table).values()) == {"changed"}
        assert overall(old, new, Profile(table=table)) is Relation.CHANGED


def test_types_that_the_table_format_does_not_have_are_compared_as_ever() -> None:
    old, new = odcs("string", "VARCHAR(10)"), odcs("string", "VARCHAR(20)")
    assert differences(old, new, V2) == differences(old, new) == {"x constraint physicalType": "widened"}


def test_a_bare_timestamp_may_be_a_point_in_time_which_iceberg_makes_of_no_date() -> None:
    for dialect in ("spark", "databricks", "bigquery", "oracle"):
        old, new = (of_text("orders.sql", f"-- dialect: {dialect}\nCREATE TABLE orders (x {kind});\n") for kind in ("DATE", "TIMESTAMP"))
        assert differences(old, new, V3), dialect


def test_a_column_that_demands_a_value_is_one_that_icebergs_old_files_do_not_have() -> None:
    demanded = ("a INT", "a INT, b INT NOT NULL", "a INT NOT NULL")
    before, more, never_null = (of_text("orders.sql", f"CREATE TABLE orders ({said});\n") for said in demanded)
    for table in (V2, V3):
        assert differences(before, more, table) == {"b field": "changed"}
        assert differences(before, never_null, table) == {"a nullable": "changed"}
    assert differences(before, never_null, DELTA) == {"a nullable": "narrowed"}
