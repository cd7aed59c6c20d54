"""Descriptors -> fields. Messages are written out where they are used; inside themselves they are a ``ref``.

A field is known by its number, which is part of what it says: a field of the same name under another number is another one on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from countersign.formats.protobuf import symbols as at
from countersign.formats.protobuf.imports import BUNDLED
from countersign.formats.protobuf.options import custom_options, language_feature
from countersign.formats.protobuf.places import Address
from countersign.formats.protobuf.symbols import Symbol, Symbols
from countersign.model.contract import Enum, EnumValue, Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

#: A message used in many places is written out in each.
MAX_FIELDS = 20_000
#: Messages that stand for a value for which every language has a type.
_VALUES = {"google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration"}
#: By `FieldDescriptorProto.Type`.
_WORDS = (
    *("", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group", "object", "bytes", "uint32"),
    *("enum", "sfixed32", "sfixed64", "sint32", "sint64"),
)
_GROUP, _MESSAGE, _ENUM, _STRING = 10, 11, 14, 9
_JAVA_STRING_CHECK_UTF8 = 27  # its number in FileOptions


class TooMany(Exception):
    """Written out, there are more than `MAX_FIELDS`."""


class Reading:
    """briefly: a message that the file itself declares is only named where it is used."""

    def __init__(self, symbols: Symbols, *, briefly: bool) -> None:
        self.symbols = symbols
        self._briefly = briefly
        self._package = f"{symbols.file.package}." if symbols.file.package else ""
        options, places = symbols.file.options, symbols.places(symbols.file.name)
        self._java_utf8 = places.at(at.FILE_OPTIONS, _JAVA_STRING_CHECK_UTF8) if options.java_string_check_utf8 else None
        self._above: list[str] = []  # the messages around, one for each step
        self._fields = 0

    def short(self, full_name: str) -> str:
        """Without the file's own package, which is judged by itself."""
        return full_name.removeprefix(".").removeprefix(self._package)

    def members(self, symbol: Symbol) -> tuple[Field, ...]:
        """The fields of a message."""
        with self._inside(symbol.full_name):
            return self._of(symbol)

    def _of(self, symbol: Symbol) -> tuple[Field, ...]:
        return tuple(
            self.field(symbol, one, f"{symbol.full_name}.{one.name}", (*symbol.address, at.MESSAGE_FIELD, index), symbol.proto)
            for index, one in enumerate(symbol.proto.field)
        )

    def message(self, name: str, type_name: str, place: Place, call: str) -> Field:
        """What a call takes or gives: written out if it is imported, for else it has a dataset of its own.

        name: ``request`` or ``response``. call: its full name.
        """
        full = type_name.removeprefix(".")
        symbol = self.symbols.named(full)
        said = {name: canonical(self.short(full))}
        bare = Field(name=name, place=place, type="message", type_text=full, required=True, declared=f"{call}.{name}", constraints=said)
        if symbol.path.startswith(BUNDLED) or symbol.path == self.symbols.file.name:
            return bare
        return replace(bare, type="object", fields=self.members(symbol))

    def field(self, symbol: Symbol, proto: Any, full_name: str, address: Address, message: Any = None) -> Field:
        """symbol: where it is declared. message: the descriptor around it; None for an extension."""
        self._count()
        places = self.symbols.places(symbol.path)
        find = self.symbols.pool.FindFieldByName if message is not None else self.symbols.pool.FindExtensionByName
        descriptor = find(full_name)
        comment = places.comment(*address)
        own = {
            "name": proto.name,
            "identity": str(proto.number),
            "place": places.at(*address),
            "declared": full_name,
            "meaning": {"description": comment} if comment else {},
            "unread": custom_options(proto.options, self.symbols),
            "required": descriptor.is_required,
            "places": {"javaUtf8": self._java_utf8} if self._java_utf8 else {},
        }
        said = {"number": str(proto.number), **self._said(proto, descriptor, message)}
        if descriptor.is_repeated:
            with self._inside(""):  # the list itself is a step
                return self._repeated(self._value(proto, descriptor), full_name, own, said)
        value = self._value(proto, descriptor)
        default = canonical(proto.default_value) if proto.HasField("default_value") else None
        own["places"] = {**value.places, **own["places"]}
        return replace(value, **own, default=default, constraints={**value.constraints, **said})

    def _repeated(self, value: Field, full_name: str, own: dict[str, Any], said: dict[str, str]) -> Field:
        if value.type == "map entry":
            key, value = value.fields
            item = replace(
                value,
                name=VALUE,
                identity="",
                place=own["place"],
                declared=full_name + VALUE,
                meaning={},
                constraints={name: text for name, text in value.constraints.items() if name in ("typeName", "encoding")},
            )
            text = f"map<{key.type_text}, {value.type_text}>"
            return Field(type="map", type_text=text, items=item, constraints={**said, "keyType": canonical(key.type)}, **own)
        item = replace(value, name=ELEMENT, place=own["place"], declared=full_name + ELEMENT)
        return Field(type="array", type_text=f"repeated {value.type_text}", items=item, constraints=said, **own)

    def _value(self, proto: Any, descriptor: Any) -> Field:
        """What one value is, without its name."""
        word = _WORDS[descriptor.type]
        bare = Field(name="", place=self.symbols.places(self.symbols.file.name).at(), type=word, type_text=word)
        if descriptor.type not in (_GROUP, _MESSAGE, _ENUM):
            return bare
        full = proto.type_name.removeprefix(".")
        if descriptor.type != _ENUM and full in _VALUES:
            return replace(bare, type=_VALUES[full], type_text=full)
        symbol = self.symbols.named(full)
        if symbol.path.startswith(BUNDLED):
            return replace(bare, type=full, type_text=full)
        constraints = {"typeName": canonical(self.short(full))}
        if descriptor.type == _ENUM:
            return replace(bare, type_text=full, enum=self.enum(symbol), constraints=constraints)
        if descriptor.type == _GROUP:
            constraints["encoding"] = canonical("group")
        if full in self._above:
            levels = len(self._above) - max(index for index, name in enumerate(self._above) if name == full)
            return replace(bare, type="ref", type_text=self.short(full), constraints={**constraints, "levelsUp": str(levels)})
        if symbol.proto.options.map_entry:
            return replace(bare, type="map entry", fields=self._of(symbol))
        if self._briefly and symbol.path == self.symbols.file.name:
            return replace(bare, type="message", type_text=full, constraints=constraints)
        places = {"members": self.symbols.place(symbol)} if symbol.path != self.symbols.file.name else {}
        return replace(bare, type="object", type_text=full, fields=self.members(symbol), constraints=constraints, places=places)

    def _said(self, proto: Any, descriptor: Any, message: Any) -> dict[str, str]:
        """What a field says besides its number and type."""
        said = {}
        if message is not None and proto.HasField("oneof_index") and not proto.proto3_optional:
            said["oneof"] = canonical(message.oneof_decl[proto.oneof_index].name)
        elif not descriptor.is_repeated and descriptor.message_type is None:
            said |= {"presence": canonical("explicit")} if descriptor.has_presence else {}
        if message is not None and proto.json_name != json_name(proto.name):
            said["jsonName"] = canonical(proto.json_name)
        options, features = proto.options, descriptor._GetFeatures()
        if options.jstype:
            said["jstype"] = canonical(options.JSType.Name(options.jstype))
        if options.ctype:
            said["cppStringType"] = canonical(options.CType.Name(options.ctype))
        if text := self._language("pb.cpp", "stringType", options):
            said["cppStringType"] = canonical(text)
        if descriptor.type == _STRING:
            if features.utf8_validation == features.NONE:
                said["utf8"] = canonical("NONE")
            java = self._language("pb.java", "utf8Validation", options)
            if java == "VERIFY" or self._java_utf8:
                said["javaUtf8"] = canonical("VERIFY")
        return said

    def _language(self, language: str, feature: str, options: Any) -> str:
        """Of a field, else of the file."""
        return language_feature(options, self.symbols, language, feature) or language_feature(
            self.symbols.file.options, self.symbols, language, feature
        )

    def enum(self, symbol: Symbol) -> Enum:
        closed = self.symbols.pool.FindEnumTypeByName(symbol.full_name).is_closed
        values = []
        for index, one in enumerate(symbol.proto.value):
            below = (at.ENUM_VALUE, index)
            place, comment = self.symbols.place(symbol, *below), self.symbols.comment(symbol, *below)
            values.append(EnumValue(value=one.name, place=place, meaning=comment, number=str(one.number)))
        return Enum(values=tuple(values), place=self.symbols.place(symbol), open=not closed, declared=symbol.full_name)

    @contextmanager
    def _inside(self, full_name: str) -> Iterator[None]:
        self._above.append(full_name)
        try:
            yield
        finally:
            self._above.pop()

    def _count(self) -> None:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise TooMany


def json_name(name: str) -> str:
    """The name in JSON where none is given: lower camel case, as ``descriptor.proto`` has it."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
