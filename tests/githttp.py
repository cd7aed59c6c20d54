"""Serves bare repositories over HTTP as GitHub does: ``git http-backend``, a token, partial clones; and remembers what was asked."""

from __future__ import annotations

import base64
import gzip
import os
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

_BACKEND_VARIABLES = (
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "HTTP_CONTENT_ENCODING",
    "PATH_INFO",
    "QUERY_STRING",
    "REMOTE_ADDR",
    "REQUEST_METHOD",
)


@dataclass
class GitServer:
    """url: the root; a repository ``org/name`` is at ``url/org/name.git``. tokens: repository -> what opens it, "" for everybody.

    fetches: the body of each request for objects, in order. authorisations: (path, header) of every request.
    redirect: repository -> where its requests are sent instead. seconds: spent on answering so far.
    """

    root: Path
    url: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    fetches: list[bytes] = field(default_factory=list)
    authorisations: list[tuple[str, str]] = field(default_factory=list)
    redirect: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def clone_url(self, repository: str) -> str:
        return f"{self.url}/{repository}.git"

    def access(self, repository: str) -> tuple[str, str]:
        """As `ports.GitHub.git_access`."""
        return self.clone_url(repository), self.tokens.get(repository, "")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        began = time.monotonic()
        try:
            return self._answer(environ, start_response)
        finally:
            self.seconds += time.monotonic() - began

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        repository = "/".join(path.split("/")[1:3]).removesuffix(".git")
        given = environ.get("HTTP_AUTHORIZATION", "")
        self.authorisations.append((path, given))
        if repository in self.redirect:
            start_response("301 Moved Permanently", [("Location", self.redirect[repository] + "/info/refs?service=git-upload-pack")])
            return []
        token = self.tokens.get(repository, "")
        if token and given != "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode():
            start_response("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="GitHub"')])
            return [b"no"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        plain = gzip.decompress(body) if environ.get("HTTP_CONTENT_ENCODING") == "gzip" else body
        if b"command=fetch" in plain:
            self.fetches.append(plain)
        variables = {name: environ[name] for name in _BACKEND_VARIABLES if environ.get(name)}
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            check=False,  # upload-pack's refusal is in its answer
            env={
                **variables,
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": environ.get("HTTP_GIT_PROTOCOL", ""),
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
            },
        )
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
        status = next((value for name, value in headers if name == "Status"), "200 OK")
        start_response(status, [(name, value) for name, value in headers if name != "Status"])
        return [answer]


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Tests read `GitServer.fetches` instead."""


@contextmanager
def serving(root: Path) -> Iterator[GitServer]:
    """Serve the repositories below ``root`` on a free port of this machine."""
    app = GitServer(root)
    with make_server("127.0.0.1", 0, app, server_class=_Threads, handler_class=_Quiet) as server:
        app.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield app
        finally:
            server.shutdown()
            thread.join()
