"""`/countersign …` as people write it in a comment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from countersign.model.pull_request import Override, Statement, StatementKind
from countersign.services.command_line import overrides_of, statements_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


SHOWN = ("7QK2MAAAAAAAAAAA", "M3X4TDAAAAAAAAAA", "TWINSAAAAAAAAAAA", "TWINSAAAAAAAAAAB")


def read(body: str) -> Override | None:
    return next(overrides_of(body, by="gina", at=NOW, url="", shown=SHOWN), None)


def test_a_whole_command_names_findings_reason_and_the_end_of_a_day() -> None:
    override = read('/countersign override C-7QK2MA C-m3x4td --reason "an incident" --until 2026-11-30')
    assert override is not None
    assert override.handles == ("7QK2MA", "M3X4TD")
    assert override.fingerprints == SHOWN[:2]
    assert (override.by, override.reason) == ("gina", "an incident")
    assert override.until == datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)


def test_it_may_stand_among_other_lines_and_wear_a_phones_quotes() -> None:
    override = read("We talked about it.\r\n/countersign override C-7QK2MA --until 2026-11-30 --reason “an incident”\r\nSorry!")
    assert override is not None and override.reason == "an incident"


@pytest.mark.parametrize(
    "body",
    [
        '/countersign override --reason "no finding" --until 2026-11-30',
        "/countersign override C-7QK2MA --until 2026-11-30",
        '/countersign override C-7QK2MA --reason "" --until 2026-11-30',
        '/countersign override C-7QK2MA --reason "no end"',
        '/countersign override C-7QK2MA --reason "no such day" --until 2026-02-30',
        '/countersign override C-7QK2MA --reason "an open quote --until 2026-11-30',
        '> /countersign override C-7QK2MA --reason "quoted" --until 2026-11-30',
        'please /countersign override C-7QK2MA --reason "in passing" --until 2026-11-30',
        "/countersign help",
        "",
    ],
)
def test_anything_less_overrides_nothing(body: str) -> None:
    assert read(body) is None


def test_a_handle_that_the_check_does_not_show_or_shows_twice_is_unclear() -> None:
    override = read('/countersign override C-7QK2MA C-ZZZZZZ C-TWINSA --reason "an incident" --until 2026-11-30')
    assert override is not None
    assert override.fingerprints == SHOWN[:1]
    assert override.unclear == ("ZZZZZZ", "TWINSA")


def test_a_comment_may_hold_several() -> None:
    body = (
        '/countersign override C-7QK2MA --reason "one" --until 2026-11-30\n/countersign override C-M3X4TD --reason "two" --until 2026-11-30'
    )
    assert [override.reason for override in overrides_of(body, by="gina", at=NOW, url="", shown=SHOWN)] == ["one", "two"]


def statement(body: str) -> Statement | None:
    return next(statements_of(body, by="petra", at=NOW, url="", shown=SHOWN), None)


def test_a_break_glass_that_names_nothing_means_all_that_the_check_shows() -> None:
    said = statement('/countersign break-glass "checkout is down"')
    assert said is not None and said.kind is StatementKind.BREAK_GLASS
    assert (said.handles, said.fingerprints, said.reason) == ((), tuple(sorted(SHOWN)), "checkout is down")


def test_a_dispute_names_findings_and_says_why() -> None:
    said = statement("/countersign dispute C-7QK2MA this column is never read")
    assert said is not None and said.kind is StatementKind.DISPUTE
    assert (said.fingerprints, said.reason) == (SHOWN[:1], "this column is never read")
    assert statement('/countersign dispute "why"') is None
    assert statement("/countersign dispute C-7QK2MA") is None


def test_a_hold_needs_a_date() -> None:
    said = statement('/countersign hold C-7QK2MA --until 2026-12-01 --reason "after the launch"')
    assert said is not None and said.until == datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)
    assert statement('/countersign hold C-7QK2MA --reason "after the launch"') is None


@pytest.mark.parametrize("word", ["C-7QK2M", "C-7QK2M1", "C-…", "c-7qk2m."])
def test_a_mistyped_name_is_no_word_of_the_reason(word: str) -> None:
    """A break-glass that names nothing means all of it: a slip of the finger must not widen it."""
    said = list(statements_of(f'/countersign break-glass {word} "down"', by="pete", at=NOW, url="", shown=SHOWN))
    assert said == []
    assert read(f"/countersign override C-7QK2MA {word} --reason why --until 2026-11-30") is None
