"""A check's bounds as expressions over a column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from countersign.guard.batches.columns import Column
from countersign.guard.batches.regex import as_rust
from countersign.guard.shapes import moment

#: Texts that are compared one by one sooner than they are looked up.
_FEW = 8
#: Whole numbers that a float holds exactly.
_EXACT = 2**53


class Ask(Exception):
    """No expression says it: each value has to be asked."""


def broken(rule: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    """Values that may break the rule (None: no value of the column can), and whether they all do."""
    try:
        return _WAYS[rule](rule, bound, column)
    except Ask:
        return column.value.is_not_null(), False


def outside(values: tuple[Any, ...], column: Column) -> tuple[pl.Expr | None, bool]:
    """Values that are not among the enum's, likewise. 1 is 1.0, and true is no 1."""
    value, dtype = column.value, column.dtype
    if dtype == pl.String:
        texts = [one for one in values if isinstance(one, str)]
        if 0 < len(texts) <= _FEW:
            return pl.all_horizontal(value != one for one in texts), True
        return ~value.is_in(pl.Series(texts, dtype=pl.String).implode()), True
    if dtype == pl.Boolean:
        return ~value.is_in(pl.Series([one for one in values if isinstance(one, bool)], dtype=pl.Boolean).implode()), True
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    if dtype.is_numeric() and not dtype.is_decimal() and all(abs(one) < _EXACT for one in numbers):
        wanted: type[pl.DataType] = pl.Float64 if dtype.is_float() else pl.Int64
        listed = [float(one) if dtype.is_float() else int(one) for one in numbers if dtype.is_float() or one == int(one)]
        same = value if dtype.is_float() or dtype in (pl.Int128, pl.UInt64, pl.UInt128) else value.cast(pl.Int64)
        if same is value and not dtype.is_float():
            return value.is_not_null(), False
        return ~same.cast(wanted).is_in(pl.Series(listed, dtype=wanted).implode()), True
    return value.is_not_null(), False


def _bound(rule: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    value, dtype = column.value, column.dtype
    if isinstance(bound, str):
        return _beyond(rule, *_in_time(bound, column)), True
    if dtype.is_integer():
        return _whole(rule, bound, column)
    if dtype.is_float():
        if isinstance(bound, int) and abs(bound) >= _EXACT:
            raise Ask
        found = _beyond(rule, value.cast(pl.Float64), float(bound))
        return found | value.is_nan(), True
    if dtype.is_decimal():
        return _beyond(rule, value, pl.lit(Decimal(str(bound)))), True
    if dtype == pl.String and column.text:
        raise Ask
    return None, True


def _whole(rule: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    """Of whole numbers the bound is one too: not below 1.5 is not below 2."""
    edge = math.floor(bound) if rule in ("maximum", "exclusiveMinimum") else math.ceil(bound)
    low, high = _RANGES[column.dtype.base_type()]
    if (rule == "minimum" and edge <= low) or (rule == "maximum" and edge >= high):
        return None, True
    if not low <= edge <= high:
        if rule in ("minimum", "exclusiveMinimum"):
            return (column.value.is_not_null(), True) if edge > high else (None, True)
        return (column.value.is_not_null(), True) if edge < low else (None, True)
    return _beyond(rule, column.value, pl.lit(edge, dtype=column.dtype)), True


def _in_time(bound: str, column: Column) -> tuple[pl.Expr, int]:
    edge = moment(bound)
    value, dtype = column.value, column.dtype
    if edge is None:
        raise Ask
    micros = round(edge * 1_000_000)
    if dtype == pl.Date:
        return value.cast(pl.Int64) * 86_400_000_000, micros
    if dtype == pl.Datetime:
        return value.dt.epoch("us"), micros
    raise Ask


def _beyond(rule: str, value: pl.Expr, edge: pl.Expr | float) -> pl.Expr:
    match rule:
        case "minimum":
            return value < edge
        case "maximum":
            return value > edge
        case "exclusiveMinimum":
            return value <= edge
    return value >= edge


def _length(rule: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    if column.dtype == pl.String:
        length = column.value.str.len_chars()
    elif column.dtype == pl.Binary:
        length = column.value.bin.size()
    else:
        return None, True
    return (length < math.ceil(bound) if rule == "minLength" else length > math.floor(bound)), True


def _items(rule: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    if not isinstance(column.dtype, pl.List):
        return None, True
    length = column.value.list.len()
    return (length < math.ceil(bound) if rule == "minItems" else length > math.floor(bound)), True


def _pattern(_: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    if column.dtype != pl.String:
        return None, True
    rust = as_rust(bound)
    if rust is None:
        raise Ask
    return ~column.value.str.contains(rust), True


def _multiple(_: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    value, dtype = column.value, column.dtype
    if dtype.is_integer() and isinstance(bound, int):
        return value % bound != 0, True
    if dtype == pl.Float64 and (behind := _power_of_ten(bound)) is not None:
        return value.round(behind) != value, False
    if dtype.is_numeric() or column.text:
        raise Ask
    return None, True


def _power_of_ten(bound: Any) -> int | None:
    """2 for 0.01: a float that rounding to as many digits leaves alone is a multiple, and no other is."""
    _, figures, exponent = Decimal(str(bound)).normalize().as_tuple()
    return -int(exponent) if figures == (1,) and -15 <= int(exponent) <= 0 else None


def _precision(_: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    digits, scale = bound
    value, dtype = column.value, column.dtype
    if isinstance(dtype, pl.Decimal) and dtype.scale <= scale:
        return value.abs() >= pl.lit(Decimal(10) ** (digits - scale)) if dtype.precision - dtype.scale > digits - scale else None, True
    if dtype == pl.Float64 and 0 <= scale <= 15:
        return (value.round(scale) != value) | (value.abs() >= 10.0 ** (digits - scale)), False
    if dtype.is_numeric() or dtype == pl.String:
        raise Ask
    return None, True


def _distinct(_: str, bound: Any, column: Column) -> tuple[pl.Expr | None, bool]:
    dtype = column.dtype
    if not bound or not isinstance(dtype, pl.List):
        return None, True
    if dtype.inner in (pl.String, pl.Boolean, pl.Date) or dtype.inner.is_integer():
        return column.value.list.n_unique() < column.value.list.len(), True
    raise Ask


_WAYS: Mapping[str, Callable[[str, Any, Column], tuple[pl.Expr | None, bool]]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _bound),
    **dict.fromkeys(("minLength", "maxLength"), _length),
    **dict.fromkeys(("minItems", "maxItems"), _items),
    "pattern": _pattern,
    "multipleOf": _multiple,
    "precision": _precision,
    "uniqueItems": _distinct,
}
_RANGES: Mapping[type[pl.DataType], tuple[int, int]] = {
    **{
        kind: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        for kind, bits in ((pl.Int8, 8), (pl.Int16, 16), (pl.Int32, 32), (pl.Int64, 64), (pl.Int128, 128))
    },
    **{kind: (0, 2**bits - 1) for kind, bits in ((pl.UInt8, 8), (pl.UInt16, 16), (pl.UInt32, 32), (pl.UInt64, 64), (pl.UInt128, 128))},
}
