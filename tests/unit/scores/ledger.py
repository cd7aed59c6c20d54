"""A ledger for tests, written as the services write it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from countersign.model.fact import Facts, Owned, Row
from countersign.model.score import Period, Score
from countersign.scores import Domains, History, score

START = datetime(2026, 7, 1, tzinfo=UTC)
#: Three months from then.
QUARTER = Period(START, datetime(2026, 10, 1, tzinfo=UTC))
ORDERS = "acme/orders-service"
OWNED = (
    Owned(repository=ORDERS, domain="payments", teams=("@acme/payments",)),
    Owned(repository=ORDERS, contract="orders", domain="payments", teams=("@acme/payments",)),
    Owned(repository=ORDERS, contract="refunds", domain="finance", teams=("@acme/finance",)),
    Owned(repository="acme/bi", domain="finance", teams=("@acme/finance", "@acme/analytics")),
)


def hours(count: float) -> datetime:
    """So many hours into the quarter."""
    return START + timedelta(hours=count)


def finding(name: str, waits_for: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """What a judgement says of a finding that the gate holds, as `services.review_pull_request` writes it. name: its fingerprint."""
    said = {
        "contract": "orders",
        "rule": "field-removed",
        "level": "breaking",
        "path": f"orders.{name}",
        "fingerprint": name,
        "mode": "enforce",
        "cleared_by": "nothing",
        "waits_for": list(waits_for),
        "notice": "not-needed",
    }
    return said | more


class Ledger:
    """Write to it in the order of time, then ask for facts or scores."""

    def __init__(self) -> None:
        self.entries: list[Row] = []

    def write(self, at: float, kind: str, what: Any, number: int = 0, repository: str = ORDERS) -> None:
        self.entries.append(Row(len(self.entries) + 1, kind, repository, number, hours(at), what))

    def judgement(self, at: float, number: int, *findings: dict[str, Any]) -> None:
        self.write(at, "judgement", list(findings), number)

    def merge(self, at: float, number: int) -> None:
        self.write(at, "merge", {"head": "h", "commit": "c", "by": "pete", "conclusion": "success"}, number)

    def news(self, at: float, incident: int, news: str, contract: str = "orders") -> None:
        self.write(at, "incident", {"incident": incident, "contract": contract, "news": news, "source": "kafka"})

    def facts(self) -> Facts:
        history = History()
        history.take(self.entries)
        return history.facts

    def score(self, domain: str = "", *, now: datetime | None = None, period: Period = QUARTER) -> Score:
        return score(self.facts(), Domains(OWNED), period, now or QUARTER.until, domain)
