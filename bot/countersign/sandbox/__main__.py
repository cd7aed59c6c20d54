"""``python -m countersign.sandbox``: run the sandbox until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from countersign.sandbox.server import Sandbox


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m countersign.sandbox", description="A local GitHub over real Git repositories, on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument("--data", type=Path, required=True, help="new or empty directory for the repositories")
    parser.add_argument("--ready-file", type=Path, help="written with the address once the sandbox answers")
    parser.add_argument(
        "--openapi", type=Path, help="GitHub's description, trimmed by tools/trim_openapi.py; every call is checked against it"
    )
    options = parser.parse_args(arguments)
    sandbox = Sandbox(options.data, port=options.port, openapi=options.openapi)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with sandbox:
        sys.stdout.write(f"sandbox: {sandbox.url}\n")
        sys.stdout.flush()
        if options.ready_file:
            options.ready_file.write_text(f"{sandbox.url}\n")
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
