"""The cases of every back end, in columns, lines and cells: the same violations, or a reason why that form cannot hold the record."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.unit.guard.cases import Case, cases, where

from countersign.guard.batches import compile_batch
from countersign.guard.plan import Check

#: Types of which a cell holds the value itself; in every other type's cell a number is a text as well.
UNQUOTED = ("integer", "number", "float", "boolean")
ONE_TYPE = "values of one column have one type"
MISSING = "a missing member is a null"
NESTED = "a cell is no object and no array"
TEXT = "in a cell a number and its text are the same"


#: A column of objects has every member in every row, so one that is missing is null, and null where it may be missing is no news.
MISSING_IN_COLUMNS = {
    "arrays: an array of objects: a member missing",
    "maps: a map of integers: a value is null",
    "maps: a map of ODCS: a value is null",
    "presence: required in JSON Schema, where null is a type of its own: null where it may only be missing",
    "unions: two types: None",
}


def unsayable_in_columns(case: Case) -> str:
    try:
        pl.DataFrame([case.record], strict=True)
    except TypeError:
        return ONE_TYPE
    return MISSING if case.name in MISSING_IN_COLUMNS else ""


def unsayable_in_csv(case: Case) -> str:
    for name, value in case.record.items():
        check = case.plan.root.members.get(name)
        if isinstance(value, dict | list):
            return NESTED
        if value is None and (check is None or not check.required) and any(place == name for place, _ in case.broken):
            return MISSING
        if isinstance(value, str):
            if check is not None and check.type not in ("string", "date", "uuid") and reads(value):
                return TEXT
        elif value is not None and (check is None or check.type not in UNQUOTED) and accepts_text(check):
            return TEXT
    return ""


def reads(text: str) -> bool:
    """As something other than a text."""
    try:
        return not isinstance(json.loads(text), str)
    except ValueError:
        return False


def accepts_text(check: Check | None) -> bool:
    return check is None or check.type in ("string", "any", "union") or any(accepts_text(branch) for branch in check.branches)


def found(case: Case, data: Any) -> set[tuple[str, str]]:
    result = compile_batch(case.plan).check(data)
    assert result.rows == 1 and result.bad == bool(result.found)
    return {(where(one.violation.at), one.violation.rule) for one in result.violations}


def cell(value: Any) -> str:
    if value is None:
        return ""
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else json.dumps(value)


def sayable(unsayable: Any) -> list[Case]:
    return [case for case in cases() if not unsayable(case)]


@pytest.mark.parametrize("case", sayable(unsayable_in_columns), ids=lambda case: case.name)
def test_columns_are_judged_alike(case: Case, tmp_path: Path) -> None:
    frame = pl.DataFrame([case.record])
    assert found(case, frame) == set(case.broken)
    frame.write_ipc(tmp_path / "r.arrow")
    assert found(case, tmp_path / "r.arrow") == set(case.broken)
    if all(not isinstance(value, dict) or value for value in case.record.values()):  # Parquet has no object without members
        frame.write_parquet(tmp_path / "r.parquet")
        assert found(case, tmp_path / "r.parquet") == set(case.broken)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_lines_of_json_are_judged_alike(case: Case, tmp_path: Path) -> None:
    (tmp_path / "r.ndjson").write_text(json.dumps(case.record) + "\n", encoding="utf-8")
    assert found(case, tmp_path / "r.ndjson") == set(case.broken)
    assert found(case, [case.record]) == set(case.broken)


@pytest.mark.parametrize("case", sayable(unsayable_in_csv), ids=lambda case: case.name)
def test_cells_of_csv_are_judged_alike(case: Case, tmp_path: Path) -> None:
    lines = (",".join(map(cell, case.record)), ",".join(map(cell, case.record.values())))
    (tmp_path / "r.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert found(case, tmp_path / "r.csv") == set(case.broken)


def test_what_a_form_cannot_hold_is_known_and_counted() -> None:
    every = len(cases())
    assert Counter(map(unsayable_in_columns, cases())) == {"": every - 17, ONE_TYPE: 12, MISSING: 5}
    assert Counter(map(unsayable_in_csv, cases())) == {"": every - 122, NESTED: 82, TEXT: 38, MISSING: 2}
