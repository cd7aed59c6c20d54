"""What a record has to fulfil: a dataset of a contract as a tree of checks, from which every back end is made.

The tree is made of the same intermediate form that the diff compares, so the gate and the guard hold the same promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from countersign.model.path import Path

#: How a rule of a check is called: in reports, in the ledger, and in the tests of every back end.
RULES = (
    "type",  # another type, or a text that is none of its format
    "required",  # the key is missing
    "null",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "unlisted",  # a member that the contract does not list, where it lists all
    "propertyNames",
    "contains",
    "anyOf",  # none of several descriptions fits
    "oneOf",  # none fits, or more than one
    "not",
    "precision",  # of a decimal: more digits, or more of them behind the point
    "unique",  # of a batch: a value that has been there
    "unreadable",  # the bytes are no record at all
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Further checks of the same value, and how they hold together. Only JSON Schema has them.

    rule: the keyword: ``allOf``, ``anyOf``, ``oneOf``, ``not``, ``if`` (checks: the condition, then, else), ``contains`` and
    ``prefixItems`` (of elements), ``propertyNames`` (of names), ``patternProperties`` (of members by name; patterns: one for each check),
    ``additionalProperties`` (of members that nothing else describes).
    """

    rule: str
    checks: tuple[Check, ...]
    patterns: tuple[str, ...] = ()

    def by_pattern(self) -> Iterator[tuple[str, Check]]:
        return zip(self.patterns, self.checks, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one value has to fulfil.

    path: in the contract, by name. type: a word of `guard.kinds.TYPES`; ``any`` takes everything; ``ref`` asks the check that stands so
    many steps ``up`` (a type that contains itself). values: the enum's allowed values as JSON data; None where there is none, or where the
    contract says that it is open. limits: rule -> its bound (a number, of dates and times a text; for ``pattern`` the text; for
    ``precision`` (digits, scale)). closed: members that are not listed are violations. items: of every element, or of every value of a map.
    branches: of a union, of which one has to hold.
    """

    path: Path
    type: str
    required: bool = True
    nullable: bool = False
    values: tuple[Any, ...] | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, Check] = field(default_factory=dict)
    closed: bool = False
    items: Check | None = None
    branches: tuple[Check, ...] = ()
    groups: tuple[Group, ...] = ()
    up: int = 0

    def walk(self) -> Iterator[Check]:
        yield self
        for below in self.below():
            yield from below.walk()

    @property
    def elements(self) -> Check | None:
        """Of every element, if it is an array."""
        return None if self.type in ("object", "map") else self.items

    @property
    def others(self) -> Check | None:
        """Of every member that is not listed, if it is an object."""
        if self.type in ("object", "map"):
            return self.items
        return next((group.checks[0] for group in self.groups if group.rule == "additionalProperties"), None)

    def below(self) -> Iterator[Check]:
        """The checks that stand one step below."""
        yield from self.members.values()
        if self.items is not None:
            yield self.items
        yield from self.branches
        for group in self.groups:
            yield from group.checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheld:
    """Something that the contract says and the guard cannot hold a record to. why: a sentence for people."""

    path: Path
    keyword: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The checks of one dataset. key: the contract's primary key, () if it has none. unique: paths of which no value may come twice in a
    batch, the primary key's among them; several in one are a key.

    unheld: what is left out, so that nobody takes silence for a promise kept.
    """

    contract: str
    version: str
    dataset: str
    root: Check
    key: tuple[Path, ...] = ()
    unique: tuple[tuple[Path, ...], ...] = ()
    unheld: tuple[Unheld, ...] = ()

    def nothing(self) -> str:
        """A sentence if no object could break it, so that nobody takes a guard on it for one that guards; else ""."""
        root = self.root
        said = root.values is not None or root.limits or root.members or root.items or root.branches or root.groups or root.closed
        if said or root.type not in ("any", "map", "object"):
            return ""
        return f"{self.contract} says nothing of {self.dataset} that a record could break, so nothing would be held to it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule that one value breaks.

    at: where in the record: names and indexes. path: in the contract. found: what kind of value it is and how large, never the value.
    """

    at: tuple[str | int, ...]
    path: Path
    rule: str
    found: str = ""
