"""Looking for a witness: a small record of one side, a candidate put where the change is, and a validator's opinion of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from countersign.model.contract import Field, canonical
from countersign.model.finding import Finding
from countersign.model.path import ELEMENT, VALUE
from countersign.model.witness import LONGEST, Side, Witness
from countersign.witness.candidates import ABSENT, candidates
from countersign.witness.referee import Objection, Opinion, Referee, Spot
from countersign.witness.sample import Unsampled, sample
from countersign.witness.trail import Step, Trail

#: Characters of a validator's sentence.
_LONGEST_SAID = 160
#: One limit that takes the place of another.
_KIN = {
    **{"minimum": "exclusiveMinimum", "exclusiveMinimum": "minimum"},
    **{"maximum": "exclusiveMaximum", "exclusiveMaximum": "maximum"},
}
#: The name of an entry of a map.
_ENTRY = "k"


def search(finding: Finding, trail: Trail, referee: Referee, side: Side, more: Callable[[], bool]) -> Witness | None:
    """A value that ``side`` allows and the other refuses because of this change. more: whether there is time to try another."""
    others = _other_limits(finding, trail)
    found = _base(trail, referee, side)
    if found is not None:
        base, seen = found
        spot = _spot(base, trail, side)
        objection = _because(seen, spot, others) if spot is not None and trail.value is None else None
        if objection is not None:
            return _witness(base, spot or (), side, referee, objection)
        for candidate in candidates(trail, side, finding, every=referee.every):
            if not more():
                return None
            put = _put(base, trail, side, candidate, referee.every)
            if put is None:
                continue
            value, spot = put
            opinion = referee.judge(value, side)
            objection = _because(opinion, spot, others, clean=not seen.objections)
            if objection is not None:
                return _witness(value, spot, side, referee, objection)
    for value in referee.examples(trail, side) if trail.value is None else ():
        if not more():
            return None
        spot = _spot(value, trail, side) or ()
        objection = _because(referee.judge(value, side), spot, others, clean=len(trail.steps) == 1)
        if objection is not None:
            return _witness(value, spot, side, referee, objection)
    return None


def _base(trail: Trail, referee: Referee, side: Side) -> tuple[Any, Opinion] | None:
    """A record that the side allows; one that both allow, if there is one: then nothing but the change can be what is refused."""
    allowed: list[tuple[Any, Opinion]] = []
    for record in _records(trail, referee, side):
        opinion = referee.judge(record, side)
        if opinion.allowed and not opinion.objections:
            return record, opinion
        if opinion.allowed:
            allowed.append((record, opinion))
    return min(allowed, key=lambda one: len(one[1].objections), default=None)


def _records(trail: Trail, referee: Referee, side: Side) -> Iterator[Any]:
    yield from referee.records(side)
    sampled: list[Any] = []
    for one in (side, side.other):
        root = trail.steps[0].on(one)
        try:
            sampled.append(None if root is None else sample(root, every=referee.every))
        except Unsampled:
            continue
    yield from sampled
    if all(isinstance(one, dict) for one in sampled):
        yield {name: value for one in reversed(sampled) for name, value in one.items()}


def _because(opinion: Opinion, spot: Spot, others: frozenset[str], *, clean: bool = False) -> Objection | None:
    """The objection that is about the change: at its place; or any, if the record without the candidate was taken (clean). others: limits
    that are none of the change's."""
    if not opinion.allowed:
        return None
    about = [one for one in opinion.objections if one.limit not in others]
    return next((one for one in about if _near(one, spot)), about[0] if clean and about else None)


def _other_limits(finding: Finding, trail: Trail) -> frozenset[str]:
    """Constraints of the place that differ as well, and have findings of their own."""
    old, new = trail.end.old, trail.end.new
    if old is None or new is None:
        return frozenset()
    both = (old.constraints, new.constraints)
    differing = {name for one in both for name in one if both[0].get(name) != both[1].get(name)}
    return frozenset(differing - {finding.detail, _KIN.get(finding.detail, "")})


def _near(objection: Objection, spot: Spot) -> bool:
    at = objection.at
    if at[: len(spot)] == spot:
        return True
    # A member that is missing is said where it should be.
    return bool(spot) and at == spot[:-1] and re.search(rf"(?<!\w){re.escape(str(spot[-1]))}(?!\w)", objection.said) is not None


def _put(base: Any, trail: Trail, side: Side, candidate: Any, every: bool) -> tuple[Any, Spot] | None:
    """The record with the candidate where the trail ends, and that place. None if there is no way to it in a record of this side."""
    if len(trail.steps) == 1:
        return (candidate, ()) if candidate is not ABSENT else None
    value = _copied(base)
    spot: list[str | int] = []
    holder = value
    steps = [step for step in trail.steps[1:] if not step.mark.startswith("<")]
    if not steps:
        return (candidate, ()) if candidate is not ABSENT else None
    for at, step in enumerate(steps):
        key = _key(step, side, holder)
        if key is None:
            return None
        spot.append(key)
        if at == len(steps) - 1:
            return (value, tuple(spot)) if _set(holder, key, candidate) else None
        inner = _there(holder, key)
        wanted = list if steps[at + 1].mark == ELEMENT else dict
        if not isinstance(inner, wanted):
            made = _made(step, side, wanted, every)
            if made is None:
                return None
            _set(holder, key, made)
            inner = made
        holder = inner
    return None


def _copied(value: Any) -> Any:
    """JSON data of its own, which `copy.deepcopy` takes ten times as long to make."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _made(step: Step, side: Side, wanted: type, every: bool) -> Any:
    """What the record lacks on the way."""
    for field in _alternatives(step.on(side)):
        try:
            made = sample(field, every=every)
        except Unsampled:
            continue
        if isinstance(made, wanted):
            return _copied(made)
    return None


def _alternatives(field: Field | None) -> Iterator[Field]:
    if field is not None:
        yield field
        yield from field.branches


def _key(step: Step, side: Side, holder: Any) -> str | int | None:
    if step.mark == ELEMENT:
        return 0 if isinstance(holder, list) else None
    if not isinstance(holder, dict):
        return None
    return next(iter(holder), _ENTRY) if step.mark == VALUE else step.name(side)


def _there(holder: Any, key: str | int) -> Any:
    if isinstance(holder, dict):
        return holder.get(key)
    return holder[key] if isinstance(key, int) and key < len(holder) else None


def _set(holder: Any, key: str | int, value: Any) -> bool:
    """False if the value cannot be put there."""
    if isinstance(holder, list):
        if value is ABSENT:
            return False
        holder[:1] = [value]
        return True
    if value is ABSENT:
        holder.pop(key, None)
    else:
        holder[key] = value
    return True


def _spot(value: Any, trail: Trail, side: Side) -> Spot | None:
    """Where the trail ends in this very value; None if it does not lead there."""
    spot: list[str | int] = []
    for step in trail.steps[1:]:
        if step.mark.startswith("<"):
            continue
        key = _key(step, side, value)
        if key is None:
            return None
        spot.append(key)
        value = _there(value, key)
    return tuple(spot)


def _witness(value: Any, spot: Spot, side: Side, referee: Referee, objection: Objection) -> Witness | None:
    text = canonical(value)
    whole = len(text) <= LONGEST
    if not whole:
        text = canonical(_cut(value, spot))
    if len(text) > LONGEST:
        return None
    said = " ".join(objection.said.split())
    said = said if len(said) <= _LONGEST_SAID else said[: _LONGEST_SAID - 1] + "…"
    return Witness(value=text, allowed_by=side, validator=referee.name, said=said, whole=whole)


def _cut(value: Any, spot: Spot) -> Any:
    """The value with nothing beside the way to the change. The last step's neighbours stay if the member is not there."""
    if not spot:
        return value
    key, rest = spot[0], spot[1:]
    if isinstance(value, dict):
        return {key: _cut(value[key], rest)} if key in value else {}
    if isinstance(value, list) and value and isinstance(key, int):
        return [_cut(value[key], rest)]
    return value
