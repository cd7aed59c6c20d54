"""What a guard says, and when: at once what happens to a partition, now and then what was counted of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from countersign.guard.bot import Bot
from countersign.guard.link import Link
from countersign.guard.reports import Outbox, Sender
from countersign.guard.store import Store
from countersign.model.report import Report

if TYPE_CHECKING:
    from countersign.guard.guard import Guard
    from countersign.guard.partition import Partition

#: Of a partition that nothing comes from, one report in so many.
_QUIET = 10
#: Seconds that the end of a guard waits for its last reports.
_LAST = 5.0


class Reporting:
    """bot, send: who is told, if anybody. every: between two reports of a partition while data flows."""

    def __init__(self, store: Store, bot: Bot | None, send: Callable[[Report], None] | None, every: timedelta) -> None:
        self._outbox = Outbox(store, self._wake) if bot else None
        self._sender = Sender(bot, self._outbox) if bot and self._outbox else None
        self._send = send
        self._every = every
        self._told: dict[str, datetime] = {}
        self._link: Link | None = None

    def take(self, report: Report) -> None:
        self._told[report.partition] = report.at
        if self._outbox:
            self._outbox.put(report)
        if self._send:
            self._send(report)

    def due(self, partition: Partition, now: datetime) -> bool:
        every = self._every if partition.anything_new else self._every * _QUIET
        # A clock that was put back counts from there, not from when it was there before.
        return abs(now - self._told.get(partition.name, now - every)) >= every

    def forget(self, partition: str) -> None:
        self._told.pop(partition, None)

    def flush(self) -> None:
        """What was taken is on disk when this returns."""
        if self._outbox:
            self._outbox.flush()

    def start(self, guard: Guard) -> None:
        if self._link is None:
            self._link = Link(guard, self._sender)
            self._link.start()

    def end(self) -> None:
        if self._link:
            self._link.end(_LAST)
            self._link = None

    @property
    def waiting(self) -> int:
        return self._outbox.count() if self._outbox else 0

    @property
    def dropped(self) -> int:
        return self._outbox.dropped if self._outbox else 0

    @property
    def trouble(self) -> str:
        """Why reports do not go out, "" while they do."""
        return self._sender.trouble if self._sender else ""

    def _wake(self) -> None:
        if self._link:
            self._link.wake()
