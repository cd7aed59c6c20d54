"""``python -m countersign.demo.leash MODULE ARGUMENTS…``: run a module, and end it when whoever started it is gone, even by kill -9.

Standard input is the leash: a pipe that nobody writes to, and that the system closes with the process at its other end.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    del sys.argv[0]
    threading.Thread(target=_watch, name="leash", daemon=True).start()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _watch() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
