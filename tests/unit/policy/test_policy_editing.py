"""Setting entries to enforce, and leaving every other character as it is."""

from __future__ import annotations

import pytest

from countersign.model.policy import Mode, Policy
from countersign.policy import Document, enforcing, only_enforces, read

TEXT = """\
version: 1   # ours
mode: warn
publishes:
  # the big one
  - contract: contracts/orders.odcs.yaml   # orders
    notice: {days: 10}
  -   contract: a.avsc
      mode: observe   # for now
  - {contract: legacy/export.sql, mode: 'warn'}
  - {contract: b.avsc}  # small
  - {contract: c.avsc, runtime: {mode: observe}, mode: warn}
"""


def policy(text: str) -> Policy:
    found = read(Document("contracts-policy.yaml", text), None, name="acme/shop", rule_ids=()).policy
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("entry", "before", "after"),
    [
        (0, "orders.odcs.yaml   # orders\n", "orders.odcs.yaml   # orders\n    mode: enforce\n"),
        (1, "mode: observe   # for now", "mode: enforce   # for now"),
        (2, "mode: 'warn'}", "mode: enforce}"),
        (3, "{contract: b.avsc}  # small", "{contract: b.avsc, mode: enforce}  # small"),
    ],
)
def test_one_line_changes_and_the_entry_enforces(entry: int, before: str, after: str) -> None:
    text, left = enforcing(Document("contracts-policy.yaml", TEXT), [entry])
    assert (text, left) == (TEXT.replace(before, after), ())
    assert only_enforces(policy(TEXT), policy(text), {policy(TEXT).publishes[entry].pattern})
    assert policy(text).publishes[entry].settings.mode is Mode.ENFORCE


def test_several_at_once() -> None:
    text, left = enforcing(Document("contracts-policy.yaml", TEXT), [0, 1, 2, 3])
    assert left == () and [entry.settings.mode for entry in policy(text).publishes] == [Mode.ENFORCE] * 4 + [Mode.WARN]


def test_a_line_that_says_two_modes_is_left_to_a_person() -> None:
    assert enforcing(Document("contracts-policy.yaml", TEXT), [4]) == (TEXT, (4,))


def test_a_text_that_changes_anything_else_is_not_what_was_meant() -> None:
    text, _ = enforcing(Document("contracts-policy.yaml", TEXT), [3])
    assert not only_enforces(policy(TEXT), policy(text.replace("days: 10", "days: 1")), {"b.avsc"})
    assert not only_enforces(policy(TEXT), policy(text), {"b.avsc", "a.avsc"})
