"""`countersign backtest` on histories of real Git repositories."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.gitrepo import ENVIRONMENT
from tests.unit.backtest.history import ORDERS, WHOLE, WITHOUT, Past, avro, backtest, told

DRAFT = """\
apiVersion: v3.1.0
kind: DataContract
id: a
version: 1.0.0
status: draft
schema:
  - name: a
    properties:
      - {name: b}
"""


@pytest.fixture
def past(tmp_path: Path) -> Past:
    return Past(tmp_path / "orders.git")


def test_a_merge_that_took_a_field_away_would_have_been_red_and_says_where(past: Past) -> None:
    past.lands("Fewer columns (#7)", {ORDERS: WITHOUT})
    past.lands("Write a README", {"README.md": "Orders, again.\n"})
    said = backtest(past).stdout
    assert "3 merges from 1 Dec 2025" in said
    assert "2 changed a schema (1 file: 1 Avro), and 1 would have been red." in said
    assert "Fewer columns (#7)\n  old schemas/orders.avsc:5  `region` removed  [breaking, field-removed]\n" in said
    assert said.endswith("None of these was reverted or repaired later.\n")


def test_a_revert_is_known_by_the_commit_that_it_names(past: Past) -> None:
    broke = past.lands("Fewer columns", {ORDERS: WITHOUT})
    back = past.lands(f'Revert "Fewer columns"\n\nThis reverts commit {broke}.\n', {ORDERS: WHOLE})
    (red,) = [one for one in told(past)["red"] if one["commit"] == broke]
    assert red["undone"] == {"how": "reverted", "commit": back, "subject": 'Revert "Fewer columns"', "after_seconds": 60}
    assert f"Reverted after 1 min by {back[:10]}" in backtest(past).stdout


@pytest.mark.parametrize(
    ("brought", "reverting"),
    [
        ("Merge pull request #12 from acme/fewer\n\nFewer columns", 'Revert "Fewer columns (#12)"\n\nReverts acme/orders#12'),
        ("Merge pull request #12 from acme/fewer\n\nFewer columns", 'Revert "Merge pull request #12 from acme/fewer"'),
        ("Fewer columns (#12)", 'Revert "Fewer columns (#12)"'),
        ("Fewer columns (#12)", 'Revert "Fewer columns"'),
    ],
)
def test_a_revert_that_a_merge_brought_is_known_by_the_title_or_number_it_names(past: Past, brought: str, reverting: str) -> None:
    broke = past.merges(brought, ("wip", {ORDERS: WITHOUT}))
    back = past.merges("Merge pull request #13 from acme/revert-12-fewer", (reverting, {ORDERS: WHOLE.replace("double", "float")}))
    (red,) = [one for one in told(past)["red"] if one["commit"] == broke]
    assert (red["undone"]["how"], red["undone"]["commit"]) == ("reverted", back)


def test_a_revert_of_a_commit_that_a_merge_brought_takes_the_merge_back(past: Past) -> None:
    broke = past.merges("Merge branch 'fewer'", ("Fewer columns", {ORDERS: WITHOUT}))
    inside = past.git.tip("refs/heads/work")
    past.lands(f"Oops\n\nThis reverts commit {inside}.", {"README.md": "Oops.\n"})
    (red,) = [one for one in told(past)["red"] if one["commit"] == broke]
    assert red["undone"]["how"] == "reverted"


def test_the_old_content_back_to_the_letter_is_told_apart_from_a_repair(past: Past) -> None:
    past.lands("Fewer columns", {ORDERS: WITHOUT})
    past.lands("Bring region back", {ORDERS: WHOLE})
    past.lands("Fewer columns again", {ORDERS: WITHOUT})
    past.lands("Another column", {ORDERS: avro(("id", "string"), ("amount", "double"), ("note", "string"))})
    past.lands("Region, too", {ORDERS: avro(("id", "string"), ("amount", "double"), ("note", "string"), ("region", "string"))})
    first, second = (one["undone"] for one in told(past)["red"])
    assert (first["how"], first["subject"], first["after_seconds"]) == ("restored", "Bring region back", 60)
    assert (second["how"], second["subject"], second["after_seconds"]) == ("fixed", "Region, too", 120)


def test_another_break_of_the_same_field_is_no_repair(past: Past) -> None:
    past.lands("Whole amounts", {ORDERS: WHOLE.replace("double", "string")})
    past.lands("No amounts", {ORDERS: avro(("id", "string"), ("region", "string"))})
    assert [one["undone"] for one in told(past)["red"]] == [None, None]


def test_a_file_that_was_deleted_and_is_back_was_restored(past: Past) -> None:
    past.lands("Tidy up", {ORDERS: None})
    past.lands("Not that one", {ORDERS: WHOLE})
    (red,) = told(past)["red"]
    assert [one["rule"] for one in red["findings"]] == ["contract-removed"] and red["undone"]["how"] == "restored"


def test_a_moved_file_is_the_same_schema_and_its_repair_is_found_in_its_new_place(past: Past) -> None:
    past.lands("Move", {ORDERS: None, "events/orders.avsc": WHOLE})
    past.lands("Fewer columns", {"events/orders.avsc": WITHOUT})
    past.lands("Move again", {"events/orders.avsc": None, "avro/orders.avsc": WITHOUT})
    past.lands("Bring region back", {"avro/orders.avsc": WHOLE})
    (red,) = told(past)["red"]
    assert (red["subject"], red["undone"]["subject"]) == ("Fewer columns", "Bring region back")


def test_a_folder_of_migrations_is_one_schema_and_a_break_stands_at_the_migration_that_makes_it(past: Past) -> None:
    past.lands("Orders", {"db/migrations/V1__orders.sql": "CREATE TABLE orders (\n  id bigint,\n  region text\n);\n"})
    past.lands("A note", {"db/migrations/V2__note.sql": "ALTER TABLE orders ADD COLUMN note text;\n"})
    past.lands("Fewer columns", {"db/migrations/V3__fewer.sql": "-- not read by anybody\nALTER TABLE orders DROP COLUMN region;\n"})
    past.lands("It was read", {"db/migrations/V4__back.sql": "ALTER TABLE orders ADD COLUMN region text;\n"})
    found = told(past)
    (red,) = found["red"]
    (finding,) = red["findings"]
    assert found["files"] == {"avro": 1, "sql": 1} and found["unread"] == []
    assert (finding["rule"], finding["contract"], finding["file"]) == ("field-removed", "migrations", "db/migrations/")
    assert finding["new"] == {"file": "db/migrations/V3__fewer.sql", "line": 2}
    assert (red["undone"]["how"], red["undone"]["subject"]) == ("fixed", "It was read")


def test_files_that_a_schema_refers_to_are_those_of_its_own_commit(past: Past) -> None:
    past.lands("Money", {"proto/money.proto": 'syntax = "proto3";\npackage acme;\nmessage Money { int64 cents = 1; }\n'})
    order = 'syntax = "proto3";\npackage acme;\nimport "proto/money.proto";\nmessage Order {\n  Money price = 1;\n  string region = 2;\n}\n'
    past.lands("Orders", {"proto/order.proto": order})
    past.lands("Fewer fields", {"proto/order.proto": order.replace("  string region = 2;\n", "")})
    found = told(past)
    assert found["unread"] == [] and [one["subject"] for one in found["red"]] == ["Fewer fields"]


def test_a_break_shows_a_value_that_proves_it(past: Past) -> None:
    past.lands("May be null", {ORDERS: WHOLE.replace('"double"', '["null", "double"]')})
    assert '      Proof: {"amount":null' in backtest(past).stdout


def test_what_cannot_be_read_is_counted_and_stops_nothing(past: Past) -> None:
    past.lands("Half a schema", {"schemas/refund.avsc": '{"type": "record"'})
    past.lands("Still half", {"schemas/refund.avsc": '{"type": "record",'})
    past.lands("Fewer columns", {ORDERS: WITHOUT})
    found = told(past)
    assert [(one["file"], one["times"]) for one in found["unread"]] == [("schemas/refund.avsc", 2)]
    assert len(found["red"]) == 1
    assert "Not judged, because it could not be read: 1 file.\n  schemas/refund.avsc:1  " in backtest(past).stdout


def test_a_draft_promises_nothing_and_what_is_new_breaks_nobody(past: Past) -> None:
    past.lands("A draft", {"contracts/a.odcs.yaml": DRAFT})
    past.lands("Another draft", {"contracts/a.odcs.yaml": DRAFT.replace("name: b", "name: c")})
    found = told(past)
    assert (found["red"], found["files"]) == ([], {"avro": 1, "odcs": 1})
    assert "and none of them would have been red." in backtest(past).stdout


def test_whom_the_schemas_protect_can_be_chosen(past: Past) -> None:
    past.lands("May be null", {ORDERS: WHOLE.replace('"double"', '["null", "double"]')})
    assert len(told(past)["red"]) == 1
    assert told(past, "--protects", "history")["red"] == []


def test_other_peoples_files_are_left_out(past: Past) -> None:
    past.lands("Vendored", {"vendor/x/orders.avsc": WHOLE})
    past.lands("Vendored again", {"vendor/x/orders.avsc": WITHOUT})
    assert told(past)["red"] == []


def test_only_what_landed_since_then_is_judged(past: Past) -> None:
    past.lands("Fewer columns", {ORDERS: WITHOUT})
    done = backtest(past, "--since", "2026-06-01")
    assert done.exit_code == 2
    assert "0 commits landed on HEAD since then, and none of them changed a schema file.\n  Look further back" in done.stderr


def test_the_default_branch_of_the_remote_is_judged_and_not_what_is_checked_out(past: Past, tmp_path: Path) -> None:
    past.lands("Fewer columns", {ORDERS: WITHOUT})
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(past.git.path), str(clone)], check=True, env=ENVIRONMENT)
    subprocess.run(["git", "checkout", "--quiet", "HEAD~1"], cwd=clone, check=True, env=ENVIRONMENT)
    done = backtest(clone)
    assert "acme/orders, origin/HEAD: 2 merges" in done.stdout and "1 would have been red" in done.stdout


def test_a_shallow_clone_says_what_to_do(past: Past, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{past.git.path}", str(clone)], check=True, env=ENVIRONMENT)
    done = backtest(clone)
    assert done.exit_code == 2 and "git fetch --unshallow" in done.stderr


def test_no_repository_and_no_time_are_said_in_a_sentence(past: Past, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    assert (done := backtest(nowhere)).exit_code == 2 and "Give the path of a Git repository" in done.stderr
    assert (done := backtest(past, "--since", "lately")).exit_code == 2 and "Write it as 1y, 6m, 2w, 90d" in done.stderr


def test_how_far_it_is_is_said_on_standard_error_alone(past: Past) -> None:
    past.lands("Fewer columns", {ORDERS: WITHOUT})
    done = backtest(past)
    assert "countersign: Judging: 2 of 2" in done.stderr and "Judging" not in done.stdout


def test_the_page_is_one_file_that_asks_for_nothing_and_escapes_what_commits_say(past: Past, tmp_path: Path) -> None:
    past.lands("<script>alert(1)</script>", {ORDERS: WITHOUT})
    past.lands("Bring region back", {ORDERS: WHOLE})
    page = tmp_path / "backtest.html"
    done = backtest(past, "--html", page)
    text = page.read_text(encoding="utf-8")
    assert done.exit_code == 0 and f"wrote {page}" in done.stderr
    assert "<script" not in text and "&lt;script&gt;" in text
    assert not re.search(r"""(?:src|href)=|url\(|https?://""", text)
    assert "region removed" in text and "Put back as it was after 1 min" in text
    assert "− {&#34;name&#34;: &#34;region&#34;" in text
