"""What an ODCS document promises besides its shape, on real Git: each finding at the line that says it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.gitrepo import GitRepository
from tests.unit.cli.producer import CONTRACT, POLICY, Run

ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.4.0
status: active
servers:
  - server: production
    type: postgres
    host: db1.acme.example
    port: 5432
    database: shop
    schema: public
roles:
  - {role: orders_reader, access: read}
schema:
  - name: orders
    quality:
      - metric: rowCount
        mustBeGreaterThan: 1000
    properties:
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties:
            - name: sku
              logicalType: string
              quality:
                - {metric: nullValues, mustBe: 0}
              relationships:
                - {to: products.sku}
  - name: products
    properties:
      - {name: sku, logicalType: string}
slaProperties:
  - {property: latency, value: 24, unit: h, element: orders}
"""
#: What the author writes instead of what.
LOOSER = {
    "db1.acme": "db2.acme",
    "role: orders_reader, access: read": "role: orders_auditor, access: read",
    "mustBeGreaterThan: 1000": "mustBeGreaterThan: 10",
    "mustBe: 0": "mustBeLessThan: 5",
    "to: products.sku": "to: orders.lines",
    "value: 24, unit: h": "value: 2, unit: d",
    "1.4.0": "2.0.0",
}
SAME = {"value: 24, unit: h": "value: 1d", "mustBe: 0": "mustBe: 0, name: skus are known", "server: production": "server: main"}


def judged(run: Run, folder: Path, replaced: dict[str, str]) -> list[tuple[str, str, str, int]]:
    """(level, rule, path, line) of all that is found."""
    git = GitRepository(folder / "orders-service.git")
    base = git.commit({"contracts-policy.yaml": POLICY, CONTRACT: ORDERS})
    text = ORDERS
    for old, new in replaced.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    git.commit({CONTRACT: text}, branch="change", parents=[base])
    result = run("check", "--repo", git.path, "--base", "main", "--head", "change", "--name", "acme/orders", "--format", "json")
    found = json.loads(result.stdout)["findings"]
    return [(one["level"], one["rule"], one["path"], (one["new"] or one["old"])["line"]) for one in found]


def test_each_promise_that_is_loosened_is_found_at_its_own_line(run: Run, tmp_path: Path) -> None:
    found = judged(run, tmp_path, LOOSER)
    assert sorted(one for one in found if one[0] in ("breaking", "semantic")) == [
        ("breaking", "role-withdrawn", "", 3),  # what is gone is told where the contract says who it is, with its old line
        ("breaking", "server-moved", "", 7),
        ("semantic", "promise-loosened", "orders", 36),
        ("semantic", "quality-loosened", "orders", 18),
        ("semantic", "quality-loosened", "orders.lines[].sku", 29),
        ("semantic", "relationship-changed", "orders.lines[].sku", 31),
    ]


def test_the_same_promises_in_other_words_are_no_change(run: Run, tmp_path: Path) -> None:
    assert judged(run, tmp_path, SAME) == []
