"""A simulated year is the services' own work: it is the same from the same seed, and every kind of thing happens in it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.demo.year.play import Played, play
from countersign.demo.year.shown import site

_END = datetime(2026, 1, 3, tzinfo=UTC)


def _days(path: Path, *, seed: int = 1, days: int = 3, pull_requests: int = 12) -> Played:
    return play(path, seed=seed, end=_END, days=days, pull_requests=pull_requests)


def test_some_days_leave_judgements_and_merges_in_the_ledger(tmp_path: Path) -> None:
    played = _days(tmp_path)
    assert (played.teams, played.contracts) == (12, 60)
    assert played.pull_requests >= 12
    assert played.kinds["judgement"] >= 12
    assert played.kinds["merge"] >= 5


def test_the_same_seed_is_the_same_story(tmp_path: Path) -> None:
    assert _days(tmp_path / "one") == _days(tmp_path / "other")


def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    _days(tmp_path, pull_requests=1)
    with pytest.raises(ValueError, match="There is a database"):
        _days(tmp_path, pull_requests=1)


def test_what_is_remembered_of_the_database_is_what_it_would_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembering = _days(tmp_path / "remembering", days=5)
    monkeypatch.setattr("countersign.demo.year.engine.remembered", lambda records: records)
    assert _days(tmp_path / "asking", days=5) == remembering


@pytest.mark.slow
def test_a_year_has_all_that_leadership_asks_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The time is printed and not asserted: it hangs on the machine."""
    started, used = time.monotonic(), time.process_time()
    played = play(tmp_path, seed=1, end=_END)
    with capsys.disabled():
        print(f"\na year in {time.monotonic() - started:.0f} s, {time.process_time() - used:.0f} s of processor time")
    assert (played.teams, played.contracts) == (12, 60)
    assert played.pull_requests >= 3_000
    assert played.incidents >= 60
    at_least = {
        "judgement": 3_300,
        "merge": 2_700,
        "override": 20,
        "debt": 20,
        "debt-answer": 5,
        "debt-settled": 5,
        "dispute-passed": 3,
        "break-glass": 2,
        "merged-while-blocked": 1,
        "closed": 20,
        "notice-begun": 10,
        "notice-ended": 5,
        "rollback-moved": 1,
        "audit": 300,
        "complaint": 10,
        "escalated": 3,
    }
    assert {kind: played.kinds.get(kind, 0) for kind, least in at_least.items() if played.kinds.get(kind, 0) < least} == {}


def test_the_pages_are_shown_over_it(tmp_path: Path) -> None:
    with site(tmp_path, _days(tmp_path).ports) as web:
        assert web.test_client().get("/", base_url="http://127.0.0.1").status_code == 200
