"""Kafka: whether a stopped consumer group still stands before the first bad record. It is asked, and never moved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from countersign.ports import RollbackTrouble

_SECONDS = 10


class KafkaSources:
    """Fulfils `ports.Sources`. sources: a source, as its guard is called -> settings of Kafka's client, with ``group.id`` and ``topic``."""

    def __init__(self, sources: Mapping[str, Mapping[str, str]]) -> None:
        self._sources = sources

    @classmethod
    def read(cls, file: Path | None) -> KafkaSources:
        """Raises ValueError for a file that is not as it should be; what stands in it is not repeated, for it may hold passwords."""
        if file is None:
            return cls({})
        try:
            found = yaml.safe_load(file.read_text())
        except (OSError, yaml.YAMLError):
            raise ValueError(f"{file} cannot be read as YAML") from None
        if not isinstance(found, dict) or not all(isinstance(one, dict) and {"group.id", "topic"} <= one.keys() for one in found.values()):
            raise ValueError(f"{file} must name sources, each with `group.id`, `topic` and the settings of Kafka's client")
        return cls({str(source): {str(key): str(value) for key, value in one.items()} for source, one in found.items()})

    def committed(self, source: str, partition: str) -> int | None:
        settings = self._sources.get(source)
        if settings is None or not partition.isdecimal():
            return None
        try:
            from confluent_kafka import Consumer, KafkaException, TopicPartition
        except ImportError:
            raise RollbackTrouble(f"{source} cannot be asked: confluent-kafka is not installed beside Countersign") from None
        client = {key: value for key, value in settings.items() if key != "topic"}
        # It joins no group: it only asks where the group stands.
        consumer = Consumer({**client, "enable.auto.commit": False})
        try:
            (found,) = consumer.committed([TopicPartition(settings["topic"], int(partition))], timeout=_SECONDS)
        except KafkaException as error:
            raise RollbackTrouble(f"{source} cannot be asked ({error.args[0].name()})") from None
        finally:
            consumer.close()
        return max(found.offset, 0)  # below 0: nothing was ever committed
