"""The number that a producer puts on each record, and the count that it gives for each window: what travels, and its text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from countersign.model.typed import decoded

#: The name of the header (of a Kafka message) or of the member (of an envelope) that holds the stamp.
HEADER = "countersign-number"
#: Numbers are kept in 64 bits.
_MOST = 2**62


class Stamp(NamedTuple):
    """The place of one record among all that one producer sent.

    producer: its name, without white space. epoch: of this run of it, higher with every start; milliseconds since 1970. window: the
    second at which the window began. first: the number of the first record of the window. number: counts from 1 over the whole run, for
    each partition by itself, without gaps.

    That ``first`` is on every record makes the windows exact: any one record of a window says where the window before it ended.
    """

    producer: str
    epoch: int
    window: int
    first: int
    number: int

    def encode(self) -> bytes:
        return f"{self.producer} {self.epoch} {self.window} {self.first} {self.number}".encode()

    @classmethod
    def decode(cls, text: bytes | str) -> Stamp | None:
        """None where it is no stamp: such a record has no number, and its number is missing."""
        try:
            producer, *said = (text.decode() if isinstance(text, bytes) else text).split(" ")
            epoch, window, first, number = map(int, said)
        except ValueError:
            return None
        if producer and 0 < first <= number < _MOST and 0 <= epoch < _MOST and 0 <= window < _MOST:
            return cls(producer, epoch, window, first, number)
        return None


def stamp_of(headers: Iterable[tuple[str, bytes | str | None]] | None) -> Stamp | None:
    """The stamp among a message's headers; None where there is none. Of several, the last, which is the last producer's."""
    found = None
    for name, value in headers or ():
        if name == HEADER and value is not None:
            found = value
    return None if found is None else Stamp.decode(found)


def without_stamp(headers: Iterable[tuple[str, bytes | None]] | None) -> list[tuple[str, bytes | None]]:
    """The headers of a record that goes on to another place, where the numbers of this one say nothing: what was set aside would be
    missing there, and what another partition took would come twice."""
    return [header for header in headers or () if header[0] != HEADER]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """How many records a producer sent in one window to one partition: from ``first`` on, ``count`` of them.

    It may come more than once, then the highest count holds. topic, partition: where they were sent.
    """

    producer: str
    epoch: int
    window: int
    first: int
    count: int
    topic: str = ""
    partition: str = ""

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, text: bytes) -> Manifest:
        """Raises ValueError if it is none."""
        found = decoded(cls, text)
        if not (0 < found.first < _MOST and 0 <= found.count < _MOST and found.epoch >= 0 and found.window >= 0):
            raise ValueError("a manifest counts from 1, and no fewer than none")
        return found
