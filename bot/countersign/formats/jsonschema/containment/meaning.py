"""Keywords -> a formula. Sections are of JSON Schema 2020-12; earlier drafts say the same in older words, which are read as well.

A keyword that no draft has says nothing here. So does one that only describes (``title``), and what depends on the place of a schema in
its file (``$id``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Anything

from countersign.formats.jsonschema.containment.formula import (
    FALSE,
    TRUE,
    All,
    Any,
    Count,
    Elements,
    Every,
    Formula,
    Has,
    Kind,
    Multiple,
    Named,
    No,
    Opaque,
    Pattern,
    Range,
    Said,
    Size,
    Unique,
    exact,
    named,
    values,
)
from countersign.formats.jsonschema.containment.unevaluated import unevaluated_items, unevaluated_properties

#: Branches of a ``oneOf``: each is written out with the others beside it.
MAX_BRANCHES = 120
#: A value that is no whole number (``maxLength: 2.5``) is no limit that a metaschema lets through.
_SIZES = {"Length": "string", "Items": "array", "Properties": "object"}


def meaning(said: Said, *, ref_stands_alone: bool) -> Formula:
    """What the keywords say together. ref_stands_alone: beside a ``$ref`` nothing counts (before 2019-09)."""
    if "$ref" in said and ref_stands_alone:
        reference: Formula = said["$ref"]
        return reference
    found = [
        *(said[keyword] for keyword in ("$ref", "$dynamicRef", "$recursiveRef") if keyword in said),
        *_any_kind(said),
        *_numbers(said),
        *_sizes(said),
        *_texts(said),
        *_members(said),
        *_elements(said),
        *_combined(said),
        *unevaluated_properties(said),
        *unevaluated_items(said),
    ]
    found = [formula for formula in found if formula != TRUE]
    return found[0] if len(found) == 1 else All(tuple(found))


def _any_kind(said: Said) -> Iterator[Formula]:
    if "type" in said:
        yield Kind(frozenset([said["type"]] if isinstance(said["type"], str) else said["type"]))
    if "enum" in said:
        yield values(said["enum"])
    if "const" in said:
        yield values([said["const"]])


def _numbers(said: Said) -> Iterator[Formula]:
    """§6.2. In draft-04 ``exclusiveMinimum`` says whether ``minimum`` itself is outside."""
    for limit, exclusive, lower in (("minimum", "exclusiveMinimum", True), ("maximum", "exclusiveMaximum", False)):
        for keyword, is_open in ((limit, said.get(exclusive) is True), (exclusive, True)):
            if keyword in said and not isinstance(said[keyword], bool):
                number = exact(said[keyword])
                yield Range(lo=number, lo_open=is_open) if lower else Range(hi=number, hi_open=is_open)
    if "multipleOf" in said:
        yield Multiple(exact(said["multipleOf"]))


def _sizes(said: Said) -> Iterator[Formula]:
    for what, kind in _SIZES.items():
        if f"min{what}" in said:
            yield Size(kind, int(said[f"min{what}"]), None)
        if f"max{what}" in said:
            yield Size(kind, 0, int(said[f"max{what}"]))


def _texts(said: Said) -> Iterator[Formula]:
    if "pattern" in said:
        yield Pattern(said["pattern"])
    for keyword in ("format", "contentEncoding", "contentMediaType"):
        if isinstance(said.get(keyword), str):
            yield Named(keyword, said[keyword])


def _members(said: Said) -> Iterator[Formula]:
    """Core §10.3.2, Validation §6.5."""
    listed, patterns = said.get("properties", {}), said.get("patternProperties", {})
    for name, value in listed.items():
        yield Every(named(name), value, declares=True)
    for pattern, value in patterns.items():
        yield Every(Pattern(pattern), value, declares=True)
    if "additionalProperties" in said and said["additionalProperties"] != TRUE:
        yield Every(rest_of(listed, patterns), said["additionalProperties"])
    if "propertyNames" in said:
        yield Every(No(said["propertyNames"]), FALSE)
    if isinstance(said.get("required"), list):
        yield from (Has(name) for name in said["required"])
    for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
        for name, needed in said.get(keyword, {}).items():
            needs = All(tuple(Has(other) for other in needed)) if isinstance(needed, list) else needed
            yield Any((No(Kind(frozenset({"object"}))), No(Has(name)), needs))


def rest_of(names: Mapping[str, Anything], patterns: Mapping[str, Anything]) -> Formula:
    """The names that are not listed and fit no pattern."""
    return All((No(values(names)), *(No(Pattern(pattern)) for pattern in patterns)))


def _elements(said: Said) -> Iterator[Formula]:
    """Core §10.3.1, Validation §6.4. Until 2019-09 ``items`` may be a list, and ``additionalItems`` describes the rest."""
    items = said.get("items")
    prefix, rest = (items, said.get("additionalItems")) if isinstance(items, list) else (said.get("prefixItems", []), items)
    for index, value in enumerate(prefix):
        yield Elements(index, index + 1, value)
    if rest is not None and rest != TRUE:
        yield Elements(len(prefix), None, rest)
    if "contains" in said:
        lo, hi = int(said.get("minContains", 1)), said.get("maxContains")
        if lo > 0 or hi is not None:
            yield Count(said["contains"], lo, None if hi is None else int(hi))
    if said.get("uniqueItems") is True:
        yield Unique()


def _combined(said: Said) -> Iterator[Formula]:
    """Core §10.2."""
    if "allOf" in said:
        yield All(tuple(said["allOf"]))
    if "anyOf" in said:
        yield Any(tuple(said["anyOf"]))
    if "oneOf" in said:
        yield exactly_one(said["oneOf"])
    if "not" in said:
        yield No(said["not"])
    if "if" in said:
        yield All((Any((No(said["if"]), said.get("then", TRUE))), Any((said["if"], said.get("else", TRUE)))))


def exactly_one(branches: list[Formula]) -> Formula:
    """One of them, and none of the others; so that what follows from one branch is known of all the others at once."""
    if len(branches) > MAX_BRANCHES:
        return Opaque("oneOf", repr(branches))
    others = [tuple(No(other) for at, other in enumerate(branches) if at != number) for number in range(len(branches))]
    return Any(tuple(All((branch, *rest)) for branch, rest in zip(branches, others, strict=True)))
