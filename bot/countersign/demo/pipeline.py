"""The pipeline of the demo's second act: a service that writes to a topic, and the guard behind it as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from countersign.demo.play import Broken
from countersign.demo.waiting import PATIENCE, wait_for
from countersign.guard.totals import Windows
from countersign.guard.totals.kafka_producer import NumberedProducer

JSON = Any

TOPIC, MANIFESTS = "payments", "payments.manifests"
#: Each shop writes to a partition of its own.
SHOPS = ("north", "south", "west")
WINDOWS = Windows(length=timedelta(seconds=2), grace=timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment on the topic. at: seconds since 1970 when it was produced."""

    shop: str
    offset: int
    at: float
    payment: JSON


class Lossy:
    """A producer between the numbering and the broker, as a proxy would be: broken, it swallows three records of ten."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self.broken = False
        self.swallowed = self._came = 0

    def produce(self, topic: str, **more: Any) -> None:
        if self.broken and topic == TOPIC:
            self._came += 1
            if self._came % 10 in (2, 5, 8):
                self.swallowed += 1
                return
        self._producer.produce(topic, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)


@dataclass(slots=True)
class Checkout:
    """The service. It runs the very code that was deployed: the function `payment` of ``src/checkout.py`` at that commit."""

    servers: str
    #: Everything that is on the topic.
    sent: list[Sent] = field(default_factory=list)
    _runs: dict[str, Callable[[int, str, str], JSON]] = field(default_factory=dict)
    _number: int = 0
    _proxy: Any = None
    _producer: Any = None

    def starts(self) -> None:
        """Make the topics, and connect."""
        from confluent_kafka import Producer
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        client: dict[str, Any] = {"bootstrap.servers": self.servers, "log_level": 0}
        topics = [NewTopic(TOPIC, len(SHOPS), 1), NewTopic(MANIFESTS, 1, 1)]
        admin = AdminClient(client)
        for made in admin.create_topics(topics).values():
            made.result(PATIENCE)
        self._proxy = Lossy(Producer({**client, "linger.ms": 0}))
        self._producer = NumberedProducer(self._proxy, "checkout", windows=WINDOWS, manifests=MANIFESTS)

    def deploys(self, code: str, *, to: Sequence[str] = SHOPS) -> None:
        """code: the text of ``src/checkout.py``. to: the shops that run it from now on."""
        module: dict[str, Any] = {}
        exec(compile(code, "src/checkout.py", "exec"), module)  # noqa: S102  # the demo's own text, out of its own repository
        for shop in to:
            self._runs[shop] = module["payment"]

    def sells(self, count: int, *shops: str) -> None:
        """So many payments in each of the shops, in all of them by default; on the broker when this returns."""
        for shop in (shops or SHOPS) * count:
            self._number += 1
            made = self._runs[shop](self._number, shop, datetime.now(UTC).isoformat())
            delivered = partial(self._delivered, shop, made)
            self._producer.produce(TOPIC, json.dumps(made).encode(), key=shop, partition=SHOPS.index(shop), on_delivery=delivered)
        if self._producer.flush(PATIENCE):
            raise Broken("the broker did not take all payments")

    def loses(self, shop: str, count: int) -> int:
        """So many payments in one window, three of ten of them lost on their way; how many were."""
        now = WINDOWS.of(datetime.now(UTC))
        wait_for("a window begins", lambda: WINDOWS.of(datetime.now(UTC)) > now)
        self._proxy.broken = True
        self.sells(count, shop)
        self._proxy.broken = False
        return int(self._proxy.swallowed)

    def _delivered(self, shop: str, payment: JSON, error: Any, message: Any) -> None:
        if error is None:
            self.sent.append(Sent(shop, message.offset(), message.timestamp()[1] / 1000, payment))


@dataclass(slots=True)
class GuardProcess:
    """``countersign guard run``, and the lines of its log."""

    directory: Path
    settings: Mapping[str, Any]
    environment: Mapping[str, str] = field(repr=False)
    running: subprocess.Popen[bytes] | None = None
    _assigned: int = 0

    @property
    def log(self) -> Path:
        return self.directory / "guard.log"

    @property
    def config(self) -> Path:
        return self.directory / "guard.yaml"

    def starts(self) -> None:
        """`reads` waits for it: a group takes three seconds to form, in which other things can be done."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config.write_text(json.dumps(dict(self.settings)))  # JSON is YAML
        self._assigned = len(self.said("assigned"))
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(  # noqa: S603  # this interpreter, with our own module
                [sys.executable, "-m", "countersign.demo.leash", "countersign", "guard", "run", "--config", str(self.config)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )

    def reads(self) -> None:
        """It reads all partitions when this returns."""
        wait_for("the guard reads", lambda: self._alive() and len(self.said("assigned")) >= self._assigned + len(SHOPS))

    def stops(self) -> None:
        """Ask it to end, after what is at hand."""
        if self.running is None:
            return
        self.running.send_signal(signal.SIGTERM)
        try:
            self.running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        self.running = None

    def said(self, event: str) -> list[JSON]:
        """Its lines of that event, oldest first."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in (json.loads(one) for one in lines if one.startswith("{") and one.endswith("}")) if line["event"] == event]

    def breaker(self, shop: str) -> tuple[str, JSON]:
        """(how it stands, the line that said so) of a shop's partition."""
        lines = [line for line in self.said("breaker") if line["source"] == f"{TOPIC}/{SHOPS.index(shop)}"]
        return (lines[-1]["breaker"], lines[-1]) if lines else ("closed", {})

    def comes_to(self, shop: str, phase: str) -> JSON:
        """The line that says so, once it does."""
        return wait_for(f"the breaker of {shop} is {phase}", lambda: self._alive() and self._at(shop, phase))

    def _at(self, shop: str, phase: str) -> JSON:
        found, line = self.breaker(shop)
        return line if found == phase else None

    def _alive(self) -> bool:
        if self.running is None or self.running.poll() is not None:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])
            raise Broken(f"the guard ended. The end of its log:\n{tail}")
        return True
