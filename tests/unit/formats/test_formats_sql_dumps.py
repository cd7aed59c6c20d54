"""What tools write of real databases (pg_dump, mysqldump, SSMS, SHOW CREATE TABLE, …): all of it is read, and nothing is left undecided."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from countersign.diff.texts import shape
from countersign.formats import Source, parse
from countersign.formats.sql.dialects import guessed
from countersign.model.contract import Contract, Field

DUMPS = sorted((Path(__file__).parents[2] / "fixtures" / "sql").glob("*.sql"))
GOLDEN = Path(__file__).parents[2] / "golden" / "formats"


def told(contract: Contract) -> str:
    """A table a paragraph, a column a line."""
    lines: list[str] = []
    for dataset in contract.datasets:
        limits = [f"{name}={value}" for name, value in dataset.root.constraints.items()]
        lines += ["", " ".join([dataset.name, f"key={','.join(dataset.key)}", *limits, *(f"{k}: {v}" for k, v in dataset.meaning.items())])]
        lines += [_column(field) for field in dataset.root.fields]
    return "\n".join(lines).strip() + "\n"


def _column(field: Field) -> str:
    said = [f"default {field.default}"] if field.default else []
    said += [f"{name}: {text}" for name, text in field.meaning.items()]
    return f"{field.place.line:4} {field.name} {shape(field)}{' null' if field.nullable else ''}{''.join(f' | {one}' for one in said)}"


@pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])
def test_a_dump_is_read_whole(dump: Path) -> None:
    text = dump.read_text(encoding="utf-8")
    assert guessed(text) == dump.stem
    contract = parse(Source(dump.name, text), "shop")
    assert not contract.unread
    assert not any(dataset.unread for dataset in contract.datasets)
    golden = GOLDEN / f"{dump.stem}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(told(contract), encoding="utf-8")
    assert told(contract) == golden.read_text(encoding="utf-8")
