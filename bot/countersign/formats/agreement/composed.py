"""Fields that are made of schemas (`Field.nested`), as the one field that they describe together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from countersign.model.contract import Enum, Field, canonical

#: All of these hold at once; of these, one; and these add members that are named nowhere else.
_TOGETHER = ("$ref", "allOf")
_ONE_OF = ("anyOf", "oneOf")
_MORE_MEMBERS = ("$dynamicRef", "$recursiveRef", "dependencies", "dependentSchemas", "if", "patternProperties")


@dataclass(frozen=True, slots=True)
class Whole:
    """field: with the types and members of all its parts. unclear: what may hold further members, in a word, "" if nothing does."""

    field: Field
    unclear: str


@dataclass(slots=True)
class _Parts:
    """In order; whether null is allowed by what stands around a part; the texts of what cannot be read as one."""

    all: list[tuple[Field, bool]] = field(default_factory=list)
    unclear: dict[str, str] = field(default_factory=dict)


def whole(one: Field) -> Whole:
    """What the field describes with all its parts: ``allOf`` holds at once, and of ``anyOf`` with null the other branch is meant."""
    if not one.unread:
        return Whole(one, "")
    found = _Parts()
    waiting = [(one, False)]
    while waiting:
        part, may_be_null = waiting.pop()
        found.all.append((part, may_be_null))
        waiting += reversed(list(_inside(part, may_be_null, found.unclear)))
    parts = [part for part, _ in found.all]
    typed = _typed(parts)
    merged = replace(
        one,
        type=typed.type,
        type_text=typed.type_text,
        nullable=all(part.nullable or may_be_null for part, may_be_null in found.all),
        enum=_fewest(parts),
        fields=_together(inner for part in parts for inner in part.fields),
        items=next(iter(_together(replace(part.items, name="") for part in parts if part.items is not None)), None),
        constraints={name: value for part in parts for name, value in part.constraints.items()},
        nested={},
        places={**typed.places, **one.places},
    )
    if merged.items is not None:
        merged = replace(merged, items=replace(merged.items, name=next(part.items.name for part in parts if part.items is not None)))
    return Whole(merged, _named(found.unclear))


def _inside(part: Field, may_be_null: bool, unclear: dict[str, str]) -> Iterator[tuple[Field, bool]]:
    for keyword in sorted(part.unread.keys() & {*_TOGETHER, *_ONE_OF, *_MORE_MEMBERS}):
        if keyword in part.idle:
            continue
        branches = part.nested.get(keyword, ())
        meant = [branch for branch in branches if branch.type != "null"]
        if keyword in _TOGETHER and branches:
            yield from ((branch, may_be_null) for branch in branches)
        elif keyword in _ONE_OF and len(meant) == 1:
            yield meant[0], may_be_null or len(branches) > 1
        else:
            unclear[keyword] = unclear.get(keyword, "") + part.unread[keyword]
    if part.type == "ref":
        unclear["$ref"] = unclear.get("$ref", "") + part.type_text


def _typed(parts: list[Field]) -> Field:
    """The part that says most narrowly which type it is."""
    said = [part for part in parts if part.type not in ("any", "union", "ref")] or [part for part in parts if part.type != "any"]
    narrow = [part for part in said if part.type == "integer"] or [part for part in said if part.type != "map"]
    return (narrow or said or parts)[0]


def _fewest(parts: list[Field]) -> Enum | None:
    return min((part.enum for part in parts if part.enum is not None), key=lambda enum: len(enum.values), default=None)


def _together(fields: Iterator[Field]) -> tuple[Field, ...]:
    """Each name once; what several parts say of it holds at once."""
    by_name: dict[str, list[Field]] = {}
    for one in fields:
        by_name.setdefault(one.name, []).append(one)
    return tuple(same[0] if len(same) == 1 else _joined(same) for same in by_name.values())


def _joined(same: list[Field]) -> Field:
    said = next((one for one in same if one.type != "any"), same[0])
    required = next((one for one in same if one.required), None)
    places = {} if required is None else {"required": required.places.get("required", required.place)}
    return Field(
        name=said.name,
        place=said.place,
        required=required is not None,
        nullable=True,
        unread={"allOf": canonical([dict(one.unread) for one in same])},
        nested={"allOf": tuple(same)},
        places=places,
    )


def _named(unclear: Mapping[str, str]) -> str:
    """``anyOf #3fa9…``: another text is another finding, and a text may be long."""
    if not unclear:
        return ""
    digest = hashlib.sha256(canonical(dict(unclear)).encode()).hexdigest()[:8]
    return f"{', '.join(sorted(unclear))} #{digest}"
