"""Where `countersign replay` takes records: files in a directory, an Iceberg table, or a Kafka topic."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from countersign.guard.quarantine import Held
from countersign.guard.replay import Numbered

if TYPE_CHECKING:
    from countersign.guard.iceberg import IcebergSink
    from countersign.guard.kafka.producing import Outbound


class Files:
    """A file for each batch, ``replayed-000000000001.ndjson``, there as a whole or not at all; one that comes again replaces itself.

    A line is a JSON object: source, partition, offset, key (base64 or null), headers ([name, base64 or null] each), and the record:
    ``value`` as it came (line breaks between its parts become spaces) where it is JSON, else ``value_base64``. json: whether messages
    are JSON; the bytes of another encoding may look like it.
    """

    def __init__(self, directory: Path, *, json: bool = True) -> None:
        self.name = f"files:{directory.resolve()}"
        self._directory = directory
        self._json = json

    def position(self) -> None:
        return None

    def deliver(self, batch: int, records: Sequence[Numbered]) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._directory / f"replayed-{batch:012}.ndjson"
        beside = file.with_suffix(".part")
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            out.writelines(_line(one.record, json=self._json) for one in records)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
        _sync(self._directory)


class Table:
    """An Iceberg table, by `guard.iceberg`: its snapshots say up to which number it has the records of this quarantine.

    source: names the quarantine in the table, apart from the source itself, whose offsets have gone on meanwhile. decode: a message ->
    its row.
    """

    def __init__(self, sink: IcebergSink, name: str, source: str, decode: Callable[[bytes], Any]) -> None:
        self.name = f"table:{name}"
        self._sink = sink
        self._source = source
        self._decode = decode

    def position(self) -> int:
        return self._sink.positions().get(self._source, 0)

    def deliver(self, batch: int, records: Sequence[Numbered]) -> None:
        from countersign.guard.iceberg import Stretch

        at = self.position()
        new = {one.seq: self._decode(one.record.value) for one in records if one.seq >= at and one.record.value is not None}
        if new:
            self._sink.append([Stretch(source=self._source, start=at, next=max(new) + 1, offsets=list(new), rows=list(new.values()))])


class Topic:
    """A topic: key, value and headers as they came (but for the producer's number, which was counted where it came first), and where a
    record came from in headers of ours, as in a dead-letter topic.

    A topic cannot be asked what it has, so what was on its way when a replay was killed may stand in it twice, with the same headers.
    """

    def __init__(self, topic: str, producer: Outbound) -> None:
        self.name = f"topic:{topic}"
        self._topic = topic
        self._producer = producer

    def position(self) -> None:
        return None

    def deliver(self, batch: int, records: Sequence[Numbered]) -> None:
        from countersign.guard.kafka.dead_letters import OFFSET, PARTITION, SOURCE
        from countersign.guard.totals import without_stamp

        for record in (one.record for one in records):
            place = ((SOURCE, record.source.encode()), (PARTITION, record.partition.encode()), (OFFSET, str(record.offset).encode()))
            self._producer.produce(self._topic, record.value, record.key, [*without_stamp(record.headers), *place])
        self._producer.flush()


def _line(record: Held, *, json: bool) -> bytes:
    line: dict[str, Any] = {
        "source": record.source,
        "partition": record.partition,
        "offset": record.offset,
        "key": _base64(record.key),
        "headers": [[name, _base64(value)] for name, value in record.headers],
    }
    if json and record.value is not None and _is_json(record.value):
        line["value"] = msgspec.Raw(record.value.replace(b"\r", b" ").replace(b"\n", b" "))  # JSON has none of them within a text
    else:
        line["value_base64"] = _base64(record.value)
    return msgspec.json.encode(line) + b"\n"


def _is_json(value: bytes) -> bool:
    try:
        msgspec.json.decode(value)
    except (ValueError, RecursionError):
        return False
    return True


def _base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _sync(directory: Path) -> None:
    """A renamed file is there after a power cut only when its directory is."""
    at = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
