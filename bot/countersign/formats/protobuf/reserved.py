"""Numbers and names that a message or enum promises not to use again."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Reserved:
    """ranges: first and last number of each. names: without quotes."""

    ranges: tuple[tuple[int, int], ...] = ()
    names: frozenset[str] = frozenset()

    def number(self, number: str) -> bool:
        return any(first <= int(number) <= last for first, last in self.ranges)

    def covers(self, other: Reserved) -> bool:
        return other.names <= self.names and all(self._whole(*one) for one in other.ranges)

    def _whole(self, first: int, last: int) -> bool:
        """Whether every number is reserved, be it by several ranges."""
        for start, end in sorted(self.ranges):
            if start <= first <= end:
                first = end + 1
        return first > last


def read_reserved(text: str | None) -> Reserved:
    """text: the constraint ``reserved`` or ``extensions``, such as ``["5 to 10","7","old_name"]``; None reserves nothing."""
    ranges, names = [], []
    for one in json.loads(text or "[]"):
        first, _, last = one.partition(" to ")
        if first.lstrip("-").isdigit():
            ranges.append((int(first), int(last or first)))
        else:
            names.append(one)
    return Reserved(tuple(ranges), frozenset(names))
