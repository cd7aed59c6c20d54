"""The producer's wrapper, on librdkafka's own mock cluster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Producer

from countersign.guard.totals import HEADER, Manifest, Windows, stamp_of
from countersign.guard.totals.kafka_producer import NumberedProducer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Queue:
    """Stands for the producer: keeps what it is given; full when told so."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes | None, Any, list[tuple[str, bytes]]]] = []
        self.full = False

    def produce(
        self, topic: str, value: bytes | None = None, key: Any = None, partition: int = -1, headers: Any = None, **more: Any
    ) -> None:
        if self.full:
            raise BufferError("Local: Queue full")
        self.sent.append((topic, value, key, headers))

    def poll(self, timeout: float) -> int:
        return 0

    def flush(self, timeout: float) -> int:
        return 0


def numbers(queue: Queue) -> list[int]:
    stamps = [stamp_of(headers) for topic, _, _, headers in queue.sent if topic == "orders"]
    return [stamp.number for stamp in stamps if stamp]


def wrapped(queue: Any, **more: Any) -> NumberedProducer:
    return NumberedProducer(queue, "orders-api", clock=lambda: NOON, **more)


def test_a_message_that_the_queue_refused_costs_no_number() -> None:
    queue = Queue()
    producer = wrapped(queue)
    producer.produce("orders", b"1", partition=0)
    queue.full = True
    with pytest.raises(BufferError):
        producer.produce("orders", b"2", partition=0)
    queue.full = False
    producer.produce("orders", b"2", partition=0)
    assert numbers(queue) == [1, 2]


def test_a_message_that_is_sent_again_keeps_its_number() -> None:
    queue = Queue()
    producer = wrapped(queue)
    producer.produce("orders", b"1", partition=0, headers={"trace": b"x"})
    producer.produce("orders", b"2", partition=0)
    producer.produce("orders", b"1", partition=0, headers=queue.sent[0][3])
    assert numbers(queue) == [1, 2, 1]


def test_a_number_from_upstream_is_replaced() -> None:
    queue = Queue()
    wrapped(queue).produce("orders", b"1", partition=0, headers=[(HEADER, b"upstream 1 0 1 77"), ("trace", b"x")])
    assert numbers(queue) == [1] and [name for name, _ in queue.sent[0][3]] == ["trace", HEADER]


def test_the_count_of_a_window_follows_when_it_has_ended_and_at_the_end() -> None:
    queue = Queue()
    now = [NOON]
    producer = NumberedProducer(queue, "p", manifests="orders.totals", clock=lambda: now[0])
    producer.produce("orders", b"1", partition=3)
    producer.produce("orders", b"2", partition=3)
    now[0] += timedelta(minutes=1)
    queue.full = True
    producer.poll()
    queue.full = False
    producer.produce("orders", b"3", partition=3)
    producer.flush()
    told = [(key, Manifest.decode(value or b"")) for topic, value, key, _ in queue.sent if topic == "orders.totals"]
    assert [(key, manifest.first, manifest.count) for key, manifest in told] == [("orders/3", 1, 2), ("orders/3", 3, 1)]


def test_keys_go_where_librdkafka_would_send_them_and_messages_without_key_go_everywhere() -> None:
    cluster = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "unused", "log_level": 0})
    plain, ours = dict[bytes, int](), dict[bytes, int]()
    without_key = set[int]()
    names = [f"order-{number}" for number in range(40)]
    for name in names:
        cluster.produce("orders", b"x", key=name, on_delivery=lambda _, message: plain.__setitem__(message.key(), message.partition()))
    assert cluster.flush(20) == 0
    producer = NumberedProducer(cluster, "orders-api", windows=Windows())
    for name in names:
        producer.produce("orders", b"x", key=name, on_delivery=lambda _, message: ours.__setitem__(message.key(), message.partition()))
        producer.produce("orders", b"x", on_delivery=lambda _, message: without_key.add(message.partition()))
    assert producer.flush(20) == 0
    assert ours == plain and len(set(plain.values())) > 1
    assert without_key == set(range(len(cluster.list_topics("orders", 5).topics["orders"].partitions)))
