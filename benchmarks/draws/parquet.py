"""Pairs of Arrow schemas, as Parquet's and Arrow's files carry them, and rows that one of the two allows; pyarrow's cast is the referee."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa
from pyarrow import ipc, parquet

from benchmarks.draws import Drawn
from countersign.formats.binary import as_text
from countersign.formats.source import Source

Row = Mapping[str, Any]

_NAMES = ("a", "b", "c", "d")
_UNITS = ("s", "ms", "us", "ns")
_MOMENTS = (datetime(1970, 1, 1), datetime(2026, 11, 23, 9, 30, 1, 123_456), datetime(9999, 12, 31), datetime(1, 1, 1))
#: What 64 bits of nanoseconds can hold, from which a column of nanoseconds is filled.
_NEAR = _MOMENTS[:2]


def draw(random: Random) -> tuple[pa.Schema, pa.Schema, list[Row]]:
    """A schema, another that was made of it by one or two small differences, and rows of either."""
    old = {name: _field(random, name, 2) for name in random.sample(_NAMES, random.randint(1, 3))}
    new = dict(old)
    for _ in range(random.randint(0, 2)):
        name = random.choice(_NAMES)
        if name in new and random.random() < 0.3:
            del new[name]
        else:
            new[name] = _altered(random, new[name]) if name in new else _field(random, name, 2)
    schemas = pa.schema(old.values()), pa.schema(new.values())
    return *schemas, [_row(random, schema) for schema in schemas for _ in range(4)]


def drawn(random: Random) -> Drawn:
    old, new, rows = draw(random)
    sides = (old, new)
    sources = [Source(file, as_text(file, raw)) for file, raw in (encode(side, random) for side in sides)]
    return Drawn(
        "parquet",
        *sources,
        rows,
        allows=lambda is_new, row: allows(sides[is_new], row),
        reads=lambda is_new, row: reads(sides[not is_new], sides[is_new], row),
    )


def encode(schema: pa.Schema, random: Random) -> tuple[str, bytes]:
    """A file of that schema without rows: its name and its bytes."""
    if random.random() < 0.5 and parquet_holds(schema):
        return "orders.parquet", written(schema)
    file = io.BytesIO()
    with ipc.new_file(file, schema):
        pass
    return "orders.arrow", file.getvalue()


def written(schema: pa.Schema) -> bytes:
    """A Parquet file without rows."""
    file = io.BytesIO()
    parquet.write_table(schema.empty_table(), file)
    return file.getvalue()


def parquet_holds(schema: pa.Schema) -> bool:
    """Parquet has no seconds and no durations: its writer makes something else of them."""
    text = str(schema)
    return "[s" not in text and "duration" not in text and "struct<>" not in text


def allows(schema: pa.Schema, row: Row) -> bool:
    """Whether a row, written with the types of ``schema``, is one that it describes: nulls where it has them."""
    return _written(pa.struct(list(schema)), row) is not None


def reads(writer: pa.Schema, reader: pa.Schema, row: Row) -> bool:
    """Whether a reader of ``reader``'s columns reads a row that was written with ``writer``: each value cast, with nothing lost."""
    written = _written(pa.struct(list(writer)), row)
    return written is not None and _read(written, pa.struct(list(reader)))


def _written(kind: pa.StructType, row: Row) -> pa.StructScalar | None:
    try:
        value = pa.scalar(row, type=kind)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return None
    return value if not _lacking(value, kind) else None


def _lacking(value: pa.Scalar, kind: pa.DataType) -> bool:
    """A null somewhere where the type says that there is none: pyarrow does not look."""
    if not value.is_valid:
        return False
    if pa.types.is_struct(kind):
        return any((not value[one.name].is_valid and not one.nullable) or _lacking(value[one.name], one.type) for one in kind)
    if pa.types.is_list(kind):
        inner = kind.value_field
        return any((not one.is_valid and not inner.nullable) or _lacking(one, inner.type) for one in value.values or ())
    return False


def _read(value: pa.Scalar, kind: pa.DataType) -> bool:
    if not value.is_valid:
        return True  # whether null is allowed is asked by who holds it
    if pa.types.is_struct(kind) and pa.types.is_struct(value.type):
        return all(_member(value, one) for one in kind)
    if pa.types.is_list(kind) and pa.types.is_list(value.type):
        inner = kind.value_field
        return all((one.is_valid or inner.nullable) and _read(one, inner.type) for one in value.values or ())
    if pa.types.is_nested(kind) or pa.types.is_nested(value.type):
        return False
    return _kept(value, kind)


def _member(value: pa.StructScalar, field: pa.Field) -> bool:
    there = field.name in [one.name for one in value.type]
    if not there or not value[field.name].is_valid:
        return bool(field.nullable)
    return _read(value[field.name], field.type)


def _kept(value: pa.Scalar, kind: pa.DataType) -> bool:
    """The cast loses nothing: back again it is the same, and points in time stay such."""
    zones = [pa.types.is_timestamp(one) and one.tz is not None for one in (value.type, kind)]
    if zones[0] != zones[1] and pa.types.is_timestamp(value.type) and pa.types.is_timestamp(kind):
        return False
    try:
        return bool(value.cast(kind).cast(value.type).equals(value))
    except (pa.ArrowException, ValueError, OverflowError):
        return False


def _field(random: Random, name: str, depth: int) -> pa.Field:
    return _named(name, _type(random, depth), nullable=random.random() < 0.5)


def _named(name: str, kind: pa.DataType, *, nullable: bool) -> pa.Field:
    """Arrow's columns of nulls have to allow them."""
    return pa.field(name, kind, nullable=nullable or pa.types.is_null(kind))


def _altered(random: Random, field: pa.Field) -> pa.Field:
    choice = random.random()
    if choice < 0.2:
        return _named(field.name, field.type, nullable=not field.nullable)
    kind = field.type
    if pa.types.is_struct(kind) and choice < 0.8:
        members = list(kind)
        at = random.randrange(len(members) + 1)
        members[at : at + 1] = [_altered(random, members[at])] if at < len(members) else [_field(random, "z", 0)]
        return field.with_type(pa.struct(members))
    if pa.types.is_list(kind) and choice < 0.8:
        return field.with_type(pa.list_(_altered(random, kind.value_field)))
    return _named(field.name, _type(random, 1), nullable=field.nullable)


def _type(random: Random, depth: int) -> pa.DataType:
    if depth and random.random() < 0.3:
        if random.random() < 0.5:
            return pa.struct([_field(random, name, depth - 1) for name in random.sample(_NAMES, random.randint(1, 3))])
        return pa.list_(_field(random, "item", depth - 1))
    whole = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
    kinds = (
        *whole,
        *(pa.float32(), pa.float64(), pa.bool_(), pa.string(), pa.large_string(), pa.binary(), pa.binary(4), pa.date32()),
        pa.decimal128(random.randint(4, 20), random.randint(0, 4)),
        pa.decimal128(random.randint(4, 20), random.randint(0, 4)),
        pa.timestamp(random.choice(_UNITS), random.choice((None, "UTC"))),
        pa.time64(random.choice(("us", "ns"))),
        pa.time32("ms"),
        pa.duration(random.choice(_UNITS)),
        pa.null(),
    )
    return random.choice(kinds)


def _row(random: Random, schema: pa.Schema) -> Row:
    return {one.name: _value(random, one) for one in schema}


def _value(random: Random, field: pa.Field) -> Any:
    kind = field.type
    if pa.types.is_null(kind) or (field.nullable and random.random() < 0.2):
        return None
    if pa.types.is_struct(kind):
        return {one.name: _value(random, one) for one in kind}
    if pa.types.is_list(kind):
        return [_value(random, kind.value_field) for _ in range(random.randint(0, 2))]
    return random.choice(_values(kind))


def _values(kind: pa.DataType) -> tuple[Any, ...]:
    """Small ones and the largest of the type."""
    if pa.types.is_integer(kind):
        low = 0 if pa.types.is_unsigned_integer(kind) else -(2 ** (kind.bit_width - 1))
        return (0, 1, low, low + 2**kind.bit_width - 1, 127)
    if pa.types.is_floating(kind):
        return (0.0, 0.5, -1.25, 3.4028234663852886e38) if kind.bit_width == 32 else (0.0, 0.1, 1e300, -2.5)
    if pa.types.is_decimal(kind):
        return (Decimal(0), Decimal(10**kind.precision - 1).scaleb(-kind.scale), Decimal(1).scaleb(-kind.scale))
    if pa.types.is_timestamp(kind):
        near = _NEAR if kind.unit == "ns" else _MOMENTS
        return tuple(_at(one, kind.unit).replace(tzinfo=UTC if kind.tz else None) for one in near)
    if pa.types.is_time(kind):
        return (time(0), time(23, 59, 59, 999_000 if kind.unit == "ms" else 999_999))
    if pa.types.is_duration(kind):
        return (timedelta(0), timedelta(days=-1, seconds=1), timedelta(days=1000 if kind.unit == "ns" else 200_000))
    if pa.types.is_date(kind):
        return (date(1970, 1, 1), date(9999, 12, 31))
    if pa.types.is_boolean(kind):
        return (True, False)
    if pa.types.is_fixed_size_binary(kind):
        return (b"\x00\xff\x00\xff", b"abcd")
    return (b"\xff\xfe", b"") if pa.types.is_binary(kind) else ("", "ä", "12")


def _at(moment: datetime, unit: str) -> datetime:
    """No finer than the unit."""
    return moment.replace(microsecond={"s": 0, "ms": moment.microsecond // 1000 * 1000}.get(unit, moment.microsecond))
