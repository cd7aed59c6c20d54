"""The benchmarks of growth and of a history, as small as they go: they run, and find what they made."""

import pytest
from benchmarks import backtest, growth


@pytest.mark.slow
def test_what_a_change_costs_is_measured_in_repositories_of_several_sizes():
    rows = growth.run(rounds=1, sizes=(10, 20))
    assert [row.what for row in rows] == ["5 of 10 contracts changed, warm", "5 of 20 contracts changed, warm"]
    assert all(row.ours > 0 and row.peer_value for row in rows)


@pytest.mark.slow
def test_a_history_with_breaks_and_repairs_is_made_and_told():
    (row,) = backtest.run(merges=40)
    assert row.ours > 0 and "3 of them red" in row.note
