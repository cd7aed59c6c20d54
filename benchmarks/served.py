"""A Git server in a process of its own, which stands for the network: its time is told apart from ours."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.githttp import serving


@dataclass(frozen=True)
class Served:
    """url: the root. pid: the server's process."""

    url: str
    pid: int
    _pipe: Connection

    def seconds(self) -> float:
        """Spent on answering so far."""
        self._pipe.send("seconds?")
        seconds: float = self._pipe.recv()
        return seconds

    def clone_url(self, repository: str) -> str:
        return f"{self.url}/{repository}.git"

    def access(self, repository: str) -> tuple[str, str]:
        """As `ports.GitHub.git_access`: everybody may read."""
        return self.clone_url(repository), ""


@contextmanager
def served(root: Path) -> Iterator[Served]:
    """Serve the bare repositories below ``root``."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(root, there))
    process.start()
    try:
        yield Served(here.recv(), process.pid or 0, here)
    finally:
        here.send("")
        process.join()


def _serve(root: Path, pipe: Connection) -> None:
    with serving(root) as server:
        pipe.send(server.url)
        while pipe.recv():
            pipe.send(server.seconds)
