"""``unevaluatedProperties`` and ``unevaluatedItems`` (Core §11): which members and elements other keywords have looked at.

That depends on which branches hold. So the cases are told apart: in each it is known what has been looked at, and the rest is described.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from countersign.formats.jsonschema.containment.formula import (
    TRUE,
    All,
    Any,
    Elements,
    Every,
    Formula,
    Has,
    No,
    Opaque,
    Pattern,
    Said,
    Schema,
    values,
)

#: Cases that are told apart; with more branches than that the keyword is opaque.
MAX_CASES = 32
MAX_DEPTH = 12


class _Undecided(Exception):
    """It cannot be told what has been looked at."""


@dataclass(frozen=True)
class _Case:
    """condition: when it is so. names, patterns, all_members, prefix, all_elements: what has been looked at then."""

    condition: tuple[Formula, ...] = ()
    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    all_members: bool = False
    prefix: int = 0
    all_elements: bool = False

    def beside(self, other: _Case) -> _Case:
        return _Case(
            (*self.condition, *other.condition),
            self.names | other.names,
            self.patterns | other.patterns,
            self.all_members or other.all_members,
            max(self.prefix, other.prefix),
            self.all_elements or other.all_elements,
        )

    def under(self, *conditions: Formula) -> _Case:
        return self.beside(_Case(tuple(conditions)))

    @property
    def looks(self) -> bool:
        return bool(self.names or self.patterns or self.all_members or self.prefix or self.all_elements)


def unevaluated_properties(said: Said) -> Iterator[Formula]:
    rest = said.get("unevaluatedProperties")
    if rest is None or rest == TRUE:
        return
    try:
        cases = _cases(_without(said, "unevaluatedProperties"), 0)
    except _Undecided:
        yield Opaque("unevaluatedProperties", repr(said), "object")
        return
    for case in cases:
        if not case.all_members:
            names = All((No(values(sorted(case.names))), *(No(Pattern(pattern)) for pattern in sorted(case.patterns))))
            yield _when(case, Every(names, rest))


def unevaluated_items(said: Said) -> Iterator[Formula]:
    rest = said.get("unevaluatedItems")
    if rest is None or rest == TRUE:
        return
    try:
        cases = _cases(_without(said, "unevaluatedItems"), 0, elements=True)
    except _Undecided:
        yield Opaque("unevaluatedItems", repr(said), "array")
        return
    for case in cases:
        if not case.all_elements:
            yield _when(case, Elements(case.prefix, None, rest))


def _when(case: _Case, formula: Formula) -> Formula:
    return Any((*(No(condition) for condition in case.condition), formula)) if case.condition else formula


def _without(said: Said, keyword: str) -> Said:
    return {name: value for name, value in said.items() if name != keyword}


def _cases(said: Said, depth: int, *, elements: bool = False) -> list[_Case]:
    """What the keywords look at, case by case; one of the cases holds for every value. Raises `_Undecided`."""
    if depth > MAX_DEPTH or (elements and "contains" in said):
        raise _Undecided
    found = [_here(said)]
    for factor in _factors(said, depth, elements=elements):
        found = [one.beside(other) for one, other in product(found, factor)]
        if len(found) > MAX_CASES:
            raise _Undecided
    return found


def _here(said: Said) -> _Case:
    items = said.get("items")
    prefix, rest = (items, said.get("additionalItems")) if isinstance(items, list) else (said.get("prefixItems", []), items)
    return _Case(
        names=frozenset(said.get("properties", ())),
        patterns=frozenset(said.get("patternProperties", ())),
        all_members="additionalProperties" in said or "unevaluatedProperties" in said,
        prefix=len(prefix),
        all_elements=rest is not None or "unevaluatedItems" in said,
    )


def _factors(said: Said, depth: int, *, elements: bool) -> Iterator[list[_Case]]:
    """For each schema that is applied to the same value, what it looks at. `not` looks at nothing."""

    def inside(part: Formula) -> list[_Case]:
        if isinstance(part, Opaque):
            raise _Undecided
        return _cases(part.keywords(), depth + 1, elements=elements) if isinstance(part, Schema) else [_Case()]

    for part in (*(said[keyword] for keyword in ("$ref", "$dynamicRef", "$recursiveRef") if keyword in said), *said.get("allOf", ())):
        yield inside(part)
    for part in said.get("anyOf", ()):
        cases = inside(part)
        if any(case.looks for case in cases):
            yield [*(case.under(part) for case in cases), _Case((No(part),))]
    branches = [(part, inside(part)) for part in said.get("oneOf", ())]
    if any(case.looks for _, cases in branches for case in cases):
        yield [case.under(part) for part, cases in branches for case in cases]
    if "if" in said:
        met = [one.beside(other) for one, other in product(inside(said["if"]), inside(said.get("then", TRUE)))]
        missed = inside(said.get("else", TRUE))
        yield [*(case.under(said["if"]) for case in met), *(case.under(No(said["if"])) for case in missed)]
    for name, part in said.get("dependentSchemas", {}).items():
        if not elements:
            yield [*(case.under(Has(name)) for case in inside(part)), _Case((No(Has(name)),))]
