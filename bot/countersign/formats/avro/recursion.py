"""Where a type lies in itself, how far up it lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from countersign.model.contract import Field, canonical


def mark_levels(field: Field, name: Callable[[Field], str]) -> Field:
    """Write into every ``ref`` how many steps up the type stands that it points at (``levelsUp``).

    Two refs of one name are only known to mean the same if they point at the same place: there, the types are compared with one another.
    name: what a field's type is called, as a ref's ``type_text`` would say it.
    """
    return _marked(field, (), name)


def _marked(field: Field, above: tuple[str, ...], name: Callable[[Field], str]) -> Field:
    if field.type == "ref":
        levels = len(above) - max(at for at, one in enumerate(above) if one == field.type_text)
        return replace(field, constraints={**field.constraints, "levelsUp": canonical(levels)})
    if not (field.fields or field.items or field.branches):
        return field
    here = (*above, name(field))
    return replace(
        field,
        fields=tuple(_marked(member, here, name) for member in field.fields),
        items=_marked(field.items, here, name) if field.items else None,
        branches=tuple(_marked(branch, here, name) for branch in field.branches),
    )
