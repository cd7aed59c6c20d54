"""What counts as agreed to: the last word of an open or merged pull request of that repository."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from countersign.services.agreements import accept, agreed, note_agreements
from countersign.services.context import Ports

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN, MERGED, CLOSED = (
    SimpleNamespace(state=state, merge_commit=commit) for state, commit in (("open", ""), ("closed", "c"), ("closed", ""))
)


class Records:
    """A ledger in memory, and one pull request, #1."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.rows: list[dict[str, Any]] = []

    def write_ledger(self, kind: str, repository: str, number: int, at: datetime, what: Any, *, once: str = "") -> None:
        self.rows.append({"kind": kind, "repository": repository, "number": number, "at": at, "what": what})

    def ledger(self, *, kind: str, repository: str, number: int = 0) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["repository"] == repository and number in (0, row["number"])]

    def ledger_of(self, kind: str, repositories: Collection[str]) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["repository"] in repositories]

    def pull_requests(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Any]:
        return dict.fromkeys(wanted, self.row)


def ports(row: Any, *cleared: str, rule: str = "registration-removed") -> tuple[Ports, Records]:
    records = Records(row)
    made = cast(Ports, SimpleNamespace(records=records))
    for hours, by in enumerate(cleared):
        note_agreements(made, "acme/bi", 1, [{"fingerprint": "F", "rule": rule, "cleared_by": by}], NOW + hours * HOUR)
    return made, records


@pytest.mark.parametrize(("row", "counts"), [(OPEN, True), (MERGED, True), (CLOSED, False)])
def test_only_a_pull_request_that_may_have_landed_agrees(row: Any, counts: bool) -> None:
    made, _ = ports(row, "nothing", "signatures")
    assert agreed(made, "acme/bi", "F") is counts


def test_an_objection_takes_it_back() -> None:
    made, _ = ports(MERGED, "signatures", "nothing")
    assert not agreed(made, "acme/bi", "F")


def test_an_override_agrees_and_other_findings_or_repositories_do_not() -> None:
    made, _ = ports(MERGED, "override")
    assert agreed(made, "acme/bi", "F")
    assert not agreed(made, "acme/bi", "G") and not agreed(made, "acme/other", "F")


def test_what_was_agreed_to_before_the_entry_came_does_not_serve_for_it() -> None:
    made, _ = ports(MERGED, "signatures")
    assert agreed(made, "acme/bi", "F", since=NOW) and not agreed(made, "acme/bi", "F", since=NOW + HOUR)


def test_only_what_changes_is_noted_and_only_of_registrations() -> None:
    _, records = ports(MERGED, "nothing", "signatures", "signatures")
    assert len(records.rows) == 1
    _, records = ports(MERGED, "signatures", rule="field-removed")
    assert records.rows == []


def test_what_stood_when_the_app_came_is_accepted() -> None:
    made, _ = ports(None)
    accept(made, "acme/bi", "F", NOW)
    assert agreed(made, "acme/bi", "F")
