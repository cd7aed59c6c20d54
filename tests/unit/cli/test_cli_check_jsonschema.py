"""`countersign check` on a repository that publishes a JSON Schema: what is said of a change inside `oneOf`, and on which line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import Run

FILE = "schemas/payment.schema.json"
POLICY = """\
version: 1
owners: ["@acme/payments"]
publishes:
  - contract: schemas/*.schema.json
    protects: both
"""
PAYMENT = """\
{"$schema": "https://json-schema.org/draft/2020-12/schema",
 "type": "object",
 "properties": {
   "id": {"type": "string", "pattern": "^P-[0-9]{4,6}$"}
 },
 "oneOf": [
   {"properties": {
      "kind": {"const": "card"},
      "digits": {"type": "string", "maxLength": 4}},
    "required": ["kind", "digits"]},
   {"$ref": "#/$defs/cash"}
 ],
 "$defs": {
   "cash": {
     "properties": {
       "kind": {"const": "cash"},
       "till": {"type": "integer", "minimum": 1}},
     "required": ["kind"]}
 }}
"""


@pytest.fixture
def payments(tmp_path: Path) -> GitRepository:
    git = GitRepository(tmp_path / "payments.git")
    git.commit({"contracts-policy.yaml": POLICY, FILE: PAYMENT})
    return git


def findings(run: Run, git: GitRepository, old: str, new: str, *, exits: int) -> list[Any]:
    assert PAYMENT.count(old) == 1
    base = git.git("rev-parse", "main").strip()
    git.commit({FILE: PAYMENT.replace(old, new)}, branch="change", parents=[base])
    result = run("check", "--repo", git.path, "--base", "main", "--head", "change", "--format", "json")
    assert result.exit_code == exits, result.output
    said: list[Any] = json.loads(result.stdout)["findings"]
    return said


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"maxLength": 4', '"maxLength": 19', 9),  # inside a branch
        ('"minimum": 1', '"minimum": 0', 17),  # behind a reference in a branch
        ("{4,6}", "{4,8}", 4),  # a pattern that lets more through
    ],
)
def test_a_looser_limit_deep_inside_is_a_break_on_its_own_line(run: Run, payments: GitRepository, old: str, new: str, line: int) -> None:
    (finding,) = findings(run, payments, old, new, exits=1)
    assert (finding["rule"], finding["level"], finding["new"]["line"]) == ("constraint-changed", "breaking", line)


def test_the_same_said_in_other_words_breaks_nobody(run: Run, payments: GitRepository) -> None:
    (finding,) = findings(
        run, payments, '"type": "integer", "minimum": 1}', '"allOf": [{"type": "integer"}, {"exclusiveMinimum": 0}]}', exits=0
    )
    assert (finding["rule"], finding["level"]) == ("constraint-changed", "safe")
