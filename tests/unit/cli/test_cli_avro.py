"""`countersign check` over Avro schemas in a repository: what breaks is shown at its line, a rename as one, a moved file as itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.gitrepo import Content, GitRepository
from tests.unit.cli.producer import Run

POLICY = 'version: 1\nowners: ["@acme/payments"]\nprotects: both\npublishes:\n  - contract: schemas/**/*.avsc\n'
FILE = "schemas/payment.avsc"
PAYMENT = """\
{
  "type": "record",
  "name": "Payment",
  "namespace": "acme",
  "fields": [
    {"name": "id", "type": "string"},
    {
      "name": "amount",
      "type": "int"
    },
    {"name": "region", "type": "string"},
    {"name": "state", "type": {"type": "enum", "name": "State", "symbols": [
      "NEW",
      "PAID"
    ]}}
  ]
}
"""


@pytest.fixture
def payments(tmp_path: Path) -> GitRepository:
    git = GitRepository(tmp_path / "payments.git")
    git.commit({"contracts-policy.yaml": POLICY, FILE: PAYMENT})
    git.git("config", "remote.origin.url", "https://github.example/acme/payments.git")
    return git


def judged(
    run: Run, git: GitRepository, files: dict[str, Content]
) -> list[tuple[str, str, tuple[str, int] | None, tuple[str, int] | None]]:
    """(rule, path, old place, new place) of what blocks."""
    base = git.tip("refs/heads/main")
    head = git.commit(files, branch="topic", parents=[base])
    answer: dict[str, Any] = json.loads(run("check", "--repo", git.path, "--base", "main", "--head", head, "--format", "json").stdout)
    sides = ("old", "new")
    return sorted(
        (one["rule"], one["path"], *((one[side]["file"], one[side]["line"]) if one[side] else None for side in sides))
        for one in answer["findings"]
        if one["level"] not in ("safe", "notice")
    )


def test_each_break_is_at_its_line_on_the_side_where_it_is(run: Run, payments: GitRepository) -> None:
    changed = PAYMENT.replace('"type": "int"', '"type": "string"').replace('      "NEW",\n', "")
    assert judged(run, payments, {FILE: changed}) == [
        ("enum-value-removed", "Payment.state=NEW", (FILE, 13), (FILE, 12)),
        ("field-type-changed", "Payment.amount", (FILE, 9), (FILE, 9)),
    ]


def test_a_field_that_is_renamed_is_one_finding_at_the_old_name(run: Run, payments: GitRepository) -> None:
    assert judged(run, payments, {FILE: PAYMENT.replace('"name": "region"', '"name": "sales_region"')}) == [
        ("field-renamed", "Payment.region", (FILE, 11), (FILE, 11))
    ]


def test_a_schema_that_moves_is_compared_with_itself(run: Run, payments: GitRepository) -> None:
    moved = "schemas/v2/payment.avsc"
    wider = PAYMENT.replace('"type": "int"', '"type": "long"')
    assert judged(run, payments, {FILE: None, moved: wider}) == [("field-type-changed", "Payment.amount", (FILE, 9), (moved, 9))]
    renamed = "schemas/payments.avsc"
    assert judged(run, payments, {FILE: None, renamed: PAYMENT}) == [("contract-renamed", "", (FILE, 1), (renamed, 1))]


def test_a_default_that_no_reader_could_take_is_refused_at_its_line(run: Run, payments: GitRepository) -> None:
    broken = PAYMENT.replace('"type": "int"\n', '"type": "int",\n      "default": "none"\n')
    assert judged(run, payments, {FILE: broken}) == [("contract-unreadable", "", None, (FILE, 10))]
