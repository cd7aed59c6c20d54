"""Which scalar types can stand in for one another (protobuf.dev, "Updating A Message Type"; ProtoJSON).

On the wire ``int32``, ``uint32``, ``int64``, ``uint64`` and ``bool`` are one varint, and a reader takes what does not fit as a cast in C++
would. That is the promise of the profile ``WIRE``: the bytes can be read. JSON keeps no such promise: a reader refuses a number out of
its range, 64-bit numbers are texts and 32-bit ones are not. So from ``WIRE_JSON`` on another type is another type.
"""

from __future__ import annotations

from countersign.model.change import Relation
from countersign.model.profile import ProtobufProfile

_ONE_ON_THE_WIRE = (
    frozenset({"int32", "uint32", "int64", "uint64", "bool"}),
    frozenset({"sint32", "sint64"}),
    frozenset({"fixed32", "sfixed32"}),
    frozenset({"fixed64", "sfixed64"}),
)

_ONE_IN_JSON = (
    frozenset({"int32", "uint32"}),
    frozenset({"int64", "uint64"}),
    frozenset({"fixed32", "sfixed32"}),
    frozenset({"fixed64", "sfixed64"}),
)


def objected(old: str, new: str, profile: ProtobufProfile) -> bool:
    """Whether buf has something to say about two types that differ. It lets pass what a reader of JSON may refuse for its sign."""
    if profile is ProtobufProfile.WIRE:
        return (old, new) != ("string", "bytes") and not any({old, new} <= group for group in _ONE_ON_THE_WIRE)
    return profile is not ProtobufProfile.WIRE_JSON or not any({old, new} <= group for group in _ONE_IN_JSON)


def relate_types(old: str, new: str, profile: ProtobufProfile) -> Relation:
    """Two types of the language that differ. Bytes that are no UTF-8 are no string, on the wire too."""
    if profile is not ProtobufProfile.WIRE:
        return Relation.CHANGED
    if any({old, new} <= group for group in _ONE_ON_THE_WIRE):
        return Relation.EQUAL
    if (old, new) == ("string", "bytes"):
        return Relation.WIDENED
    return Relation.NARROWED if (old, new) == ("bytes", "string") else Relation.CHANGED
