"""What a file declares -> datasets: messages and enums, nested ones too, services and extensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from countersign.formats.marked import Unreadable
from countersign.formats.protobuf import symbols as at
from countersign.formats.protobuf.options import custom_options
from countersign.formats.protobuf.reading import MAX_FIELDS, Reading, TooMany
from countersign.formats.protobuf.reserved import Reserved, read_reserved
from countersign.formats.protobuf.symbols import Symbol, Symbols
from countersign.model.contract import Dataset, Field, canonical

# Field numbers of options in descriptor.proto, and of features in these.
_ACCESSOR, _IDEMPOTENCY, _MESSAGE_JSON_FORMAT, _ENUM_JSON_FORMAT, _ENUM_TYPE = 2, 34, (12, 6), (7, 6), (7, 2)


def datasets(symbols: Symbols) -> tuple[Dataset, ...]:
    """One for each declaration. Raises `Unreadable` if there is too much of them."""
    own = [symbol for symbol in symbols.own() if not (symbol.kind == "message" and symbol.proto.options.map_entry)]
    for briefly in (False, True):
        reading = Reading(symbols, briefly=briefly)
        try:
            return tuple(_dataset(reading, symbol) for symbol in own)
        except TooMany:
            continue
    raise Unreadable(
        symbols.place(own[0]).file,
        1,
        f"written out with what it imports, it has more than {MAX_FIELDS:,} fields",
        "Split it into several contracts",
    )


def _dataset(reading: Reading, symbol: Symbol) -> Dataset:
    name, place = reading.short(symbol.full_name), reading.symbols.place(symbol)
    root = _KINDS[symbol.kind](reading, symbol)
    comment = reading.symbols.comment(symbol)
    options = custom_options(symbol.proto.options, reading.symbols)
    return Dataset(
        name=name,
        place=place,
        root=replace(root, name=name, identity="", place=place, declared=symbol.full_name, meaning={}, unread=options),
        meaning={"description": comment} if comment else {},
    )


def _message(reading: Reading, symbol: Symbol) -> Field:
    proto = symbol.proto
    said: dict[str, Any] = {
        "reserved": _reserved(symbol),
        "extensions": [_range(one.start, one.end - 1) for one in proto.extension_range],
        "oneofs": sorted(_oneofs(proto)),
        "messageSet": proto.options.message_set_wire_format,
        "noStandardDescriptorAccessor": proto.options.no_standard_descriptor_accessor,
    }
    features = reading.symbols.pool.FindMessageTypeByName(symbol.full_name)._GetFeatures()
    return Field(
        name="",
        place=reading.symbols.place(symbol),
        type="object",
        type_text=symbol.full_name,
        required=True,
        fields=reading.members(symbol),
        constraints={**_stated(said), **_json_format(features)},
        places={
            "noStandardDescriptorAccessor": reading.symbols.place(symbol, at.MESSAGE_OPTIONS, _ACCESSOR),
            "jsonFormat": reading.symbols.place(symbol, at.MESSAGE_OPTIONS, *_MESSAGE_JSON_FORMAT),
        },
    )


def _enum(reading: Reading, symbol: Symbol) -> Field:
    descriptor = reading.symbols.pool.FindEnumTypeByName(symbol.full_name)
    return Field(
        name="",
        place=reading.symbols.place(symbol),
        type="enum",
        type_text="enum",
        required=True,
        enum=reading.enum(symbol),
        constraints={**_stated({"reserved": _reserved(symbol)}), **_json_format(descriptor._GetFeatures())},
        places={
            "enumOpen": reading.symbols.place(symbol, at.ENUM_OPTIONS, *_ENUM_TYPE),
            "jsonFormat": reading.symbols.place(symbol, at.ENUM_OPTIONS, *_ENUM_JSON_FORMAT),
        },
    )


def _extension(reading: Reading, symbol: Symbol) -> Field:
    field = reading.field(symbol, symbol.proto, symbol.full_name, symbol.address)
    return replace(field, constraints={**field.constraints, "extends": canonical(reading.short(symbol.proto.extendee))})


def _service(reading: Reading, symbol: Symbol) -> Field:
    rpcs = tuple(_rpc(reading, symbol, index, one) for index, one in enumerate(symbol.proto.method))
    return Field(name="", place=reading.symbols.place(symbol), type="service", type_text="service", required=True, fields=rpcs)


def _rpc(reading: Reading, symbol: Symbol, index: int, method: Any) -> Field:
    below = (at.SERVICE_METHOD, index)
    comment = reading.symbols.comment(symbol, *below)
    request, response = reading.short(method.input_type), reading.short(method.output_type)
    said = {
        "clientStreaming": method.client_streaming,
        "serverStreaming": method.server_streaming,
        "idempotencyLevel": method.options.idempotency_level and method.options.IdempotencyLevel.Name(method.options.idempotency_level),
    }
    types = {"request": method.input_type, "response": method.output_type}
    declared = f"{symbol.full_name}.{method.name}"
    return Field(
        name=method.name,
        fields=tuple(
            reading.message(name, type_name, reading.symbols.place(symbol, *below), declared) for name, type_name in types.items()
        ),
        place=reading.symbols.place(symbol, *below),
        type="rpc",
        type_text=f"{'stream ' * method.client_streaming}{request} -> {'stream ' * method.server_streaming}{response}",
        required=True,
        declared=declared,
        meaning={"description": comment} if comment else {},
        unread=custom_options(method.options, reading.symbols),
        constraints=_stated(said),
        places={"idempotencyLevel": reading.symbols.place(symbol, *below, at.METHOD_OPTIONS, _IDEMPOTENCY)},
    )


_KINDS = {"message": _message, "enum": _enum, "service": _service, "extension": _extension}


def reserved(symbols: Symbols) -> dict[str, Reserved]:
    """Full name of a message or enum -> what it reserves, of imported ones too."""
    kinds = [symbol for symbol in symbols.all() if symbol.kind in ("message", "enum")]
    return {symbol.full_name: read_reserved(canonical(_reserved(symbol))) for symbol in kinds}


def _reserved(symbol: Symbol) -> list[str]:
    """``5 to 10``, ``7``, ``old_name``. In descriptors of messages the end of a range lies behind it, in those of enums it does not."""
    beyond = 1 if symbol.kind == "message" else 0
    ranges = sorted((one.start, one.end - beyond) for one in symbol.proto.reserved_range)
    return [*(_range(start, end) for start, end in ranges), *sorted(symbol.proto.reserved_name)]


def _range(start: int, end: int) -> str:
    return str(start) if start == end else f"{start} to {end}"


def _oneofs(proto: Any) -> set[str]:
    """Those that were written; protoc makes one more for every optional field of proto3."""
    made = {one.oneof_index for one in proto.field if one.proto3_optional}
    return {one.name for index, one in enumerate(proto.oneof_decl) if index not in made}


def _json_format(features: Any) -> dict[str, str]:
    """Only where it is not the usual one."""
    name = features.JsonFormat.Name(features.json_format)
    return {} if name == "ALLOW" else {"jsonFormat": canonical(name)}


def _stated(said: dict[str, Any]) -> dict[str, str]:
    return {name: canonical(value) for name, value in said.items() if value}
