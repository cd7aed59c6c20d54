"""Commands and their answers: every verb is written down, and answers do not run away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.render.verdicts import AMOUNT, REGION, judged
from tests.unit.render.verdicts import verdict as verdict_of

from countersign.model.agreement import BreakGlass
from countersign.model.pull_request import StatementKind
from countersign.render.answers import FORMS, example, statement_noted, unknown_handles
from countersign.services.answering import VERBS
from countersign.services.commanded import MOST_AN_HOUR, MOST_IN_ALL, may_answer, may_recheck

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_every_command_that_a_pull_request_takes_is_in_the_list_that_help_gives() -> None:
    elsewhere = {"accept", "reject"}
    assert set(VERBS) - elsewhere == set(FORMS)


@pytest.mark.parametrize(
    ("verb", "typed", "written"),
    [
        ("break-glass", (), '`/countersign break-glass "why"`'),
        ("break-glass", ("C-CRV",), '`/countersign break-glass C-CRVBYP "why"`'),
        ("break-glass", ("C-2SAA43", "C-CRVBYP"), '`/countersign break-glass C-2SAA34 C-CRVBYP "why"`'),
        ("dispute", ("C-2SAA43",), '`/countersign dispute C-2SAA34 "why"`'),
        ("override", ("c-2saa43",), '`/countersign override C-2SAA34 --reason "why" --until 2026-12-07`'),
        ("override", (), '`/countersign override C-CRVBYP --reason "why" --until 2026-12-07`'),
    ],
)
def test_the_form_of_a_mistyped_command_means_no_more_than_was_written(verb: str, typed: tuple[str, ...], written: str) -> None:
    verdict = verdict_of(judged(AMOUNT), judged(REGION))
    assert example(verb, verdict, NOW, typed) == written
    assert unknown_handles(typed, typed, verb, verdict, NOW).endswith(f"Write it so: {written}")


def test_the_second_of_two_is_told_to_name_what_the_first_named() -> None:
    half = BreakGlass(owners=("@acme/payments",), missing_owners=1, max_hours=72)
    said = statement_noted(StatementKind.BREAK_GLASS, [judged(AMOUNT, glass=half)], named=True)
    assert '`/countersign break-glass C-CRVBYP "why"`' in said


EARLIER = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("rows", "answered"),
    [
        ([("kim", NOW)] * (MOST_AN_HOUR - 1), True),
        ([("kim", NOW)] * MOST_AN_HOUR, False),
        ([("kim", EARLIER)] * MOST_AN_HOUR, True),
        ([("mallory", NOW)] * MOST_AN_HOUR, True),
        ([(f"mallory-{number}", NOW) for number in range(MOST_IN_ALL)], False),
    ],
    ids=["not yet too many", "too many", "too many, an hour ago", "too many of somebody else", "too many in all"],
)
def test_who_asks_too_often_is_not_answered(rows: list[tuple[str, datetime]], answered: bool) -> None:
    told = [{"at": at, "what": {"by": by, "source": number}} for number, (by, at) in enumerate(rows)]
    assert may_answer(_ports(told), "acme/orders", 7, "Kim", 9000) is answered


def test_an_answer_that_a_crash_interrupted_is_given_again() -> None:
    told = [{"at": NOW, "what": {"by": "kim", "source": number}} for number in range(MOST_AN_HOUR)]
    assert may_answer(_ports(told), "acme/orders", 7, "kim", MOST_AN_HOUR - 1)


@pytest.mark.parametrize(
    ("head", "source", "at", "again"),
    [("a", 1, NOW, False), ("b", 1, NOW, True), ("a", 2, NOW, True), ("a", 1, NOW - timedelta(minutes=1), True)],
    ids=["just now", "another head", "the same comment, after a crash", "a minute ago"],
)
def test_a_head_is_judged_anew_once_a_minute(head: str, source: int, at: datetime, again: bool) -> None:
    row: Any = SimpleNamespace(repository="acme/orders", number=7, head="a")
    assert may_recheck(_ports([{"at": at, "what": {"head": head, "source": source}}]), row, 2) is again


def _ports(told: list[dict[str, Any]]) -> Any:
    records = SimpleNamespace(ledger=lambda **_: told, write_ledger=lambda *_, **__: None)
    return SimpleNamespace(records=records, calendar=SimpleNamespace(now=lambda: NOW))
