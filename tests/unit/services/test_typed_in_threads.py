"""In a process of its own, because what it is about ends a process."""

from __future__ import annotations

import signal
import subprocess
import sys

_MEET = """
import dataclasses, sys, threading, msgspec
from countersign.model import typed

sys.setswitchinterval(1e-7)
read = typed.converted if sys.argv[1] == "ours" else lambda kind, data: msgspec.convert(data, kind)

for number in range(200):
    inner = dataclasses.make_dataclass(f"Inner{number}", [(f"a{one}", int, 0) for one in range(20)])
    outer = dataclasses.make_dataclass(f"Outer{number}", [("x", inner), *((f"b{one}", int, 0) for one in range(20))])
    gate = threading.Barrier(6)

    def meet():
        gate.wait()
        assert read(outer, {"x": {"a3": 1}, "b3": 4}).x.a3 == 1

    threads = [threading.Thread(target=meet) for _ in range(6)]
    [one.start() for one in threads]
    [one.join() for one in threads]
"""


def _meeting(how: str) -> int:
    return subprocess.run([sys.executable, "-c", _MEET, how], capture_output=True, timeout=60).returncode


def test_threads_that_meet_a_type_for_the_first_time_together_do_not_end_the_process() -> None:
    assert _meeting("ours") == 0


def test_without_the_lock_they_would() -> None:
    assert _meeting("plain") == -signal.SIGSEGV
