"""What the tests of the formats ask: how two texts stand to one another, place by place."""

from __future__ import annotations

from countersign.formats import Source, parse, relate
from countersign.model.change import Relation
from countersign.model.contract import Contract
from countersign.model.path import show


def read(file: str, text: str, siblings: dict[str, str | None] | None = None) -> Contract:
    return parse(Source(file, text, siblings or {}), "orders")


def differences(old: Contract, new: Contract) -> dict[str, str]:
    """``path aspect detail`` -> relation, of everything that is not equal."""
    return {
        " ".join(filter(None, (show(path), aspect, detail))): str(relation)
        for (path, aspect, detail), relation in relate(old, new).items()
        if relation is not Relation.EQUAL
    }
