"""`countersign check` on repositories whose contracts are SQL: the line that breaks readers is the line that is annotated."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.gitrepo import ENVIRONMENT, GitRepository
from tests.unit.cli.producer import Run

POLICY = 'version: 1\nowners: ["@acme/payments"]\npublishes:\n  - {contract: db/migrations/, id: shop}\n'
FIRST = "CREATE TABLE orders (\n  id bigint PRIMARY KEY,\n  region text NOT NULL,\n  amount numeric(10,2)\n);\n"
BASE = {
    "contracts-policy.yaml": POLICY,
    "db/migrations/V1__orders.sql": FIRST,
    "db/migrations/V2__note.sql": "ALTER TABLE orders ADD COLUMN note text;\n",
}


def check(run: Run, path: Path, base: Mapping[str, str], change: Mapping[str, str | None]) -> dict[str, Any]:
    git = GitRepository(path / "shop.git")
    first = git.commit(dict(base))
    git.commit(dict(change), branch="change", parents=[first])
    git.git("config", "remote.origin.url", "https://github.example/acme/shop.git")
    result = run("check", "--repo", git.path, "--base", "main", "--head", "change", "--format", "json")
    verdict: dict[str, Any] = json.loads(result.stdout)
    return verdict


def findings(verdict: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """(rule, path, old ``file:line``, new ``file:line``)"""
    return [(one["rule"], one["path"], _where(one["old"]), _where(one["new"])) for one in verdict["findings"]]


def _where(place: Mapping[str, Any] | None) -> str:
    return f"{place['file']}:{place['line']}" if place else ""


def test_a_migration_that_drops_a_column_is_blocked_at_its_line(run: Run, tmp_path: Path) -> None:
    drop = {"db/migrations/V3__drop_region.sql": "-- nobody needs it\nALTER TABLE orders DROP COLUMN region;\n"}
    verdict = check(run, tmp_path, BASE, drop)
    assert verdict["conclusion"] == "failure"
    assert findings(verdict) == [
        ("field-removed", "orders.region", "db/migrations/V1__orders.sql:3", "db/migrations/V3__drop_region.sql:2")
    ]


def test_the_text_names_the_migration_that_drops_it_and_shows_the_line_that_is_gone(run: Run, tmp_path: Path) -> None:
    check(run, tmp_path, BASE, {"db/migrations/V3__drop_region.sql": "-- nobody needs it\nALTER TABLE orders DROP COLUMN region;\n"})
    lines = run("check", "--repo", tmp_path / "shop.git", "--base", "main", "--head", "change").stdout.splitlines()
    assert "db/migrations/V3__drop_region.sql" in lines
    assert any(line.startswith("  line 2  ") and "`region` removed" in line for line in lines)
    assert any("was: region text NOT NULL," in line for line in lines)


def test_no_patch_is_offered_for_a_migration_and_that_is_said(run: Run, tmp_path: Path) -> None:
    check(run, tmp_path, BASE, {"db/migrations/V3__drop_region.sql": "ALTER TABLE orders DROP COLUMN region;\n"})
    desk = tmp_path / "desk"
    subprocess.run(["git", "clone", "-q", "-b", "change", str(tmp_path / "shop.git"), str(desk)], check=True, env=ENVIRONMENT)
    result = run("fix", "--repo", desk, "--base", "origin/main")
    assert result.exit_code == 1
    assert "Not in the patch: `orders.region` (field-removed)" in result.output


def test_a_migration_that_only_makes_an_index_passes(run: Run, tmp_path: Path) -> None:
    verdict = check(run, tmp_path, BASE, {"db/migrations/V3__index.sql": "CREATE INDEX by_region ON orders (region);\n"})
    assert (verdict["conclusion"], verdict["findings"]) == ("success", [])


def test_an_old_migration_that_is_rewritten_is_judged(run: Run, tmp_path: Path) -> None:
    verdict = check(run, tmp_path, BASE, {"db/migrations/V1__orders.sql": FIRST.replace("  region text NOT NULL,\n", "  region text,\n")})
    assert findings(verdict) == [
        ("field-nullable-changed", "orders.region", "db/migrations/V1__orders.sql:3", "db/migrations/V1__orders.sql:3")
    ]


def test_a_migration_that_cannot_be_read_is_blocked_at_its_line(run: Run, tmp_path: Path) -> None:
    verdict = check(run, tmp_path, BASE, {"db/migrations/V3__x.sql": "-- x\nALTER TABLE nowhere DROP COLUMN region;\n"})
    assert findings(verdict) == [("contract-unreadable", "", "", "db/migrations/V3__x.sql:2")]


def test_the_first_migration_may_go_when_another_takes_its_place(run: Run, tmp_path: Path) -> None:
    squashed = FIRST.replace("(10,2)\n", "(10,2),\n  note text\n")
    gone = {name: None for name in BASE if name.endswith(".sql")}
    verdict = check(run, tmp_path, BASE, {**gone, "db/migrations/V3__baseline.sql": squashed})
    assert (verdict["conclusion"], verdict["findings"]) == ("success", [])


def test_a_folder_that_goes_is_one_contract_that_is_gone(run: Run, tmp_path: Path) -> None:
    verdict = check(run, tmp_path, BASE, {name: None for name in BASE if name.endswith(".sql")})
    assert [(one["rule"], one["contract"]) for one in verdict["findings"]] == [("contract-removed", "shop")]


def test_an_entry_that_names_one_migration_means_its_folder(run: Run, tmp_path: Path) -> None:
    policy = POLICY.replace("db/migrations/,", "db/migrations/V1__orders.sql,")
    drop = {"db/migrations/V3__drop_region.sql": "ALTER TABLE orders DROP COLUMN region;\n"}
    assert [one["path"] for one in check(run, tmp_path, {**BASE, "contracts-policy.yaml": policy}, drop)["findings"]] == ["orders.region"]


def test_a_folder_that_cannot_be_read_at_the_base_is_read_as_it_last_could_be(run: Run, tmp_path: Path) -> None:
    git = GitRepository(tmp_path / "shop.git")
    git.commit(dict(BASE))
    broken = git.commit({"db/migrations/V3__x.sql": "ALTER TABLE nowhere DROP COLUMN region;\n"})
    git.commit({"db/migrations/V3__x.sql": "ALTER TABLE orders DROP COLUMN region;\n"}, branch="change", parents=[broken])
    git.git("config", "remote.origin.url", "https://github.example/acme/shop.git")
    result = run("check", "--repo", git.path, "--base", "main", "--head", "change", "--format", "json")
    verdict = json.loads(result.stdout)
    assert findings(verdict) == [("field-removed", "orders.region", "db/migrations/V1__orders.sql:3", "db/migrations/V3__x.sql:1")]
    assert "is used instead" in verdict["remarks"][0]


def test_an_earlier_state_of_the_folder_is_held_against_the_change(run: Run, tmp_path: Path) -> None:
    policy = POLICY.replace("id: shop}", "id: shop, protects: BACKWARD_TRANSITIVE}")
    git = GitRepository(tmp_path / "shop.git")
    git.commit({**BASE, "contracts-policy.yaml": policy, "db/migrations/V3__short.sql": "-- dialect: postgres\n"})
    git.commit({"db/migrations/V4__tight.sql": "ALTER TABLE orders ALTER COLUMN region TYPE varchar(5);\n"})
    loose = git.commit({"db/migrations/V5__loose.sql": "ALTER TABLE orders ALTER COLUMN region TYPE varchar(9);\n"})
    git.commit(
        {"db/migrations/V6__wide.sql": "ALTER TABLE orders ALTER COLUMN region TYPE varchar(20);\n"}, branch="change", parents=[loose]
    )
    git.git("config", "remote.origin.url", "https://github.example/acme/shop.git")
    result = run("check", "--repo", git.path, "--base", "main", "--head", "change", "--format", "json")
    found = [one for one in json.loads(result.stdout)["findings"] if one["breaks"]]
    assert [(one["rule"], one["path"], len(one["breaks"]), _where(one["new"])) for one in found] == [
        ("constraint-changed", "orders.region", 1, "db/migrations/V6__wide.sql:1")
    ]


def test_the_policy_check_reads_the_folder(run: Run, tmp_path: Path) -> None:
    for name, text in BASE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    result = run("policy", "check", tmp_path / "contracts-policy.yaml")
    assert result.exit_code == 0, result.output
    assert "1 contract" in result.output


DBT = """\
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: bigint}
      - name: region
        data_type: text
      - {name: amount, data_type: "numeric(10,2)"}
"""


def test_a_column_that_leaves_a_dbt_model_is_blocked_at_the_model_and_shows_its_old_line(run: Run, tmp_path: Path) -> None:
    base = {"contracts-policy.yaml": POLICY.replace("db/migrations/, id: shop", "models/schema.yml"), "models/schema.yml": DBT}
    change = {"models/schema.yml": DBT.replace("      - name: region\n        data_type: text\n", "").replace("(10,2)", "(12,2)")}
    verdict = check(run, tmp_path, base, change)
    assert verdict["conclusion"] == "failure"
    assert findings(verdict) == [
        ("constraint-changed", "orders.amount", "models/schema.yml:8", "models/schema.yml:6"),
        ("field-removed", "orders.region", "models/schema.yml:6", "models/schema.yml:2"),
    ]
