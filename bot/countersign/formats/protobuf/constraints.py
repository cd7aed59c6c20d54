"""How the constraints of Protobuf stand to one another, one by one."""

from __future__ import annotations

import json

from countersign.formats.protobuf.reserved import read_reserved
from countersign.formats.protobuf.types import relate_types
from countersign.model.change import Relation
from countersign.model.profile import ProtobufProfile

#: What bytes and calls rest on, whatever the profile.
_ALWAYS = frozenset(
    {
        *("package", "number", "extends", "oneof", "typeName", "encoding", "messageSet"),
        *("request", "response", "clientStreaming", "serverStreaming", "idempotencyLevel"),
    }
)
_CODE = frozenset({ProtobufProfile.PACKAGE, ProtobufProfile.FILE})


def relate_constraint(name: str, old: str | None, new: str | None, profile: ProtobufProfile) -> Relation:
    """old, new: canonical JSON, None where it is not said. Everything else shows in generated code alone."""
    if name == "levelsUp":  # which type it is says ``typeName``
        return Relation.EQUAL
    if name in _ALWAYS:
        return Relation.CHANGED
    if name == "keyType":
        return relate_types(json.loads(old or '""'), json.loads(new or '""'), profile)
    if name == "reserved":
        return Relation.EQUAL if read_reserved(new).covers(read_reserved(old)) else Relation.CHANGED
    if name == "jsonFormat":  # from the usual one to the older one, which may fail
        return Relation.CHANGED if old is None and profile is not ProtobufProfile.WIRE else Relation.EQUAL
    if name == "utf8" and profile not in _CODE:
        return Relation.NARROWED if new is None else Relation.WIDENED
    return Relation.CHANGED if profile in _CODE and _takes_away(name, old, new) else Relation.EQUAL


def _takes_away(name: str, old: str | None, new: str | None) -> bool:
    if name == "extensions":
        return not read_reserved(new).covers(read_reserved(old))
    if name == "oneofs":
        return not set(json.loads(old or "[]")) <= set(json.loads(new or "[]"))
    return old is None or name != "noStandardDescriptorAccessor"
