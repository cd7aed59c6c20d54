"""`countersign verify`: a contract, files of data, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.unit.cli.producer import Run

from countersign.cli.verify import ENCODINGS
from countersign.guard import batches
from countersign.guard.totals import BatchWriter

CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.4.0
status: active
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: status, logicalType: string, required: true, enum: [{value: paid}, {value: refunded}]}
      - {name: email, logicalType: string, logicalTypeOptions: {pattern: "^(?=.*@).*$"}}
      - name: lines
        logicalType: array
        items: {logicalType: object, properties: [{name: qty, logicalType: integer, logicalTypeOptions: {minimum: 1}}]}
"""


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    orders(10).write_parquet(tmp_path / "good.parquet")
    bad = orders(2000).with_columns(status=pl.when(pl.col("order_id") % 3 == 1).then(pl.lit("lost\x1b[2J")).otherwise("status"))
    bad.write_parquet(tmp_path / "bad.parquet")
    (tmp_path / "more.ndjson").write_text('{"order_id": 5, "status": "paid"}\n\n{"status": null, "lines": [{"qty": 0}, {"qty": 0}]}\n{')
    return tmp_path


def orders(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"order_id": range(rows), "status": ["paid"] * rows, "lines": [[{"qty": 1}]] * rows})


def test_what_is_broken_is_told_by_path_and_rule_with_the_first_rows(run: Run, at: Path) -> None:
    result = run("verify", "orders.odcs.yaml", "bad.parquet", "more.ndjson")
    assert result.exit_code == 1
    assert result.stdout == (
        "Broken: 670 of 2,003 rows break orders 1.4.0\n"
        "\n"
        "  667  orders.status       enum        bad.parquet rows 2, 5, 8, 11, 14, … (string of 8)\n"
        "    2  orders.lines[].qty  minimum     more.ndjson line 3 (integer)\n"
        "    1  orders              unreadable  more.ndjson line 4 (no JSON: Input data was truncated)\n"
        "    1  orders.order_id     required    more.ndjson line 3\n"
        "    1  orders.order_id     unique      more.ndjson line 1\n"
        "    1  orders.status       null        more.ndjson line 3\n"
        "\n"
        "Not held to: orders.email pattern: the pattern cannot be held in linear time (invalid perl operator: (?=)\n"
    )


def test_the_same_as_json(run: Run, at: Path) -> None:
    result = run("verify", "orders.odcs.yaml", "bad.parquet", "--format", "json")
    found = json.loads(result.stdout)
    first = [{"file": "bad.parquet", "row": row} for row in range(2, 31, 3)]
    assert (found["holds"], found["rows"], found["bad"]) == (False, 2000, 667)
    assert found["broken"] == [{"path": "orders.status", "rule": "enum", "count": 667, "found": "string of 8", "first": first}]
    assert found["files"] == [{"file": "bad.parquet", "rows": 2000}]
    assert [one["keyword"] for one in found["unheld"]] == ["pattern"]


def test_data_that_fulfils_its_contract_ends_with_0(run: Run, at: Path) -> None:
    result = run("verify", "orders.odcs.yaml", "good.parquet")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "Fulfilled: 10 rows fulfil orders 1.4.0")


def test_rows_that_the_manifest_counts_and_nobody_brought_are_missing(run: Run, at: Path) -> None:
    with BatchWriter(at / "batch.json", "orders-job") as batch:
        batch.add("good.parquet", 14)
        batch.add("never.parquet", 3)
    result = run("verify", "orders.odcs.yaml", "good.parquet", "--manifest", "batch.json")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "Incomplete: 10 rows fulfil orders 1.4.0",
        "",
        "Missing: good.parquet has 10 of 14 rows, 4 are missing",
        "Missing: never.parquet has 3 rows by the manifest, and was not given",
    ]
    more = run("verify", "orders.odcs.yaml", "bad.parquet", "--manifest", "batch.json", "--format", "json")
    assert [one["agrees"] for one in json.loads(more.stdout)["files"]] == [False, False, False]


def test_a_batch_that_is_what_its_manifest_counts_is_whole(run: Run, at: Path) -> None:
    with BatchWriter(at / "batch.json", "orders-job") as batch:
        lines = batch.counted("good.ndjson", (json.dumps({"order_id": number, "status": "paid"}) for number in range(3)))
        (at / "good.ndjson").write_text("".join(line + "\n" for line in lines))
    assert run("verify", "orders.odcs.yaml", "good.ndjson", "--manifest", "batch.json").exit_code == 0


def test_a_job_that_failed_leaves_no_manifest(at: Path) -> None:
    (at / "batch.json").write_text("of yesterday")

    def fails() -> None:
        with BatchWriter(at / "batch.json", "orders-job") as batch:
            batch.add("good.parquet", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not (at / "batch.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.yaml", "good.parquet"], "nowhere.yaml cannot be read"),
        (["more.ndjson", "good.parquet"], "more.ndjson"),
        (["orders.odcs.yaml", "nowhere.parquet"], "nowhere.parquet: no such file."),
        (["orders.odcs.yaml", "orders.odcs.yaml"], "orders.odcs.yaml: of an unknown kind"),
        (["orders.odcs.yaml", "good.parquet", "--encoding", "arrow"], "good.parquet: cannot be read as arrow"),
        (["orders.odcs.yaml", "good.parquet", "--dataset", "payments"], "orders has the datasets orders: name one of them."),
        (["orders.odcs.yaml", "good.parquet", "--manifest", "nowhere.json"], "nowhere.json cannot be read"),
        (["orders.odcs.yaml", "good.parquet", "--manifest", "more.ndjson"], "more.ndjson is no manifest of a batch"),
        (["silent.odcs.yaml", "good.parquet"], "says nothing of orders that a record could break"),
        (["none.odcs.yaml", "good.parquet"], "none describes no dataset, so there is nothing to hold data to."),
        (["orders.odcs.yaml", "empty.csv"], "there is no row in the data"),
    ],
)
def test_what_cannot_be_verified_ends_with_2_and_says_why(run: Run, at: Path, arguments: list[str], said: str) -> None:
    (at / "empty.csv").write_text("order_id,status\n")
    head = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\n"
    (at / "none.odcs.yaml").write_text(head)
    (at / "silent.odcs.yaml").write_text(f"{head}schema:\n  - name: orders\n")
    result = run("verify", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr and result.stdout == ""


def test_the_encodings_are_those_that_are_read() -> None:
    assert set(ENCODINGS) == set(batches.ENCODINGS)
