"""Avro's logical types (specification 1.12): the canonical word for each, and the types it may be stored as."""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = {
    "date": ("date", ("int",)),
    "decimal": ("decimal", ("bytes", "fixed")),
    "duration": ("duration", ("fixed",)),
    "local-timestamp-micros": ("timestamp", ("long",)),
    "local-timestamp-millis": ("timestamp", ("long",)),
    "local-timestamp-nanos": ("timestamp", ("long",)),
    "time-micros": ("time", ("long",)),
    "time-millis": ("time", ("int",)),
    "timestamp-micros": ("timestamp", ("long",)),
    "timestamp-millis": ("timestamp", ("long",)),
    "timestamp-nanos": ("timestamp", ("long",)),
    "uuid": ("uuid", ("string", "fixed")),
}
#: (logical type, what it is stored as) -> the word of `Field.type`.
KNOWN: Mapping[tuple[str, str], str] = {(name, base): word for name, (word, bases) in _TABLE.items() for base in bases}
#: The size that a logical type asks of a fixed.
FIXED_SIZES: Mapping[str, int] = {"duration": 12, "uuid": 16}
WORDS = frozenset(KNOWN.values())
