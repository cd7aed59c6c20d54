"""That the benchmarks run and tell the truth about themselves; no figure is asserted."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import intake, judge_repository, judging, odcs_pair, outage
from benchmarks.__main__ import NAMES
from benchmarks.results import Row, table


def test_less_is_better_for_milliseconds_and_more_for_rates():
    quick = Row(what="a", unit="ms", ours=10.0, target=20.0, peer="p", peer_value=30.0)
    busy = Row(what="b", unit="/s", ours=500.0, target=900.0, peer="p", peer_value=250.0)
    assert (quick.ratio, quick.met) == (3.0, True)
    assert (busy.ratio, busy.met) == (2.0, False)


def test_a_rate_whose_slowest_answers_are_late_misses_its_target():
    assert Row(what="a", unit="/s", ours=1000.0, target=900.0, p99=111.0, target_p99=110.0).met is False


def test_what_has_no_target_is_neither_met_nor_missed():
    assert Row(what="a", unit="ms", ours=1.0).met is None


def test_a_peer_that_could_not_be_had_is_called_missing_and_the_reason_is_given():
    text = table([Row(what="a", unit="ms", ours=1.0, peer="other tool", note="peer missing: no wheel")])
    assert "| other tool | missing |" in text and "- a: peer missing: no wheel" in text


def test_a_name_that_is_no_benchmark_is_refused_with_those_that_are():
    asked = subprocess.run(
        [sys.executable, "-m", "benchmarks", "judge"], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
    )
    assert asked.returncode == 2 and ", ".join(NAMES) in " ".join(asked.stderr.split())


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_that_can_be_asked_for_can_be_loaded(name):
    assert callable(importlib.import_module(f"benchmarks.{name}").run)


@pytest.mark.slow
def test_every_benchmark_runs_and_fills_its_rows():
    rows = [
        *judge_repository.run(rounds=1, files=300),
        *odcs_pair.run(rounds=1, peers=False),
        *judging.run(rounds=1),
        *intake.run(rounds=1, seconds=1.0),
        *outage.run(rounds=1, pull_requests=10),
    ]
    assert len(rows) == 9 + len(judging.FORMATS) and all(row.ours > 0 for row in rows)
    assert {row.what for row in rows if row.peer and row.peer_value is None} == {row.what for row in rows if "not asked for" in row.note}
    assert all(row.what in table(rows) for row in rows)
