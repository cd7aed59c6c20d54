"""A case's record as Avro and Protobuf, by a schema made of the record alone: so that it carries what the contract would not allow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

NULL = "it has no null"
NAMES = "its names are letters, digits and underscores"
WIDE = "its integers have 64 bits"
MIXED = "its lists hold one type, and no lists"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class Unsayable(Exception):
    pass


def avro(record: dict[str, Any]) -> tuple[str, bytes]:
    """(the writer's schema, the record). Raises `Unsayable`."""
    from fastavro import parse_schema, schemaless_writer

    schema = _avro_type([record], "r")
    stream = BytesIO()
    schemaless_writer(stream, parse_schema(schema), record)
    return json.dumps(schema), stream.getvalue()


def _avro_type(values: list[Any], name: str) -> Any:
    found: list[Any] = []
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        elements = [element for value in lists for element in value]
        found.append({"type": "array", "items": _avro_type(elements, f"{name}_e") if elements else "string"})
    for at, value in enumerate(value for value in values if isinstance(value, dict)):
        _check_names(value)
        fields = [{"name": key, "type": _avro_type([inner], f"{name}_{key}_{at}")} for key, inner in value.items()]
        found.append({"type": "record", "name": f"{name}_{at}", "fields": fields})
    plain = {_plain(value, {bool: "boolean", int: "long", float: "double", str: "string", type(None): "null"}) for value in values} - {None}
    found += sorted(plain)
    return found[0] if len(found) == 1 else found


def protobuf(record: dict[str, Any]) -> tuple[bytes, bytes]:
    """(the set of descriptors, the record as `r.R0`). Raises `Unsayable`."""
    from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.json_format import ParseDict
    from google.protobuf.message_factory import GetMessageClass

    file = FileDescriptorProto(name="r.proto", package="r", syntax="proto2")
    _message(file, [record])
    pool = DescriptorPool()
    pool.Add(file)
    message = GetMessageClass(pool.FindMessageTypeByName("r.R0"))()
    ParseDict(record, message)
    return FileDescriptorSet(file=[file]).SerializeToString(), message.SerializeToString()


def _message(file: Any, records: Iterable[dict[str, Any]]) -> str:
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

    message = file.message_type.add(name=f"R{len(file.message_type)}")
    name = f".r.{message.name}"
    together: dict[str, list[Any]] = {}
    for record in records:
        _check_names(record)
        for key, value in record.items():
            together.setdefault(key, []).append(value)
    at = len(file.message_type) - 1
    for number, (key, values) in enumerate(together.items(), 1):
        lists = [value for value in values if isinstance(value, list)]
        elements = [element for value in lists for element in value] if lists else values
        if lists and (len(lists) != len(values) or any(isinstance(element, list) for element in elements)):
            raise Unsayable(MIXED)
        objects = [element for element in elements if isinstance(element, dict)]
        types = {bool: Field.TYPE_BOOL, int: Field.TYPE_INT64, float: Field.TYPE_DOUBLE, str: Field.TYPE_STRING}
        plain = {_plain(element, types) for element in elements} - {None}
        if None in elements:
            raise Unsayable(NULL)
        if len(plain) + bool(objects) > 1:
            raise Unsayable(MIXED)
        inner = _message(file, objects) if objects else ""
        kind = Field.TYPE_MESSAGE if objects else next(iter(plain), Field.TYPE_STRING)
        label = Field.LABEL_REPEATED if lists else Field.LABEL_OPTIONAL
        file.message_type[at].field.add(name=key, json_name=key, number=number, type=kind, label=label, type_name=inner or None)
    return name


def _plain(value: Any, types: dict[type, Any]) -> Any:
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise Unsayable(WIDE)
    return types.get(type(value))


def _check_names(record: dict[str, Any]) -> None:
    if not all(map(_NAME.match, record)):
        raise Unsayable(NAMES)
