"""Webhook intake on SQLite, and how fast the inbox is drained into DBOS.

    python benchmarks/intake.py

Sixteen clients in a process of their own send signed payloads of 24 KB over HTTP, for six seconds a server: ours, whose one
writer commits for all that wait, and the naive one, where each thread commits on its own connection. Both answer only for what
is on the disk (WAL, synchronous=FULL), and share the machine's cores with the clients.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import multiprocessing
import os
import platform
import sqlite3
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from countersign.adapters.database import open_database, upgrade
from countersign.adapters.jobs import Inbox, Jobs, Routed
from countersign.adapters.jobs.inbox import insert, row, writing
from countersign.web import create_app, listen

CLIENTS = 16
SECONDS = 6.0
SECRET = b"benchmark"
TARGET_RATE, TARGET_P99 = 900, 110


def payload() -> bytes:
    body = {"action": "opened", "repository": {"full_name": "acme/orders"}, "pull_request": {"number": 7, "body": "x" * 24_000}}
    return json.dumps(body).encode()[: 24 * 1024]


def sign(raw: bytes) -> str:
    return "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()


def clients(port: int, seconds: float, answer: Any) -> None:
    """Sends until the time is over; answers with each request's milliseconds and how many were refused."""
    raw, taken, refused = payload(), [], 0
    lock, ends = threading.Lock(), time.monotonic() + seconds

    def client() -> None:
        nonlocal refused
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"X-GitHub-Event": "pull_request", "X-Hub-Signature-256": sign(raw), "Content-Type": "application/json"}
        while time.monotonic() < ends:
            began = time.perf_counter()
            connection.request("POST", "/webhooks", raw, {**headers, "X-GitHub-Delivery": str(uuid.uuid4())})
            response = connection.getresponse()
            response.read()
            with lock:
                taken.append((time.perf_counter() - began) * 1000)
                refused += response.status != 202

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answer.send((taken, refused))


class Naive:
    """The peer: each thread its own connection, each delivery its own commit."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def store(self, delivery: str, event: str, raw: bytes) -> None:
        with writing(self._engine) as connection:
            insert(connection, [row(delivery, raw, event=event)])


@contextmanager
def database(folder: str, name: str) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{Path(folder) / name}.sqlite")
    upgrade(engine)
    yield engine
    engine.dispose()


def measure(inbox: Any) -> tuple[float, list[float], int]:
    """Requests a second, milliseconds of each, refused ones."""
    app = create_app(inbox, lambda raw, said: hmac.compare_digest(sign(raw), said), lambda: "")
    server = listen(app, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=clients, args=(server.effective_port, SECONDS, there))
    process.start()
    taken, refused = here.recv()
    process.join()
    server.close()
    return len(taken) / SECONDS, taken, refused


def drain(engine: sa.Engine, seconds: float) -> tuple[float, int]:
    """Rows a second from the inbox into DBOS, while its jobs run beside; and how many were moved."""

    def count() -> int:
        with engine.connect() as connection:
            return int(connection.execute(sa.text("SELECT count(*) FROM inbox WHERE state = 'waiting'")).scalar_one())

    def route(_event: str, body: dict[str, Any]) -> Routed:
        return Routed("none", f"{body['repository']['full_name']}#{uuid.uuid4()}", {"number": body["pull_request"]["number"]})

    jobs = Jobs(engine, {"none": lambda data: []}, lambda c, k: None, route, on_failure=lambda *f: None, wait_for=lambda e: None)
    before, began = count(), time.monotonic()
    jobs.start()
    over = threading.Event()
    while (left := count()) and time.monotonic() - began < seconds:
        over.wait(0.1)
    rate = (before - left) / (time.monotonic() - began)
    jobs.stop(0)
    return rate, before - left


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{machine()}; {CLIENTS} clients beside it, {len(payload()):,} bytes each\n")
    print(f"{'intake':<34}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}{'refused':>10}")
    rates: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        servers: list[tuple[str, Callable[[sa.Engine], Any]]] = [("one writer, group commit", Inbox), ("a commit a thread (peer)", Naive)]
        for name, kind in servers:
            with database(folder, kind.__name__) as engine:
                rates[name], taken, refused = measure(kind(engine))
                cuts = statistics.quantiles(taken, n=100)
                print(f"{name:<34}{rates[name]:>12,.0f}{cuts[49]:>10.1f}{cuts[98]:>10.1f}{refused:>10}")
        ours, peer = rates.values()
        print(f"\nratio to the peer {ours / peer:.1f}; target {TARGET_RATE}/s, p99 under {TARGET_P99} ms")
        with database(folder, Inbox.__name__) as engine:
            rate, moved = drain(engine, SECONDS)
            print(f"drained into DBOS: {rate:,.0f}/s ({moved:,} rows, jobs running beside)")


if __name__ == "__main__":
    main()
