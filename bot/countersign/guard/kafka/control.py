"""A small compacted topic beside the data: where the next owner of a partition finds its breaker, and where people say "try again".

A consumer group moves partitions between machines at any time, so what is known of a halted one has to lie where every member
can read it. (A commit's own metadata would be the other place; not every broker gives it back.) One partition, one record a key:
``state orders/3`` holds a `Standing`, ``resume orders/3`` the wish of somebody.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from countersign.guard.kafka.producing import Outbound
from countersign.model.typed import decoded

#: Seconds that the topic gets to answer.
_PATIENCE = 30


class NoControlTopic(Exception):
    """The topic is not there and cannot be made, or cannot be read. The message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a partition stood. at: the offset that came next. guard: what the guard knows of it, as `Guard.saved` gave it.

    totals: the state of its control totals.
    """

    at: int
    guard: str
    totals: dict[str, Any] | None = None


class Control:
    """topic: made if it is missing. client: configuration of confluent-kafka, with the servers and how to log in."""

    def __init__(self, topic: str, client: Mapping[str, Any]) -> None:
        from confluent_kafka import Consumer, TopicPartition

        self.topic = topic
        self._client = dict(client)
        self._standings: dict[str, Standing] = {}
        self._wished: set[str] = set()
        _make(topic, client)
        self._producer = Outbound({**client, "linger.ms": 0})
        # The group is never joined and nothing is committed: every member reads all of it.
        ours = {
            "group.id": f"{topic}-reader",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_uncommitted",
        }
        self._consumer = Consumer({**client, **ours})
        self._here = TopicPartition(topic, 0, 0)
        self._consumer.assign([self._here])
        self._next = 0
        self.catch_up()

    def catch_up(self) -> None:
        """Everything that others have written until now is known."""
        _, high = self._consumer.get_watermark_offsets(self._here, timeout=_PATIENCE)
        until = time.monotonic() + _PATIENCE
        while self._next < high:
            self._read(0.2)
            if time.monotonic() > until:
                raise NoControlTopic(
                    f"the topic {self.topic} does not answer: {high - self._next} records of it were not read in {_PATIENCE} seconds"
                )

    def end(self, topic: str, partition: int, read: int) -> int:
        """The offset that the partition's next record will have. read: a reader's position in it.

        It is taken from what the broker says when records are fetched: asked for the end alone, the broker at hand in our tests counts
        the first record of the last batch only.
        """
        from confluent_kafka import Consumer, TopicPartition

        place = TopicPartition(topic, partition, max(read, 0))
        asking = Consumer(
            {**self._client, "group.id": f"{self.topic}-reader", "isolation.level": "read_uncommitted", "enable.auto.commit": False}
        )
        try:
            asking.assign([place])
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                asking.consume(1, 0.1)
                _, high = asking.get_watermark_offsets(place, cached=True)
                if high >= 0:
                    return int(high)
        finally:
            asking.close()
        raise NoControlTopic(f"the broker does not say where {topic}/{partition} ends; asked for {_PATIENCE} seconds")

    def standing(self, source: str) -> Standing | None:
        """source: ``orders/3``."""
        return self._standings.get(source)

    def stands(self, source: str, standing: Standing) -> None:
        """Safe when this returns. What was wished before is answered by it."""
        self._standings[source] = standing
        self._wished.discard(source)
        self._producer.produce(self.topic, msgspec.json.encode(standing), f"state {source}".encode(), None)
        self._producer.flush()

    def wish(self, source: str) -> None:
        """Have whoever owns the partition try it again."""
        self._producer.produce(self.topic, b"{}", f"resume {source}".encode(), None)
        self._producer.flush()

    def wished(self) -> frozenset[str]:
        """The partitions that somebody has asked to try again since they last changed; never waits."""
        self._read(0)
        return frozenset(self._wished)

    def close(self) -> None:
        self._consumer.close()

    def _read(self, seconds: float) -> None:
        for message in self._consumer.consume(500, seconds):
            if message.error() is not None:
                continue
            self._next = (message.offset() or 0) + 1
            what, _, source = (message.key() or b"").decode(errors="replace").partition(" ")
            if what == "resume":
                self._wished.add(source)
            elif what == "state":
                self._standings[source] = self._read_standing(message.value() or b"", source)
                self._wished.discard(source)

    def _read_standing(self, value: bytes, source: str) -> Standing:
        try:
            return decoded(Standing, value)
        except msgspec.MsgspecError:
            raise NoControlTopic(
                f"the topic {self.topic} says of {source} what this version of the guard cannot read, so it is not known whether that "
                "partition is halted. Run the version that wrote it; or delete the topic, and every partition begins anew."
            ) from None


def _make(topic: str, client: Mapping[str, Any]) -> None:
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.cimpl import NewTopic

    admin = AdminClient(dict(client))
    try:
        known = admin.list_topics(timeout=_PATIENCE).topics
        if topic in known:
            return
        # One copy for each that the broker makes by default.
        admin.create_topics([NewTopic(topic, 1, -1, config={"cleanup.policy": "compact"})])[topic].result(_PATIENCE)
    except KafkaException as error:
        code = error.args[0].code()
        if code == KafkaError.TOPIC_ALREADY_EXISTS:
            return
        if code in (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT, KafkaError._RESOLVE):
            raise NoControlTopic(
                f"no broker answers at {client['bootstrap.servers']}, asked for {_PATIENCE} seconds ({error.args[0].str()}). "
                "Are the address, the port and the way to log in right?"
            ) from None
        raise NoControlTopic(
            f"the topic {topic} is missing and could not be made ({error.args[0].str()}). "
            "Make it with one partition and cleanup.policy=compact, and let the guard read and write it."
        ) from None
