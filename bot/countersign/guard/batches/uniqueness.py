"""Values that come twice in a batch: exact up to a collision of 128 bits, in 16 bytes a row."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from countersign.guard.batches.columns import Column, column_at, read_text
from countersign.guard.batches.result import RowViolation, Tally
from countersign.guard.kinds import kind
from countersign.guard.places import member, within
from countersign.guard.plan import Check, Plan, Unheld, Violation
from countersign.model.path import Path


class Uniqueness:
    """One key of the plan. A row of which a part of the key is null has none, and is compared to no other."""

    def __init__(self, plan: Plan, key: tuple[Path, ...]) -> None:
        self._key = key
        self._names = [path[1:] for path in key]
        self._checks = [member(plan.root, names) for names in self._names]
        self._seeds = (secrets.randbits(63), secrets.randbits(63))
        self._hashes: list[pl.DataFrame] = []
        self._rows = 0
        self._off = any(check is None for check in self._checks)

    def unheld(self) -> Unheld | None:
        if not self._off:
            return None
        return Unheld(path=self._key[0], keyword="unique", why="what is unique within an array is not compared between rows")

    def saw(self, data: pl.DataFrame, text: bool) -> None:
        """The next rows of the batch. text: they are of CSV."""
        if self._off:
            return
        values = [self._value(names, check, data.schema, text) for names, check in zip(self._names, self._checks, strict=True)]
        if any(value is None for value in values):
            self._rows += data.height
            self._hashes.append(pl.DataFrame({"a": [None] * data.height, "b": [None] * data.height}, schema=_HASHES))
            return
        self._add(data.select(value.alias(str(at)) for at, value in enumerate(values) if value is not None))

    def saw_records(self, rows: Sequence[int], records: Sequence[Any]) -> None:
        """The same as decoded records. rows: their numbers; those between, which are no records, have no key."""
        if self._off:
            return
        keys: list[list[Any]] = [[None] * len(self._names) for _ in range(self._rows, rows[-1] + 1)]
        for row, record in zip(rows, records, strict=True):
            keys[row - self._rows] = [within(record, names) for names in self._names]
        self._add(pl.DataFrame({str(at): _series([key[at] for key in keys]) for at in range(len(self._names))}))

    def finish(self, tally: Tally) -> None:
        """Every row whose key was there in a row before it breaks the rule."""
        if not self._hashes:
            return
        hashes = pl.concat(self._hashes)
        in_order = hashes["a"].sort()
        twice = in_order.filter(in_order == in_order.shift(1)).unique()
        if twice.is_empty():
            return
        rows = hashes.with_row_index("row").filter(pl.col("a").is_in(twice.implode()))
        again = rows.filter(~pl.struct("a", "b").is_first_distinct())["row"]
        path = self._key[0] if len(self._key) == 1 else self._key[0][:1]
        at = self._names[0] if len(self._key) == 1 else ()
        found = "" if len(self._key) == 1 else "the key " + ", ".join(".".join(names) for names in self._names)
        shown = [
            RowViolation(row, Violation(at=at, path=path, rule="unique", found=found))
            for row in again.head(max(tally.room(path, "unique"), 0)).to_list()
        ]
        tally.add(path, "unique", again, shown)

    def _add(self, key: pl.DataFrame) -> None:
        self._rows += key.height
        there = pl.all_horizontal(pl.all().is_not_null())
        one, other = (_hash(key.schema, seed) for seed in self._seeds)
        self._hashes.append(key.select(pl.when(there).then(one).alias("a"), other.alias("b")))

    def _value(self, names: Path, check: Check | None, schema: Mapping[str, pl.DataType], text: bool) -> pl.Expr | None:
        """None where the column is not there, which is told as missing and not as double."""
        column = column_at(schema, names) if check is not None else None
        if check is None or column is None:
            return None
        value, dtype = column.value, column.dtype
        if text:
            return read_text(Column(value, dtype, True), check.type).value
        if dtype in (pl.Categorical, pl.Enum):
            return value.cast(pl.String)
        return value.cast(pl.Int64) if dtype.is_integer() and dtype not in _WIDE else value


#: Whole numbers that may not fit into 64 bits with a sign.
_WIDE = (pl.UInt64, pl.Int128, pl.UInt128)
_HASHES = {"a": pl.UInt64, "b": pl.UInt64}


def _hash(schema: Mapping[str, pl.DataType], seed: int) -> pl.Expr:
    """The same number is the same in a column of any width."""
    whole = (pl.struct(pl.all()) if len(schema) > 1 else pl.all()).hash(seed)
    wide = [name for name, dtype in schema.items() if dtype in _WIDE]
    if not wide:
        return whole
    narrow = [pl.col(name).cast(pl.Int64, strict=False) if name in wide else pl.col(name) for name in schema]
    return (
        pl.when(pl.all_horizontal(one.is_not_null() for one in narrow))
        .then((pl.struct(narrow) if len(narrow) > 1 else narrow[0]).hash(seed))
        .otherwise(whole)
    )


def _series(values: Sequence[Any]) -> pl.Series:
    """A column as it would be read from a file; as canonical JSON where the values are of several kinds."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int}:
        return pl.Series(values, dtype=pl.Int128)
    if kinds == {str}:
        return pl.Series(values, dtype=pl.String)
    return pl.Series([None if value is None else _canonical(value) for value in values], dtype=pl.String)


def _canonical(value: Any) -> str:
    """1 and 1.0 are one value, as in JSON."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return msgspec.json.encode(value, order="sorted").decode()
    except (msgspec.MsgspecError, TypeError):
        return kind(value) + repr(value)
