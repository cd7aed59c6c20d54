"""A topic held to a contract: consume, validate, dead-letter; and forward the good ones too. The broker is on the same cores."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.guarding.orders import CONTRACT
from benchmarks.guarding.records import record
from benchmarks.results import Row, median
from countersign.guard import ContractFile, Guard
from countersign.guard.kafka import Control, DeadLetters, Outbound, Runner, Stream, Topic
from countersign.guard.kafka.outlets import Nowhere, Spans
from countersign.model.runtime import GuardMode, HaltOver, Runtime
from countersign.sandbox.broker import Broker

#: Records in the topic, in how many partitions, and every which one is bad.
_COUNT, _PARTITIONS, _BAD = 300_000, 3, 100
_LENIENT = Runtime(mode=GuardMode.HALT, halt_over=HaltOver(bad=0.5, consecutive=1000))
_PATIENCE = 120


@dataclass(frozen=True)
class _Pass:
    """rate: records a second. guard, broker: microseconds of processor time for a record; broker None where the system does not tell."""

    rate: float
    guard: float
    broker: float | None


def run(rounds: int = 3) -> list[Row]:
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        (directory / "orders.odcs.yaml").write_text(CONTRACT)
        watching = [_once(directory / f"watching-{number}", forward=False) for number in range(rounds)]
        forwarding = [_once(directory / f"forwarding-{number}", forward=True) for number in range(rounds)]
    note = (
        f"{_COUNT:,} records of about {len(record(_COUNT))} bytes and 25 fields in {_PARTITIONS} partitions, one in {_BAD} bad, committed "
        f"five times a second; processor time a record: {_cost(watching)}; forwarding: {_cost(forwarding)}."
    )
    return [
        Row(what="Kafka: consume, validate, dead-letter", unit="/s", ours=_rate(watching), target=80_000, note=note),
        Row(what="Kafka: forward the good ones too", unit="/s", ours=_rate(forwarding), target=50_000),
    ]


def _rate(passes: list[_Pass]) -> float:
    return median([one.rate for one in passes])


def _cost(passes: list[_Pass]) -> str:
    broker = [one.broker for one in passes if one.broker is not None]
    return f"guard {median([one.guard for one in passes]):.1f} µs" + (f", broker {median(broker):.1f} µs" if broker else "")


def _once(directory: Path, *, forward: bool) -> _Pass:
    """With a broker of its own."""
    directory.mkdir()
    with Broker(directory) as broker:
        for topic in ("orders", "orders.good", "orders.dead"):
            broker.create(topic, _PARTITIONS)
        client = {"bootstrap.servers": broker.address, "log_level": 0, "session.timeout.ms": 6000}
        _fill(client)
        outbound = Outbound(client)
        guard = Guard(
            ContractFile(directory.parent / "orders.odcs.yaml", name="acme/shop#orders"),
            source="kafka:orders",
            directory=directory / "guard",
            runtime=_LENIENT,
            quarantine=DeadLetters("orders.dead", outbound),
        )
        outlet = _Counted(Topic("orders.good", outbound) if forward else Nowhere())
        began: list[float] = []
        runner = Runner(
            guard,
            Stream(topic="orders", group="guard", client=client, commit_seconds=0.2),
            Control("guard.control", client),
            outlet=outlet,
            tell=lambda event, values: began.append(time.perf_counter()) if event == "assigned" else None,
        )
        thread = threading.Thread(target=runner.run)
        ours, brokers = time.process_time(), _processor_time(broker.pid)
        thread.start()
        if not outlet.done.wait(_PATIENCE):
            raise SystemExit(f"the guard read {outlet.safe:,} of {_COUNT:,} records in {_PATIENCE} seconds")
        seconds = time.perf_counter() - began[0]
        after = _processor_time(broker.pid)
        found = _Pass(
            rate=_COUNT / seconds,
            guard=(time.process_time() - ours) / _COUNT * 1e6,
            broker=None if brokers is None or after is None else (after - brokers) / _COUNT * 1e6,
        )
        runner.stop()
        thread.join()
        guard.close()
    return found


def _processor_time(pid: int) -> float | None:
    """Seconds, user and system."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Counted:
    """Another outlet, and how much of the topic is safe in it."""

    def __init__(self, outlet: Nowhere) -> None:
        self._outlet = outlet
        self.put = outlet.put
        self.positions, self.hold, self.release = outlet.positions, outlet.hold, outlet.release
        self.safe = 0
        self.done = threading.Event()

    def flush(self, spans: Spans) -> None:
        self._outlet.flush(spans)
        self.safe += sum(following - start for start, following in spans.values())
        if self.safe >= _COUNT:
            self.done.set()


def _fill(client: dict[str, Any]) -> None:
    from confluent_kafka import Producer

    producer = Producer({**client, "linger.ms": 50, "queue.buffering.max.messages": 1_000_000})
    for number in range(_COUNT):
        value = record(number, bad=number % _BAD == 0)
        while True:
            try:
                producer.produce("orders", value, b"%d" % number, partition=number % _PARTITIONS)
                break
            except BufferError:
                producer.poll(0.1)
    if producer.flush(_PATIENCE):
        raise SystemExit("the broker did not take the records")
