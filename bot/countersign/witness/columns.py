"""pyarrow: a row is written with one side's column types and cast to the other's, as readers of tables in files do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from countersign.model.contract import Dataset, Field
from countersign.model.witness import Side
from countersign.witness.referee import Objection, Opinion, Plain
from countersign.witness.sample import limit

if TYPE_CHECKING:
    import pyarrow as pa

_UNITS = {"seconds": "s", "millis": "ms", "micros": "us", "nanos": "ns"}
#: The contract's words for columns -> pyarrow's functions of its types.
_TYPES = {
    **{"string": "string", "float": "float32", "double": "float64", "null": "null"},
    **{"integer": "int64", "number": "float64"},
    **{"boolean": "bool_", "bytes": "binary", "half": "float16", "date": "date32", "json": "string", "bson": "binary"},
    **{"byte": "int8", "short": "int16", "int": "int32", "long": "int64"},
    **{"ubyte": "uint8", "ushort": "uint16", "uint": "uint32", "ulong": "uint64"},
}


_TIMES = frozenset({"date", "timestamp", "time"})


class Columns(Plain):
    """closed: a column that is not there is missed even where it may be null."""

    name = "pyarrow"
    every = True

    def __init__(self, old: Dataset, new: Dataset, *, closed: bool) -> None:
        import pyarrow as pa

        self._closed = closed
        self._schemas = {side: pa.schema([_column(one) for one in each.root.fields]) for side, each in ((Side.OLD, old), (Side.NEW, new))}

    def judge(self, value: Any, side: Side) -> Opinion:
        import pyarrow as pa

        writer, reader = self._schemas[side], self._schemas[side.other]
        if not isinstance(value, dict) or not value.keys() <= set(writer.names):
            return Opinion(False)
        try:
            row = {name: native(inner, writer.field(name).type) for name, inner in value.items()}
            table = pa.Table.from_pylist([row], schema=writer).cast(writer)
        except (pa.ArrowException, ValueError, TypeError, KeyError, OverflowError, InvalidOperation, AttributeError):
            return Opinion(False)
        return Opinion(True, tuple(self._objections(table, reader)))

    def _objections(self, table: pa.Table, reader: pa.Schema) -> Iterator[Objection]:
        import pyarrow as pa

        there = table.schema
        for field in reader:
            at = there.get_field_index(field.name)
            if at < 0 and field.nullable and not self._closed:
                continue
            if at >= 0 and there.field(at).equals(field):
                continue  # the same type takes the same values
            try:
                table.select([field.name]).cast(pa.schema([field]))
                pa.array(table.column(field.name).to_pylist(), type=field.type)  # a cast makes a text of anything
            except (pa.ArrowException, ValueError, KeyError, TypeError) as error:
                yield Objection(str(error).strip("'\""), (field.name,))


def tells_dates(old: Dataset, new: Dataset) -> bool:
    """Whether one of the two has dates or times, which JSON writes as texts, and Arrow has a type for every column of both."""
    types = {field.type for dataset in (old, new) for column in dataset.root.fields for _, field in column.walk(())}
    return bool(types & _TIMES) and types <= _TYPES.keys() | _TIMES | {"object", "array", "map"}


def native(value: Any, kind: pa.DataType) -> Any:
    """A JSON value as pyarrow takes it for a type. Raises what Python raises if it is none of that type."""
    from pyarrow import types

    if value is None:
        return None
    if types.is_struct(kind):
        return {name: native(inner, kind.field(name).type) for name, inner in value.items()}
    if types.is_map(kind):
        return [(key, native(inner, kind.item_type)) for key, inner in value.items()]
    if types.is_list(kind) or types.is_fixed_size_list(kind):
        return [native(inner, kind.value_type) for inner in value]
    if types.is_integer(kind) or types.is_floating(kind):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else _refuse()
    if types.is_decimal(kind):
        return Decimal(str(value)) if not isinstance(value, bool) else _refuse()
    if types.is_boolean(kind):
        return value if isinstance(value, bool) else _refuse()
    if not isinstance(value, str):
        return _refuse()
    if types.is_date(kind):
        return date.fromisoformat(value)
    if types.is_timestamp(kind):
        moment = datetime.fromisoformat(value)
        return moment if kind.tz is not None else moment.replace(tzinfo=None)
    if types.is_time(kind):
        return time.fromisoformat(value).replace(tzinfo=None)
    if types.is_duration(kind):
        return timedelta(days=1)
    return value.encode("latin-1") if types.is_binary(kind) or types.is_fixed_size_binary(kind) else value


def _refuse() -> Any:
    raise ValueError("none of this type")


def _column(field: Field) -> pa.Field:
    import pyarrow as pa

    return pa.field(field.name, _type(field), nullable=field.nullable)


def _type(field: Field) -> pa.DataType:
    """Raises KeyError for a type that Arrow has not."""
    import pyarrow as pa

    unit = _UNITS[str(limit(field, "timeUnit") or "micros")]
    if field.type == "object":
        return pa.struct([_column(one) for one in field.fields])
    if field.items is not None:
        inner = pa.field("item", _type(field.items), nullable=field.items.nullable)
        return pa.map_(pa.string(), inner) if field.type == "map" else pa.list_(inner)
    match field.type:
        case "decimal":
            digits = limit(field, "precision")
            return (pa.decimal128 if digits <= 38 else pa.decimal256)(digits, limit(field, "scale") or 0)
        case "timestamp":
            return pa.timestamp(unit, tz="UTC" if limit(field, "adjustedToUTC") else None)
        case "time":
            return pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit)
        case "duration":
            return pa.duration(unit)
        case "fixed" | "uuid":
            return pa.binary(limit(field, "size") or 16)
    return getattr(pa, _TYPES[field.type])()
