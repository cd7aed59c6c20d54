"""Iceberg tables go back and forward by their snapshots, under the catalog's own compare-and-swap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from countersign.adapters.rollback import IcebergTables
from countersign.ports import RollbackTrouble

CONTRACT = "acme/orders#orders"


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A catalog as an operator configures it, with one table of two appends; the first is its last known good."""
    from pyiceberg.catalog import load_catalog

    uri, warehouse = f"sqlite:///{tmp_path}/catalog.db", f"file://{tmp_path}/warehouse"
    catalog = load_catalog("lake", type="sql", uri=uri, warehouse=warehouse)
    monkeypatch.setattr("pyiceberg.catalog.load_catalog", lambda name: load_catalog(name, type="sql", uri=uri, warehouse=warehouse))
    catalog.create_namespace("shop")
    rows = pa.table({"id": [1]})
    table = catalog.create_table("shop.orders", rows.schema, properties={"countersign.contract": CONTRACT})
    table.append(rows)
    table.manage_snapshots().create_tag(table.metadata.current_snapshot_id, "last_known_good").commit()
    table.append(pa.table({"id": [2]}))
    return catalog


def ids(lake: Any) -> list[int]:
    return sorted(lake.load_table("shop.orders").scan().to_arrow()["id"].to_pylist())


def test_it_goes_back_to_the_last_known_good_and_forward_again(lake: Any) -> None:
    table = IcebergTables().table("lake", "shop.orders", CONTRACT)
    before = table.look()
    assert table.move(expected=before.head, to=before.target)
    assert ids(lake) == [1]
    assert table.move(expected=before.target, to=before.head)
    assert ids(lake) == [1, 2]


def test_a_table_that_was_written_to_meanwhile_is_left_as_it_is(lake: Any) -> None:
    table = IcebergTables().table("lake", "shop.orders", CONTRACT)
    before = table.look()
    lake.load_table("shop.orders").append(pa.table({"id": [3]}))
    assert not table.move(expected=before.head, to=before.target)
    assert ids(lake) == [1, 2, 3]


def test_a_write_between_the_look_and_the_commit_is_not_lost(lake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table: Any = IcebergTables().table("lake", "shop.orders", CONTRACT)
    before = table.look()

    def look_then_others_write() -> Any:
        lake.load_table("shop.orders").append(pa.table({"id": [3]}))
        return before

    monkeypatch.setattr(table, "look", look_then_others_write)
    assert not table.move(expected=before.head, to=before.target)
    assert ids(lake) == [1, 2, 3]


def test_a_table_that_does_not_name_the_contract_belongs_to_somebody_else(lake: Any) -> None:
    with pytest.raises(RollbackTrouble, match=r"does not belong to acme/other#orders: .* it names acme/orders#orders"):
        IcebergTables().table("lake", "shop.orders", "acme/other#orders")


def test_a_drill_moves_nothing_that_anybody_reads_and_leaves_nothing_behind(lake: Any) -> None:
    table = IcebergTables().table("lake", "shop.orders", CONTRACT)
    before = table.look()
    table.drill(before)
    assert table.look() == before and ids(lake) == [1, 2]
    assert set(lake.load_table("shop.orders").metadata.refs) == {"main", "last_known_good"}


def test_a_snapshot_that_has_expired_is_said(lake: Any) -> None:
    table = IcebergTables().table("lake", "shop.orders", CONTRACT)
    with pytest.raises(RollbackTrouble, match="no longer has the snapshot 12345"):
        table.move(expected=table.look().head, to="12345")


def test_what_a_catalog_says_of_its_address_and_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(name: str) -> Any:
        raise ConnectionError("postgresql://user:secret@db.internal refused")

    monkeypatch.setattr("pyiceberg.catalog.load_catalog", refused)
    with pytest.raises(RollbackTrouble) as trouble:
        IcebergTables().table("lake", "shop.orders", CONTRACT)
    assert "secret" not in str(trouble.value) and "check pyiceberg's configuration" in str(trouble.value)
