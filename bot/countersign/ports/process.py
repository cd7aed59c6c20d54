"""Time, child processes and durable jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

JSON = Any


class Calendar(Protocol):
    """The time that notices, leases and judgements count by. Never used for tokens, retries or logs."""

    def now(self) -> datetime:
        """Now, in UTC, in whole seconds (GitHub's own resolution, so that its times and ours compare)."""
        ...


@dataclass(frozen=True, slots=True)
class Died:
    """The child did not survive an item, twice. why: ``time``, ``memory`` or ``crash``; detail: for people."""

    why: str
    detail: str


class Children(Protocol):
    """Runs ``module:function`` (JSON -> JSON) on each item in a bounded child process: 2 s an item, 10 s in all, 512 MB.

    Raises ValueError or RuntimeError for faults that are no item's: then nothing is decided.
    """

    def run(self, function: str, items: Sequence[JSON]) -> list[JSON | Died]: ...


class Queue(Protocol):
    """Durable jobs. One job a partition at a time; ``id`` makes a second copy of the same job vanish."""

    def put(self, job: str, partition: str, data: JSON, *, id: str = "") -> None: ...  # noqa: A002 - the queue's own word
