"""Evidence as tools write it -> who reads what, and which contract that is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.model.consumer import Reference
from countersign.model.suspect import StoredDataset
from countersign.ports import JSON, Died
from countersign.services.discovery import child, dbt, openlineage, sql
from countersign.services.discovery.imports import sightings as imports
from countersign.services.discovery.naming import parts_of
from countersign.services.discovery.sources import BadEvidence, Context, Discovered, Discovery

MANIFEST = (Path(__file__).parents[2] / "fixtures" / "lineage" / "manifest.json").read_text()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORDERS = StoredDataset(
    reference=Reference("acme/orders-service", "orders", "orders"),
    names=("warehouse.shop.orders",),
    packages=("acme_orders", "com.acme.orders", "@acme/orders"),
    columns={"order_id": "order_id", "amount": "amount", "region": "region"},
)


class Here:
    """Runs what the child process would, in this one."""

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON | Died]:
        work = getattr(child, function.partition(":")[2])
        return [json.loads(json.dumps(work(item))) for item in items]


def discovery(*stored: StoredDataset) -> Discovery:
    return Discovery(Here(), stored or (ORDERS,), Context(now=NOON))


def fields(found: Discovered) -> dict[str, list[str]]:
    return {suspect.consumer: [".".join(path) for path in suspect.fields] for suspect in found.suspects}


def test_a_dbt_model_is_a_reader_with_its_columns_and_what_it_feeds() -> None:
    found = discovery().dbt("manifest.json", MANIFEST)
    assert fields(found) == {"stg_orders": ["orders.order_id", "orders.region"]}
    assert [(asset.kind, asset.name) for asset in found.suspects[0].assets] == [("dashboard", "Lifetime value by region")]
    assert found.suspects[0].team == "@ORG/growth" and found.suspects[0].last_seen == datetime(2026, 3, 1, 4, 10, 2, tzinfo=UTC)


def test_without_compiled_sql_a_model_may_read_all_of_it() -> None:
    data = json.loads(MANIFEST)
    del data["nodes"]["model.growth.stg_orders"]["compiled_code"]
    assert fields(discovery().dbt("manifest.json", json.dumps(data))) == {"stg_orders": ["orders"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "this is no dbt manifest"),
        ("[]", "this is no dbt manifest"),
        (MANIFEST.replace("/v12", "/v9"), "version 9"),
        (MANIFEST.replace("/v12.json", ""), "no version"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_remedy(text: str, says: str) -> None:
    with pytest.raises(dbt.NotThis, match=says) as raised:
        list(dbt.sightings(text))
    assert raised.value.remedy


SPARK = {
    "eventType": "COMPLETE",
    "eventTime": "2026-11-21T03:00:00.123Z",
    "producer": "https://github.com/OpenLineage/OpenLineage/tree/1.23.0/integration/spark",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    "run": {
        "runId": "0190f0c5-6f5b-7b1e-9d1c-0c8e54d4a001",
        "facets": {"parent": {"run": {"runId": "0190f0c5-0000"}, "job": {"namespace": "etl", "name": "daily_revenue"}}},
    },
    "job": {"namespace": "etl", "name": "daily_revenue.execute_insert_into_hadoop_fs_relation_command"},
    "inputs": [
        {
            "namespace": "s3://lake",
            "name": "shop/orders",
            "facets": {"symlinks": {"identifiers": [{"namespace": "hive://meta:9083", "name": "shop.orders", "type": "TABLE"}]}},
        }
    ],
    "outputs": [
        {
            "namespace": "s3://lake",
            "name": "finance/revenue",
            "facets": {
                "columnLineage": {
                    "fields": {
                        "total": {
                            "inputFields": [{"namespace": "s3://lake", "name": "shop/orders", "field": "amount", "transformations": []}]
                        }
                    },
                    "dataset": [{"namespace": "s3://lake", "name": "shop/orders", "field": "region"}],
                }
            },
        }
    ],
}


def test_a_spark_job_is_known_by_its_application_and_its_table_by_the_catalogue() -> None:
    assert fields(discovery().openlineage("event", json.dumps(SPARK))) == {"etl/daily_revenue": ["orders.amount", "orders.region"]}


def test_an_airflow_task_without_column_lineage_is_read_by_its_sql() -> None:
    event = {
        "eventTime": "2026-11-21T03:00:00Z",
        "run": {"runId": "1"},
        "job": {
            "namespace": "airflow",
            "name": "revenue.load",
            "facets": {"sql": {"query": "select o.amount from shop.orders o"}, "ownership": {"owners": [{"name": "team:acme/finance"}]}},
        },
        "inputs": [{"namespace": "postgres://db:5432", "name": "warehouse.shop.orders"}],
    }
    found = discovery().openlineage("events", json.dumps(event) + "\n" + json.dumps(event))
    assert fields(found) == {"airflow/revenue.load": ["orders.amount"]} and found.suspects[0].team == "@acme/finance"


def test_times_without_a_zone_and_times_to_come_do_no_harm() -> None:
    events = [{**SPARK, "eventTime": time} for time in ("2026-11-20T03:00:00", "2099-01-01T00:00:00Z")]
    found = discovery().openlineage("events", json.dumps(events)).suspects[0]
    assert (found.first_seen, found.last_seen) == (datetime(2026, 11, 20, 3, tzinfo=UTC), NOON)


def test_a_line_that_is_no_event_is_named() -> None:
    with pytest.raises(openlineage.NotThis, match="line 2"):
        list(openlineage.sightings(json.dumps(SPARK) + '\n{"job": 7}\n'))


SNOWFLAKE = """QUERY_ID,QUERY_TEXT,DATABASE_NAME,SCHEMA_NAME,USER_NAME,ROLE_NAME,START_TIME
01b2-1,"select region, sum(amount)
from orders group by 1",WAREHOUSE,SHOP,LEA,FINANCE_RO,2026-11-20 08:00:00.000 +0000
01b2-2,select 1,WAREHOUSE,SHOP,LEA,FINANCE_RO,2026-11-20 08:00:01.000 +0000
01b2-3,select * from other.shop.orders,WAREHOUSE,SHOP,LEA,FINANCE_RO,2026-11-20 08:00:02.000 +0000
"""


def test_a_snowflake_log_tells_roles_and_completes_short_names_and_another_database_is_elsewhere() -> None:
    found = discovery().sql_log("history.csv", SNOWFLAKE, "snowflake")
    assert fields(found) == {"FINANCE_RO": ["orders.amount", "orders.region"]}
    assert found.suspects[0].evidence == ("query 01b2-1",) and found.elsewhere == 1


def test_json_lines_of_bigquery_tell_the_user_and_no_text_of_a_query_is_kept() -> None:
    row = {"job_id": "bq-7", "query": "SELECT * FROM `warehouse.shop.orders` WHERE x = 'secret'", "user_email": "bi@acme.example"}
    found = discovery().sql_log("jobs.ndjson", json.dumps(row), "bigquery")
    assert fields(found) == {"bi@acme.example": ["orders"]} and "secret" not in repr(found.suspects)


def test_a_log_without_the_columns_is_refused() -> None:
    with pytest.raises(BadEvidence, match=r"log.csv: line 2 has no column"):
        discovery().sql_log("log.csv", "a,b\n1,2\n", "")


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("with s as (select * from shop.orders), r as (select order_id, upper(region) from s) select * from r", ("order_id", "region")),
        ("select o.amount from shop.orders o join shop.customers c on o.cid = c.id", ("amount", "cid")),
        ("select count(*) from shop.orders", ()),
        ("merge into t using shop.orders s on t.id = s.order_id when matched then update set a = s.amount", ("amount", "order_id")),
        ("insert into t select amount from shop.orders union all select region from shop.orders", ("amount", "region")),
        ("select a from (select * from shop.orders) t", ("a",)),
    ],
)
def test_columns_are_followed_to_the_table(query: str, columns: tuple[str, ...]) -> None:
    assert dict(sql.reads(query, "snowflake"))["shop", "orders"] == columns


@pytest.mark.parametrize("query", ["select (((", "truncate table shop.orders", "drop table shop.orders", ""])
def test_what_reads_nothing_or_cannot_be_parsed_tells_nothing(query: str) -> None:
    assert sql.reads(query, "no such dialect") == ()


def test_imports_are_found_by_language_and_only_as_imports() -> None:
    files = {
        "a.py": "import os\nfrom acme_orders.v1 import Order\n",
        "b.py": "# import acme_orders\nimport acme_orders_extra\nname = 'acme_orders'\n",
        "C.java": "package x;\nimport com.acme.orders.Order;\n",
        "d.ts": 'import { Order } from "@acme/orders/v1";\n',
        "e.go": 'import (\n\t"github.com/acme/other"\n)\n',
    }
    found = list(imports(files, discovery()._places.packages, "acme/shop"))
    assert [one.where for one in found] == ["a.py:2", "C.java:2", "d.ts:1"]


@pytest.mark.parametrize(
    "name", ['"warehouse"."shop"."orders"', "`warehouse.shop.orders`", "`warehouse`.shop.[orders]", "warehouse.shop.orders"]
)
def test_quoted_names_are_the_same_names(name: str) -> None:
    assert parts_of(name) == ("warehouse", "shop", "orders")


def test_a_name_that_fits_two_contracts_is_placed_with_neither_and_listed() -> None:
    other = StoredDataset(reference=Reference("acme/legacy", "orders", "orders"), names=("archive.shop.orders",))
    event = {**SPARK, "inputs": [{"namespace": "x", "name": "shop.orders"}]}
    found = discovery(ORDERS, other).openlineage("event", json.dumps(event))
    assert found.suspects == () and len(found.ambiguous) == 1
    event["inputs"] = [{"namespace": "x", "name": "archive.shop.orders"}]
    assert discovery(ORDERS, other).openlineage("event", json.dumps(event)).suspects[0].reference.repository == "acme/legacy"


def test_a_bare_name_is_no_table_of_a_schema() -> None:
    event = {**SPARK, "inputs": [{"namespace": "x", "name": "orders"}]}
    assert discovery().openlineage("event", json.dumps(event)).suspects == ()
