"""What a column's own type says of the values in it, before any of them is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from countersign.guard.batches.glance import Shape, shape_of
from countersign.model.path import Path

#: Texts that are surely of their type; of the others `guard.kinds.TYPES` is asked.
_SURE: Mapping[str, str] = {
    "uuid": r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "date": r"^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$",
    "timestamp": (
        r"^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T"
        r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?$"
    ),
    "time": r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z?$",
    "decimal": r"^-?[0-9]{1,30}(?:\.[0-9]{1,30})?$",
}


@dataclass(frozen=True, slots=True)
class Column:
    """value: of every row. dtype: of it. text: it was read from CSV, where everything is text: what it means is up to the contract.

    miscast: rows whose text is no value of the contract's type; None where no text was cast.
    """

    value: pl.Expr
    dtype: pl.DataType
    text: bool = False
    miscast: pl.Expr | None = None


@dataclass(frozen=True, slots=True)
class TypeTest:
    """where: values that may be of another type; None if none is. sure: they all are; otherwise each has to be asked. shape: of texts that
    are of it."""

    where: pl.Expr | None
    sure: bool = True
    shape: Shape | None = None


def column_at(schema: Mapping[str, pl.DataType], names: Path) -> Column | None:
    """The column, or the field of one; None where there is none."""
    if names[0] not in schema:
        return None
    value, dtype = pl.col(names[0]), schema[names[0]]
    for name in names[1:]:
        inner = {one.name: one.dtype for one in dtype.fields} if isinstance(dtype, pl.Struct) else {}
        if name not in inner:
            return None
        value, dtype = value.struct.field(name), inner[name]  # type: ignore[assignment]  # a field's dtype is an instance
    return Column(value, dtype)


def read_text(column: Column, wanted: str) -> Column:
    """A column of CSV as values of the contract's type. A cell that is empty is null."""
    raw = column.value
    match wanted:
        case "integer":
            as_float = raw.cast(pl.Float64, strict=False)
            whole = pl.when(as_float == as_float.floor()).then(as_float).cast(pl.Int128, strict=False)
            value: pl.Expr = pl.coalesce(raw.cast(pl.Int128, strict=False), whole)
            dtype: pl.DataType = pl.Int128()
        case "number" | "float":
            value, dtype = raw.cast(pl.Float64, strict=False), pl.Float64()
        case "boolean":
            lower = raw.str.to_lowercase()
            value, dtype = pl.when(lower.is_in(["true", "false"])).then(lower == "true"), pl.Boolean()
        case _:
            return column
    return Column(value, dtype, miscast=value.is_null() & raw.is_not_null())


def type_test(wanted: str, column: Column) -> TypeTest:
    """The same answers as `guard.kinds.TYPES`, for a whole column at once."""
    if column.miscast is not None:
        broken = column.miscast
        return TypeTest(broken | ~column.value.is_finite() if wanted == "number" else broken)
    value, dtype = column.value, column.dtype
    match wanted:
        case "any":
            return _GOOD
        case "string":
            return _only(dtype == pl.String, value)
        case "boolean":
            return _only(dtype == pl.Boolean, value)
        case "bytes":
            return _only(dtype in (pl.Binary, pl.String), value)
        case "integer" if dtype.is_float():
            return TypeTest((value != value.floor()) | ~value.is_finite())
        case "integer":
            return _only(dtype.is_integer(), value)
        case "number" if dtype.is_float():
            return TypeTest(~value.is_finite())
        case "number" | "float":
            return _only(dtype.is_numeric(), value)
        case "decimal" if dtype.is_float():
            return TypeTest(~value.is_finite())
        case "decimal" if dtype.is_numeric():
            return _GOOD
        case "object":
            return _only(isinstance(dtype, pl.Struct | pl.Map), value)
        case "map":
            return _only(isinstance(dtype, pl.Struct | pl.Map), value)
        case "array":
            return _only(isinstance(dtype, pl.List | pl.Array), value)
    if dtype == _NATIVE.get(wanted):
        return _GOOD
    if dtype == pl.String and wanted in (*_SURE, "duration"):
        if wanted not in _SURE:
            return TypeTest(value.is_not_null(), sure=False)
        return TypeTest(~value.str.contains(_SURE[wanted]), sure=False, shape=shape_of(_SURE[wanted]))
    return TypeTest(value.is_not_null())


_GOOD = TypeTest(None)
_NATIVE: Mapping[str, type[pl.DataType]] = {"date": pl.Date, "timestamp": pl.Datetime, "time": pl.Time, "duration": pl.Duration}


def _only(good: bool, value: pl.Expr) -> TypeTest:
    return _GOOD if good else TypeTest(value.is_not_null())
