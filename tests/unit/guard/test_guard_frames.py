"""Whole batches through the breaker."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from tests.unit.guard.test_guard import FromMemory, Place, place

from countersign.guard import ContractFile
from countersign.model.report import Breaker
from countersign.model.runtime import GuardMode, HaltOver, Runtime

__all__ = ["place"]

COLUMNS = {"id": pl.Int64, "status": pl.String}


def frame(*statuses: str | None) -> pl.DataFrame:
    return pl.DataFrame({"id": range(len(statuses)), "status": statuses}, schema=COLUMNS)


def test_good_rows_go_on_and_bad_ones_are_set_aside_with_their_place(place: Place) -> None:
    guard = place.guard("quarantine")
    sifted = guard.sift(frame("paid", "odd", "refunded", "odd"), partition="orders.parquet", start=100)
    assert (sifted.good["id"].to_list(), sifted.stopped_at) == ([0, 2], None)
    guard.close()
    assert [(one.record.partition, one.record.offset, one.record.value) for one in place.held()] == [
        ("orders.parquet", 101, b'{"id":1,"status":"odd"}'),
        ("orders.parquet", 103, b'{"id":3,"status":"odd"}'),
    ]
    assert (place.reports[-1].counts.checked, place.reports[-1].counts.bad, place.reports[-1].last_good) == (4, 2, "103")


def test_a_batch_that_breaks_too_much_stops_at_that_row(place: Place) -> None:
    guard = place.guard()
    sifted = guard.sift(frame("paid", "odd", "paid", "odd", "odd", "odd", "paid"), start=0)
    assert (sifted.good["id"].to_list(), sifted.stopped_at, guard.stopped_at()) == ([0, 2], 5, 5)
    again = guard.sift(frame("paid"), start=5)
    assert (again.good.height, again.stopped_at) == (0, 0)
    guard.resume()
    assert guard.sift(frame("paid", "paid"), start=5).good.height == 2
    assert guard.breaker() is Breaker.CLOSED


def test_observe_hands_all_on_and_an_older_version_takes_its_own(place: Place) -> None:
    assert place.guard("observe").sift(frame("odd", "paid"), start=0).good.height == 2
    (place.directory / "guard" / "guard.db").unlink()
    both = place.guard(contracts=FromMemory(place.now.replace(hour=23)))
    assert both.sift(frame("old", "new", "odd"), start=0).good["status"].to_list() == ["old", "new"]


def test_what_has_to_be_unique_is_so_in_the_batch(tmp_path: Path) -> None:
    here = Place(tmp_path)
    (tmp_path / "sales.odcs.yaml").write_text(
        """\
apiVersion: v3.1.0
kind: DataContract
id: sales
version: 1.0.0
status: active
schema:
  - name: sales
    properties:
      - {name: id, logicalType: integer, required: true, unique: true}
"""
    )
    runtime = Runtime(mode=GuardMode.QUARANTINE, halt_over=HaltOver())
    guard = here.guard(contracts=ContractFile(tmp_path / "sales.odcs.yaml"), runtime=runtime)
    sifted = guard.sift(pl.DataFrame({"id": [1, 2, 2, 3]}), start=0)
    guard.flush()
    assert 3 in sifted.good["id"] and sifted.good["id"].to_list() == sorted(set(sifted.good["id"]))
    assert {one.rule for kept in here.held() for one in kept.record.violations} == {"unique"}
