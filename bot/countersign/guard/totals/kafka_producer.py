"""confluent-kafka's producer, whose messages carry their number: for the service that writes a topic.

Every partition is numbered by itself, since a guard sees only its own partitions. So the partition is chosen here, before sending, and as
librdkafka itself would choose it.
"""

from __future__ import annotations

import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from countersign.guard.totals.numbering import Numbering
from countersign.guard.totals.stamp import HEADER, Manifest, stamp_of
from countersign.guard.totals.windows import Windows

Headers = Mapping[str, Any] | Iterable[tuple[str, Any]]

#: How long a topic's number of partitions is taken for true: librdkafka's own ``topic.metadata.refresh.interval.ms``.
_REFRESH = timedelta(minutes=5)
#: Seconds to wait for the broker to say how many partitions there are.
_TIMEOUT = 30


def by_crc32(key: bytes, partitions: int) -> int:
    """librdkafka's default, ``consistent_random``, for messages that have a key."""
    return zlib.crc32(key) % partitions


class NumberedProducer:
    """Used as the producer that it wraps; may be shared between threads.

    A message that could not be delivered is missing, unless it is produced again with the headers and the partition that its delivery
    report shows: then it keeps its number.
    """

    def __init__(
        self,
        producer: Any,
        name: str,
        *,
        windows: Windows | None = None,
        manifests: str = "",
        partition_of: Callable[[bytes, int], int] = by_crc32,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """producer: a `confluent_kafka.Producer`. name: one that no other running producer has, without white space.

        windows: the guard has to be given the same. manifests: the topic for the counts of windows, by which a loss behind the last record
        is seen; "" sends none. partition_of: (key, number of partitions) -> partition, where the other producers of the topic are set to
        another ``partitioner``.
        """
        self._producer = producer
        self._numbering = Numbering(name, windows or Windows(), clock)
        self._manifests = manifests
        self._partition_of = partition_of
        self._clock = clock
        self._partitions: dict[str, tuple[datetime, int]] = {}
        self._without_key: Counter[str] = Counter()
        self._unsent: list[Manifest] = []
        self._lock = threading.Lock()

    def produce(
        self,
        topic: str,
        value: str | bytes | None = None,
        key: str | bytes | None = None,
        partition: int = -1,
        headers: Headers | None = None,
        **more: Any,
    ) -> None:
        """As `Producer.produce`. What that raises (`BufferError`) goes through, and costs no number."""
        if partition < 0:
            partition = self._partition(topic, key)
        told = _as_list(headers)
        stamp = stamp_of(told)
        with self._lock:
            again = stamp is not None and self._numbering.gave(stamp)
            lane = (topic, str(partition))
            if not again:
                told = [*(header for header in told if header[0] != HEADER), (HEADER, self._numbering.next(lane).encode())]
            try:
                self._producer.produce(topic, value=value, key=key, partition=partition, headers=told, **more)
            except BaseException:
                if not again:
                    self._numbering.take_back(lane)
                raise
            self._tell(self._numbering.ended())

    def poll(self, timeout: float = 0) -> int:
        """As `Producer.poll`; called now and then, it tells the counts of windows that have ended."""
        with self._lock:
            self._tell(self._numbering.ended())
        served: int = self._producer.poll(timeout)
        return served

    def flush(self, timeout: float = -1) -> int:
        """As `Producer.flush`, after telling the counts up to now: to be called before the service ends."""
        with self._lock:
            self._tell(self._numbering.so_far())
        left: int = self._producer.flush(timeout)
        return left

    def __len__(self) -> int:
        return len(self._producer)

    def _tell(self, manifests: Iterable[Manifest]) -> None:
        if not self._manifests:
            return
        self._unsent += manifests
        while self._unsent:
            told = self._unsent[0]
            try:
                self._producer.produce(self._manifests, value=told.encode(), key=f"{told.topic}/{told.partition}")
            except BufferError:
                return  # the queue is full: with the next message
            del self._unsent[0]

    def _partition(self, topic: str, key: str | bytes | None) -> int:
        count = self._count(topic)
        if not key:
            with self._lock:
                self._without_key[topic] += 1
                return self._without_key[topic] % count
        return self._partition_of(key.encode() if isinstance(key, str) else key, count)

    def _count(self, topic: str) -> int:
        asked, count = self._partitions.get(topic, (None, 0))
        now = self._clock()
        if asked is None or now - asked > _REFRESH:
            from confluent_kafka import KafkaException

            known = self._producer.list_topics(topic, _TIMEOUT).topics[topic]
            if known.error is not None:
                raise KafkaException(known.error)
            count = len(known.partitions)
            self._partitions[topic] = (now, count)
        return count


def _as_list(headers: Headers | None) -> list[tuple[str, Any]]:
    return list(headers.items() if isinstance(headers, Mapping) else headers or ())
