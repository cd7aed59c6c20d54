"""Avro's binary encoding (specification 1.12), read from bytes that anybody may have written.

fastavro reads the schemas and unpacks files, but not these bytes: a message of a recursive type that is nested 50,000 deep ends its
process, a decimal of one megabyte takes it minutes, an array of empty records grows by its count alone, and a negative index of an enum
counts from the end.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from countersign.guard.messages.avro_logical import LOGICAL
from countersign.guard.messages.checker import Undecodable

#: Records within records, as many as Protobuf allows.
_DEEPEST = 100
#: Elements of a message, in all its arrays, that may take no bytes at all: nulls, and records of nothing else.
_WEIGHTLESS = 10_000
_INT32 = range(-(2**31), 2**31)


class _Cursor:
    __slots__ = ("at", "data", "depth", "weightless")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.depth = 0
        self.weightless = 0

    def take(self, size: int) -> bytes:
        start, end = self.at, self.at + size
        if size < 0 or end > len(self.data):
            raise Undecodable("it ends too early, or a length in it is wrong")
        self.at = end
        return self.data[start:end]

    def end(self) -> None:
        if self.at != len(self.data):
            raise Undecodable(f"{len(self.data) - self.at:,} bytes stand behind the record")

    def nothing_taken(self) -> None:
        self.weightless += 1
        if self.weightless > _WEIGHTLESS:
            raise Undecodable(f"it has more than {_WEIGHTLESS:,} elements that take no bytes")


_Read = Callable[[_Cursor], Any]


def reader(schema: Any, named: Mapping[str, Any]) -> Callable[[bytes], Any]:
    """The decoder of messages of a parsed schema: one value, which takes all of the bytes. It raises `Undecodable`.

    named: the schema's types by their full names. Dates, times, decimals and UUIDs of 16 bytes become Python's own (`avro_logical`).
    """
    read = _Compiler(named).make(schema)

    def decode(data: bytes) -> Any:
        cursor = _Cursor(data)
        value = _one(read, cursor)
        cursor.end()
        return value

    return decode


def records_reader(schema: Any, named: Mapping[str, Any]) -> Callable[[bytes, int], Iterator[Any]]:
    """The same for as many records as are said to stand one behind the other, as in a file's block."""
    read = _Compiler(named).make(schema)

    def decode(data: bytes, count: int) -> Iterator[Any]:
        cursor = _Cursor(data)
        for _ in range(count):
            yield _one(read, cursor)
        cursor.end()

    return decode


def _one(read: _Read, cursor: _Cursor) -> Any:
    before = cursor.at
    try:
        value = read(cursor)
    except UnicodeDecodeError:
        raise Undecodable("a text in it is not UTF-8") from None
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    if cursor.at == before:
        cursor.nothing_taken()
    return value


class _Compiler:
    def __init__(self, named: Mapping[str, Any]) -> None:
        self._named = named
        self._made: dict[str, _Read] = {}

    def make(self, schema: Any) -> _Read:
        if isinstance(schema, list):
            return _union([self.make(branch) for branch in schema])
        word = schema if isinstance(schema, str) else schema["type"]
        if word in _PRIMITIVE:
            return _logical(schema, _PRIMITIVE[word])
        if isinstance(schema, str):
            return self._by_name(schema)
        match word:
            case "array":
                return _array(self.make(schema["items"]))
            case "map":
                return _map(self.make(schema["values"]))
            case "enum":
                return _enum(schema["symbols"])
            case "fixed":
                size = schema["size"]
                return _logical(schema, lambda cursor: cursor.take(size))
            case "record" | "error":
                return self._record(schema)
        return self.make(word)  # a type in a type's place

    def _record(self, schema: Mapping[str, Any]) -> _Read:
        fields: list[tuple[str, _Read]] = []
        made = self._made[schema["name"]] = _record(fields)  # before its fields, one of which may be such a record
        fields += [(field["name"], self.make(field["type"])) for field in schema["fields"]]
        return made

    def _by_name(self, name: str) -> _Read:
        if name not in self._made:
            self._made[name] = self.make(self._named[name])
        return self._made[name]


def _logical(schema: Any, read: _Read) -> _Read:
    make = LOGICAL.get((schema["type"], schema.get("logicalType", ""))) if isinstance(schema, dict) else None
    if make is None:
        return read
    convert = make(schema)
    return lambda cursor: convert(read(cursor))


def _long(cursor: _Cursor) -> int:
    data, at = cursor.data, cursor.at
    value = shift = 0
    try:
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 63:
                raise Undecodable("an integer in it has more than 64 bits")
    except IndexError:
        raise Undecodable("it ends too early, or a length in it is wrong") from None
    if value >> 64:
        raise Undecodable("an integer in it has more than 64 bits")
    cursor.at = at
    return (value >> 1) ^ -(value & 1)


def _int(cursor: _Cursor) -> int:
    value = _long(cursor)
    if value not in _INT32:
        raise Undecodable("an integer in it has more than 32 bits")
    return value


def _boolean(cursor: _Cursor) -> bool:
    byte = cursor.take(1)[0]
    if byte > 1:
        raise Undecodable("a boolean in it is neither 0 nor 1")
    return byte == 1


def _number(form: str) -> _Read:
    packed = struct.Struct(form)
    return lambda cursor: packed.unpack(cursor.take(packed.size))[0]


def _bytes(cursor: _Cursor) -> bytes:
    return cursor.take(_long(cursor))


def _string(cursor: _Cursor) -> str:
    return cursor.take(_long(cursor)).decode()


def _union(branches: list[_Read]) -> _Read:
    def read(cursor: _Cursor) -> Any:
        index = _long(cursor)
        if not 0 <= index < len(branches):
            raise Undecodable("a union in it has no such branch")
        return branches[index](cursor)

    return read


def _enum(symbols: list[str]) -> _Read:
    def read(cursor: _Cursor) -> str:
        index = _long(cursor)
        if not 0 <= index < len(symbols):
            raise Undecodable("an enum in it has no such symbol")
        return symbols[index]

    return read


def _record(fields: list[tuple[str, _Read]]) -> _Read:
    """fields: filled in afterwards."""

    def read(cursor: _Cursor) -> dict[str, Any]:
        cursor.depth += 1
        if cursor.depth > _DEEPEST:
            raise Undecodable("nested too deeply")
        found = {name: value(cursor) for name, value in fields}
        cursor.depth -= 1
        return found

    return read


def _array(item: _Read) -> _Read:
    def read(cursor: _Cursor) -> list[Any]:
        found: list[Any] = []
        for count in _blocks(cursor):
            for _ in range(count):
                before = cursor.at
                found.append(item(cursor))
                if cursor.at == before:
                    cursor.nothing_taken()
        return found

    return read


def _map(value: _Read) -> _Read:
    def read(cursor: _Cursor) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for count in _blocks(cursor):
            for _ in range(count):
                name = _string(cursor)
                found[name] = value(cursor)
        return found

    return read


def _blocks(cursor: _Cursor) -> Iterator[int]:
    """The count of each block; after it, its size is held to what was said, where it was."""
    while count := _long(cursor):
        end = None
        if count < 0:
            count, size = -count, _long(cursor)
            end = cursor.at + size
        yield count
        if end is not None and cursor.at != end:
            raise Undecodable("a block in it has another size than it says")


_PRIMITIVE: Mapping[str, _Read] = {
    "null": lambda cursor: None,
    "boolean": _boolean,
    "int": _int,
    "long": _long,
    "float": _number("<f"),
    "double": _number("<d"),
    "bytes": _bytes,
    "string": _string,
}
