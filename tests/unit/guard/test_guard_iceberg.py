"""The table as a sink: each record exactly once, and always a state to go back to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from countersign.guard.iceberg import LAST_GOOD, IcebergSink, MovedBack, Stretch, Unfit

pyiceberg = pytest.importorskip("pyiceberg")


@pytest.fixture
def table(tmp_path: Path) -> Any:
    return make_table(tmp_path)


def make_table(directory: Path) -> Any:
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.schema import Schema
    from pyiceberg.types import DecimalType, LongType, NestedField, StringType, TimestamptzType

    catalog = SqlCatalog("test", uri=f"sqlite:///{directory}/catalog.db", warehouse=f"file://{directory}/warehouse")
    catalog.create_namespace("shop")
    return catalog.create_table(
        "shop.orders",
        Schema(
            NestedField(1, "id", LongType()),
            NestedField(2, "state", StringType()),
            NestedField(3, "total", DecimalType(9, 2)),
            NestedField(4, "at", TimestamptzType()),
        ),
    )


def again(table: Any) -> Any:
    """The same table, as another process opens it."""
    return table.catalog.load_table(table.name())


def stretch(first: int, count: int, source: str = "orders/0") -> Stretch:
    offsets = range(first, first + count)
    return Stretch(source=source, start=first, next=first + count, offsets=offsets, rows=[row(offset) for offset in offsets])


def row(offset: int) -> dict[str, Any]:
    return {"id": offset, "state": "paid", "total": "12.50", "at": "2026-11-23T09:30:00Z"}


def ids(table: Any) -> list[int]:
    return sorted(again(table).scan().to_arrow()["id"].to_pylist())


def tagged(table: Any) -> list[int]:
    found = again(table)
    return sorted(found.scan(snapshot_id=found.metadata.refs[LAST_GOOD].snapshot_id).to_arrow()["id"].to_pylist())


def roll_back(table: Any) -> None:
    found = again(table)
    found.manage_snapshots().set_current_snapshot(ref_name=LAST_GOOD).commit()


def test_texts_of_times_and_decimals_become_the_tables_own(table: Any) -> None:
    IcebergSink(table).append([stretch(0, 1)])
    (only,) = again(table).scan().to_arrow().to_pylist()
    assert (str(only["total"]), only["at"].isoformat()) == ("12.50", "2026-11-23T09:30:00+00:00")


def test_a_value_that_the_column_cannot_take_is_said_with_the_column(table: Any) -> None:
    one = Stretch(source="orders/0", start=0, next=1, offsets=[0], rows=[{**row(0), "at": "yesterday"}])
    with pytest.raises(Unfit, match="the column at of the table"):
        IcebergSink(table).append([one])
    assert ids(table) == []


def test_records_that_come_again_after_a_crash_are_not_added_again(table: Any) -> None:
    IcebergSink(table).append([stretch(0, 10)])
    assert IcebergSink(again(table)).positions() == {"orders/0": 10}
    # What the dead guard had not committed to the broker comes again, with more behind it.
    assert IcebergSink(again(table)).append([stretch(6, 8)]) == 4
    assert ids(table) == list(range(14))


def test_bad_records_leave_no_gap_in_the_count(table: Any) -> None:
    sink = IcebergSink(table)
    sink.append([Stretch(source="orders/0", start=0, next=5, offsets=[0, 3], rows=[row(0), row(3)])])
    sink.append([stretch(5, 1)])
    assert ids(table) == [0, 3, 5]


def test_of_two_writers_of_one_source_one_adds_each_record(table: Any) -> None:
    first, second = IcebergSink(table), IcebergSink(again(table))
    first.append([stretch(0, 4)])
    second.append([stretch(0, 6)])
    first.append([stretch(4, 4)])
    assert ids(table) == list(range(8))


def test_a_commit_that_lost_the_race_is_made_anew_from_what_won(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sink, other = IcebergSink(table), IcebergSink(again(table))
    sink.append([stretch(0, 2)])
    real, raced = sink._arrow, []

    def overtaken(rows: Any) -> Any:
        if not raced:
            raced.append(other.append([stretch(2, 2)]))
        return real(rows)

    monkeypatch.setattr(sink, "_arrow", overtaken)
    assert sink.append([stretch(2, 4)]) == 2
    assert ids(table) == list(range(6))


def test_snapshots_of_others_do_not_hide_the_offsets(table: Any) -> None:
    IcebergSink(table).append([stretch(0, 3)])
    found = again(table)
    found.append(found.scan().to_arrow().slice(0, 0))
    assert IcebergSink(again(table)).positions() == {"orders/0": 3}


def test_the_tag_goes_along_while_all_is_well(table: Any) -> None:
    sink = IcebergSink(table)
    sink.append([stretch(0, 2)])
    sink.append([stretch(2, 2)])
    assert tagged(table) == [0, 1, 2, 3]


def test_a_halt_takes_the_tag_back_before_the_first_bad_record_and_holds_it_there(table: Any) -> None:
    sink = IcebergSink(table)
    sink.append([stretch(0, 4)])
    sink.append([Stretch(source="orders/0", start=4, next=9, offsets=[4, 5, 8], rows=[row(4), row(5), row(8)])])
    sink.hold("orders/0", first_bad=6)
    assert tagged(table) == [0, 1, 2, 3]
    sink.append([stretch(100, 2, source="orders/1")])
    assert tagged(table) == [0, 1, 2, 3]
    sink.hold("orders/0", first_bad=8)  # said again after a restart, when it is not known any more since when
    assert tagged(table) == [0, 1, 2, 3]
    sink.release("orders/0")
    assert tagged(table) == ids(table)


def test_after_a_rollback_the_sources_are_read_again_and_nothing_is_doubled(table: Any) -> None:
    sink = IcebergSink(table)
    sink.append([stretch(0, 4)])
    sink.append([stretch(100, 2, source="orders/1"), stretch(4, 2)])
    sink.hold("orders/0", first_bad=5)
    roll_back(table)
    with pytest.raises(MovedBack) as moved:
        sink.append([stretch(102, 1, source="orders/1")])
    # The second source is in no snapshot any more; where it began is known all the same.
    assert moved.value.again == {"orders/1": 100}
    assert IcebergSink(again(table)).positions() == {"orders/0": 4, "orders/1": 100}
    sink.release("orders/0")
    sink.append([stretch(4, 4), stretch(100, 5, source="orders/1")])
    assert ids(table) == [*range(8), *range(100, 105)] == tagged(table)
