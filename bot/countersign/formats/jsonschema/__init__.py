"""JSON Schema, drafts 4 to 2020-12 (``.schema.json``, ``.json``), with ``$ref`` into other files of the repository."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from countersign.formats.jsonschema.containment import STEPS, Budget, Formula, Schemas, contained
from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.names import names
from countersign.formats.jsonschema.places import exact_places
from countersign.formats.jsonschema.reading import Reading
from countersign.formats.jsonschema.relation import relate, relate_formulas
from countersign.formats.jsonschema.walk import documents_of
from countersign.formats.relation import combine
from countersign.formats.source import Source
from countersign.model.change import Relation
from countersign.model.contract import Contract, Dataset, canonical
from countersign.model.profile import Profile

__all__ = ["counterexample", "exact_places", "may_refer", "overall", "parse", "recognises", "relate"]

NAME = "jsonschema"
_SIGN = re.compile(r'"\$schema"\s*:\s*"https?://json-schema\.org/|"properties"\s*:\s*\{')

#: A reference into the same file, plainly written.
_INWARD = re.compile(rb'"\$ref"\s{0,20}:\s{0,20}"#')


def recognises(file: str, text: str) -> bool:
    """By name (``order.schema.json``), else a ``.json`` with a ``$schema`` or ``properties``."""
    return file.endswith(".schema.json") or (file.endswith(".json") and _SIGN.search(text) is not None)


def may_refer(file: str, raw: bytes) -> bool:
    """Unless every ``$ref`` leads inward, and none is hidden by an escape."""
    return file.endswith(".json") and (b"\\u" in raw or raw.count(b"$ref") != len(_INWARD.findall(raw)))


def parse(source: Source, id: str) -> Contract:  # noqa: A002 - the contract's own word
    """One dataset, named as the contract; a title is a remark. Raises `Unreadable` and `NeedsFiles`."""
    documents = Documents(source)
    target = Target(source.file, ())
    document = documents.document(target)
    place = document.place()
    root = Reading(documents).field(target, id, place)
    mentioned = names(documents, target, id)
    # Of names that are too many to look at, none can be said to be still there.
    unseen = {} if mentioned else {"names": canonical(hashlib.sha256(canonical(documents.everything()).encode()).hexdigest())}
    title = document.value.get("title", "") if isinstance(document.value, dict) else ""
    return Contract(
        id=id,
        format=NAME,
        file=source.file,
        place=place,
        title=title,
        datasets=(Dataset(name=id, place=place, root=root),),
        unread={"$schema": canonical(documents.draft), **unseen},  # the same keywords mean other things in another draft
        places={"$schema": document.place("$schema")},
        names=mentioned,
        native=documents,
    )


def overall(old: Contract, new: Contract, profile: Profile) -> Relation:
    """By containment of the whole schemas; where that is not decided, by what is known of each difference."""
    relation = relate_formulas(_root(old), _root(new), profile, Budget())
    return combine(relate(old, new, profile).values()) if relation is Relation.UNDECIDED else relation


def counterexample(inner: Contract, outer: Contract, steps: int = STEPS) -> tuple[Any, ...]:
    """A value that the one contract allows and the other does not, alone in a tuple; () if there is none or none was found.

    Under the specification's reading, whatever the policy says of open objects. Formats count as enforced.
    """
    return contained(_root(inner), _root(outer), budget=Budget(steps)).example


def _root(contract: Contract) -> Formula:
    return Schemas(documents_of(contract)).schema(Target(contract.file, ()))
