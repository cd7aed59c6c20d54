"""One message at a time: bytes of JSON, Avro or Protobuf held to a plan."""

from __future__ import annotations

from countersign.guard.messages.checker import Checker, Undecodable
from countersign.guard.messages.encodings import BadEncoding, Encoding, encoding
from countersign.guard.messages.from_avro import NoAvroSchema, compile_avro
from countersign.guard.messages.from_json import compile_json
from countersign.guard.messages.from_protobuf import NoProtobufSchema, compile_protobuf
from countersign.guard.messages.schemas import Registry, SchemaFiles, Schemas, SchemasAway

__all__ = [
    "BadEncoding",
    "Checker",
    "Encoding",
    "NoAvroSchema",
    "NoProtobufSchema",
    "Registry",
    "SchemaFiles",
    "Schemas",
    "SchemasAway",
    "Undecodable",
    "compile_avro",
    "compile_json",
    "compile_protobuf",
    "encoding",
]
