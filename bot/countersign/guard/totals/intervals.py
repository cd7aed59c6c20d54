"""A set of whole numbers that mostly follow one another, kept as intervals."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable


class Intervals:
    """Sixteen bytes for each unbroken run, however long it is. Adding the next number in order is one comparison."""

    __slots__ = ("_ends", "_starts", "count")

    def __init__(self, runs: Iterable[tuple[int, int]] = ()) -> None:
        """runs: first and last number of each, in order and apart from one another."""
        kept = list(runs)
        self._starts = array("q", (first for first, _ in kept))
        self._ends = array("q", (last for _, last in kept))
        self.count = sum(last - first + 1 for first, last in kept)

    def runs(self) -> list[tuple[int, int]]:
        return list(zip(self._starts, self._ends, strict=True))

    @property
    def lowest(self) -> int:
        """Raises IndexError if it is empty; so does `highest`."""
        return self._starts[0]

    @property
    def highest(self) -> int:
        return self._ends[-1]

    def add(self, number: int) -> bool:
        """False if it was there already."""
        ends = self._ends
        if ends and number == ends[-1] + 1:
            ends[-1] = number
        elif not ends or number > ends[-1]:
            self._starts.append(number)
            ends.append(number)
        elif not self._between(number):
            return False
        self.count += 1
        return True

    def _between(self, number: int) -> bool:
        starts, ends = self._starts, self._ends
        at = bisect_right(starts, number)  # runs before `at` begin at or below the number
        if at and number <= ends[at - 1]:
            return False
        joins_left = at > 0 and ends[at - 1] == number - 1
        joins_right = at < len(starts) and starts[at] == number + 1
        if joins_left and joins_right:
            ends[at - 1] = ends.pop(at)
            starts.pop(at)
        elif joins_left:
            ends[at - 1] = number
        elif joins_right:
            starts[at] = number
        else:
            starts.insert(at, number)
            ends.insert(at, number)
        return True
