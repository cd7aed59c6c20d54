"""The keywords that no code knows, in the schemas below a keyword: what they say to readers cannot be told."""

from __future__ import annotations

from countersign.formats.jsonschema.documents import Documents, Target
from countersign.formats.jsonschema.keywords import PLACES, READ, REMARKS, UNREAD, not_yet, parts
from countersign.formats.jsonschema.walk import below
from countersign.model.contract import canonical


def unknown(documents: Documents, owner: Target, keyword: str) -> frozenset[tuple[str, str]]:
    """Each unknown keyword with what it says, in the keyword of the schema at ``owner`` and in all that it refers to."""
    known = (READ | PLACES | REMARKS | UNREAD) - not_yet(documents.draft)
    found: set[tuple[str, str]] = set()
    waiting, seen = _inside(documents, owner, keyword), set()
    while waiting:
        at = waiting.pop()
        schema = documents.schema(at)
        if at in seen or not isinstance(schema, dict):
            continue
        seen.add(at)
        for inner in schema:
            if inner not in known:
                found.add((inner, canonical(schema[inner])))
            waiting += _inside(documents, at, inner) if inner not in PLACES else []
    return frozenset(found)


def _inside(documents: Documents, owner: Target, keyword: str) -> list[Target]:
    if keyword == "$ref":
        return [documents.resolve(owner)]
    return [below(owner, keyword, *steps) for steps, _ in parts(keyword, documents.schema(owner)[keyword])]
