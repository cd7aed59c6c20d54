"""Rows per entity: a warning when the grain moves, and none while it only breathes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from countersign.guard.totals import Windows
from countersign.guard.totals.grain import Grain

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTES = Windows(length=timedelta(minutes=1), grace=timedelta())


def told(grain: Grain, orders: int, lines: int, minute: int) -> list[str]:
    """A minute of orders, each with as many lines."""
    at = NOON + timedelta(minutes=minute)
    grain.saw((f"{minute}-{order}" for order in range(orders) for _ in range(lines)), at)
    return [str(moved) for moved in grain.closed(at + timedelta(minutes=1))]


def test_a_table_of_orders_that_becomes_one_of_lines_is_told() -> None:
    grain = Grain(MINUTES)
    assert [told(grain, 2000, 1, minute) for minute in range(5)] == [[]] * 5
    assert told(grain, 2000, 3, 5) == [
        "In the window of 2026-11-23 12:05:00 UTC one entity had about 3.0 rows, where 1.0 are usual: "
        "if a row means something else now, sums and counts over the rows do too."
    ]


def test_more_orders_are_no_other_grain() -> None:
    grain = Grain(MINUTES)
    assert [told(grain, orders, 2, minute) for minute, orders in enumerate((500, 3000, 1000, 20_000, 150, 9000))] == [[]] * 6


def test_a_few_rows_say_nothing() -> None:
    grain = Grain(MINUTES)
    assert [told(grain, 50, lines, minute) for minute, lines in enumerate((1, 1, 1, 1, 9))] == [[]] * 5


def test_what_stays_so_becomes_usual() -> None:
    grain = Grain(MINUTES)
    warned = [bool(told(grain, 500, 1 if minute < 6 else 3, minute)) for minute in range(20)]
    assert warned[:6] == [False] * 6 and warned[6] and not warned[-1]


def test_a_guard_that_starts_again_goes_on_where_it_was() -> None:
    grain = Grain(MINUTES)
    for minute in range(4):
        told(grain, 1000, 1, minute)
    grain.saw((str(order) for order in range(1000)), NOON + timedelta(minutes=4))
    grain = Grain.restored(MINUTES, json.loads(json.dumps(grain.state())))
    assert len(told(grain, 1000, 4, 4)) == 1  # 5,000 rows of 2,000 orders in the fifth minute
