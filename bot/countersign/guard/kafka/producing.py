"""One producer for all that the guard sends: nothing counts as sent before the broker has all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

#: Seconds that the broker gets to take what was sent; a record that it does not take in this time ends the run.
_PATIENCE = 120

Headers = Sequence[tuple[str, bytes | None]]


class Undelivered(Exception):
    """The broker did not take a record. Nothing behind the last commit is lost: it is read again when the guard starts anew."""


class Outbound:
    """client: configuration of confluent-kafka, with the servers and how to log in. transactional: an id that no other running
    producer has; then what is produced counts from `commit` on."""

    def __init__(self, client: Mapping[str, Any], *, transactional: str = "") -> None:
        from confluent_kafka import Producer

        self.transactional = bool(transactional)
        self._open = False
        self._failed = ""
        ours: dict[str, Any] = {
            "enable.idempotence": True,
            "linger.ms": 20,
            "queue.buffering.max.messages": 1_000_000,
            "message.timeout.ms": _PATIENCE * 1000,
            # A callback for each record would cost more than sending it.
            "delivery.report.only.error": True,
            "on_delivery": self._refused,
        }
        if transactional:
            ours |= {"transactional.id": transactional, "transaction.timeout.ms": _PATIENCE * 1000}
        self._client = Producer({**ours, **client})
        if transactional:
            self._client.init_transactions(_PATIENCE)

    def produce(self, topic: str, value: bytes | None, key: bytes | None, headers: Headers | None, timestamp: int = 0) -> None:
        """timestamp: milliseconds since 1970; 0 is now."""
        self._begin()
        while True:
            try:
                self._client.produce(topic, value, key, headers=headers, timestamp=timestamp)  # type: ignore[arg-type]  # any sequence does
            except BufferError:
                self._client.poll(0.05)
                self._raise()
                continue
            return

    def flush(self) -> None:
        """All that was produced is with the broker. Raises `Undelivered`."""
        left = self._client.flush(_PATIENCE + 1)
        self._raise()
        if left:
            raise Undelivered(f"the broker did not take {left} records in {_PATIENCE} seconds")

    def commit(self, offsets: Sequence[Any], group: Any) -> None:
        """What was produced since the last commit and these offsets count together, or not at all. group: the consumer's metadata."""
        from confluent_kafka import KafkaException

        self._begin()
        try:
            self._client.send_offsets_to_transaction(list(offsets), group, _PATIENCE)
            self._client.commit_transaction(_PATIENCE)
            self._open = False
        except KafkaException as error:
            self.abort()
            raise Undelivered(f"the transaction was not committed: {error.args[0].str()}") from None

    def abort(self) -> None:
        """What was produced since the last commit never counts."""
        from confluent_kafka import KafkaException

        if self._open:
            self._open = False
            # One that was fenced off cannot even abort; the broker has done it then.
            with suppress(KafkaException):
                self._client.abort_transaction(_PATIENCE)

    def _begin(self) -> None:
        if self.transactional and not self._open:
            self._client.begin_transaction()
            self._open = True

    def _refused(self, error: Any, message: Any) -> None:
        self._failed = f"the broker did not take a record for {message.topic()}: {error.str()}"

    def _raise(self) -> None:
        if self._failed:
            raise Undelivered(self._failed)
