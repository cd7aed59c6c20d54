"""google.protobuf: a message is encoded by one side's descriptors and decoded by the other's, as bytes and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from countersign.formats.protobuf.compiler import compiled
from countersign.formats.protobuf.imports import gathered
from countersign.formats.protobuf.symbols import Symbols
from countersign.formats.source import Source
from countersign.model.contract import Dataset
from countersign.model.profile import ProtobufProfile
from countersign.model.witness import Side
from countersign.witness.referee import Objection, Opinion, Plain, Spot
from countersign.witness.trail import Trail

_NAME = "google.protobuf"
#: The member of a message that holds an enum's value alone.
_HELD = "value"
_LONGEST = 100


class Messages(Plain):
    """Bytes that decode to something else count as refused, for nothing else is: Protobuf passes over what it does not know. JSON is asked
    only where the policy promises it. A value of an enum is put into a message that holds nothing else."""

    name = _NAME

    def __init__(self, old: Source, new: Source, datasets: Trail, profile: ProtobufProfile) -> None:
        self._json = profile is not ProtobufProfile.WIRE
        self._enums = datasets.old.root.type == "enum"
        self._kinds = {Side.OLD: _message(old, datasets.old), Side.NEW: _message(new, datasets.new)}

    def judge(self, value: Any, side: Side) -> Opinion:
        from google.protobuf.json_format import ParseDict, ParseError
        from google.protobuf.message import EncodeError

        reader = self._kinds[side.other]
        try:
            message = ParseDict({_HELD: value} if self._enums else value, self._kinds[side]())
            written = message.SerializeToString()
        except (ParseError, EncodeError, TypeError, ValueError, AttributeError):
            return Opinion(False)
        return Opinion(True, tuple(_on_the_wire(message, written, reader)) or tuple(_as_json(message, reader) if self._json else ()))


def holds_values(dataset: Dataset) -> bool:
    """Services and extensions have none of their own."""
    return dataset.root.type in ("object", "enum") and bool(dataset.root.declared)


def _on_the_wire(message: Any, written: bytes, reader: Any) -> Iterator[Objection]:
    from google.protobuf.message import DecodeError

    try:
        read = reader.FromString(written)
    except DecodeError as error:
        yield Objection(str(error), ())
        return
    for missing in read.FindInitializationErrors():
        yield Objection(f"the required field {missing} is missing", tuple(missing.split(".")))
    yield from _differences(message, read, ())


def _as_json(message: Any, reader: Any) -> Iterator[Objection]:
    from google.protobuf.json_format import MessageToJson, Parse, ParseError

    try:
        Parse(MessageToJson(message), reader())
    except ParseError as error:
        yield Objection(str(error), ())


def _message(source: Source, dataset: Dataset) -> Any:
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
    from google.protobuf.message_factory import GetMessageClass

    files = gathered(source)
    symbols = Symbols(compiled(files.texts, files.path, source.file, files.names), files)
    if dataset.root.type == "object":
        return GetMessageClass(symbols.pool.FindMessageTypeByName(dataset.root.declared))
    holder = FileDescriptorProto(name="countersign/holder.proto", package="countersign", syntax="proto2", dependency=[files.path])
    field = {"name": _HELD, "number": 1, "type_name": f".{dataset.root.declared}"}
    holder.message_type.add(name="Holder").field.add(
        **field, type=FieldDescriptorProto.TYPE_ENUM, label=FieldDescriptorProto.LABEL_OPTIONAL
    )
    symbols.pool.Add(holder)
    return GetMessageClass(symbols.pool.FindMessageTypeByName("countersign.Holder"))


def _differences(written: Any, read: Any, at: Spot) -> Iterator[Objection]:
    """Fields, by their numbers, whose values are not what was written."""
    fields = read.DESCRIPTOR.fields_by_number
    for field, value in written.ListFields():
        here = (*at, field.name)
        other = fields.get(field.number)
        if other is not None and _alike(field, other) and field.message_type is not None and not field.is_repeated:
            yield from _differences(value, getattr(read, other.name), here)
        elif other is None or not _same(value, getattr(read, other.name)) or _name(field, value) != _name(other, getattr(read, other.name)):
            yield Objection(f"it reads {_shown(read)}", here)


def _name(field: Any, value: Any) -> str | None:
    """What a value of an enum is called; None if it is none, or unknown."""
    if field.enum_type is None or field.is_repeated:
        return None
    known = field.enum_type.values_by_number.get(value)
    return None if known is None else str(known.name)


def _alike(one: Any, other: Any) -> bool:
    return (one.message_type is None) == (other.message_type is None) and one.is_repeated == other.is_repeated


def _same(one: Any, other: Any) -> bool:
    """Messages of two pools are of two classes, and what counts is what was encoded."""
    if hasattr(one, "SerializeToString") and hasattr(other, "SerializeToString"):
        return bool(one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)) and not _unknown(other)
    if isinstance(one, str | bytes | int | float) or isinstance(other, str | bytes | int | float):
        return type(one) is type(other) and bool(one == other)
    if hasattr(one, "items") and hasattr(other, "items"):
        return set(one) == set(other) and all(_same(one[key], other[key]) for key in one)
    return len(one) == len(other) and all(_same(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def _unknown(message: Any) -> bool:
    from google.protobuf.unknown_fields import UnknownFieldSet

    return len(UnknownFieldSet(message)) > 0


def _shown(message: Any) -> str:
    from google.protobuf.json_format import MessageToDict

    return json.dumps(MessageToDict(message, preserving_proto_field_name=True), sort_keys=True)[:_LONGEST]
