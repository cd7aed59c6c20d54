"""Where good records go: to a topic, to a function, into an Iceberg table, or nowhere at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from countersign.guard.iceberg import IcebergSink, MovedBack, Stretch
from countersign.guard.kafka.producing import Outbound
from countersign.guard.totals import without_stamp

#: Of each source that was read since the last flush: the first offset, and the one that comes next.
Spans = Mapping[str, tuple[int, int]]


class Outlet(Protocol):
    """Records come in order within a source's partition; one that is read again after a crash comes again."""

    def put(self, message: Any) -> None:
        """Take a good one, confluent-kafka's `Message`; it need not be safe yet."""

    def flush(self, spans: Spans) -> None:
        """All that was put is safe when this returns. It raises if not, or `guard.iceberg.MovedBack`; nothing is committed then."""

    def positions(self) -> Mapping[str, int]:
        """Source -> the offset that it needs next, for an outlet that knows; {} for one that does not."""

    def hold(self, source: str, doubted: int) -> None:
        """The source is halted; what came from it since that offset is in doubt."""

    def release(self, source: str) -> None:
        """It flows again."""


class Nowhere:
    """Good records stay where they are: the guard only watches."""

    def put(self, message: Any) -> None:
        pass

    def flush(self, spans: Spans) -> None:
        pass

    def positions(self) -> Mapping[str, int]:
        return {}

    def hold(self, source: str, doubted: int) -> None:
        pass

    def release(self, source: str) -> None:
        pass


class Topic(Nowhere):
    """Into a topic: key, value, headers and time as they came, but for the producer's number. By its key a record finds its partition."""

    def __init__(self, topic: str, producer: Outbound) -> None:
        self._topic = topic
        self._producer = producer

    def put(self, message: Any) -> None:
        _, written = message.timestamp()
        self._producer.produce(self._topic, message.value(), message.key(), without_stamp(message.headers()), max(written, 0))

    def flush(self, spans: Spans) -> None:
        self._producer.flush()


class Function(Nowhere):
    """To a function of yours, many at once. It returns when they are safe and raises if they are not; offsets are committed after it."""

    def __init__(self, take: Callable[[Sequence[Any]], None]) -> None:
        self._take = take
        self._waiting: list[Any] = []

    def put(self, message: Any) -> None:
        self._waiting.append(message)

    def flush(self, spans: Spans) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._take(waiting)


class Iceberg:
    """Into a table, each record exactly once (`guard.iceberg`). decode: a message's bytes -> its row, column by column."""

    def __init__(self, sink: IcebergSink, decode: Callable[[bytes], Mapping[str, Any]]) -> None:
        self._sink = sink
        self._decode = decode
        self._rows: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
        #: Where a span of which no record was good began: no snapshot is made for it alone.
        self._began: dict[str, int] = {}
        #: What this outlet brought the table to.
        self._reached: dict[str, int] = {}

    def put(self, message: Any) -> None:
        if message.value() is not None:
            self._rows.setdefault(f"{message.topic()}/{message.partition()}", []).append((message.offset(), self._decode(message.value())))

    def flush(self, spans: Spans) -> None:
        rows, self._rows = self._rows, {}
        try:
            self._look_back()
            if rows:
                self._sink.append([self._stretch(source, *span, rows.get(source, [])) for source, span in spans.items()])
        except MovedBack as moved:
            for source, offset in moved.again.items():
                self._reached[source] = offset
                self._began.pop(source, None)
            raise
        for source, (start, following) in spans.items():
            if rows:
                self._reached[source] = following
                self._began.pop(source, None)
            else:
                self._began.setdefault(source, start)

    def positions(self) -> Mapping[str, int]:
        return self._sink.positions()

    def hold(self, source: str, doubted: int) -> None:
        self._sink.hold(source, doubted)

    def release(self, source: str) -> None:
        self._sink.release(source)

    def _look_back(self) -> None:
        """The table may have been rolled back while nothing came that would have shown it."""
        if self._reached:
            at = self._sink.positions()
            if again := {source: at.get(source, 0) for source, offset in self._reached.items() if at.get(source, 0) < offset}:
                raise MovedBack(again)

    def _stretch(self, source: str, start: int, following: int, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Stretch:
        start = self._began.get(source, start)
        return Stretch(source=source, start=start, next=following, offsets=[at for at, _ in rows], rows=[row for _, row in rows])
