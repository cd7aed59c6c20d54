"""No verdict on two Protobuf files is contradicted by a message, says google.protobuf. `benchmarks.soundness` draws many more."""

from __future__ import annotations

from random import Random

from benchmarks.draws.protobuf import Drawing, Side, draw, reads
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.formats import Source, Unreadable, overall, parse
from countersign.model.change import Direction
from countersign.model.profile import Profile, ProtobufProfile


def said_to_be_safe(old: Drawing, new: Drawing, profile: ProtobufProfile) -> list[Direction] | None:
    """None if protoc refuses one of them."""
    try:
        contracts = [parse(Source("orders.proto", one.text), "orders") for one in (old, new)]
    except Unreadable:
        return None
    relation = overall(*contracts, Profile(protobuf=profile))
    return [direction for direction in (Direction.READERS, Direction.HISTORY) if not direction.broken_by(relation)]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(ProtobufProfile))
def test_what_is_said_to_be_safe_is_read(seed: int, profile: ProtobufProfile) -> None:
    random = Random(seed)
    old, new = draw(random)
    safe = said_to_be_safe(old, new, profile)
    if safe is None:
        return
    sides = Side(old), Side(new)
    for direction in safe:
        reader, writer = sides if direction is Direction.READERS else reversed(sides)
        for _ in range(4):
            written = writer.value(random)
            assert reads(reader, written, profile), f"{old.text}{new.text}{written}"
