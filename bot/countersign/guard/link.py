"""What a guard does beside the data: it reports, and it asks for a newer contract. Two threads, so that neither waits for the other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from countersign.guard.reports import Sender
from countersign.guard.store import StoreTrouble

if TYPE_CHECKING:
    from countersign.guard.guard import Guard

_LOG = logging.getLogger("countersign.guard")
#: Seconds between two looks at what is due, and between two questions for a newer contract.
_TICK, _REFRESH = 1.0, 60.0


class Link:
    """sender: None for a guard without a bot, which only ticks."""

    def __init__(self, guard: Guard, sender: Sender | None) -> None:
        self._guard = guard
        self._sender = sender
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._refresh_in = _REFRESH
        loops = [self._keep] if sender is None else [self._keep, self._send]
        self._threads = [threading.Thread(target=_going_on(loop), name="countersign-guard", daemon=True) for loop in loops]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something waits that should go now."""
        self._wake.set()

    def end(self, seconds: float) -> None:
        """Wait at most so long for what is on its way; the rest stays on disk."""
        self._ended.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(seconds)

    def _keep(self) -> bool:
        ended = self._ended.wait(_TICK)
        self._guard.tick()
        self._refresh_in -= _TICK
        if self._refresh_in <= 0 and not ended:
            self._refresh_in = _REFRESH
            self._guard.refresh()
        return not ended

    def _send(self) -> bool:
        assert self._sender is not None
        ended = self._ended.is_set()
        self._wake.clear()
        wait = self._sender.send()
        if wait:
            self._ended.wait(wait)
        elif not ended:
            self._wake.wait(_TICK)
        return not ended


def _going_on(loop: Callable[[], bool]) -> Callable[[], None]:
    def run() -> None:
        going = True
        while going:
            try:
                going = loop()
            except StoreTrouble as trouble:
                _LOG.error("The guard cannot report: %s", trouble)

    return run
