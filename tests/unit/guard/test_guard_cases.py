"""Every back end finds the violations that the cases say, and jsonschema-rs, who is asked nothing else, agrees on which records pass."""

from __future__ import annotations

import json

import pytest
from tests.unit.guard import judged
from tests.unit.guard.cases import Case, broken, cases

from countersign.guard.explain import explain
from countersign.guard.messages import compile_json


def test_there_are_more_than_two_hundred_cases_and_no_name_comes_twice() -> None:
    names = [case.name for case in cases()]
    assert len(names) >= 200
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_violation_of_a_record_is_told_with_its_place(case: Case) -> None:
    assert broken(explain(case.plan, case.record)) == case.broken


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_an_independent_judge_passes_the_same_records(case: Case) -> None:
    assert judged.valid(case) == (case.broken == ())


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_json_bytes_are_judged_alike(case: Case) -> None:
    assert broken(compile_json(case.plan).check(json.dumps(case.record).encode())) == case.broken
