"""`countersign ledger`: the export keeps our own contract, in both formats; verify names what does not fit."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from tests.unit.cli.producer import Run

from countersign.adapters.database import Database, open_database, upgrade

CONTRACT = Path(__file__).parents[3] / "contracts" / "ledger.odcs.yaml"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUNTERSIGN_DATABASE", raising=False)
    (tmp_path / "countersign-data").mkdir()
    engine = open_database(f"sqlite:///{tmp_path}/countersign-data/countersign.sqlite")
    upgrade(engine)
    database = Database(engine)
    database.write_ledger("push", "acme/orders", 0, NOON, {"by": "ada", "after": "a" * 40})
    database.write_ledger("audit", "acme/orders", 0, NOON + timedelta(days=1), [{"gap": "bypass", "who": "zoë"}])
    database.write_ledger("merge", "acme/orders", 7, NOON + timedelta(days=2), {"by": "ada", "shares": [0.5, 1e20], "none": None})
    database.write_ledger("evidence-unread", "", 0, NOON + timedelta(days=3), {})
    return engine


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_an_export_keeps_the_contract_that_this_repository_publishes(run: Run, engine: sa.Engine, form: str) -> None:
    result = run("ledger", "export", "--to", f"ledger.{form}", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "4 entries.\n")
    held = run("verify", CONTRACT, f"ledger.{form}", *(["--encoding", "ndjson"] if form == "jsonl" else []))
    assert held.exit_code == 0, held.output
    assert "4 rows" in held.output


def test_a_broken_export_does_not_keep_it(run: Run, engine: sa.Engine) -> None:
    run("ledger", "export", "--to", "ledger.jsonl")
    lines = [json.loads(line) for line in Path("ledger.jsonl").read_text().splitlines()]
    lines[1]["digest"], lines[2]["at"] = "none", "yesterday"
    Path("ledger.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert run("verify", CONTRACT, "ledger.jsonl", "--encoding", "ndjson").exit_code == 1


def test_both_formats_hold_the_same_and_the_digest_can_be_worked_out_from_them(run: Run, engine: sa.Engine) -> None:
    run("ledger", "export", "--to", "ledger.jsonl")
    run("ledger", "export", "--to", "ledger.parquet", "--format", "parquet")
    rows = [json.loads(line) for line in Path("ledger.jsonl").read_text().splitlines()]
    assert pl.read_parquet("ledger.parquet").with_columns(pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_dicts() == rows
    previous = ""
    for row in rows:
        facts = {name: row[name] for name in ("at", "kind", "number", "previous", "sequence")}
        facts |= {"repository": row["called"], "what": json.loads(row["what"])}
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert (row["previous"], row["digest"]) == (previous, hashlib.sha256(text.encode()).hexdigest())
        previous = row["digest"]


def test_an_export_can_be_narrowed_and_go_to_a_pipe(run: Run, engine: sa.Engine) -> None:
    result = run("ledger", "export", "--to", "-", "--since", "2026-11-23", "--kind", "merge", "--kind", "push")
    assert [json.loads(line)["kind"] for line in result.stdout.splitlines()] == ["merge"]
    result = run("ledger", "export", "--to", "-", "--format", "parquet")
    assert pl.read_parquet(result.stdout_bytes)["sequence"].to_list() == [1, 2, 3, 4]


def test_a_file_is_replaced_as_a_whole_or_left_as_it_was(run: Run, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ledger.jsonl").write_text("old")
    with monkeypatch.context() as broken:
        broken.setattr("countersign.services.ledger_export.canonical", lambda _: 1 / 0)
        assert run("ledger", "export", "--to", "ledger.jsonl").exit_code == 2
    assert [file.name for file in Path().iterdir() if file.is_file()] == ["ledger.jsonl"]
    assert Path("ledger.jsonl").read_text() == "old"
    result = run("ledger", "export", "--to", "nowhere/ledger.jsonl")
    assert (result.exit_code, "nowhere/ledger.jsonl cannot be written: No such file or directory." in result.stderr) == (2, True)


def test_verify_prints_the_head_and_takes_it_the_next_time(run: Run, engine: sa.Engine) -> None:
    result = run("ledger", "verify")
    _, digest = Database(engine).ledger_head()
    assert (result.exit_code, result.stdout) == (0, f"4 entries fit, each to the one before it.\nhead 4 {digest}\n")
    Database(engine).write_ledger("merge", "acme/orders", 8, NOON, {})
    assert run("ledger", "verify", "--head", digest).exit_code == 0
    other = run("ledger", "verify", "--head", "0" * 64)
    assert (other.exit_code, other.stdout.split(":")[0]) == (1, "No entry has the digest that you gave")


def test_verify_names_the_first_entry_that_does_not_fit_and_ends_with_1(run: Run, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_refuses_update")
        connection.exec_driver_sql("UPDATE ledger SET what = '{}' WHERE sequence = 3")
    result = run("ledger", "verify")
    assert (result.exit_code, result.stdout) == (
        1,
        "Entry 3 was changed after it was written, or one of its digests was.\n"
        "2 entries fit before it. Compare it with a back-up from before; docs/operations.md says how.\n",
    )
    told = json.loads(run("ledger", "verify", "--format", "json").stdout)
    assert (told["fault"], told["head"]["sequence"]) == ({"what": "changed", "sequence": 3}, 2)


def test_what_is_no_digest_and_no_database_is_told_with_a_remedy(run: Run, engine: sa.Engine, tmp_path: Path) -> None:
    assert "'4' is no digest." in run("ledger", "verify", "--head", "4").stderr
    (tmp_path / "empty").mkdir()
    result = run("ledger", "verify", "--data", "empty")
    assert (result.exit_code, "There is no database in empty." in result.stderr) == (2, True)
