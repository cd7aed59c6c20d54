"""A plan, ready for batches."""

from __future__ import annotations

from typing import Any

from countersign.guard.batches.evaluating import Frame, evaluate
from countersign.guard.batches.result import SHOWN, BatchResult, Tally
from countersign.guard.batches.sources import Columns, Records, source_of
from countersign.guard.batches.tables import Table, build
from countersign.guard.batches.uniqueness import Uniqueness
from countersign.guard.explain import explain
from countersign.guard.messages import Undecodable, compile_json
from countersign.guard.plan import Plan, Violation


def compile_batch(plan: Plan, shown: int = SHOWN) -> BatchChecker:
    """shown: violations that are told with their rows, for each rule at each path; the counts are exact all the same."""
    return BatchChecker(plan, shown)


class BatchChecker:
    """Holds batches to a plan. What is wrong is what `guard.explain` says of each record; how columns differ is said in docs/guard.md."""

    def __init__(self, plan: Plan, shown: int = SHOWN) -> None:
        self._plan = plan
        self._shown = shown
        self._json = compile_json(plan)
        self._tables: dict[tuple[object, ...], Table] = {}

    def check(self, *data: Any) -> BatchResult:
        """One batch, in as many pieces as are given: files, frames, tables, iterables (see `sources.source_of`).

        Rows are numbered through all of them; what is unique is so across all of them. Raises `NotReadable`.
        """
        tally = Tally(self._shown)
        keys = [Uniqueness(self._plan, key) for key in self._plan.unique]
        for unheld in filter(None, (key.unheld() for key in keys)):
            tally.leave(unheld)
        for source in map(source_of, data):
            first, before = tally.next, tally.rows
            for part in source.parts(self._wanted()):
                if isinstance(part, Columns):
                    self._columns(part, tally, keys)
                else:
                    self._records(part, first, tally, keys)
                tally.settle()
            tally.ended(source.name, source.row, first, tally.rows - before)
        for key in keys:
            key.finish(tally)
        return tally.result()

    def _wanted(self) -> frozenset[str] | None:
        """The columns that need to be read at all."""
        root = self._plan.root
        alone = root.closed or root.items is not None or root.groups or root.branches or root.limits or root.type not in ("object", "any")
        return None if alone else frozenset(root.members)

    def _columns(self, part: Columns, tally: Tally, keys: list[Uniqueness]) -> None:
        schema = part.data.schema
        known = (part.text, *schema.items())
        if known not in self._tables:
            self._tables[known] = build(self._plan.root, schema, part.text)
        evaluate(self._tables[known], Frame(part.data, tally.next), tally)
        for key in keys:
            key.saw(part.data, part.text)
        tally.rows += part.data.height
        tally.next += part.data.height

    def _records(self, part: Records, first: int, tally: Tally, keys: list[Uniqueness]) -> None:
        decoded = []
        for number, record in zip(part.numbers, part.records, strict=True):
            for violation in self._violations(record, part.encoded):
                tally.add_one(first + number, violation)
            if keys:
                decoded.append(self._decoded(record) if part.encoded else record)
        for key in keys:
            key.saw_records([first + number for number in part.numbers], decoded)
        tally.rows += len(part.records)
        tally.next = first + part.numbers[-1] + 1

    def _violations(self, record: Any, encoded: bool) -> tuple[Violation, ...]:
        return self._json.check(record) if encoded else explain(self._plan, record)

    def _decoded(self, record: bytes) -> Any:
        try:
            return self._json.decode(record)
        except Undecodable:
            return None
