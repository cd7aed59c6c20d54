"""Waitress, the HTTP server of the embedded App."""

from __future__ import annotations

from typing import Any

import waitress
from flask import Flask

from countersign.web.webhooks import LARGEST


def listen(app: Flask, host: str, port: int, *, threads: int = 32) -> Any:
    """A bound server: ``effective_port``, ``run()`` (until SystemExit in its thread), ``close()``. Port 0 takes a free one.

    threads: how many webhooks may wait for one commit together.
    """
    return waitress.create_server(
        app, host=host, port=port, threads=threads, ident=None, max_request_body_size=LARGEST, channel_timeout=30, backlog=1024
    )


def stop(server: Any) -> None:
    """Let requests that run end, then close the sockets: in the thread that waits at them, which would else wait at closed ones."""
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=10)
    waiting = [server, *getattr(server, "map", {}).values()]  # a name that stands for several addresses has several servers
    trigger = next(one.trigger for one in waiting if hasattr(one, "trigger"))
    trigger.pull_trigger(server.close)
