"""Commands and their answers: every verb is written down, and answers do not run away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.render.answers import FORMS
from countersign.services.answering import VERBS
from countersign.services.commanded import MOST_AN_HOUR, may_answer

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_every_command_that_a_pull_request_takes_is_in_the_list_that_help_gives() -> None:
    elsewhere = {"accept", "reject"}
    assert set(VERBS) - elsewhere == set(FORMS)


@pytest.mark.parametrize(
    ("rows", "answered"),
    [
        ([("countersign:answer:1", NOW)] * (MOST_AN_HOUR - 1), True),
        ([("countersign:answer:1", NOW)] * MOST_AN_HOUR, False),
        ([("countersign:answer:1", NOW - timedelta(hours=1))] * MOST_AN_HOUR, True),
        ([("countersign:7", NOW)] * MOST_AN_HOUR, True),
    ],
    ids=["not yet too many", "too many", "too many, an hour ago", "other comments"],
)
def test_who_asks_too_often_is_not_answered(rows: list[tuple[str, datetime]], answered: bool) -> None:
    told = [{"at": at, "what": {"marker": marker}} for marker, at in rows]
    records = SimpleNamespace(ledger=lambda **_: told)
    ports: Any = SimpleNamespace(records=records, calendar=SimpleNamespace(now=lambda: NOW))
    assert may_answer(ports, "acme/orders", 7) is answered
