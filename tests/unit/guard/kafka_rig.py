"""What the tests of the guard on Kafka share: a broker, a contract, a runner in a thread of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from countersign.guard import ContractFile, Guard, Window
from countersign.guard.kafka import Control, DeadLetters, Outbound, Runner, Stream
from countersign.guard.kafka.control import Standing
from countersign.model.report import Report
from countersign.model.runtime import GuardMode, HaltOver, Runtime
from countersign.sandbox.broker import Broker

CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.2.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: state, logicalType: string, required: true, enum: [{value: paid}, {value: sent}]}
"""
HALT = Runtime(mode=GuardMode.HALT, halt_over=HaltOver(bad=0.5, consecutive=5))
WAIT = 60.0


def good(number: int) -> bytes:
    return json.dumps({"id": number, "state": "paid"}).encode()


def bad(number: int) -> bytes:
    return json.dumps({"id": number, "state": "lost"}).encode()


class Rig:
    """One topic ``orders`` and what is around it."""

    def __init__(self, broker: Broker, directory: Path) -> None:
        self.broker, self.directory = broker, directory
        self.client = {"bootstrap.servers": broker.address, "log_level": 0}
        (directory / "orders.odcs.yaml").write_text(CONTRACT)
        self.reports: list[Report] = []

    def send(self, values: Sequence[bytes | None], *, partition: int = 0, topic: str = "orders") -> None:
        producer = Producer(self.client)
        for number, value in enumerate(values):
            producer.produce(topic, value, key=b"k%d" % number, headers=[("trace", b"%d" % number)], partition=partition)
        assert producer.flush(WAIT) == 0

    def read(self, topic: str, count: int, *, partitions: int = 1) -> list[Any]:
        """The first records of a topic, once there are so many."""
        consumer = Consumer({**self.client, "group.id": "reader"})
        consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
        found: list[Any] = []
        until = time.monotonic() + WAIT
        while len(found) < count and time.monotonic() < until:
            found += [one for one in consumer.consume(1000, 0.2) if one.error() is None]
        consumer.close()
        return found

    def committed(self, partition: int = 0, *, group: str = "guard") -> int:
        consumer = Consumer({**self.client, "group.id": group})
        (found,) = consumer.committed([TopicPartition("orders", partition)], timeout=WAIT)
        consumer.close()
        return int(found.offset)

    def wish(self, source: str) -> None:
        control = Control("guard.orders", self.client)
        control.wish(source)
        control.close()

    def stands(self, source: str, standing: Standing) -> None:
        control = Control("guard.orders", self.client)
        control.stands(source, standing)
        control.close()

    def guard(self, *, name: str = "guard", runtime: Runtime = HALT, **more: Any) -> Guard:
        return Guard(
            ContractFile(self.directory / "orders.odcs.yaml", name="acme/shop#orders"),
            source="kafka:orders",
            directory=self.directory / name,
            runtime=runtime,
            window=Window(records=1000, minimum=10, least=2),
            send=self.reports.append,
            **{"canary": 3, **more},
        )

    def dead_letters(self) -> DeadLetters:
        return DeadLetters("orders.dead", Outbound(self.client))

    @contextmanager
    def running(self, guard: Guard, *, tombstones: bool = False, **more: Any) -> Iterator[threading.Thread]:
        stream = Stream(
            topic="orders", group="guard", client={**self.client, "session.timeout.ms": 6000}, commit_seconds=0.1, tombstones=tombstones
        )
        runner = Runner(guard, stream, Control("guard.orders", self.client), **more)
        failed: list[BaseException] = []

        def run() -> None:
            try:
                runner.run()
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield thread
        finally:
            runner.stop()
            thread.join(WAIT)
            guard.close()
            if failed:
                raise failed[0]


def eventually(holds: Callable[[], Any]) -> Any:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
