"""`countersign quarantine` and `countersign replay`, as an operator uses them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.producer import Run
from tests.unit.guard import written
from tests.unit.guard.test_guard_iceberg import make_table

from countersign.guard import ContractFile, Guard
from countersign.guard.messages import encoding
from countersign.guard.messages.encodings import Name
from countersign.model.runtime import GuardMode, Runtime

OLD, NEW = (
    json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": one}) for one in (["a"], [])
)
VALUES = [b'{"id": 1}', b"{", b'{"a": 1, "id": 2}', b'{"id": 3}']


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A guard's directory with records 0, 1 and 3 in quarantine; 1 is no JSON."""
    (tmp_path / "orders.schema.json").write_text(OLD)
    contract = ContractFile(tmp_path / "orders.schema.json")
    directory = tmp_path / "guard"
    runtime = Runtime(mode=GuardMode.QUARANTINE)
    clock = datetime(2026, 11, 23, 9, tzinfo=UTC)
    guard = Guard(contract, source="queue", directory=directory, runtime=runtime, clock=lambda: clock)
    assert [bool(guard.check(one, offset=n, headers=(("trace", b"x"),))) for n, one in enumerate(VALUES)] == [False, False, True, False]
    guard.close()
    (tmp_path / "orders.schema.json").write_text(NEW)
    return directory


def encoded(directory: Path, name: Name) -> tuple[tuple[Name, str, str], list[bytes]]:
    """(what `encoding` takes, two messages that have no ``a``)."""
    records = [{"id": 1}, {"id": 2}]
    if name == "avro-framed":
        (directory / "7.avsc").write_text(written.avro(records[0])[0])
        return (name, str(directory), ""), [b"\0\0\0\0\7" + written.avro(one)[1] for one in records]
    (directory / "orders.binpb").write_bytes(written.protobuf(records[0])[0])
    return (name, str(directory / "orders.binpb"), "r.R0"), [written.protobuf(one)[1] for one in records]


class TestQuarantine:
    def test_list_says_when_whence_and_why_and_no_value(self, run: Run, directory: Path) -> None:
        result = run("quarantine", "list", str(directory))
        assert result.stdout.splitlines() == [
            "       1  2026-11-23 09:00:00  queue 0@0  required at a",
            "       2  2026-11-23 09:00:00  queue 0@1  unreadable at the record",
            "       3  2026-11-23 09:00:00  queue 0@3  required at a",
        ]

    def test_list_is_bounded_and_says_so(self, run: Run, directory: Path) -> None:
        assert run("quarantine", "list", str(directory), "--limit", "2").stdout.splitlines()[-1] == "There are more; --limit 20 shows them."

    def test_json_has_the_whole_reason(self, run: Run, directory: Path) -> None:
        first = json.loads(run("quarantine", "list", str(directory), "--format", "json").stdout)[0]
        assert (first["violations"], first["headers"], first["bytes"]) == (
            [{"at": ["a"], "path": ["orders", "a"], "rule": "required", "found": ""}],
            ["trace"],
            9,
        )

    def test_show_gives_the_bytes_only_when_asked(self, run: Run, directory: Path) -> None:
        assert json.loads(run("quarantine", "show", str(directory), "1").stdout)["offset"] == 0
        assert run("quarantine", "show", str(directory), "1", "--value").stdout_bytes == VALUES[0]

    def test_what_is_not_there_is_said(self, run: Run, directory: Path, tmp_path: Path) -> None:
        assert "There is no record 9" in run("quarantine", "show", str(directory), "9").stderr
        missing = run("quarantine", "list", str(tmp_path))
        assert missing.exit_code == 2 and "there is no guard.db in it" in missing.stderr


class TestReplay:
    def replay(self, run: Run, directory: Path, to: str, *more: str) -> Any:
        return run("replay", str(directory), "--contract", str(directory.parent / "orders.schema.json"), "--to", to, *more)

    def test_after_the_fix_the_good_ones_go_and_the_rest_is_named(self, run: Run, directory: Path) -> None:
        out = directory.parent / "out"
        result = self.replay(run, directory, str(out))
        assert (result.exit_code, result.stdout.splitlines()) == (
            1,
            [f"2 records went to {out}.", "1 still breaks the contract and stays: `countersign quarantine list` shows why."],
        )
        assert [json.loads(line)["value"] for file in out.iterdir() for line in file.open()] == [{"id": 1}, {"id": 3}]
        assert "replayed" in run("quarantine", "list", str(directory), "--all").stdout
        assert self.replay(run, directory, str(out)).stdout.startswith("0 records went to")

    def test_into_a_table_each_once_and_again_after_it_was_rolled_back(
        self, run: Run, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pyiceberg.utils.config import Config

        table = make_table(tmp_path)
        before = table.catalog.load_table(table.name())
        before.append(before.scan().to_arrow())
        for name, value in (("URI", f"sqlite:///{tmp_path}/catalog.db"), ("WAREHOUSE", f"file://{tmp_path}/warehouse"), ("TYPE", "sql")):
            monkeypatch.setenv(f"PYICEBERG_CATALOG__TEST__{name}", value)
        monkeypatch.setattr("pyiceberg.catalog._ENV_CONFIG", Config())  # read once, when pyiceberg was imported

        def ids() -> list[int]:
            return sorted(table.catalog.load_table(table.name()).scan().to_arrow()["id"].to_pylist())

        for _ in range(2):
            self.replay(run, directory, "iceberg:test/shop.orders")
            assert ids() == [1, 3]
        now = table.catalog.load_table(table.name())
        now.manage_snapshots().rollback_to_snapshot(now.current_snapshot().parent_snapshot_id).commit()
        assert ids() == []
        assert "2 of them were on their way" in self.replay(run, directory, "iceberg:test/shop.orders").stdout
        assert ids() == [1, 3]

    def test_a_place_that_is_none_and_a_contract_that_is_none_are_said(self, run: Run, directory: Path, tmp_path: Path) -> None:
        no_table = self.replay(run, directory, "iceberg:nowhere/shop.orders")
        assert no_table.exit_code == 2 and "is no table" in no_table.stderr
        no_contract = run("replay", str(directory), "--contract", str(tmp_path / "no.yaml"), "--to", str(tmp_path / "out"))
        assert no_contract.exit_code == 2 and "No such file" in no_contract.stderr

    @pytest.mark.parametrize("by_file", [False, True], ids=["options", "the guard's own file"])
    @pytest.mark.parametrize("name", ["avro-framed", "protobuf"])
    def test_what_is_not_json_is_judged_as_what_it_is(self, run: Run, tmp_path: Path, name: Name, by_file: bool) -> None:
        place, messages = encoded(tmp_path, name)
        (tmp_path / "orders.schema.json").write_text(OLD)
        contract = ContractFile(tmp_path / "orders.schema.json")
        made, runtime = encoding(*place, {}), Runtime(mode=GuardMode.QUARANTINE)
        with Guard(contract, source="queue", directory=tmp_path / "guard", runtime=runtime, encoding=made.compile) as guard:
            assert [bool(guard.check(one, offset=n)) for n, one in enumerate([*messages, b"\xff"])] == [False, False, False]
        (tmp_path / "orders.schema.json").write_text(NEW)
        said = dict(zip(("encoding", "schemas", "message"), place, strict=True))
        (tmp_path / "guard.yaml").write_text(json.dumps(said))
        options = [f"--{one}={value}" for one, value in said.items()]
        more = ["--config", str(tmp_path / "guard.yaml")] if by_file else options

        as_json = self.replay(run, tmp_path / "guard", str(tmp_path / "out"))
        assert (as_json.exit_code, as_json.stdout.splitlines()[0]) == (1, f"0 records went to {tmp_path / 'out'}.")
        result = self.replay(run, tmp_path / "guard", str(tmp_path / "out"), *more)
        assert result.stdout.startswith("2 records went to") and "1 still breaks the contract" in result.stdout
        lines = [json.loads(line) for file in (tmp_path / "out").iterdir() for line in file.open()]
        assert [base64.b64decode(line["value_base64"]) for line in lines] == messages

    def test_an_encoding_that_cannot_be_is_said(self, run: Run, directory: Path, tmp_path: Path) -> None:
        result = self.replay(run, directory, str(tmp_path / "out"), "--encoding=avro", f"--schemas={tmp_path / 'none.avsc'}")
        assert result.exit_code == 2 and "none.avsc cannot be read" in result.stderr

    def test_a_topic_needs_to_know_its_broker(self, run: Run, directory: Path) -> None:
        nowhere = self.replay(run, directory, "kafka:orders")
        assert nowhere.exit_code == 2 and "`bootstrap_servers`" in nowhere.stderr and "--bootstrap-servers" in nowhere.stderr
