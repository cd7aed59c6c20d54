"""`countersign check` over schemas of tables: bytes and texts, in one pull request."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import Run
from tests.unit.formats.tables import MESSAGE, parquet_file

POLICY = """\
version: 1
owners: ["@acme/payments"]
publishes:
  - contract: contracts/*.parquet
  - contract: contracts/*.parquet.schema
  - contract: contracts/*.iceberg.json
    table_format: iceberg-v2
"""
EVENTS = pa.schema({"id": pa.int32(), "at": pa.timestamp("us"), "note": pa.string()})
ICEBERG = """\
{"type": "struct", "schema-id": 0, "fields": [
  {"id": 1, "name": "order_id", "required": true, "type": "int"},
  {"id": 2, "name": "amount", "required": true, "type": "decimal(10, 2)"},
  {"id": 3, "name": "region", "required": false, "type": "string"}
]}
"""
FILES: dict[str, str | bytes] = {
    "contracts-policy.yaml": POLICY,
    "contracts/events.parquet": parquet_file(EVENTS),
    "contracts/orders.iceberg.json": ICEBERG,
    "contracts/sales.parquet.schema": MESSAGE,
}


@pytest.fixture
def lake(tmp_path: Path) -> GitRepository:
    git = GitRepository(tmp_path / "lake.git")
    git.commit(FILES)
    git.git("config", "remote.origin.url", "https://github.example/acme/lake.git")
    return git


def checked(run: Run, git: GitRepository, files: dict[str, str | bytes], exits: int) -> str:
    git.commit(files, branch="change", parents=[git.tip("refs/heads/main")])
    result = run("check", "--repo", git.path, "--base", "main", "--head", "change")
    assert result.exit_code == exits, result.output
    return str(result.stdout)


def test_a_parquet_file_is_blocked_for_the_column_that_is_gone_and_the_one_that_is_wider(run: Run, lake: GitRepository) -> None:
    text = checked(run, lake, {"contracts/events.parquet": parquet_file(pa.schema({"id": pa.int64(), "at": pa.timestamp("us")}))}, 1)
    assert "`id`: `int` → `long`" in text
    assert "`note` removed" in text
    assert "was: optional binary note (String);" in text


def test_an_iceberg_table_widens_an_int_and_is_blocked_for_another_scale_at_its_line(run: Run, lake: GitRepository) -> None:
    other = ICEBERG.replace('"int"', '"long"').replace("10, 2", "10, 4")
    text = checked(run, lake, {"contracts/orders.iceberg.json": other}, 1)
    assert "contracts/orders.iceberg.json\n  line 3 " in text
    assert "`amount`: `scale` `2` → `4`" in text
    assert "Breaks nobody: `order_id`: `int` → `long`." in text


def test_a_column_that_is_renamed_under_its_number_is_one_finding(run: Run, lake: GitRepository) -> None:
    text = checked(run, lake, {"contracts/orders.iceberg.json": ICEBERG.replace('"region"', '"area"')}, 1)
    assert "`region` renamed to `area`" in text
    assert "removed" not in text


def test_a_message_is_blocked_at_the_line_of_the_column(run: Run, lake: GitRepository) -> None:
    text = checked(run, lake, {"contracts/sales.parquet.schema": MESSAGE.replace("required int64 at", "optional int64 at")}, 1)
    assert "line 16 " in text
    assert "`at`" in text


def test_rows_without_another_schema_are_no_change(run: Run, lake: GitRepository) -> None:
    from io import BytesIO

    from pyarrow import parquet

    file = BytesIO()
    parquet.write_table(pa.table({"id": [1], "at": [0], "note": ["x"]}).cast(EVENTS), file)
    assert checked(run, lake, {"contracts/events.parquet": file.getvalue()}, 0).startswith("Passed")


@pytest.mark.parametrize("raw", [b"PAR1" + bytes(200) + b"PAR1", FILES["contracts/events.parquet"][:-40]])  # type: ignore[index]  # bytes
def test_a_file_that_cannot_be_read_is_blocked_with_what_to_do(run: Run, lake: GitRepository, raw: bytes) -> None:
    text = checked(run, lake, {"contracts/events.parquet": raw}, 1)
    assert "This is no Parquet file that can be read" in " ".join(text.split())
    assert "publish its schema as text" in " ".join(text.split())


def test_a_file_above_ten_megabytes_is_blocked_with_what_to_do(run: Run, lake: GitRepository) -> None:
    text = checked(run, lake, {"contracts/events.parquet": bytes(10 * 2**20 + 1)}, 1)
    assert "The file is larger than 10 MB. Publish a file with the same columns and no rows." in " ".join(text.split())
