"""A guard as the stories play it: a token of the operator's, and reports over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import requests
from tests.stories.organisation import Organisation

from countersign.demo import acme as demo

JSON = Any

GOOD = '{"order_id": "o-1", "amount": "12.50", "region": "EU"}'
BAD = '{"order_id": "o-2", "amount": null, "region": "EU"}'
_BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def operator(acme: Organisation, *arguments: str, fails: bool = False) -> str:
    """What `countersign …` prints, on the database of the running Countersign."""
    data = str(acme.stage.app.directory / "countersign")
    run = [sys.executable, "-c", "from countersign.cli import main; main()", *arguments, "--data", data]
    environment = {**os.environ, "PYTHONPATH": str(Path(demo.__file__).parents[2])}
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode != 0) == fails, done.stderr
    acme.settle()
    return done.stderr if fails else done.stdout


@dataclass(slots=True)
class Guard:
    """One that watches orders where it comes in."""

    acme: Organisation
    source: str = "kafka:orders"
    token: str = ""
    told: Any = field(default_factory=lambda: count(1))

    @property
    def contract(self) -> str:
        return f"{self.acme.name}/orders-service#orders"

    def gets_a_token(self) -> None:
        self.token = operator(self.acme, "tokens", "create", self.contract, self.source).strip()

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def fetches(self, ref: str = "in-force", **headers: str) -> requests.Response:
        address = f"{self.acme.stage.app.address}/contracts/{self.acme.name}/orders-service/orders@{ref}"
        return requests.get(address, headers={**self.headers(), **headers}, timeout=30)

    def reports(self, *, settle: bool = True, status: int = 202, **more: JSON) -> JSON:
        """A report as the guard's library sends it. more: other than those of a partition where all is well."""
        number = next(self.told)
        report = {
            "id": f"{self.acme.name}-{number}",
            "contract": self.contract,
            "dataset": "orders",
            "source": self.source,
            "partition": "0",
            "at": (_BEGAN + timedelta(seconds=number)).isoformat(),
            "mode": "halt",
            "breaker": "closed",
            "counts": {"checked": 1000, "bad": 0},
            **more,
        }
        taken = requests.post(f"{self.acme.stage.app.address}/api/reports", json=report, headers=self.headers(), timeout=30)
        assert taken.status_code == status, taken.text
        if settle:
            self.acme.settle()
        return report

    def halts(self, partition: str = "0", *, trip: str = "", value: str = BAD, settle: bool = True) -> JSON:
        """Too many records of a partition were bad, and it is stopped."""
        return self.reports(
            partition=partition,
            breaker="open",
            trip=trip or f"{partition}@5-{next(self.told)}",
            reason="bad",
            counts={"checked": 100, "bad": 40},
            broken=[{"path": ["orders", "amount"], "rule": "null", "count": 40, "found": "null"}],
            sample=[{"offset": "5", "value": value}],
            first_bad="5",
            last_good="4",
            settle=settle,
        )
