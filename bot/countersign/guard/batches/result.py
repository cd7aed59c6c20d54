"""What was found in a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from countersign.guard.plan import Unheld, Violation
from countersign.model.path import Path

#: Rows that are shown of each rule at each path.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class RowViolation:
    """row: counts from 0 over the whole batch."""

    row: int
    violation: Violation


@dataclass(frozen=True, slots=True)
class Found:
    """How often values at one path broke one rule. found: what the first of them was, never its value."""

    path: Path
    rule: str
    count: int
    found: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or other data, of the batch. word: ``row``, ``line``. first: the number of its first row in the batch. rows: that it has."""

    name: str
    word: str
    first: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """rows: that were read. bad_rows: their numbers, in order, each once. found: exact counts, the most frequent first.

    violations: of the first rows by rule and path, in order of rows. pieces: in order. unheld: what the batch could not be held to,
    beyond what the plan says of itself.
    """

    rows: int
    pieces: tuple[Piece, ...]
    bad_rows: pl.Series
    found: tuple[Found, ...]
    violations: tuple[RowViolation, ...]
    unheld: tuple[Unheld, ...] = ()

    @property
    def bad(self) -> int:
        return len(self.bad_rows)

    def place(self, row: int) -> tuple[Piece, int]:
        """The piece that has the row of that number, and its number there, from 1, as people count."""
        piece = next(one for one in reversed(self.pieces) if one.first <= row)
        return piece, row - piece.first + 1

    def split(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Good and bad rows of the frame that was checked, which must be all of the batch."""
        if frame.height != self.rows:
            raise ValueError(f"the batch had {self.rows} rows, this frame has {frame.height}")
        mask = pl.int_range(frame.height, dtype=pl.UInt64, eager=True).is_in(self.bad_rows.implode())
        return frame.filter(~mask), frame.filter(mask)


@dataclass(slots=True)
class _Rule:
    count: int = 0
    found: str = ""
    shown: list[RowViolation] = field(default_factory=list)


class Tally:
    """Counts up a batch. Memory: a bit more than eight bytes for each bad row."""

    def __init__(self, shown: int = SHOWN) -> None:
        self.rows = 0
        self.next = 0  # the number of the next row: blank lines have numbers, too
        self._pieces: list[Piece] = []
        self._shown = shown
        self._rules: dict[tuple[Path, str], _Rule] = {}
        self._bad: list[pl.Series] = []
        self._unheld: dict[tuple[Path, str], Unheld] = {}

    def room(self, path: Path, rule: str) -> int:
        """How many more of its violations would be shown."""
        known = self._rules.get((path, rule))
        return self._shown - (len(known.shown) if known else 0)

    def add(self, path: Path, rule: str, rows: pl.Series, shown: Iterable[RowViolation]) -> None:
        """rows: one number for each violation. shown: the first of them, as many as there is `room` for."""
        known = self._rules.setdefault((path, rule), _Rule())
        known.count += len(rows)
        known.shown += shown
        if not known.found and known.shown:
            known.found = known.shown[0].violation.found
        self._bad.append(rows.cast(pl.UInt64))

    def add_one(self, row: int, violation: Violation) -> None:
        shown = [RowViolation(row, violation)] if self.room(violation.path, violation.rule) > 0 else []
        self.add(violation.path, violation.rule, pl.Series([row], dtype=pl.UInt64), shown)

    def ended(self, name: str, word: str, first: int, rows: int) -> None:
        """A piece of the batch was read to its end."""
        self._pieces.append(Piece(name, word, first, rows))

    def leave(self, unheld: Unheld) -> None:
        self._unheld[unheld.path, unheld.keyword] = unheld

    def settle(self) -> None:
        """After each part of the batch: the numbers of bad rows become one series, each once."""
        if len(self._bad) > 1:
            self._bad = [pl.concat(self._bad).unique()]

    def result(self) -> BatchResult:
        self.settle()
        bad = self._bad[0].unique().sort() if self._bad else pl.Series([], dtype=pl.UInt64)
        found = [Found(path, rule, known.count, known.found) for (path, rule), known in self._rules.items()]
        shown = [one for known in self._rules.values() for one in known.shown]
        return BatchResult(
            rows=self.rows,
            pieces=tuple(self._pieces),
            bad_rows=bad,
            found=tuple(sorted(found, key=lambda one: (-one.count, one.path, one.rule))),
            violations=tuple(sorted(shown, key=lambda one: (one.row, tuple(map(str, one.violation.at)), one.violation.rule))),
            unheld=tuple(self._unheld.values()),
        )
