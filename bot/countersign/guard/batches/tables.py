"""A plan over the columns of one schema: what is asked of a table, and of the tables that its lists are when they are taken apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from countersign.guard.batches.columns import Column, read_text, type_test
from countersign.guard.batches.glance import Shape, shape_of
from countersign.guard.batches.limits import broken, outside
from countersign.guard.kinds import TYPES, frozen
from countersign.guard.limits import LIMITS
from countersign.guard.plan import Check
from countersign.model.path import Path

#: Where in a record: names, and None for each index of an array.
At = tuple[str | None, ...]

#: Whether a value breaks a rule.
Ask = Callable[[Any], bool]

#: The name of the column that an array's elements become.
ELEMENT = "element"


@dataclass(frozen=True, slots=True)
class Probe:
    """One rule of one check. where: values that break it; where `ask` is given, that may, and it says of a value whether it does.

    shape: of texts that surely keep the rule.
    """

    path: Path
    at: At
    rule: str
    where: pl.Expr
    value: pl.Expr
    ask: Ask | None = None
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """Values whose check no expression says: each is looked at by itself. text: cells of CSV, which hold JSON."""

    check: Check
    above: tuple[Check, ...]
    at: At
    value: pl.Expr
    text: bool


@dataclass(slots=True)
class Table:
    """below: the lists of this table, each with the table of its elements."""

    probes: list[Probe] = field(default_factory=list)
    wholes: list[Whole] = field(default_factory=list)
    below: list[tuple[At, pl.Expr, Table]] = field(default_factory=list)

    def any(self) -> bool:
        return bool(self.probes or self.wholes or self.below)


def build(root: Check, schema: Mapping[str, pl.DataType], text: bool) -> Table:
    """What is asked of frames of that schema. text: they were read from CSV."""
    table = Table()
    if not _plain(root) or root.type not in ("object", "map", "any"):
        table.wholes.append(Whole(root, (), (), pl.struct(pl.all()), text))
        return table
    builder = _Builder(table, text)
    builder.members(root, {name: (pl.col(name), dtype) for name, dtype in schema.items()}, (), (root,), None)
    return table


class _Builder:
    def __init__(self, table: Table, text: bool) -> None:
        self._table = table
        self._text = text

    def members(
        self,
        check: Check,
        columns: Mapping[str, tuple[pl.Expr, pl.DataType]],
        at: At,
        above: tuple[Check, ...],
        present: pl.Expr | None,
    ) -> None:
        """present: rows in which the object is there; None: all."""
        everywhere = pl.repeat(True, pl.len()) if present is None else present
        for name, member in check.members.items():
            if name in columns:
                self.value(member, *columns[name], (*at, name), above, present)
            elif member.required:
                self._table.probes.append(Probe(member.path, (*at, name), "required", everywhere, everywhere))
        for name in columns.keys() - check.members.keys():
            value, dtype = columns[name]
            if check.items is not None:
                self.value(check.items, value, dtype, (*at, name), above, present, optional=True)
            elif check.closed:
                self._table.probes.append(Probe(check.path, (*at, name), "unlisted", everywhere & value.is_not_null(), value))

    def value(
        self,
        check: Check,
        value: pl.Expr,
        dtype: pl.DataType,
        at: At,
        above: tuple[Check, ...],
        present: pl.Expr | None,
        optional: bool = False,
    ) -> None:
        """In columns a member that is missing is null, so of one that may be missing null says nothing."""
        if dtype in (pl.Categorical, pl.Enum):
            value, dtype = value.cast(pl.String), pl.String()
        if isinstance(dtype, pl.Array):
            value, dtype = value.arr.to_list(), pl.List(dtype.inner)
        if not check.nullable and check.required and not optional:
            missing = value.is_null() if present is None else value.is_null() & present
            self._table.probes.append(Probe(check.path, at, "null", missing, value))
        if self._needs_whole(check, dtype):
            if _says_anything(check):
                self._table.wholes.append(Whole(check, above, at, value, self._text))
            return
        self._scalar(check, Column(value, dtype, self._text), at)
        if isinstance(dtype, pl.Struct) and check.type in ("object", "map", "any"):
            fields = {one.name: (value.struct.field(one.name), one.dtype) for one in dtype.fields}
            self.members(check, fields, at, (*above, check), value.is_not_null())  # type: ignore[arg-type]  # a field's dtype is an instance
        elif isinstance(dtype, pl.List) and check.items is not None and check.type in ("array", "any"):
            below = Table()
            _Builder(below, False).value(check.items, pl.col(ELEMENT), dtype.inner, (*at, None), (*above, check), None)  # type: ignore[arg-type]
            if below.any():
                self._table.below.append((at, value, below))

    def _needs_whole(self, check: Check, dtype: pl.DataType) -> bool:
        if not _plain(check) or isinstance(dtype, pl.Map) or dtype == pl.Object:
            return True
        if check.items is not None and check.items.type == "ref":
            return True
        if self._text:
            return check.type not in _OF_CELLS
        return False

    def _scalar(self, check: Check, raw: Column, at: At) -> None:
        column = read_text(raw, check.type) if raw.text else raw
        test = type_test(check.type, column)
        right = TYPES[check.type]
        if test.where is not None:
            ask = None if test.sure else _no(right)
            self._table.probes.append(Probe(check.path, at, "type", test.where, raw.value, ask, test.shape))

        def add(rule: str, where: pl.Expr | None, sure: bool, breaks: Ask) -> None:
            if where is None:
                return
            if test.where is not None and test.sure:
                where = where & ~test.where
            asked = not sure or not test.sure
            ask = _both(right, breaks) if asked else None
            shape = shape_of(check.limits[rule]) if rule == "pattern" else None
            self._table.probes.append(Probe(check.path, at, rule, where, column.value, ask, shape))

        if check.values is not None:
            add("enum", *outside(check.values, column), _unlisted(check.values))
        for rule, bound in check.limits.items():
            add(rule, *broken(rule, bound, column), _breaks(rule, bound, raw.text and check.type == "decimal"))


def _no(test: Ask) -> Ask:
    return lambda value: not test(value)


def _both(one: Ask, other: Ask) -> Ask:
    return lambda value: one(value) and other(value)


def _unlisted(values: tuple[Any, ...]) -> Ask:
    listed = {frozen(one) for one in values}
    return lambda value: frozen(value) not in listed


def _breaks(rule: str, bound: Any, written: bool) -> Ask:
    """written: the value is a number as text."""
    kept = LIMITS[rule]
    return lambda value: not kept(Decimal(value) if written else value, bound)


#: Types of which a cell of CSV is a value as it stands; what else a contract wants is written in it as JSON.
_OF_CELLS = frozenset(
    {"string", "integer", "number", "float", "boolean", "decimal", "date", "time", "timestamp", "duration", "uuid", "bytes"}
)


def _plain(check: Check) -> bool:
    by_count = "minProperties" in check.limits or "maxProperties" in check.limits
    return not (check.branches or check.groups or by_count or check.type == "ref")


def _says_anything(check: Check) -> bool:
    limits = check.values is not None or check.limits or check.members or check.items or check.closed
    return bool(limits or not _plain(check) or check.type != "any")
