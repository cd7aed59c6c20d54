"""A child from the outside: questions and answers under limits."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: DESIGN §6, "The child process".
ITEM_SECONDS = 2.0
MEMORY_BYTES = 512 * 1024 * 1024
LONGEST_ANSWER = 16 * 1024 * 1024

#: Until a child has imported its function. No item is in it yet, so this is not part of the items' time.
START_SECONDS = 10.0

_WATCH_SECONDS = 0.02  # a process can take about 40 MB in that time
_READ_BYTES = 1 << 18
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Gone(Exception):
    """The child is no more, or must be taken for that. why: as in `ports.Died`."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Handles:
    """What making a child leaves its parent with.

    requests, answers: ends of pipes. end: kills the child if it lives, waits for it, gives its exit code (a signal's number negated).
    """

    requests: int
    answers: int
    end: Callable[[], int]


class Watched:
    """A child that has imported its function and waits for items. Close it."""

    def __init__(self, handles: Handles, function: str) -> None:
        self._handles = handles
        self._closed = False
        for pipe in (handles.requests, handles.answers):
            os.set_blocking(pipe, False)
        self._most = sys.maxsize
        self._pid = 0
        try:
            ready = self._ask(_line(function), START_SECONDS)
        except Gone as gone:
            self.close()
            raise RuntimeError(f"no child process could be started for {function}: {gone.detail}") from None
        if "pid" not in ready:
            self.close()
            raise RuntimeError(f"a child process could not import {function}: {ready.get('cannot')}")
        self._pid = int(ready["pid"])
        self._most = resident(self._pid) + MEMORY_BYTES

    def ask(self, item: bytes, seconds: float) -> dict[str, Any]:
        """The answer to an item: ``{"value": …}`` or ``{"error": …}``.

        Raises `Gone`, at the latest after ``seconds``; the child is then closed.
        """
        try:
            answer = self._ask(item, seconds)
            if answer.keys() not in ({"value"}, {"error"}):
                raise Gone("crash", "its answer is not in the agreed form")
        except Gone:
            self.close()
            raise
        return answer

    def close(self) -> int:
        """Kill it, wait for it, close its pipes; its exit code."""
        if self._closed:
            return 0
        self._closed = True
        try:
            return self._handles.end()
        finally:
            os.close(self._handles.requests)
            os.close(self._handles.answers)

    def _ask(self, line: bytes, seconds: float) -> dict[str, Any]:
        answer = self._exchange(line, time.monotonic() + seconds, seconds)
        try:
            parsed = json.loads(answer, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise Gone("crash", f"its answer is not JSON ({type(error).__name__})") from None
        if not isinstance(parsed, dict):
            raise Gone("crash", "its answer is not in the agreed form")
        return parsed

    def _exchange(self, line: bytes, until: float, seconds: float) -> bytes:
        """Write a line and read one, looking at the clock and at the child's memory in between."""
        left = memoryview(line)
        answer = bytearray()
        poll = select.poll()
        poll.register(self._handles.requests, select.POLLOUT)
        poll.register(self._handles.answers, select.POLLIN)
        look = time.monotonic() + _WATCH_SECONDS
        while True:
            now = time.monotonic()
            if now >= until:
                raise Gone("time", f"not done after {seconds:.1f} s")
            if now >= look:
                look = now + _WATCH_SECONDS
                if self._pid and resident(self._pid) > self._most:
                    raise Gone("memory", f"took more than {MEMORY_BYTES >> 20} MB of memory")
            for pipe, _ in poll.poll(max(1.0, min(until, look) * 1000 - now * 1000)):
                if pipe == self._handles.requests:
                    left = left[self._write(left) :]
                    if not left:
                        poll.unregister(pipe)
                    continue
                data = os.read(pipe, _READ_BYTES)
                if not data:
                    raise Gone("crash", _ending(self.close()))
                answer += data
                if len(answer) > LONGEST_ANSWER:
                    raise Gone("crash", f"its answer is longer than {LONGEST_ANSWER >> 20} MB")
                if data.endswith(b"\n"):
                    return bytes(answer)

    def _write(self, data: memoryview) -> int:
        try:
            return os.write(self._handles.requests, data)
        except BrokenPipeError:
            raise Gone("crash", _ending(self.close())) from None


def resident(pid: int) -> int:
    """Bytes of memory that a process holds now; 0 if it has ended. Not its address space: libraries reserve far more than they use."""
    if sys.platform == "linux":
        try:
            return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
        except (FileNotFoundError, ProcessLookupError):
            return 0
    told = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False).stdout.strip()  # noqa: S603 - a number
    return int(told or 0) * 1024


def _ending(code: int) -> str:
    if code >= 0:
        return f"it ended without an answer (exit code {code})"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"


def _line(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False).encode("ascii") + b"\n"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
