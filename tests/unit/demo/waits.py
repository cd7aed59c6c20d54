"""A program that notes when it starts and when it is asked to end: what `test_leash` runs."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

if __name__ == "__main__":
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    Path(sys.argv[1]).write_text("started")
    over.wait()
    Path(sys.argv[1]).write_text("ended")
