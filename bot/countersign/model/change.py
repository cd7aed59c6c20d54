"""One difference between two contracts, and what a format says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from countersign.model.contract import Place
from countersign.model.path import Path


class Relation(StrEnum):
    """How the values allowed after stand to the values allowed before (GATE §2)."""

    EQUAL = "equal"
    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"
    UNDECIDED = "undecided"


class Direction(StrEnum):
    """Whom a contract protects. ``readers``: today's readers of new data. ``history``: new readers of old data."""

    READERS = "readers"
    HISTORY = "history"
    BOTH = "both"

    def broken_by(self, relation: Relation) -> bool:
        """GATE §2: readers break on widened and changed, history on narrowed and changed, both on all three."""
        if relation is Relation.CHANGED:
            return True
        if relation is Relation.WIDENED:
            return self is not Direction.HISTORY
        return relation is Relation.NARROWED and self is not Direction.READERS


class Aspect(StrEnum):
    """What about a contract differs."""

    CONTRACT = "contract"  # the contract itself: added, removed
    LISTING = "listing"  # its place in the policy: removed
    DATASET = "dataset"  # added, removed, renamed
    FIELD = "field"  # added, removed, renamed
    ENUM_VALUE = "enum-value"  # added, removed, renamed
    ENUM_NUMBER = "enum-number"  # what stands for a value in the data (Protobuf)
    ENUM_OPENNESS = "enum-openness"  # closed <-> open
    TYPE = "type"
    REQUIRED = "required"
    NULLABLE = "nullable"
    DEFAULT = "default"
    ORDER = "order"  # of a table's columns
    OPENNESS = "openness"  # whether an object allows members that are not listed
    CONSTRAINT = "constraint"  # detail: which
    KEY = "key"
    GRAIN = "grain"
    UNIT = "unit"
    CURRENCY = "currency"
    TIMEZONE = "timezone"
    NULL_MEANING = "null-meaning"
    CLASSIFICATION = "classification"
    TRANSFORM = "transform"
    LOGICAL_TYPE = "logical-type"  # one that readers ignore unless they know it
    ENUM_MEANING = "enum-meaning"
    PROMISE = "promise"  # a service level
    STATUS = "status"
    DESCRIPTION = "description"
    NOTICE = "notice"  # a dated end: added, removed, altered
    VERSION = "version"
    QUALITY = "quality"  # a check of the data that readers may rely on
    RELATIONSHIP = "relationship"  # what rows can be joined with
    SERVER = "server"  # where the data is read
    ROLE = "role"  # as whom it is read
    PARTITIONING = "partitioning"  # how rows are laid out
    PRICE = "price"
    DEPRECATION = "deprecation"  # an end without a date
    IDENTIFIER = "identifier"  # by which other systems know the contract
    IMPLEMENTATION = "implementation"  # the file that the contract says it is made from
    UNREAD = "unread"  # detail: the keyword that no code reads


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    ALTERED = "altered"


#: (path by name, aspect value, detail) -> relation. A format fills in what it can judge; what is missing and differs is undecided.
Relations = Mapping[tuple[Path, Aspect, str], Relation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """path: by name, on the old side where the thing existed, else on the new. identity: the same by identity.

    before, after: normalised text of what differs (a type, a canonical JSON value), None where there is nothing on that side.
    old, new: where it is said on either side. For a removal ``new`` is the surviving parent; None if nothing survives.
    detail: which constraint, promise or keyword, where the aspect alone does not say.
    declared: the full name of the declaration that differs, where one may be used in many places. also: the further paths at which it is
    used, so that whoever reads one of them is asked. notes: facts for people, as of a `Judgement`.
    """

    aspect: Aspect
    kind: Kind
    path: Path
    identity: Path
    before: str | None
    after: str | None
    relation: Relation | None = None
    old: Place | None = None
    new: Place | None = None
    detail: str = ""
    declared: str = ""
    also: tuple[Path, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
