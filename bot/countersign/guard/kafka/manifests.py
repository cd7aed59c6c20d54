"""The topic to which producers send their own counts: by it a loss shows behind which nothing else comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.guard.totals import Manifest

#: Seconds for which a count is kept for a partition that comes later.
_KEPT = 3600


class Manifests:
    """topic: as the producer's wrapper was given it; every member of the group reads all of it. client: as of `Control`."""

    def __init__(self, topic: str, client: Mapping[str, Any]) -> None:
        from confluent_kafka import Consumer, TopicPartition

        ours = {"group.id": f"{topic}-reader", "enable.auto.commit": False, "auto.offset.reset": "earliest"}
        self._consumer = Consumer({**client, **ours})
        known = self._consumer.list_topics(topic, 30).topics[topic]
        if known.error is not None:
            raise ValueError(f"the topic of manifests, {topic}, cannot be read: {known.error.str()}")
        self._consumer.assign([TopicPartition(topic, number, 0) for number in known.partitions])
        self._kept: dict[tuple[str, int, int, str], Manifest] = {}

    def read(self, topic: str) -> None:
        """Take in what has come of that topic's records; never waits."""
        for message in self._consumer.consume(1000, 0):
            if message.error() is None and (found := _manifest(message.value() or b"")) is not None and found.topic == topic:
                self._kept[found.producer, found.epoch, found.window, found.partition] = found
        newest = max((one.window for one in self._kept.values()), default=0)
        self._kept = {key: one for key, one in self._kept.items() if one.window >= newest - _KEPT}

    def of(self, partition: str) -> Iterator[Manifest]:
        return (one for one in self._kept.values() if one.partition == partition)

    def close(self) -> None:
        self._consumer.close()


def _manifest(text: bytes) -> Manifest | None:
    """None for what is none: the records' own numbers count all the same."""
    try:
        return Manifest.decode(text)
    except ValueError:
        return None
