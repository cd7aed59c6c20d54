"""Wall time and processor time of a piece of work and of every process that it uses."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

_TICK = os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """apart: numbers of child processes whose processor time is not counted (a server that stands for the network)."""

    def __init__(self, apart: Collection[int] = ()) -> None:
        self._apart = apart
        self._wall = time.perf_counter()
        self._cpu = self._used()

    def stop(self) -> tuple[float, float | None]:
        """(ms passed, ms of processor time; None where the system does not tell)."""
        passed = time.perf_counter() - self._wall
        used = self._used()
        return passed * 1000, None if used is None or self._cpu is None else (used - self._cpu) * 1000

    def _used(self) -> float | None:
        """Seconds of this process, of its children that have ended, and of those that live, with theirs that have ended."""
        if not Path("/proc/self/stat").exists():
            return None
        times = os.times()
        used = times.user + times.system + times.children_user + times.children_system
        for directory in Path("/proc").iterdir():
            if directory.name.isdecimal() and int(directory.name) not in self._apart:
                try:
                    fields = (directory / "stat").read_bytes().rpartition(b")")[2].split()
                except (FileNotFoundError, ProcessLookupError):
                    continue
                if int(fields[1]) == os.getpid():
                    used += sum(map(int, fields[11:15])) / _TICK
        return used


class Timed:
    """Stands before an adapter and adds up the seconds of each of its methods, less what ``waited`` says was waited for elsewhere."""

    def __init__(self, adapter: Any, seconds: defaultdict[str, float], waited: Callable[[], float] = lambda: 0.0) -> None:
        self._adapter = adapter
        self._seconds = seconds
        self._waited = waited

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            began, elsewhere = time.perf_counter(), self._waited()
            try:
                return method(*arguments, **named)
            finally:
                self._seconds[name] += time.perf_counter() - began - (self._waited() - elsewhere)

        return timed
