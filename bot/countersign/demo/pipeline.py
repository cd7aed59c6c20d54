"""The pipeline of the demo's second act: a service that writes to a topic, the guard behind it as a process, and the table after it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from countersign.guard.totals import Windows
from countersign.guard.totals.kafka_producer import NumberedProducer

JSON = Any

TOPIC, MANIFESTS, TABLE = "payments", "payments.manifests", "shop.payments"
#: Each shop writes to a partition of its own.
SHOPS = ("north", "south", "west")
WINDOWS = Windows(length=timedelta(seconds=2), grace=timedelta(seconds=1))
#: Good records that close a breaker again.
CANARY = 20
#: Seconds for what takes a fraction of that: so long a fact is waited for.
PATIENCE = 30.0


class NotSo(Exception):
    """Something that was waited for did not come about."""


def wait_for[T](what: str, look: Callable[[], T | None]) -> T:
    """The first answer that is not empty. Raises `NotSo`, which says what was waited for."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.03)
    raise NotSo(f"waited {PATIENCE:.0f} seconds in vain until {what}")


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs Countersign, and types its commands. data: the directory of `serve`. environment: what the commands see besides."""

    data: Path
    environment: Mapping[str, str]

    def types(self, *words: str, code: int = 0) -> str:
        """What it prints. Raises `NotSo` if it does not end with that code."""
        done = subprocess.run(  # noqa: S603  # this interpreter, with our own module
            [sys.executable, "-m", "countersign", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != code:
            raise NotSo(f"`countersign {' '.join(words[:2])}` ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
        return done.stdout.strip()

    def incidents(self, *, all_of_them: bool = False) -> list[JSON]:
        more = ["--all"] if all_of_them else []
        return list(json.loads(self.types("incidents", "list", *more, "--format", "json", "--data", str(self.data))))

    def incident(self, number: int) -> JSON:
        """One, with its timeline."""
        return json.loads(self.types("incidents", "show", str(number), "--format", "json", "--data", str(self.data)))


def catalog(directory: Path) -> dict[str, str]:
    """Variables by which pyiceberg, here and in Countersign, finds the catalog ``lake``."""
    directory.mkdir(parents=True, exist_ok=True)
    return {
        "PYICEBERG_CATALOG__LAKE__TYPE": "sql",
        "PYICEBERG_CATALOG__LAKE__URI": f"sqlite:///{directory}/catalog.db",
        "PYICEBERG_CATALOG__LAKE__WAREHOUSE": f"file://{directory}/warehouse",
    }


class Lake:
    """The table of good payments."""

    def __init__(self, directory: Path, contract: str) -> None:
        import pyarrow as pa
        from pyiceberg.catalog.sql import SqlCatalog

        known = SqlCatalog("lake", uri=f"sqlite:///{directory}/catalog.db", warehouse=f"file://{directory}/warehouse")
        known.create_namespace("shop")
        columns = [("payment_id", pa.string()), ("amount", pa.float64()), ("currency", pa.string()), ("status", pa.string())]
        schema = pa.schema([*columns, ("paid_at", pa.timestamp("us", tz="UTC"))])
        self._table = known.create_table(TABLE, schema, properties={"countersign.contract": contract})

    def ids(self) -> list[str]:
        """Of the payments that are in the table now, in order."""
        return sorted(row["payment_id"] for row in self.rows("payment_id"))

    def rows(self, *columns: str) -> list[dict[str, Any]]:
        self._table.refresh()
        return list(self._table.scan(selected_fields=columns).to_arrow().to_pylist()) if self._table.current_snapshot() else []

    def last_good(self) -> int:
        """The snapshot that the tag names."""
        self._table.refresh()
        return int(self._table.metadata.refs["last_known_good"].snapshot_id)

    def stood(self) -> list[int]:
        """The snapshots at which the table stood, one after the other; one that it went back to is there twice."""
        self._table.refresh()
        return [entry.snapshot_id for entry in self._table.history()]

    def offsets(self) -> dict[str, int]:
        """Source -> the offset that comes next, by the newest snapshot's summary that says so."""
        self._table.refresh()
        said = [one.summary.additional_properties.get("countersign.offsets") for one in self._table.snapshots() if one.summary]
        return dict(json.loads(next(text for text in reversed(said) if text)))


class _Lossy:
    """A producer between the numbering and the broker that swallows three records of ten, as a broken proxy would."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self.loses = False
        self.lost: list[bytes] = []

    def produce(self, topic: str, *, value: bytes, **more: Any) -> None:
        if self.loses and topic == TOPIC:
            self.lost.append(value)
            if len(self.lost) % 10 < 3:
                return
        self._producer.produce(topic, value=value, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)


@dataclass(slots=True)
class Checkout:
    """The service. It runs the very code that was deployed: the function `payment` of ``src/checkout.py`` at that commit."""

    servers: str
    code: dict[str, Callable[[int, str, str], JSON]] = field(default_factory=dict)
    #: Everything that reached the topic, as it was sent; and how many of each shop.
    sent: list[JSON] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)
    _number: int = 0
    _lossy: Any = None
    _producer: Any = None

    def starts(self) -> None:
        """Make the topics, and connect."""
        from confluent_kafka import Producer
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        client = {"bootstrap.servers": self.servers, "log_level": 0}
        topics = [NewTopic(TOPIC, len(SHOPS), 1), NewTopic(MANIFESTS, 1, 1)]
        for made in AdminClient(client).create_topics(topics).values():
            made.result(PATIENCE)
        self._lossy = _Lossy(Producer({**client, "linger.ms": 0}))
        self._producer = NumberedProducer(self._lossy, "checkout", windows=WINDOWS, manifests=MANIFESTS)

    def deploys(self, code: str, *, to: Sequence[str] = SHOPS) -> None:
        """code: the text of ``src/checkout.py``. to: the shops that run it from now on."""
        module: dict[str, Any] = {}
        exec(compile(code, "src/checkout.py", "exec"), module)  # noqa: S102  # the demo's own text, out of its own repository
        for shop in to:
            self.code[shop] = module["payment"]

    def sells(self, shop: str, count: int) -> float:
        """So many payments, on the broker when this returns. When the last of them was produced: seconds since 1970."""
        for _ in range(count):
            self._number += 1
            made = self.code[shop](self._number, shop, datetime.now(UTC).isoformat())
            lost = len(self._lossy.lost)
            self._producer.produce(TOPIC, json.dumps(made).encode(), key=shop, partition=SHOPS.index(shop))
            swallowed = len(self._lossy.lost) > lost and len(self._lossy.lost) % 10 < 3
            if not swallowed:
                self.sent.append(made)
                self.count[shop] += 1
        if self._producer.flush(PATIENCE):
            raise NotSo("the broker did not take all payments")
        return time.time()

    def loses(self, shop: str, count: int) -> int:
        """So many payments in one window, three of ten of them lost on their way; how many were lost."""
        now = WINDOWS.of(datetime.now(UTC))
        wait_for("a window begins", lambda: WINDOWS.of(datetime.now(UTC)) > now)
        before = self.count[shop]
        self._lossy.loses = True
        self.sells(shop, count)
        self._lossy.loses = False
        return count - (self.count[shop] - before)


@dataclass(slots=True)
class GuardProcess:
    """``countersign guard run``, and the lines of its log."""

    directory: Path
    settings: Mapping[str, Any]
    environment: Mapping[str, str] = field(repr=False)
    running: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.directory / "guard.log"

    @property
    def config(self) -> Path:
        return self.directory / "guard.yaml"

    def starts(self) -> None:
        """It reads all partitions when this returns."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config.write_text(json.dumps(dict(self.settings)))  # JSON is YAML
        assigned = len(self.said("assigned"))
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(  # noqa: S603  # this interpreter, with our own module
                [sys.executable, "-m", "countersign", "guard", "run", "--config", str(self.config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        wait_for("the guard reads", lambda: self._alive() and len(self.said("assigned")) >= assigned + len(SHOPS))

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
            raise NotSo(f"the guard ended. The end of its log:\n{tail}")
        return True
