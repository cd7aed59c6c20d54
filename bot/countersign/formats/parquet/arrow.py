"""Arrow IPC (a file, a stream, or a schema alone: ``.arrow``, ``.ipc``, ``.feather``) -> fields, all on line 1. pyarrow reads the bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from countersign.formats.binary import check_pyarrow, from_text
from countersign.formats.marked import Unreadable
from countersign.formats.parquet.columns import Count, decimal, key_text, members, named, scalar, timestamp
from countersign.formats.source import MAX_SHOWN
from countersign.model.contract import Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

if TYPE_CHECKING:
    import pyarrow as pa

_UNITS = {"s": "seconds", "ms": "millis", "us": "micros", "ns": "nanos"}
#: Arrow's words without arguments -> ours. How texts and bytes are laid out in memory is no reader's business.
_WORDS = {
    "binary": "bytes",
    "binary_view": "bytes",
    "bool": "boolean",
    "date32[day]": "date",
    "date64[ms]": "date",
    "double": "double",
    "float": "float",
    "halffloat": "half",
    "int16": "short",
    "int32": "int",
    "int64": "long",
    "int8": "byte",
    "large_binary": "bytes",
    "large_string": "string",
    "month_day_nano_interval": "interval",
    "null": "null",
    "string": "string",
    "string_view": "string",
    "uint16": "ushort",
    "uint32": "uint",
    "uint64": "ulong",
    "uint8": "ubyte",
}
#: Extension types that have a word of their own.
_EXTENSIONS = {"arrow.json": "json", "arrow.uuid": "uuid"}
_DESCRIPTIONS = (b"description", b"comment", b"doc")
_REMEDY = "Write it again with the tool that made it; Feather's first version is not read"


class ArrowSchema:
    """Reads one file. Raises `Unreadable`."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._schema = _schema(file, text)
        self._count = Count(file)

    def root(self, name: str) -> Field:
        try:
            fields = members(self._field(self._schema.field(at), 1) for at in range(len(self._schema)))
        except UnicodeDecodeError:  # pyarrow decodes a text when it is asked for
            raise Unreadable(self._file, 1, "a name in the schema is not UTF-8 text", _REMEDY) from None
        return named(replace(scalar("object"), fields=fields), name, Place(file=self._file, line=1))

    def _field(self, field: pa.Field, depth: int, name: str | None = None) -> Field:
        """name: where the path has a mark instead of the field's own name."""
        self._count.one_more(depth)
        metadata = field.metadata or {}
        found = self._type(field.type, depth)
        id_ = metadata.get(b"PARQUET:field_id", b"").decode("utf-8", "replace")
        id_ = id_ if id_.isdecimal() and len(id_) < 10 else ""
        text = next((metadata[key].decode("utf-8", "replace") for key in _DESCRIPTIONS if key in metadata), "")
        extension = metadata.get(b"ARROW:extension:name", b"").decode("utf-8", "replace")
        return named(
            found,
            field.name if name is None else name,
            Place(file=self._file, line=1, text=_shown(field)),
            identity="" if name is not None else id_,
            nullable=field.nullable,
            constraints={**found.constraints, **({"fieldId": canonical(int(id_))} if id_ else {})},
            meaning={**found.meaning, **({"description": text} if text else {})},
            unread={**found.unread, **({"extension": canonical(extension)} if extension else {})},
        )

    def _type(self, kind: pa.DataType, depth: int) -> Field:
        import pyarrow as pa
        from pyarrow import types

        if isinstance(kind, pa.BaseExtensionType):
            word = _EXTENSIONS.get(kind.extension_name)
            found = scalar(word) if word else self._type(kind.storage_type, depth)
            return found if word else replace(found, unread={"extension": canonical(kind.extension_name)})
        if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
            return self._type(kind.value_type, depth)
        if types.is_struct(kind):
            return replace(scalar("object"), type_text="struct", fields=members(self._field(one, depth + 1) for one in kind))
        if types.is_map(kind):
            key = self._field(kind.key_field, depth + 1, "")
            items = self._field(kind.item_field, depth + 1, VALUE)
            return replace(scalar("map", keyType=key_text(key)), type_text="map", items=items)
        if types.is_fixed_size_list(kind):
            items = self._field(kind.value_field, depth + 1, ELEMENT)
            return replace(scalar("array", minItems=kind.list_size, maxItems=kind.list_size), items=items)
        if hasattr(kind, "value_field"):
            return replace(scalar("array"), items=self._field(kind.value_field, depth + 1, ELEMENT))
        if types.is_union(kind):
            branches = tuple(self._field(kind.field(at), depth + 1) for at in range(kind.num_fields))
            return replace(scalar("union"), type_text="union", branches=branches)
        return _plain(kind)


def _shown(field: pa.Field) -> str:
    return str(field).removeprefix("pyarrow.Field<").removesuffix(">")[:MAX_SHOWN]


def _plain(kind: Any) -> Field:
    from pyarrow import types

    if types.is_decimal(kind):
        return decimal(kind.precision, kind.scale)
    if types.is_timestamp(kind):
        found = timestamp(_UNITS[kind.unit], adjusted=kind.tz is not None)
        return replace(found, meaning={"timezone": kind.tz}) if kind.tz else found
    if types.is_time(kind):
        return scalar("time", timeUnit=_UNITS[kind.unit], adjustedToUTC=False)
    if types.is_duration(kind):
        return scalar("duration", timeUnit=_UNITS[kind.unit])
    if types.is_fixed_size_binary(kind):
        return scalar("fixed", size=kind.byte_width)
    word = _WORDS.get(str(kind))
    return scalar(word) if word else replace(scalar("any"), type_text=str(kind), unread={"type": canonical(str(kind)[:MAX_SHOWN])})


def _schema(file: str, text: str) -> pa.Schema:
    check_pyarrow(file)
    import pyarrow as pa
    from pyarrow import ipc

    raw = pa.py_buffer(from_text(file, text))
    reason = ""
    for read in (lambda: ipc.open_file(raw).schema, lambda: ipc.open_stream(raw).schema):
        try:
            return read()  # type: ignore[no-untyped-call]  # pyarrow has no types
        except (pa.ArrowException, OSError, ValueError) as error:
            reason = (str(error).strip().split("\n") or [""])[0][:MAX_SHOWN].rstrip(". ")
    raise Unreadable(file, 1, f"this is no Arrow file or stream that can be read: {reason}", _REMEDY)
