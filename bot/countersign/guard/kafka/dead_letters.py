"""A dead-letter topic as the guard's quarantine: each bad record as it came, with the reason in headers of our own beside its own.

Key, value and headers are untouched. Ours say why (rule and path, never a value), by which version, and where it came from; source,
partition and offset name a record for good, so a reader of the topic can tell one that comes twice after a crash.
"""

from __future__ import annotations

from countersign.guard.kafka.producing import Outbound
from countersign.guard.quarantine import Held

REASON, CONTRACT, VERSION = "countersign-reason", "countersign-contract", "countersign-version"
SOURCE, PARTITION, OFFSET, AT = "countersign-source", "countersign-partition", "countersign-offset", "countersign-at"
#: Violations that are named in the reason; more are counted.
_NAMED = 10


class DeadLetters:
    """What `Guard` takes as its quarantine. Every bad record is one message of the topic, in order within a source's partition."""

    def __init__(self, topic: str, producer: Outbound) -> None:
        self._topic = topic
        self._producer = producer

    def put(self, record: Held) -> None:
        ours = (
            (REASON, reason(record).encode()),
            (CONTRACT, record.contract.encode()),
            (VERSION, f"{record.version} {record.commit}".strip().encode()),
            (SOURCE, record.source.encode()),
            (PARTITION, record.partition.encode()),
            (OFFSET, str(record.offset).encode()),
            (AT, record.at.isoformat().encode()),
        )
        self._producer.produce(self._topic, record.value, record.key, [*record.headers, *ours])

    def flush(self) -> None:
        self._producer.flush()


def reason(record: Held) -> str:
    """Say ``null at total; enum at lines.2.state; 3 more``."""
    named = [f"{one.rule} at {'.'.join(map(str, one.at)) or 'the record'}" for one in record.violations[:_NAMED]]
    more = len(record.violations) - _NAMED
    return "; ".join([*named, *([f"{more} more"] if more > 0 else [])])
