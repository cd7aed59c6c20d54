"""A table of probes, asked of a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import polars as pl

from countersign.guard.batches.glance import all_right
from countersign.guard.batches.result import RowViolation, Tally
from countersign.guard.batches.tables import ELEMENT, At, Probe, Table, Whole
from countersign.guard.explain import violations
from countersign.guard.kinds import kind
from countersign.guard.plan import Check, Violation

#: Names of the columns that say where an element stands: its row in the batch, and its index in each array around it.
_ROW = "row"
_INDEX = "index"
#: Rows from which on it pays to look at the shape of all texts at once.
_MANY = 30_000
#: Types of which a cell of CSV holds the value as JSON writes it.
_WRITTEN = frozenset({"boolean", "float", "integer", "number"})


class Frame:
    """A part of the batch, or of the elements of its lists, with the place of each of its rows.

    first: the number of the first row, where the rows are the batch's own; else the columns say it.
    """

    def __init__(self, data: pl.DataFrame, first: int | None = None, depth: int = 0) -> None:
        self.data = data
        self._first = first
        self._depth = depth

    def rows(self, hits: pl.Series) -> pl.Series:
        return hits.cast(pl.UInt64) + self._first if self._first is not None else self.data[_ROW].gather(hits)

    def places(self, hits: pl.Series, at: At) -> Iterator[tuple[int, tuple[str | int, ...]]]:
        """Row and place in the record of each."""
        indexes = [self.data[f"{_INDEX}{level}"].gather(hits).to_list() for level in range(self._depth)]
        for position, row in enumerate(self.rows(hits).to_list()):
            told = (column[position] for column in indexes)
            yield row, tuple(next(told) if step is None else step for step in at)

    def elements(self, lists: pl.Expr) -> Frame:
        """The elements of a column of lists, one a row."""
        row = pl.int_range(pl.len(), dtype=pl.UInt64) + self._first if self._first is not None else pl.col(_ROW)
        indexes = [pl.col(f"{_INDEX}{level}") for level in range(self._depth)]
        taken = self.data.select(row.alias(_ROW), *indexes, lists.alias(ELEMENT)).filter(pl.col(ELEMENT).list.len() > 0)
        index = f"{_INDEX}{self._depth}"
        return Frame(
            taken.with_columns(pl.int_ranges(pl.col(ELEMENT).list.len()).alias(index)).explode(ELEMENT, index), None, self._depth + 1
        )


def evaluate(table: Table, frame: Frame, tally: Tally) -> None:
    """What the frame breaks, into the tally."""
    if frame.data.is_empty():
        return
    for probe, hits, values in _suspects(table.probes, frame.data):
        _judge(probe, frame, hits, values, tally)
    for whole in table.wholes:
        _explain(whole, frame, tally)
    for _, lists, below in table.below:
        evaluate(below, frame.elements(lists), tally)


def _suspects(probes: list[Probe], data: pl.DataFrame) -> Iterator[tuple[Probe, pl.Series, pl.Series]]:
    """Probes that hit anything, with positions and values. All are asked in one go, which is Polars' to share among cores."""
    shaped = [(probe, probe.shape) for probe in probes if probe.shape is not None and data.height >= _MANY]
    right = all_right(data, [(shape, probe.value) for probe, shape in shaped])
    passed = {id(probe) for (probe, _), sees in zip(shaped, right, strict=True) if sees}
    probes = [probe for probe in probes if id(probe) not in passed]
    if not probes:
        return
    masks = data.select(probe.where.alias(str(number)) for number, probe in enumerate(probes))
    for probe, mask in zip(probes, masks, strict=True):
        if mask.any():
            hits = mask.arg_true()
            yield probe, hits, data.select(probe.value.alias("value")).to_series().gather(hits)


def _judge(probe: Probe, frame: Frame, hits: pl.Series, values: pl.Series, tally: Tally) -> None:
    if probe.ask is not None:
        verdicts = _asked(probe.ask, values)
        hits, values = hits.filter(verdicts), values.filter(verdicts)
    if hits.is_empty():
        return
    room = max(tally.room(probe.path, probe.rule), 0)
    places = frame.places(hits.head(room), probe.at)
    shown = [
        RowViolation(row, Violation(at=at, path=probe.path, rule=probe.rule, found=_found(probe.rule, value)))
        for (row, at), value in zip(places, values.head(room).to_list(), strict=True)
    ]
    tally.add(probe.path, probe.rule, frame.rows(hits), shown)


def _found(rule: str, value: Any) -> str:
    return "" if rule in ("null", "required") else kind(value)


def _asked(ask: Any, values: pl.Series) -> pl.Series:
    """Each value once, however often it is there."""
    if values.dtype.is_nested():
        return pl.Series([bool(ask(value)) for value in values.to_list()], dtype=pl.Boolean)
    different = values.unique()
    broken = different.filter(pl.Series([bool(ask(value)) for value in different.to_list()], dtype=pl.Boolean))
    return values.is_in(broken.implode())


def _explain(whole: Whole, frame: Frame, tally: Tally) -> None:
    values = frame.data.select(whole.value.alias("value")).to_series()
    hits = values.is_not_null().arg_true()
    for (row, at), value in zip(frame.places(hits, whole.at), values.gather(hits).to_list(), strict=True):
        for violation in _of_one(whole, value, at):
            tally.add_one(row, violation)


def _of_one(whole: Whole, value: Any, at: tuple[str | int, ...]) -> tuple[Violation, ...]:
    if not whole.text:
        return tuple(violations(whole.check, without_missing(whole.check, value, whole.above), at, whole.above))
    if isinstance(value, dict):
        return tuple(violations(whole.check, _record(whole.check, value), at, whole.above))
    as_json = tuple(violations(whole.check, _decoded(value), at, whole.above))
    return as_json and (tuple(violations(whole.check, value, at, whole.above)) and as_json)


def _record(check: Check, cells: dict[str, str | None]) -> dict[str, Any]:
    """A row of cells, looked at as a whole: numbers and booleans where the contract wants them, texts otherwise."""
    members = check.members
    written = {name for name in cells if name in members and members[name].type in _WRITTEN}
    return {name: _decoded(cell) if cell is not None and name in written else cell for name, cell in cells.items()}


def _decoded(cell: str) -> Any:
    """What a cell holds as JSON; the text itself where it is none."""
    try:
        return msgspec.json.decode(cell)
    except (msgspec.MsgspecError, RecursionError):
        return cell


def without_missing(check: Check, value: Any, above: tuple[Check, ...] = ()) -> Any:
    """Columns have a null where a record lacks a member: one that may be missing is, unless it may be null, which is the same then."""
    if check.type == "ref" and check.up <= len(above):
        return without_missing(above[-check.up], value, above[: -check.up])
    here = (*above, check)
    if isinstance(value, Mapping):
        return {name: _member(check, name, one, here) for name, one in value.items() if one is not None or _says(check, name)}
    if isinstance(value, list) and check.items is not None:
        items = check.items
        return [without_missing(items, one, here) for one in value]
    return value


def _says(check: Check, name: str) -> bool:
    """Whether a null there is one, and no missing member."""
    member = check.members.get(name)
    return member is not None and (member.required or member.nullable)


def _member(check: Check, name: str, value: Any, above: tuple[Check, ...]) -> Any:
    described = check.members.get(name) or check.items
    return value if described is None else without_missing(described, value, above)
