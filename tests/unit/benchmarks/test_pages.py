"""The ledger that the pages are measured with is grown as the product would have written it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pages import grow

from countersign.adapters.database import Database, open_database
from countersign.bootstrap.settings import database_url_of
from countersign.demo.year.play import play
from countersign.services.ledger import verify


def test_a_grown_ledger_has_as_many_entries_as_asked_for_and_its_chain_holds(tmp_path: Path) -> None:
    played = play(tmp_path, seed=1, end=datetime(2026, 1, 3, tzinfo=UTC), days=2, pull_requests=6)
    grow(tmp_path, 1_000)
    records = Database(open_database(database_url_of(tmp_path, "")))
    found = verify(records)
    assert found.fault is None
    assert records.ledger_head()[0] == 1_000
    merges = records.ledger(kind="merge")
    assert len({(row["repository"], row["number"]) for row in merges}) == len(merges) > played.kinds["merge"]
