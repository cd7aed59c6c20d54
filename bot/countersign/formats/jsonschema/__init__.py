"""JSON Schema, drafts 4 to 2020-12 (``.schema.json``, ``.json``), with ``$ref`` into other files of the repository."""

from __future__ import annotations

import re

from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import BLOCKERS
from countersign.formats.jsonschema.reading import Reading
from countersign.formats.relation import Lattice, combine
from countersign.formats.source import Source
from countersign.model.change import Relation, Relations
from countersign.model.contract import Contract, Dataset, canonical

NAME = "jsonschema"
_LATTICE = Lattice(blockers=BLOCKERS, within={"closed object": "map", "integer": "number", "map": "object"})
_SIGN = re.compile(r'"\$schema"\s*:\s*"https?://json-schema\.org/|"properties"\s*:\s*\{')


def recognises(file: str, text: str) -> bool:
    """By name (``order.schema.json``), else a ``.json`` with a ``$schema`` or ``properties``."""
    return file.endswith(".schema.json") or (file.endswith(".json") and _SIGN.search(text) is not None)


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """One dataset, named as the contract; a title is a remark. Raises `Unreadable` and `NeedsFiles`."""
    documents = Documents(source)
    target = Target(source.file, ())
    document = documents.document(target)
    place = document.place()
    root = Reading(documents).field(target, id, place)
    title = document.value.get("title", "") if isinstance(document.value, dict) else ""
    return Contract(
        id=id,
        format=NAME,
        file=source.file,
        place=place,
        title=title,
        datasets=(Dataset(name=id, place=place, root=root),),
        unread={"$schema": canonical(documents.draft)},  # the same keywords mean other things in another draft
        places={"$schema": document.place("$schema")},
    )


def relate(old: Contract, new: Contract) -> Relations:
    return _LATTICE.relate(old, new)


def overall(old: Contract, new: Contract) -> Relation:
    return combine(relate(old, new).values())
