"""A contract and the schema that its events are written by, on real Git: which of the two drifts, where it is annotated, what is let be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import POLICY, Run

CONTRACT, SCHEMA = "contracts/orders.odcs.yaml", "schemas/order.avsc"
ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.4.0
status: active
schema:
  - name: orders
    authoritativeDefinitions:
      - {type: implementation, url: schemas/order.avsc}
    properties:
      - {name: order_id, logicalType: string, required: true}
      - {name: amount, logicalType: number, required: true}
"""
AVSC = """\
{"type": "record", "name": "Order", "namespace": "acme", "fields": [
  {"name": "order_id", "type": "string"},
  {"name": "amount", "type": "double"}
]}
"""
AS_TEXT = AVSC.replace('"double"', '"string"')
WITH_REGION = AVSC.replace('"double"}', '"double"},\n  {"name": "region", "type": ["null", "string"]}')

Check = Any


@pytest.fixture
def check(tmp_path: Path, run: Run) -> Check:
    """What `countersign check` finds of a change: (level, rule, path, file, line) of each, strictest first."""
    git = GitRepository(tmp_path / "orders-service.git")
    git.git("config", "remote.origin.url", "https://github.example/acme/orders-service.git")

    def _check(base: dict[str, str | None], change: dict[str, str | None]) -> list[tuple[str, str, str, str, int]]:
        start = git.commit({"contracts-policy.yaml": POLICY, **base})
        git.commit(change, branch="change", parents=[start])
        result = run("check", "--repo", git.path, "--base", "main", "--head", "change", "--format", "json")
        assert result.exit_code in (0, 1), result.output
        found = json.loads(result.stdout)["findings"]
        return [(one["level"], one["rule"], one["path"], one["new"]["file"], one["new"]["line"]) for one in found]

    return _check


def test_a_schema_that_drifts_from_its_contract_is_annotated_in_the_schema(check: Check) -> None:
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {SCHEMA: AS_TEXT})
    assert found == [("breaking", "implementation-differs", "orders.amount", SCHEMA, 3)]


def test_a_contract_that_drifts_from_its_schema_is_annotated_in_the_contract(check: Check) -> None:
    text = ORDERS.replace("1.4.0", "2.0.0").replace("amount, logicalType: number", "amount, logicalType: boolean")
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {CONTRACT: text})
    assert ("breaking", "implementation-differs", "orders.amount", CONTRACT, 12) in found


def test_both_in_step_is_one_change_and_no_difference(check: Check) -> None:
    text = ORDERS + "      - {name: region, logicalType: string}\n"
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {CONTRACT: text, SCHEMA: WITH_REGION})
    assert [(level, rule) for level, rule, *_ in found] == [("safe", "field-added")]


def test_a_field_that_only_the_schema_has_is_not_in_the_contract(check: Check) -> None:
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {SCHEMA: WITH_REGION})
    assert found == [("breaking", "implementation-differs", "orders.region", SCHEMA, 4)]


def test_a_difference_that_was_there_before_is_told_and_blocks_nobody(check: Check) -> None:
    found = check({CONTRACT: ORDERS, SCHEMA: AS_TEXT}, {SCHEMA: AS_TEXT.replace('"acme"', '"acme.shop"')})
    assert found == [("notice", "implementation-differs", "orders.amount", SCHEMA, 3)]


def test_a_schema_that_is_taken_away_is_missed_where_it_is_named(check: Check) -> None:
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {SCHEMA: None})
    assert found == [("invalid", "implementation-unreadable", f"orders.{SCHEMA}", CONTRACT, 9)]


def test_a_schema_that_moves_with_its_link_is_the_same_schema(check: Check) -> None:
    moved = "schemas/v1/order.avsc"
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {SCHEMA: None, moved: AVSC, CONTRACT: ORDERS.replace(SCHEMA, moved)})
    assert found == [("notice", "implementation-unlinked", "orders", CONTRACT, 9)]


def test_a_schema_that_cannot_be_read_says_so_at_its_own_line(check: Check) -> None:
    found = check({CONTRACT: ORDERS, SCHEMA: AVSC}, {SCHEMA: AVSC.replace('"double"', '"dubble"')})
    assert found == [("invalid", "implementation-unreadable", f"orders.{SCHEMA}", SCHEMA, 3)]


def test_what_a_person_reads_names_the_other_side(tmp_path: Path, run: Run) -> None:
    git = GitRepository(tmp_path / "orders-service.git")
    base = git.commit({"contracts-policy.yaml": POLICY, CONTRACT: ORDERS, SCHEMA: AVSC})
    git.commit({SCHEMA: AS_TEXT}, branch="change", parents=[base])
    said = " ".join(run("check", "--repo", git.path, "--base", "main", "--head", "change", "--name", "acme/orders").stdout.split())
    assert "schemas/order.avsc line 3 C-" in said
    assert "`amount`: `type number` in the contract, `type string` in its implementation" in said
    assert "Line 12 of contracts/orders.odcs.yaml says otherwise: bring the two into line." in said


@pytest.mark.parametrize(
    "url",
    [
        "https://github.example/acme/orders-service/blob/main/schemas/order.avsc",
        "https://raw.githubusercontent.com/acme/orders-service/refs/heads/main/schemas/order.avsc",
        "../schemas/order.avsc#Order",
        "/schemas/order.avsc",
    ],
)
def test_a_file_is_found_by_its_path_or_by_a_url_of_this_repository(check: Check, url: str) -> None:
    found = check({CONTRACT: ORDERS.replace("url: schemas/order.avsc", f"url: '{url}'"), SCHEMA: AVSC}, {SCHEMA: AS_TEXT})
    assert [(rule, line) for _, rule, _, _, line in found] == [("implementation-differs", 3)]


@pytest.mark.parametrize(
    "url", ["https://github.example/acme/other/blob/main/schemas/order.avsc", "https://catalog.example/orders", "src/orders.py"]
)
def test_what_lies_elsewhere_or_is_no_schema_is_not_looked_at(check: Check, url: str) -> None:
    contract = ORDERS.replace("url: schemas/order.avsc", f"url: '{url}'")
    assert check({CONTRACT: contract, SCHEMA: AVSC}, {SCHEMA: AS_TEXT}) == []


TABLES = "CREATE TABLE orders (\n  order_id TEXT NOT NULL,\n  amount NUMERIC(10, 2) NOT NULL\n);\n"


def test_a_new_migration_that_leaves_the_contract_is_annotated_in_the_migration(check: Check) -> None:
    contract = ORDERS.replace("schemas/order.avsc", "db/migrations/")
    base = {CONTRACT: contract, "db/migrations/V1__orders.sql": TABLES}
    assert check(base, {"db/migrations/V2__more.sql": "CREATE INDEX amounts ON orders (amount);\n"}) == []
    step = "db/migrations/V2__text.sql"
    found = check(base, {step: "-- amounts with their currency\nALTER TABLE orders ALTER COLUMN amount TYPE TEXT;\n"})
    assert found == [("breaking", "implementation-differs", "orders.amount", step, 2)]


def test_a_message_is_found_in_a_file_of_several_and_compared_by_its_json_names(check: Check) -> None:
    file = "schemas/orders.proto"
    messages = """syntax = "proto3";
package acme;
message Refund { string id = 1; }
message Order {
  string orderId = 1;
  double amount = 2;
}
"""
    base = {CONTRACT: ORDERS.replace("schemas/order.avsc", file), file: messages}
    assert check(base, {file: messages.replace("string id = 1", "int64 id = 1")}) == []
    found = check(base, {file: messages.replace("double amount", "string amount")})
    assert found == [("breaking", "implementation-differs", "orders.amount", file, 6)]


def test_fields_that_the_schema_no_longer_names_are_undecided_once(check: Check) -> None:
    contract, schema = ORDERS.replace("order.avsc", "order.schema.json"), "schemas/order.schema.json"
    head = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"'
    named = (
        head + ',\n "required": ["order_id", "amount"],\n "properties": {"order_id": {"type": "string"}, "amount": {"type": "number"}}}\n'
    )
    found = check({CONTRACT: contract, schema: named}, {schema: head + "}\n"})
    assert found == [("undecided", "implementation-differs", "orders", schema, 1)]
    found = check({CONTRACT: contract, schema: head + "}\n"}, {schema: head + ', "title": "Orders"}\n'})
    assert found == [("notice", "implementation-differs", "orders", schema, 1)]
