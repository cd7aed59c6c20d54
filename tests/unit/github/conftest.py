"""A GitHub of the test's own making, over real HTTP: it answers as it was told, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from countersign.adapters.github import AppSettings, GitHubApp

APP_ID = 4711
INSTALLATION = 9
WALL = 1_800_000_000.0  # 2027-01-15T08:00:00Z


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    token: str
    body: Any


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""(status, body) or (status, body, headers); status 0 hangs up without a word."""
Teller = Callable[[Asked], Answer]


class FakeGitHub:
    """Answers by (method, path below /api/v3); GraphQL is ("POST", "/graphql"). Tokens are minted unless a test says otherwise."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.minted: list[Asked] = []
        self.tellers: dict[tuple[str, str], Teller] = {}
        self.tokens_end = "2027-01-15T09:00:00Z"
        self.url = ""

    def on(self, method: str, path: str, *answers: Answer | Teller) -> None:
        """The answers in turn; the last one stays."""
        waiting = list(answers)

        def teller(asked: Asked) -> Answer:
            now = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return now(asked) if callable(now) else now

        self.tellers[(method, path)] = teller

    def bodies(self, method: str, path: str) -> list[Any]:
        return [asked.body for asked in self.asked if (asked.method, asked.path) == (method, path)]

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/app/installations/") and (asked.method, asked.path) not in self.tellers:
            self.minted.append(asked)
            return 201, {"token": f"ghs_secret_{len(self.minted)}", "expires_at": self.tokens_end}
        self.asked.append(asked)
        teller = self.tellers.get((asked.method, asked.path))
        return teller(asked) if teller else (404, {"message": "Not Found"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for an acknowledgement
    fake: FakeGitHub

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = parts.path.removeprefix("/api/v3") if parts.path.startswith("/api/v3") else parts.path.removeprefix("/api")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = Asked(self.command, path, dict(parse_qsl(parts.query)), token, json.loads(raw) if raw else None)
        status, told, *more = self.fake.answer(asked)
        if status == 0:
            self.close_connection = True
            return
        body = told if isinstance(told, bytes) else b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        for name, value in (more[0] if more else {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - the standard library's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def private_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    fake = FakeGitHub()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(fake: FakeGitHub, private_key: bytes) -> AppSettings:
    return AppSettings(app_id=APP_ID, private_key=private_key, api_url=f"{fake.url}/api/v3")


@pytest.fixture
def calls() -> list[tuple[str, str, int]]:
    """(method, path, status) as `on_call` was told."""
    return []


@pytest.fixture
def github(settings: AppSettings, calls: list[tuple[str, str, int]]) -> Iterator[GitHubApp]:
    client = GitHubApp(
        settings,
        installation_of={"acme/orders": INSTALLATION, "acme/other": INSTALLATION}.get,
        on_call=lambda method, path, status, seconds: calls.append((method, path, status)),
        wall=lambda: WALL,
    )
    yield client
    client.close()
