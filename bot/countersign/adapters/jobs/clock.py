"""A thread that does things every so often. Wall time: whatever is due by the calendar is a row that such a thing looks at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger()


class Clock:
    """Runs each (seconds, name, function) at its period, one after the other. What fails is logged and tried again next time."""

    def __init__(self, chores: Sequence[tuple[float, str, Callable[[], None]]]) -> None:
        self._chores = chores
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        due = [time.monotonic()] * len(self._chores)
        while not self._stop.is_set():
            for index, (seconds, name, chore) in enumerate(self._chores):
                if due[index] > time.monotonic():
                    continue
                due[index] = time.monotonic() + seconds
                try:
                    chore()
                except Exception:
                    log.exception("chore-failed", chore=name)
            self._stop.wait(max(0.0, min(due) - time.monotonic()))
