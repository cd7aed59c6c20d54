"""What the files of one compilation declare, by full name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from countersign.formats.marked import Unreadable
from countersign.formats.protobuf.imports import Files
from countersign.formats.protobuf.places import Address, Places
from countersign.model.contract import Place

# Field numbers of descriptor.proto: where an element stands in the one around it.
FILE_PACKAGE, FILE_MESSAGE, FILE_ENUM, FILE_SERVICE, FILE_EXTENSION, FILE_OPTIONS, FILE_SYNTAX, FILE_EDITION = 2, 4, 5, 6, 7, 8, 12, 14
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM, MESSAGE_EXTENSION = 2, 3, 4, 6
MESSAGE_OPTIONS, ENUM_VALUE, ENUM_OPTIONS = 7, 2, 3
SERVICE_METHOD, METHOD_OPTIONS = 2, 4


@dataclass(frozen=True)
class Symbol:
    """A message, enum, service or extension. proto: its descriptor as a message; path: the file, as the compiler knows it."""

    kind: str
    full_name: str
    proto: Any
    path: str
    address: Address


class Symbols:
    """Made of a ``FileDescriptorSet`` that protoc wrote."""

    def __init__(self, descriptors: Any, files: Files) -> None:
        from google.protobuf.descriptor_pool import DescriptorPool

        self.pool = DescriptorPool()
        self._files = files
        self._protos = {}
        self._places: dict[str, Places] = {}
        self._found: dict[str, Symbol] = {}
        for proto in descriptors.file:
            self._add(proto)
            self._protos[proto.name] = proto
            for symbol in _declared(proto):
                self._found[symbol.full_name] = symbol

    def _add(self, proto: Any) -> None:
        """protoc takes messages that are larger than the library can hold."""
        try:
            self.pool.Add(proto)
        except TypeError as error:
            why = str(error).rpartition(": ")[2]
            raise Unreadable(
                self._files.names.get(proto.name, proto.name), 1, f"Protobuf's own library refuses it: {why}", "Split it"
            ) from None

    @property
    def file(self) -> Any:
        """The file itself."""
        return self._protos[self._files.path]

    def all(self) -> list[Symbol]:
        """Those of every file."""
        return list(self._found.values())

    def own(self) -> list[Symbol]:
        """Those that the file itself declares, in its order."""
        return [symbol for symbol in self._found.values() if symbol.path == self._files.path]

    def named(self, type_name: str) -> Symbol:
        """type_name: as descriptors write it, with the dot in front."""
        return self._found[type_name.removeprefix(".")]

    def places(self, path: str) -> Places:
        if path not in self._places:
            self._places[path] = Places(self._files.names[path], self._files.texts[path], self._protos[path].source_code_info)
        return self._places[path]

    def place(self, symbol: Symbol, *below: int) -> Place:
        return self.places(symbol.path).at(*symbol.address, *below)

    def comment(self, symbol: Symbol, *below: int) -> str:
        return self.places(symbol.path).comment(*symbol.address, *below)


def _declared(file: Any) -> Iterator[Symbol]:
    package = f"{file.package}." if file.package else ""
    todo: list[tuple[str, Any, str, Address]] = [("message", one, package, (FILE_MESSAGE, at)) for at, one in enumerate(file.message_type)]
    for kind, number, protos in (
        ("enum", FILE_ENUM, file.enum_type),
        ("service", FILE_SERVICE, file.service),
        ("extension", FILE_EXTENSION, file.extension),
    ):
        for at, one in enumerate(protos):
            yield Symbol(kind, package + one.name, one, file.name, (number, at))
    while todo:
        kind, message, around, address = todo.pop()
        full = around + message.name
        yield Symbol(kind, full, message, file.name, address)
        todo += [(kind, one, full + ".", (*address, MESSAGE_NESTED, at)) for at, one in enumerate(message.nested_type)]
        for kind_, number, protos in (("enum", MESSAGE_ENUM, message.enum_type), ("extension", MESSAGE_EXTENSION, message.extension)):
            for at, one in enumerate(protos):
                yield Symbol(kind_, f"{full}.{one.name}", one, file.name, (*address, number, at))
