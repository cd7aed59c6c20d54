"""What the demo starts does not outlive it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

PARENT = """\
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "countersign.demo.leash", "tests.unit.demo.waits", sys.argv[1]], stdin=subprocess.PIPE)
time.sleep(600)
"""


def test_a_process_ends_with_the_one_that_started_it_even_if_that_was_killed(tmp_path: Path) -> None:
    said = tmp_path / "said"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(said)])
    try:
        _await(said, "started")
    finally:
        parent.kill()
        parent.wait()
    _await(said, "ended")


def _await(file: Path, word: str) -> None:
    until = time.monotonic() + 30
    while not (file.exists() and file.read_text() == word):
        assert time.monotonic() < until, f"it has not {word}"
        time.sleep(0.02)
