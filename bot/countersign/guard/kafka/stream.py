"""What is read, and what of the broker's answers ends the reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """topic: what is read. group: the consumer group. client: configuration of confluent-kafka, with the servers and how to log in.

    commit_seconds, commit_records: at most so much is read again after a crash. tombstones: records without a value are deletions
    of a compacted topic and pass; otherwise they are bad.
    """

    topic: str
    group: str
    client: Mapping[str, Any]
    commit_seconds: float = 1.0
    commit_records: int = 50_000
    tombstones: bool = False


class Refused(Exception):
    """The broker does not let the guard read: no such topic, or no right to. The message says which."""


def raise_if_final(error: Any) -> None:
    """What the client does not get over by trying again."""
    from confluent_kafka import KafkaError

    final = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED)
    if error.fatal() or error.code() in final:
        raise Refused(f"the broker does not let the guard read: {error.str()}")
