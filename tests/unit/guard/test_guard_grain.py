"""Rows per entity: a warning when the grain moves, and none while it only breathes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import polars as pl
import pytest

from countersign.guard import ContractFile, Guard, NoContract
from countersign.guard.totals.grain import Grain, Remembered
from countersign.model.report import Report

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: customer, logicalType: object, properties: [{name: id, logicalType: string}]}
"""


def told(grain: Grain, orders: int, lines: int, turn: int) -> str:
    """Ten minutes of orders, each with as many lines."""
    at = NOON + timedelta(minutes=10 * turn)
    grain.saw([f"{turn}-{order}" for order in range(orders) for _ in range(lines)], at)
    grain.close(at + timedelta(minutes=10))
    return str(grain.moved or "")


def test_a_table_of_orders_that_becomes_one_of_lines_is_told() -> None:
    grain = Grain("id")
    assert [told(grain, 2000, 1, turn) for turn in range(5)] == [""] * 5
    assert told(grain, 2000, 3, 5) == (
        "Since 2026-11-23 12:50 UTC there are about 3.0 rows for each id, where 1.0 are usual: "
        "if a row means something else now, sums and counts over the rows do too."
    )
    assert told(grain, 2000, 1, 6) == ""


def test_more_orders_are_no_other_grain() -> None:
    grain = Grain("id")
    assert [told(grain, orders, 2, turn) for turn, orders in enumerate((500, 3000, 1000, 20_000, 150, 9000))] == [""] * 6


def test_a_source_of_few_rows_is_judged_once_there_are_enough() -> None:
    grain = Grain("id")
    warned = [bool(told(grain, 30, 1 if turn < 16 else 3, turn)) for turn in range(20)]
    assert warned == [False] * 19 + [True]


def test_what_stays_so_becomes_usual() -> None:
    grain = Grain("id")
    warned = [bool(told(grain, 500, 1 if turn < 6 else 3, turn)) for turn in range(20)]
    assert warned[:6] == [False] * 6 and warned[6] and not warned[-1]


def test_a_guard_that_starts_again_goes_on_where_it_was() -> None:
    grain = Grain("id")
    for turn in range(4):
        told(grain, 1000, 1, turn)
    grain.saw([str(order) for order in range(1000)], NOON + timedelta(minutes=40))
    kept, grain = grain.remembered(), Grain("id")
    grain.recall(msgspec.json.decode(msgspec.json.encode(kept), type=Remembered))
    assert "about 2.5 rows" in told(grain, 1000, 4, 4)  # 5,000 rows of 2,000 orders


class Source:
    """A guard whose clock is moved by hand."""

    def __init__(self, directory: Path, entity: str | None = None) -> None:
        (directory / "orders.odcs.yaml").write_text(CONTRACT)
        self.now = NOON
        self.reports: list[Report] = []
        self.guard = Guard(
            ContractFile(directory / "orders.odcs.yaml"),
            source="kafka:orders",
            directory=directory / "guard",
            entity=entity,
            send=self.reports.append,
            clock=lambda: self.now,
        )

    def turn(self, orders: int, lines: int) -> tuple[str, ...]:
        """Ten minutes of it. What the last report warns of."""
        for number in range(orders * lines):
            row = {"id": number // lines, "customer": {"id": str(number // lines // 10)}}
            self.guard.check(json.dumps(row).encode(), partition=str(number % 2), offset=number)
        self.now += timedelta(minutes=10)
        self.guard.tick()
        return self.reports[-1].warnings


def test_the_guard_counts_by_the_primary_key_and_warns_in_its_reports_as_long_as_it_is_so(tmp_path: Path) -> None:
    source = Source(tmp_path)
    assert [source.turn(200, 1) for _ in range(4)] == [()] * 4
    source.guard.close()
    source = Source(tmp_path)  # what is usual is known after a restart
    (warning,) = source.turn(200, 3)
    assert warning.startswith("Since 2026-11-23 12:00 UTC there are about 3.0 rows for each id, where 1.0 are usual")
    assert {one.partition for one in source.reports if one.warnings} == {"0", "1"}
    assert source.guard.health().grain == warning and source.guard.health().well
    assert source.turn(200, 1) == ()


def test_the_guard_counts_by_the_field_that_it_is_told(tmp_path: Path) -> None:
    source = Source(tmp_path, "customer.id")
    assert [source.turn(1000, 1) for _ in range(4)] == [()] * 4
    assert source.turn(2000, 2)[0].startswith("Since 2026-11-23 12:40 UTC there are about 20.0 rows for each customer.id, where 10.0")


def test_a_field_that_the_contract_does_not_have_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(NoContract, match=r"orders has no field customer\.name in orders"):
        Source(tmp_path, "customer.name")


def test_nothing_is_counted_where_that_is_said(tmp_path: Path) -> None:
    source = Source(tmp_path, "")
    assert [source.turn(200, lines) for lines in (1, 1, 1, 1, 5)] == [()] * 5


def test_each_batch_is_compared_with_those_before_whatever_its_name(tmp_path: Path) -> None:
    source = Source(tmp_path, "customer.id")

    def batch(day: int, lines: int) -> str:
        ids = list(range(3000))
        frame = pl.DataFrame({"id": ids, "customer": [{"id": str(number // lines)} for number in ids]})
        assert source.guard.sift(frame, partition=f"{day}.parquet", start=0).good.height == 3000
        return source.guard.health().grain

    assert [batch(day, 2) for day in range(4)] == [""] * 4
    assert "about 6.0 rows for each customer.id, where 2.0 are usual" in batch(4, 6)
