"""``address.street`` is dbt's way to describe a field of a field."""

from __future__ import annotations

from dataclasses import replace

from countersign.model.contract import Dataset, Field

#: Names with more parts are left as they are.
_MAX_DEPTH = 15


def nest(dataset: Dataset) -> Dataset:
    """The dataset with its dotted columns inside of their parents; a parent that is not described is an object of them."""
    if not any("." in field.name for field in dataset.root.fields):
        return dataset
    return replace(dataset, root=replace(dataset.root, fields=_nested(dataset.root.fields, 0)))


def _nested(fields: tuple[Field, ...], depth: int) -> tuple[Field, ...]:
    if depth > _MAX_DEPTH:
        return fields
    below: dict[str, list[Field]] = {}
    own: dict[str, Field] = {}
    for field in fields:
        head, dot, rest = field.name.partition(".")
        if dot and head and rest:
            below.setdefault(head, []).append(replace(field, name=rest))
        else:
            own[field.name] = field
    for head, inner in below.items():
        parent = own.get(head) or Field(name=head, place=inner[0].place, type="object", type_text="struct", required=True, nullable=True)
        own[head] = _holding(parent, _nested(tuple(inner), depth + 1))
    return tuple(own.values())


def _holding(parent: Field, inner: tuple[Field, ...]) -> Field:
    """Members go into the elements of a list. What the type already says of them is said by it."""
    if parent.items is not None:
        return replace(parent, items=_holding(parent.items, inner))
    known = {field.name for field in parent.fields}
    kind = parent.type if parent.type in ("object", "map") else "object"
    return replace(parent, type=kind, fields=(*parent.fields, *(field for field in inner if field.name not in known)))
