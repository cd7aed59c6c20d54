"""What a Schema Registry's serialisers put before a message: the schema's number, and for Protobuf where in its file the type stands.

The layout is Confluent's wire format: a zero byte, four bytes of the number, the highest first.
"""

from __future__ import annotations

from countersign.guard.messages.checker import Undecodable

_HEAD = 5
#: Bytes that a variable-length integer of 64 bits takes at most.
_LONGEST = 10


def unframed(data: bytes) -> tuple[int, bytes]:
    """(the schema's number, what stands behind it). Raises `Undecodable`."""
    if len(data) < _HEAD or data[0] != 0:
        raise Undecodable("it does not begin with a Schema Registry's frame")
    return int.from_bytes(data[1:_HEAD], "big"), data[_HEAD:]


def message_indexes(data: bytes) -> tuple[tuple[int, ...], bytes]:
    """(which type of the file, from the outside in; what stands behind it). A lone zero is the file's first type. Raises `Undecodable`."""
    count, at = _zigzag(data, 0)
    if not 0 <= count <= len(data):
        raise Undecodable("the frame's message indexes cannot be read")
    indexes = []
    for _ in range(count):
        index, at = _zigzag(data, at)
        indexes.append(index)
    return tuple(indexes) or (0,), data[at:]


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for taken, byte in enumerate(data[at : at + _LONGEST]):
        value |= (byte & 0x7F) << (7 * taken)
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at + taken + 1
    raise Undecodable("the frame's message indexes cannot be read")
