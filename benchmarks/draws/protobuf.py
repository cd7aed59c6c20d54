"""Pairs of ``.proto`` files, and messages that one of the two can write; google.protobuf, which writes with one and reads with the other,
is the referee: bytes, and under the profiles that ask for it JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from benchmarks.draws import Drawn
from countersign.formats.marked import Unreadable
from countersign.formats.protobuf.compiler import compiled
from countersign.formats.source import Source
from countersign.model.profile import Profile, ProtobufProfile

_NAMES = ("a", "b", "c", "d", "e")
_NUMBERS = (1, 2, 3, 4, 5)
_SYMBOLS = ("UNKNOWN", "PAID", "SENT", "LOST")
_LABELS = ("", "", "optional ", "repeated ")
_LIMITS: Mapping[str, tuple[int, int]] = {
    **{f"{word}{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for word in ("int", "sint", "sfixed") for bits in (32, 64)},
    **{f"{word}{bits}": (0, 2**bits - 1) for word in ("uint", "fixed") for bits in (32, 64)},
}
_TYPES = (*_LIMITS, "bool", "string", "bytes", "double", "float", "Status", "Part")
#: What a type is most often changed to.
_NEAR: Mapping[str, tuple[str, ...]] = {
    "int32": ("int64", "uint32", "sint32", "bool", "Status"),
    "int64": ("int32", "uint64", "string"),
    "string": ("bytes", "int32"),
    "bytes": ("string", "Part"),
    "fixed32": ("sfixed32", "float"),
    "Status": ("int32", "string"),
    "Part": ("bytes", "string"),
}


@dataclass(frozen=True)
class Member:
    """A field. oneof: whether it stands in the message's oneof."""

    name: str
    number: int
    type: str
    label: str = ""
    oneof: bool = False

    def __str__(self) -> str:
        return f"{self.label}{self.type} {self.name} = {self.number};"


@dataclass(frozen=True)
class Drawing:
    """A file with the messages Order and Part and the enum Status. reserved: of Order, numbers and names."""

    syntax: str
    order: tuple[Member, ...]
    part: tuple[Member, ...]
    symbols: tuple[tuple[str, int], ...]
    reserved: tuple[int | str, ...] = ()

    @property
    def text(self) -> str:
        kept = "".join(f" reserved {json.dumps(one)};" for one in self.reserved)
        values = " ".join(f"{name} = {number};" for name, number in self.symbols)
        return (
            f'syntax = "{self.syntax}";\nmessage Order {{{kept}\n{self._members(self.order)}}}\n'
            f"message Part {{\n{self._members(self.part)}}}\nenum Status {{ {values} }}\n"
        )

    def _members(self, members: tuple[Member, ...]) -> str:
        lines = [f"  {self._labelled(one)}\n" for one in members if not one.oneof]
        either = [f"    {replace(one, label='')}\n" for one in members if one.oneof]
        return "".join([*lines, *(["  oneof either {\n", *either, "  }\n"] if either else [])])

    def _labelled(self, member: Member) -> Member:
        return replace(member, label=member.label or "optional ") if self.syntax == "proto2" else member


def drawn(random: Random) -> Drawn:
    """values: with the side that can write each; none where protoc refuses one of the two."""
    drawings = draw(random)
    profile = random.choice(tuple(ProtobufProfile))
    try:
        sides = [Side(one) for one in drawings]
    except Unreadable:
        sides = []
    return Drawn(
        "protobuf",
        *(Source("orders.proto", one.text) for one in drawings),
        [(is_new, side.value(random)) for is_new, side in enumerate(sides) for _ in range(4)],
        allows=lambda is_new, one: one[0] == is_new,
        reads=lambda is_new, one: reads(sides[is_new], one[1], profile),
        profile=Profile(protobuf=profile),
    )


def draw(random: Random) -> tuple[Drawing, Drawing]:
    """A file, and another that was made of it by one or two small differences."""
    symbols = tuple((name, number) for number, name in enumerate(_SYMBOLS[: random.randint(1, 3)]))
    part = tuple(Member(name, number, "int32") for name, number in (("x", 1), ("y", 2))[: random.randint(1, 2)])
    names = random.sample(_NAMES, random.randint(1, 4))
    members = tuple(_member(random, name, number) for name, number in zip(names, random.sample(_NUMBERS, len(names)), strict=True))
    old = Drawing(random.choice(("proto2", "proto3", "proto3")), members, part, symbols)
    new = old
    for _ in range(random.choice((0, 1, 1, 2))):
        new = _altered(random, new)
    return old, new


def _member(random: Random, name: str, number: int) -> Member:
    oneof = random.random() < 0.15
    return Member(name, number, random.choice(_TYPES), "" if oneof else random.choice(_LABELS), oneof)


def _altered(random: Random, drawing: Drawing) -> Drawing:
    at = random.randrange(len(drawing.order))
    member, others = drawing.order[at], drawing.order[:at] + drawing.order[at + 1 :]
    names = [name for name in _NAMES if name not in {one.name for one in drawing.order} | set(drawing.reserved)]
    numbers = [number for number in _NUMBERS if number not in {one.number for one in drawing.order} | set(drawing.reserved)]

    def instead(other: Member) -> Drawing:
        return replace(drawing, order=(*others, other))

    match random.randrange(9):
        case 0 | 1:
            return instead(replace(member, type=random.choice(_NEAR.get(member.type, _TYPES))))
        case 2 if names:
            return instead(replace(member, name=random.choice(names)))
        case 3 if numbers:
            return instead(replace(member, number=random.choice(numbers)))
        case 4 if others:
            kept = random.choice(((), (member.number,), (member.number, member.name)))
            return replace(drawing, order=others, reserved=(*drawing.reserved, *kept))
        case 5 if names and numbers:
            return replace(drawing, order=(*drawing.order, _member(random, random.choice(names), random.choice(numbers))))
        case 6:
            return instead(replace(member, label=random.choice(_LABELS), oneof=random.random() < 0.3))
        case 7:
            symbols = [(name, number) for number, name in enumerate(_SYMBOLS[: random.randint(1, 4)])]
            return replace(drawing, symbols=tuple(symbols))
        case _:
            return replace(drawing, syntax=random.choice(("proto2", "proto3")))


class Side:
    """One file of a pair, as google.protobuf has it."""

    def __init__(self, drawing: Drawing) -> None:
        pool = DescriptorPool()
        for file in compiled({"a.proto": drawing.text}, "a.proto", "a.proto", {"a.proto": "a.proto"}).file:
            pool.Add(file)
        self.message = GetMessageClass(pool.FindMessageTypeByName("Order"))

    def value(self, random: Random) -> Any:
        """A message with some of its fields set."""
        return _filled(self.message(), random)


def reads(reader: Side, written: Any, profile: ProtobufProfile) -> bool:
    """Whether a reader takes what was written: its bytes and, but for ``WIRE``, the same values from the bytes and from JSON."""
    try:
        found = reader.message.FromString(written.SerializeToString())
    except DecodeError:
        return False
    if profile is ProtobufProfile.WIRE:
        return bool(found.IsInitialized())
    try:
        from_json = json_format.Parse(json_format.MessageToJson(written), reader.message(), ignore_unknown_fields=True)
    except json_format.ParseError:
        return False
    return all(
        _same(written, found, field) and (_may_vanish(field) or _same(written, from_json, field)) for field in _shared(written, found)
    )


def _may_vanish(field: Any) -> bool:
    """A reader of JSON that passes over what it does not know passes over the name of an enum's new value, and over lists of them."""
    return field.enum_type is not None


def _shared(written: Any, found: Any) -> Iterator[Any]:
    """The fields of the writer that the reader has as well, by number."""
    return (field for field in written.DESCRIPTOR.fields if field.number in found.DESCRIPTOR.fields_by_number)


def _same(written: Any, found: Any, field: Any) -> bool:
    """Whether both have the same value under a number."""
    other = found.DESCRIPTOR.fields_by_number[field.number]
    one, two = getattr(written, field.name), getattr(found, other.name)
    if field.is_repeated != other.is_repeated or (field.message_type is None) != (other.message_type is None):
        return False
    if field.message_type is None:
        return list(one) == list(two) if field.is_repeated else one == two or (one != one and two != two)
    pairs = zip(one, two, strict=False) if field.is_repeated else [(one, two)]
    same = not field.is_repeated or len(one) == len(two)
    return same and all(_same(mine, theirs, inner) for mine, theirs in pairs for inner in _shared(mine, theirs))


def _filled(message: Any, random: Random) -> Any:
    for field in message.DESCRIPTOR.fields:
        if random.random() < 0.3:
            continue
        if field.is_repeated:
            for _ in range(random.randint(0, 2)):
                if field.message_type:
                    _filled(getattr(message, field.name).add(), random)
                else:
                    getattr(message, field.name).append(_scalar(field, random))
        elif field.message_type:
            _filled(getattr(message, field.name), random).SetInParent()
        else:
            setattr(message, field.name, _scalar(field, random))
    return message


def _scalar(field: Any, random: Random) -> Any:
    if field.enum_type is not None:
        return random.choice([value.number for value in field.enum_type.values])
    word = _WORDS[field.type]
    if word in _LIMITS:
        low, high = _LIMITS[word]
        return random.choice((low, high, 0, 1, min(high, 2**31), max(low, -1)))
    return random.choice(_VALUES[word])


_WORDS = {
    **{1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool", 9: "string", 12: "bytes"},
    **{13: "uint32", 15: "sfixed32", 16: "sfixed64", 17: "sint32", 18: "sint64"},
}
_VALUES: Mapping[str, tuple[Any, ...]] = {
    "double": (0.0, 0.25, 1e300, math.inf),
    "float": (0.0, 0.5, -1.0),
    "bool": (True, False),
    "string": ("", "paid", "ü"),
    "bytes": (b"", b"paid", b"\xff\xfe"),
}
