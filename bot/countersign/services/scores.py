"""The numbers, out of the ledger. Each process keeps the facts it has read, and asks only for what is new."""

from __future__ import annotations

import threading
from datetime import datetime

from countersign.model.fact import Facts, Owned, Row
from countersign.model.score import Period, Standings
from countersign.scores import Domains, History, standings
from countersign.services.context import Ports

#: Entries that are read at once.
_READ = 5_000
#: Periods of which the numbers are kept; anybody may ask for any two dates.
_KEPT = 50


class Scores:
    """Safe to be asked by several threads. Facts weigh about 300 bytes each; the ledger's other entries leave nothing behind.

    history: what its caller has read before, and nobody reads at the same time; nothing, if none is given.
    """

    def __init__(self, ports: Ports, history: History | None = None) -> None:
        self._ports = ports
        self._history = history or History()
        self._lock = threading.Lock()
        self._worked_out: dict[tuple[object, ...], Standings] = {}

    def facts(self) -> Facts:
        """Everything that the ledger tells by now."""
        with self._lock:
            return self._read()

    def domains(self) -> Domains:
        return Domains(self._owned())

    def standings(self, period: Period) -> Standings:
        """Of the organisation and its teams. What has been worked out is kept until the ledger grows, or the hour is over."""
        with self._lock:
            facts, owned, now = self._read(), self._owned(), self._ports.calendar.now()
            key = self._history.sequence, owned, period, now.replace(minute=0, second=0, microsecond=0)
            if key not in self._worked_out:
                fresh = [known for known in self._worked_out if known[0] == key[0]][-_KEPT:]
                self._worked_out = {known: self._worked_out[known] for known in fresh}
                self._worked_out[key] = standings(facts, Domains(owned), period, now)
            return self._worked_out[key]

    def now(self) -> datetime:
        return self._ports.calendar.now()

    def _owned(self) -> tuple[Owned, ...]:
        return self._ports.records.owned()

    def _read(self) -> Facts:
        while rows := self._ports.records.entries_after(self._history.sequence, _READ):
            self._history.take(Row(**row) for row in rows)
        return self._history.facts
