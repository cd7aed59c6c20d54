"""How two JSON Schemas stand to one another, by containment in both directions."""

from __future__ import annotations

from countersign.formats.jsonschema.containment import STEPS, Formula, contained
from countersign.formats.relation import by_directions
from countersign.model.change import Relation
from countersign.model.profile import OpenObjects, Profile


def relate_formulas(old: Formula, new: Formula, profile: Profile, steps: int = STEPS) -> Relation:
    """How the values that fulfil ``new`` stand to those that fulfil ``old``. Undecided if either direction is."""
    lenient = profile.open_objects is OpenObjects.LENIENT
    history = contained(old, new, lenient=lenient, steps=steps).yes
    readers = None if history is None else contained(new, old, lenient=lenient, steps=steps).yes
    return Relation.UNDECIDED if history is None or readers is None else by_directions(readers=readers, history=history)
