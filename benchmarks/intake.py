"""Webhook intake on SQLite, and how fast the inbox is drained into DBOS.

Sixteen clients in a process of their own send signed payloads of 24 KB over HTTP, for some seconds a server: ours, whose one
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
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from benchmarks.results import Row, p99
from countersign.adapters.database import open_database, upgrade
from countersign.adapters.jobs import Inbox, Jobs, Routed
from countersign.adapters.jobs.inbox import insert, row, writing
from countersign.web import create_app, listen, stop

CLIENTS = 16
SECONDS = 5.0
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

    def close(self) -> None:
        """It holds nothing."""


@contextmanager
def database(folder: str, name: str) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{Path(folder) / name}.sqlite")
    upgrade(engine)
    yield engine
    engine.dispose()


def run(rounds: int = 3, seconds: float = SECONDS) -> list[Row]:
    """rounds: how often each server is measured; the middle one by its rate counts."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        ours, peers, drained = [], [], []
        for number in range(rounds):
            for kind, found in ((Inbox, ours), (Naive, peers)):
                with database(folder, f"{kind.__name__}-{number}") as engine:
                    found.append(measure(kind(engine), seconds))
            with database(folder, f"{Inbox.__name__}-{number}") as engine:
                drained.append(drain(engine, seconds))
        here, peer = (sorted(found, key=lambda one: one.rate)[rounds // 2] for found in (ours, peers))
        rate, moved = sorted(drained)[rounds // 2]
        return [
            Row(
                what=f"webhook intake on SQLite, {CLIENTS} clients",
                unit="/s",
                ours=here.rate,
                p99=p99(here.taken),
                cpu=here.cpu,
                target=TARGET_RATE,
                target_p99=TARGET_P99,
                peer="a commit a thread",
                peer_value=peer.rate,
                note=f"{len(payload()):,} bytes each, synchronous=FULL, the clients on the same cores; {here.refused} refused; "
                f"the peer's p99 {p99(peer.taken):,.0f} ms, {peer.refused} refused. CPU is the server's, for one delivery.",
            ),
            Row(what="drain into DBOS", unit="/s", ours=rate, note=f"{moved:,} rows, their jobs running beside."),
        ]


@dataclass(frozen=True)
class Intake:
    """rate: answers a second. taken: ms of each. refused: how many were not accepted. cpu: the server's ms of processor time for each."""

    rate: float
    taken: list[float]
    refused: int
    cpu: float


def measure(inbox: Any, seconds: float) -> Intake:
    app = create_app(inbox, lambda raw, said: hmac.compare_digest(sign(raw), said), lambda: "")
    server = listen(app, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=clients, args=(server.effective_port, seconds, there))
    process.start()
    before = time.process_time()
    taken, refused = here.recv()
    used = time.process_time() - before
    process.join()
    stop(server)
    inbox.close()
    return Intake(len(taken) / seconds, taken, refused, used * 1000 / len(taken))


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
