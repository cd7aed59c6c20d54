"""`countersign check` on a producer's repository whose contract is a ``.proto`` file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import Run

POLICY = 'version: 1\nowners: ["@acme/payments"]\npublishes:\n  - contract: protos/orders.proto\n'
MONEY = """\
syntax = "proto3";
package common;
message Money {
  int64 units = 1;
  string currency = 2;
}
"""
ORDERS = """\
syntax = "proto3";
package acme.orders.v1;
import "common/money.proto";

message Order {
  string order_id = 1;
  common.Money total = 2;
  repeated Line lines = 3;
  Status status = 4;
  message Line {
    string sku = 1;
    int32 quantity = 2;
  }
}
enum Status {
  UNKNOWN = 0;
  PAID = 1;
  REFUNDED = 2;
}
"""
CONTRACT, IMPORTED = "protos/orders.proto", "protos/common/money.proto"


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    git = GitRepository(tmp_path / "orders-service.git")
    git.commit({"contracts-policy.yaml": POLICY, CONTRACT: ORDERS, IMPORTED: MONEY})
    return git


def findings(run: Run, git: GitRepository, change: dict[str, str | None], exits: int) -> list[tuple[str, str, str, int]]:
    """(rule, path, file, line) of each finding of a change."""
    base = git.git("rev-parse", "main").strip()
    head = git.commit(change, branch="change", parents=[base])
    result = run("check", "--repo", git.path, "--base", "main", "--head", head, "--format", "json")
    assert result.exit_code == exits, result.output
    found = json.loads(result.stdout)["findings"]
    return [(one["rule"], one["path"], one["new"]["file"], one["new"]["line"]) for one in found]


def test_each_break_is_told_at_its_line_and_once(run: Run, git: GitRepository) -> None:
    broken = ORDERS.replace("int32 quantity", "string quantity").replace("  REFUNDED = 2;\n", "").replace("order_id = 1", "id = 1")
    assert findings(run, git, {CONTRACT: broken}, exits=1) == [
        ("field-renamed", "Order.order_id", CONTRACT, 6),
        ("field-type-changed", "Order.Line.quantity", CONTRACT, 12),
        ("enum-value-removed", "Status=REFUNDED", CONTRACT, 15),
    ]


def test_a_change_of_an_imported_file_is_told_in_that_file(run: Run, git: GitRepository) -> None:
    change = {IMPORTED: MONEY.replace("string currency", "bytes currency")}
    assert findings(run, git, change, exits=1) == [("field-type-changed", "Order.total.currency", IMPORTED, 5)]


def test_what_protoc_refuses_is_told_at_its_line(run: Run, git: GitRepository) -> None:
    assert findings(run, git, {CONTRACT: ORDERS.replace("int32 quantity", "int23 quantity")}, exits=1) == [
        ("contract-unreadable", "", CONTRACT, 12)
    ]


def test_an_import_that_went_is_told_where_it_is_imported(run: Run, git: GitRepository) -> None:
    assert findings(run, git, {IMPORTED: None}, exits=1) == [("contract-unreadable", "", CONTRACT, 3)]


def test_a_new_field_passes(run: Run, git: GitRepository) -> None:
    change = {CONTRACT: ORDERS.replace("  Status status = 4;\n", "  Status status = 4;\n  string note = 5;\n")}
    assert findings(run, git, change, exits=0) == [("field-added", "Order.note", CONTRACT, 10)]


def test_a_contract_that_is_gone_is_told_by_the_name_that_buf_has_for_it(run: Run, git: GitRepository) -> None:
    base = git.commit({"contracts-policy.yaml": f"{POLICY}    protobuf: FILE\n"})
    head = git.commit({CONTRACT: None}, branch="gone", parents=[base])
    result = run("check", "--repo", git.path, "--base", "main", "--head", head)
    assert "buf calls this FILE_NO_DELETE." in " ".join(result.stdout.split())


def test_the_text_names_where_else_a_declaration_is_used(run: Run, git: GitRepository) -> None:
    base = git.git("rev-parse", "main").strip()
    head = git.commit({CONTRACT: ORDERS.replace("  REFUNDED = 2;\n", "")}, branch="refunded", parents=[base])
    result = run("check", "--repo", git.path, "--base", "main", "--head", head)
    assert "The same declaration is used as `Order.status=REFUNDED`." in " ".join(result.stdout.split())


def test_the_text_names_the_rule_the_rule_by_which_users_of_buf_know_it(run: Run, git: GitRepository) -> None:
    base = git.git("rev-parse", "main").strip()
    head = git.commit({CONTRACT: ORDERS.replace("int32 quantity", "int64 quantity")}, branch="wider", parents=[base])
    result = run("check", "--repo", git.path, "--base", "main", "--head", head)
    assert "buf calls this FIELD_WIRE_JSON_COMPATIBLE_TYPE." in " ".join(result.stdout.split())
