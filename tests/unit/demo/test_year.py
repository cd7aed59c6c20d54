"""A simulated year is the services' own work: it is the same from the same seed, and every kind of thing happens in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from countersign.demo.year.play import Played, play

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
