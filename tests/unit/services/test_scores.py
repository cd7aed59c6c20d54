"""Numbers are read from the database's ledger as it grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.fact import Owned
from countersign.model.score import Period
from countersign.services.scores import Scores

NOW = datetime(2026, 9, 1, tzinfo=UTC)
PERIOD = Period(NOW - timedelta(days=90), NOW + timedelta(days=1))


@pytest.fixture
def records(tmp_path: Path) -> Any:
    engine = open_database(f"sqlite:///{tmp_path}/countersign.sqlite")
    upgrade(engine)
    yield Database(engine)
    engine.dispose()


def _scores(records: Any) -> Scores:
    return Scores(SimpleNamespace(records=records, calendar=SimpleNamespace(now=lambda: NOW)))  # type: ignore[arg-type]  # all it asks for


def _incident(records: Any, number: int) -> None:
    what = {"incident": number, "contract": "orders", "news": "halted", "source": "kafka"}
    records.write_ledger("incident", "acme/orders", 0, NOW - timedelta(days=1), what)


def test_what_is_new_in_the_ledger_is_counted_when_somebody_looks_again(records: Any) -> None:
    records.keep_owned("acme/orders", [Owned(repository="acme/orders", contract="orders", domain="payments", teams=("@acme/payments",))])
    scores = _scores(records)
    assert scores.standings(PERIOD).total.outages == 0
    _incident(records, 1)
    assert scores.standings(PERIOD).total.outages == 1
    _incident(records, 2)
    assert [(one.domain, one.outages) for one in scores.standings(PERIOD).teams] == [("payments", 2)]


def test_a_contract_that_has_moved_counts_for_its_new_team_at_once(records: Any) -> None:
    _incident(records, 1)
    scores = _scores(records)
    for domain in ("payments", "checkout"):
        records.keep_owned("acme/orders", [Owned(repository="acme/orders", contract="orders", domain=domain, teams=(f"@acme/{domain}",))])
        assert [(one.domain, one.outages) for one in scores.standings(PERIOD).teams] == [(domain, 1)]
