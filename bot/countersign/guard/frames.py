"""A batch of rows through the breaker: what is good of it, and where it stopped."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countersign.guard.decision import Verdict
from countersign.guard.entities import Entities
from countersign.guard.partition import Partition
from countersign.guard.plan import Plan, Violation
from countersign.model.report import Breaker

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Sifted:
    """good: the rows to hand on. stopped_at: the row, from 0, from which on the batch is held back; None where it went through."""

    good: pl.DataFrame
    stopped_at: int | None = None


def sift(partition: Partition, plan: Plan, frame: pl.DataFrame, start: int, entities: Entities) -> Sifted:
    """plan: of the newest version. start: the offset of the first row. A row that is set aside lies in quarantine as JSON."""
    from countersign.guard.batches import compile_batch

    if partition.state.phase is Breaker.OPEN:
        partition.check(None, start, None, ())  # that it was held back from there on is kept
        return Sifted(frame.clear(), 0)
    broken: defaultdict[int, list[Violation]] = defaultdict(list)
    for one in compile_batch(plan, shown=frame.height).check(frame).violations:
        broken[one.row].append(one.violation)
    aside: list[int] = []
    following = 0
    for row, violations in sorted(broken.items()):
        if row > following:
            partition.passed(row - following, start + row - 1)
        following = row + 1
        verdict = partition.broke(frame.row(row, named=True), start + row, None, (), tuple(violations)).verdict
        if verdict is Verdict.STOP:
            return Sifted(_without(frame.head(row), aside), row)
        if verdict is Verdict.SET_ASIDE:
            aside.append(row)
    if following < frame.height:
        partition.passed(frame.height - following, start + frame.height - 1)
    good = _without(frame, aside)
    entities.saw_frame(good)
    return Sifted(good)


def _without(frame: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    import polars as pl

    kept = ~pl.int_range(frame.height, eager=True).is_in(pl.Series(rows, dtype=pl.Int64).implode())
    return frame.filter(kept)
