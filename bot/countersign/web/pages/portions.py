"""Long tables, a hundred rows at a time, so that no page grows with the years: ``?after=100``. Their CSV and JSON have all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")

#: Rows of one page: some 60 kB of HTML.
SIZE = 100


@dataclass(frozen=True, slots=True)
class Portion(Generic[T]):
    """after: so many rows come before its first. known: how many there are in all."""

    rows: Sequence[T]
    after: int
    known: int

    @property
    def last(self) -> int:
        """The number of its last row, counted from 1."""
        return self.after + len(self.rows)

    @property
    def before(self) -> int:
        """The ``after`` of the portion before it."""
        return max(0, self.after - SIZE)


def portion(found: Sequence[T]) -> Portion[T]:
    """The one that the address asks for; the first for a number that is none, or is behind the end."""
    if request.args.get("format"):
        return Portion(found, 0, len(found))
    after = request.args.get("after", 0, type=int)
    after = after if 0 < after < len(found) else 0
    return Portion(found[after : after + SIZE], after, len(found))
