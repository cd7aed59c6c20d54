"""What goes on to another topic says nothing there that was meant for this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from countersign.guard.kafka import DeadLetters, Outbound, Topic
from countersign.guard.quarantine import Held
from countersign.guard.replay import Numbered
from countersign.guard.sinks import Topic as Replayed
from countersign.guard.totals import HEADER, Stamp, stamp_of

STAMP = Stamp("shop", 1_795_000_000_000, 1_795_000_000, 1, 7).encode()
HEADERS = (("trace", b"1"), (HEADER, STAMP))
HELD = Held(
    source="kafka:orders",
    partition="3",
    offset=7,
    at=datetime(2026, 11, 23, tzinfo=UTC),
    contract="acme/shop#orders",
    dataset="orders",
    version="1.0.0",
    commit="",
    value=b"{}",
    headers=HEADERS,
)


@dataclass
class Sent:
    """A producer that keeps what it is given."""

    headers: list[Any] = field(default_factory=list)

    def produce(self, topic: str, value: Any, key: Any, headers: Any, timestamp: int = 0) -> None:
        self.headers.append(headers)

    def flush(self) -> None:
        pass


class Message:
    """A message of confluent-kafka."""

    def __init__(self, headers: Any) -> None:
        self.headers = lambda: headers

    def value(self) -> bytes:
        return b"{}"

    def key(self) -> bytes:
        return b"k"

    def timestamp(self) -> tuple[int, int]:
        return 1, 1_795_000_000_000


def test_a_second_guard_behind_the_first_does_not_miss_what_the_first_set_aside() -> None:
    sent = Sent()
    outlet = Topic("orders.good", cast(Outbound, sent))
    for headers in (list(HEADERS), None):
        outlet.put(Message(headers))
    assert sent.headers == [[("trace", b"1")], []]


def test_a_record_that_is_replayed_is_not_counted_a_second_time() -> None:
    sent = Sent()
    Replayed("orders", cast(Outbound, sent)).deliver(1, [Numbered(1, HELD)])
    (headers,) = sent.headers
    assert headers[0] == ("trace", b"1") and stamp_of(headers) is None


def test_a_dead_letter_keeps_all_that_it_came_with() -> None:
    sent = Sent()
    DeadLetters("orders.dead", cast(Outbound, sent)).put(HELD)
    assert tuple(sent.headers[0][:2]) == HEADERS
