"""The sandbox as one HTTP server on 127.0.0.1."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import waitress.server
import waitress.wasyncore as wasyncore

from countersign.sandbox.application import create_app
from countersign.sandbox.receiver import MailBox
from countersign.sandbox.world import World

__all__ = ["Sandbox", "create_app"]

_THREADS = 24


class Sandbox:
    """A running sandbox, for use in process: ``with Sandbox(directory) as sandbox: … sandbox.url``.

    data: an empty or new directory for the repositories. port 0 takes a free one. openapi: the trimmed description, or None.
    """

    def __init__(self, data: Path, *, port: int = 0, openapi: Path | None = None) -> None:
        self.world = World(data)
        self.app = create_app(self.world, openapi=openapi)
        self._sockets: dict[int, Any] = {}
        self._server = waitress.server.create_server(
            self.app,
            map=self._sockets,
            host="127.0.0.1",
            port=port,
            threads=_THREADS,
            ident="GitHub sandbox",
            clear_untrusted_proxy_headers=True,
        )
        self.world.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._mail = MailBox(self.world.receiver)
        self.world.mail_port = self._mail.port
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="sandbox-http", daemon=True)

    @property
    def url(self) -> str:
        return self.world.url

    def start(self) -> None:
        self.world.outbox.start()
        self._mail.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.pull_trigger()
        self._thread.join()
        self.world.outbox.stop()
        self._mail.stop()

    def _loop(self) -> None:
        """waitress's own loop, but one that can be ended from another thread."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1.0, map=self._sockets, count=1)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets, ignore_all=True)

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
