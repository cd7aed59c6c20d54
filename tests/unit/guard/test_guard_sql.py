"""Records held to contracts in SQL: a folder of migrations, and types of which only the database knows more than the name."""

from __future__ import annotations

from pathlib import Path

from countersign.guard.compiling import compile_plan
from countersign.guard.plan import Plan
from countersign.guard.published import ContractFile

FIRST = """\
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  region varchar(5) NOT NULL CHECK (region IN ('eu', 'us')),
  payload jsonb,
  seen_from inet,
  parity int CHECK (parity % 2 = 0)
);
"""


def plan(root: Path) -> Plan:
    folder = root / "db" / "migrations"
    folder.mkdir(parents=True)
    (folder / "V1__orders.sql").write_text(FIRST)
    (folder / "V2__note.sql").write_text("ALTER TABLE orders ADD note text;\n")
    return compile_plan(ContractFile(folder / "V1__orders.sql", root=root).load().versions[0].contract)


def test_the_whole_folder_is_what_records_are_held_to(tmp_path: Path) -> None:
    members = plan(tmp_path).root.members
    assert list(members) == ["id", "region", "payload", "seen_from", "parity", "note"]
    assert (members["region"].values, members["region"].limits, members["region"].required) == (("eu", "us"), {"maxLength": 5}, True)
    assert not members["note"].required  # a column that may be null may be missing


def test_what_is_not_held_is_said_and_never_refuses_a_record(tmp_path: Path) -> None:
    made = plan(tmp_path)
    assert {(one.path[-1], one.keyword) for one in made.unheld} == {("seen_from", "type"), ("parity", "check parity % 2 = 0")}
    assert (made.root.members["seen_from"].type, made.root.members["payload"].type) == ("any", "any")
