"""`countersign init` in a repository that has schemas and no policy."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from tests.gitrepo import ENVIRONMENT

from countersign.cli import main
from countersign.formats import Source, parse

LINE = {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]}
AVRO = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "doc": 'One order: "as it was placed"',
        "fields": [
            {"name": "id", "type": "string"},
            {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
            {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["no", "yes"]}},
            {
                "name": "lines",
                "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]}},
            },
            {"name": "how", "type": [{"type": "record", "name": "Card", "fields": []}, {"type": "record", "name": "Cash", "fields": []}]},
            {"name": "tags", "type": {"type": "map", "values": {"type": "array", "items": "string"}}},
            {"name": "note", "type": ["null", "string"], "default": None},
        ],
    }
)
JSON_SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Refund: money back",
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "maxLength": 20, "pattern": "^R[0-9]+\\."}, "cents": {"type": "integer", "minimum": 0}},
    }
)
ODCS = "apiVersion: v3.1.0\nkind: DataContract\nid: stock\nversion: 1.0.0\nstatus: active\nschema:\n  - name: stock\n"

PROTO = """\
syntax = "proto3";
package acme;
message Payment {
  string id = 1;
  repeated Line lines = 2;
  map<string, int64> counts = 3;
  State state = 4;
  bytes token = 5;
  oneof how { string card = 6; double cash = 7; }
  enum State { NEW = 0; PAID = 1; }
  message Line { string sku = 1; }
}
"""
SQL = """\
CREATE TABLE stores (
  id bigint PRIMARY KEY,
  area numeric(10,2) NOT NULL,
  name varchar(20),
  opened timestamptz NOT NULL
);
"""
DBT = """\
version: 2
models:
  - name: margins
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: bigint, constraints: [{type: not_null}]}
      - name: kind
        data_type: text
        tests: [{accepted_values: {values: [gross, net]}}]
"""
EVERY = {
    "schemas/orders.avsc": AVRO,
    "schemas/refunds.schema.json": JSON_SCHEMA,
    "proto/payment.proto": PROTO,
    "db/stores.sql": SQL,
    "models/schema.yml": DBT,
}
FILES = {
    "schemas/orders.avsc": AVRO,
    "schemas/refunds.schema.json": JSON_SCHEMA,
    "contracts/stock.odcs.yaml": ODCS,
    "tests/made-up.avsc": AVRO,
    "package.json": '{"name": "shop"}',
    "schemas/half.avsc": "{",
}


class Shop:
    """A clone of a person who has configured Git."""

    def __init__(self, path: Path, files: dict[str, str]) -> None:
        self.path = path
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(path)], check=True, env=ENVIRONMENT)
        self.git("config", "user.name", "Ada")
        self.git("config", "user.email", "ada@example.com")
        for name, text in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(text)
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", "Begin")

    def git(self, *words: str) -> str:
        return subprocess.run(["git", *words], cwd=self.path, check=True, env=ENVIRONMENT, capture_output=True, text=True).stdout

    def init(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["init", str(self.path), "--name", "acme/shop", *words], prog_name="countersign")

    def drafted(self, file: str) -> str:
        return self.git("show", f"countersign/init:{file}")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop", FILES)


def test_one_commit_on_a_new_branch_holds_a_policy_and_a_contract_for_each_schema(shop: Shop) -> None:
    done = shop.init()
    assert done.exit_code == 0, done.output
    assert shop.git("diff", "--name-status", "main", "countersign/init").splitlines() == [
        "A\tcontracts-policy.yaml",
        "A\tcontracts/orders.odcs.yaml",
        "A\tcontracts/refunds.odcs.yaml",
    ]
    assert shop.git("log", "--format=%an %s", "main..countersign/init") == "Ada Draft contracts and the policy that watches them\n"
    assert "These could not be read, and are left out:\n  schemas/half.avsc: schemas/half.avsc:1: " in done.stdout


def test_the_work_tree_the_index_and_the_branch_stay_as_they_were(shop: Shop) -> None:
    (shop.path / "schemas/orders.avsc").write_text("{}")
    before = shop.git("status", "--porcelain", "--branch"), shop.git("rev-parse", "HEAD")
    shop.init()
    assert (shop.git("status", "--porcelain", "--branch"), shop.git("rev-parse", "HEAD")) == before


def test_the_policy_only_watches_and_passes_its_own_check_without_what_cannot_be_read(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", {**FILES, "old/stock.odcs.yaml": ODCS, "old/half.odcs.yaml": "kind: DataContract\n"})
    shop.init()
    shop.git("checkout", "--quiet", "countersign/init")
    policy = yaml.safe_load((shop.path / "contracts-policy.yaml").read_text())
    assert (policy["mode"], policy["owners"]) == ("observe", ["@acme/TEAM"])
    checked = CliRunner().invoke(main, ["policy", "check", str(shop.path / "contracts-policy.yaml"), "--name", "acme/shop"])
    assert checked.exit_code == 0, checked.output
    assert "6 contracts listed" in checked.stdout
    assert [one["id"] for one in policy["publishes"] if "stock" in one["contract"]] == ["contracts.stock.odcs.yaml", "old.stock.odcs.yaml"]


def test_a_drafted_contract_is_valid_and_says_what_the_schema_says(shop: Shop) -> None:
    shop.init()
    text = shop.drafted("contracts/orders.odcs.yaml")
    contract = parse(Source("contracts/orders.odcs.yaml", text), "orders")
    fields = {field.name: field for field in contract.datasets[0].root.fields}
    assert (contract.status, contract.datasets[0].name) == ("draft", "Order")
    assert fields["id"].nullable is False and fields["note"].nullable is True
    assert [one.value for one in (fields["state"].enum.values if fields["state"].enum else ())] == ["no", "yes"]
    assert fields["lines"].items is not None and fields["lines"].items.fields[0].name == "sku"
    assert fields["tags"].type == "map" and fields["tags"].items is not None and fields["tags"].items.type == "array"
    assert "url: schemas/orders.avsc" in text and "# a guess: the first that is promised" in text
    refunds = parse(Source("refunds.odcs.yaml", shop.drafted("contracts/refunds.odcs.yaml")), "refunds").datasets[0].root.fields
    assert refunds[0].constraints == {"maxLength": "20", "pattern": json.dumps("^R[0-9]+\\.")}
    assert refunds[1].nullable is True and refunds[1].constraints == {"minimum": "0"}


def test_every_drafted_contract_agrees_with_the_file_that_it_was_drafted_from(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", EVERY)
    shop.init()
    shop.git("merge", "--quiet", "countersign/init")
    for file, text in EVERY.items():
        (shop.path / file).write_text(text + "\n")
    shop.git("commit", "--quiet", "-am", "Touch them all")
    said = CliRunner().invoke(main, ["check", "--repo", str(shop.path), "--base", "HEAD~1", "--name", "acme/shop", "--format", "json"])
    verdict = json.loads(said.stdout)
    assert verdict["findings"] == [] and len(verdict["contracts"]) == 2 * len(EVERY)


def test_who_changed_the_files_most_is_a_guess_in_a_comment(shop: Shop) -> None:
    for at in range(3):
        (shop.path / "schemas/orders.avsc").write_text(AVRO + "\n" * (at + 1))
        shop.git("commit", "--quiet", "-am", "Again", "--author", "Grace <grace@example.com>")
    shop.init()
    policy = shop.drafted("contracts-policy.yaml")
    assert "# A guess, to be confirmed: in the last year these files were changed most by grace@example.com (3 of 3).\n" in policy


def test_codeowners_says_who_answers_where_it_names_them_all(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", {**FILES, "CODEOWNERS": "* @acme/data\n"})
    shop.init()
    assert "# owners: CODEOWNERS names them\n" in shop.drafted("contracts-policy.yaml")


def test_two_schemas_of_one_name_get_contracts_of_two_names(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", {"a/orders.avsc": AVRO, "b/orders.avsc": AVRO})
    shop.init()
    policy = yaml.safe_load(shop.drafted("contracts-policy.yaml"))
    assert [(one["contract"], one.get("id")) for one in policy["publishes"]] == [
        ("/a/orders.avsc", "a.orders.avsc"),
        ("/b/orders.avsc", "b.orders.avsc"),
        ("/contracts/a.orders.odcs.yaml", "a.orders"),
        ("/contracts/b.orders.odcs.yaml", "b.orders"),
    ]


def test_a_folder_of_migrations_is_one_contract(tmp_path: Path) -> None:
    steps = {"db/migrations/V1__a.sql": "CREATE TABLE a (id bigint);\n", "db/migrations/V2__b.sql": "ALTER TABLE a ADD COLUMN b text;\n"}
    shop = Shop(tmp_path / "shop", steps)
    shop.init()
    policy = yaml.safe_load(shop.drafted("contracts-policy.yaml"))
    assert [(one["contract"], one.get("id")) for one in policy["publishes"]] == [
        ("/db/migrations/", None),
        ("/contracts/db.migrations.odcs.yaml", "db.migrations"),
    ]
    assert "- name: b" in shop.drafted("contracts/db.migrations.odcs.yaml")
    shop.git("checkout", "--quiet", "countersign/init")
    checked = CliRunner().invoke(main, ["policy", "check", str(shop.path / "contracts-policy.yaml"), "--name", "acme/shop"])
    assert checked.exit_code == 0, checked.output


def test_a_dry_run_prints_all_and_writes_nothing(shop: Shop) -> None:
    done = shop.init("--dry-run")
    assert done.stdout.startswith("==> contracts-policy.yaml\nversion: 1\nmode: observe")
    assert "==> contracts/orders.odcs.yaml\n# Drafted by `countersign init` from schemas/orders.avsc." in done.stdout
    assert shop.git("branch", "--list", "countersign/*") == ""


def test_what_stands_in_the_way_is_said_with_what_to_do(shop: Shop, tmp_path: Path) -> None:
    shop.init()
    again = shop.init()
    assert again.exit_code == 2 and "Delete it, or name another with --branch." in again.stderr
    assert shop.init("--branch", "drafts/contracts").exit_code == 0
    bad = shop.init("--branch", "-x..y")
    assert bad.exit_code == 2 and "is not a full ref" in bad.stderr
    shop.git("merge", "--quiet", "countersign/init")
    there = shop.init("--branch", "other")
    assert there.exit_code == 2 and "contracts-policy.yaml is there already.\n  `countersign baseline`" in there.stderr
    half = Shop(tmp_path / "half", {"a.avsc": "{"}).init()
    assert half.exit_code == 2 and "None of the schema files that were found can be read. The first: a.avsc:1: " in half.stderr
    bare = Shop(tmp_path / "bare", {"README.md": "Nothing.\n"}).init()
    assert bare.exit_code == 2 and "No schema file was found" in bare.stderr


def test_git_has_to_know_who_commits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.git("config", "--unset", "user.name")
    shop.git("config", "--unset", "user.email")
    shop.git("config", "user.useConfigOnly", "true")
    for name in ("HOME", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, os.devnull)
    done = shop.init()
    assert done.exit_code == 2 and "Run git config user.name and git config user.email." in done.stderr
