"""A contract in the one form that every format is read into.

The form keeps what a consumer can name (datasets, fields, enum values), what values are allowed, what the values mean,
and the line on which each of these was said. What a format has and nobody here reads goes into ``unread``, so that a
difference in it is seen as undecided and never lost.

Values that have to be compared (defaults, constraints, unread keywords) are kept as canonical JSON text
(`canonical`), so that formatting and key order make no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from countersign.model.path import ELEMENT, VALUE, Path, branch_step, known_step

if TYPE_CHECKING:
    from countersign.model.mentions import Names

#: The statuses of contracts that are not yet promised: they block nobody (GATE §3).
UNPROMISED = frozenset({"draft", "proposed"})


def canonical(value: Any) -> str:
    """Canonical JSON text: sorted keys, no white space, no ASCII escapes. ``value`` must be JSON data."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file. Lines count from 1. ``text`` is the line as it stands, trimmed, for showing a line that is gone."""

    file: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue:
    """One allowed value. ``value`` is the text for strings and canonical JSON for anything else.

    number: what stands for it in the data, where that is not the value itself (Protobuf).
    """

    value: str
    place: Place = field(compare=False)
    meaning: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum:
    """The allowed values. ``open`` means that the contract warns readers of values that are not listed. declared: as of a `Field`."""

    values: tuple[EnumValue, ...]
    place: Place = field(compare=False)
    open: bool = False
    declared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a contract says besides shape, meaning and service levels: a quality check, a relationship, a server, a role, …

    kind: the aspect of a change of it, in a word (`model.change.Aspect`): ``quality``, ``relationship``, ``server``, ``role``, ….
    about: what it is about, in the words of the document: ``nullValues``, ``prod``. identity, name: by which it is known between versions,
    "" where it has none. text: all that it asks, for people and for fingerprints. value: the same as canonical JSON, for comparison.
    """

    kind: str
    about: str
    text: str
    value: str
    place: Place
    identity: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field, an array's element, a map's value, a union's branch, or a dataset's root.

    type: one canonical word: ``string integer number boolean bytes date time timestamp duration uuid decimal object array
        map union null any ref never`` (``ref`` points at an enclosing type by ``type_text``; recursion ends there), or the
        format's own word where none of these is true to it.
    type_text: the type as the author wrote it, for people: ``decimal(10,2)``, ``["null","string"]``.
    required: the key is always present. nullable: null is an allowed value.
    default: canonical JSON of what a reader takes for a missing value; None if there is none.
    open: members that are not listed are allowed (objects only).
    constraints: name -> canonical JSON (``maxLength``, ``precision``, ``pattern``, …): narrows the allowed values.
    meaning: aspect -> text (``unit``, ``currency``, ``timezone``, ``nullMeaning``, ``classification``, ``transform``,
        ``logicalType``, ``description``): says what the values mean without changing which are allowed.
    unread: keyword -> canonical JSON of what has no place in this form; what a difference in it does, the format may know.
    terms: what is said of the field besides.
    nested: an unread keyword -> the fields that its schemas describe, where it holds schemas (JSON Schema's ``anyOf`` and its like).
        Records are judged by them; how contracts stand to one another the format says, and the texts tell whether they differ.
    idle: the unread keywords that the format ignores where they stand (beside a ``$ref`` in older drafts).
    declared: the full name of its declaration, where one declaration may be used in many places: what differs in it differs once.
    places: name of a constraint, meaning, keyword, or of ``type``/``required``/``nullable``/``default``/``open`` -> its line;
        ``members``: the declaration that lists them, where it is in another file.
    gone: what is no longer here, where the contract itself says so: name of a member or constraint -> the line that takes it away.

    Two fields that say the same on other lines are equal.
    """

    name: str
    place: Place = field(compare=False)
    identity: str = ""
    aliases: tuple[str, ...] = ()
    type: str = "any"
    type_text: str = ""
    required: bool = False
    nullable: bool = False
    default: str | None = None
    enum: Enum | None = None
    fields: tuple[Field, ...] = ()
    items: Field | None = None
    branches: tuple[Field, ...] = ()
    open: bool = True
    constraints: Mapping[str, str] = field(default_factory=dict)
    meaning: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()
    declared: str = ""
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    gone: Mapping[str, Place] = field(default_factory=dict)

    def repeats(self, other: Field) -> bool:
        """Whether both are without parts and equal, as most columns of two versions are: then nothing of them need be compared."""
        return not (self.fields or self.items or self.branches) and self == other

    @property
    def key(self) -> str:
        """What the field is known by between versions: its identity where the format gives one, else its name."""
        return known_step(self.identity, self.name)

    def children(self) -> Iterator[tuple[str, Field]]:
        """Each child with its step: members by name, the element, the map's value, the branches."""
        for child in self.fields:
            yield child.name, child
        if self.items is not None:
            yield (VALUE if self.type == "map" else ELEMENT), self.items
        for branch in self.branches:
            yield branch_step(branch.name), branch

    def walk(self, at: Path) -> Iterator[tuple[Path, Field]]:
        """This field and everything below it, with paths by name."""
        yield at, self
        for step, child in self.children():
            yield from child.walk((*at, step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A table, topic or record. ``root`` holds its fields; ``key`` the names of its key fields, in order."""

    name: str
    root: Field
    place: Place
    identity: str = ""
    aliases: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    meaning: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def known_by(self) -> str:
        return known_step(self.identity, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNotice:
    """A dated end as a file states it. When it began to run is not in any file: GATE §4 counts from our receipt.

    path: what will be removed. remove_after: ISO date as written, or "" if none. replacement: "" if none.
    """

    path: Path
    place: Place
    remove_after: str = ""
    replacement: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A service level: ``name`` (``latency``), what it is about (``element``, or "" for all), and ``value`` with its unit.

    value is canonical JSON. tightens: "up" if a higher number promises more (availability, retention), "down" if a lower
    one does (latency), "" if no order is known: then any change counts as loosened.
    """

    name: str
    value: str
    place: Place
    element: str = ""
    unit: str = ""
    tightens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A versioned, machine-readable promise about one or more datasets.

    id: unique in its repository. format: ``odcs``, ``avro``, ``jsonschema``. version: as written, "" where the format has none.
    status: ``active`` unless the document says otherwise (``draft`` and ``proposed`` block nobody).
    gone: as of `Field`, for datasets.
    constraints: as of a field, of the file as a whole (Protobuf's package and options).
    names: what is mentioned in it (`model.mentions.Names`), where a format has names for which no field stands.
    native: what the format's own `relate` needs besides, if anything; nobody else looks at it.
    """

    id: str
    format: str
    file: str
    place: Place
    version: str = ""
    status: str = "active"
    title: str = ""
    datasets: tuple[Dataset, ...] = ()
    notices: tuple[WrittenNotice, ...] = ()
    promises: tuple[Promise, ...] = ()
    constraints: Mapping[str, str] = field(default_factory=dict)
    meaning: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    gone: Mapping[str, Place] = field(default_factory=dict)
    names: Names | None = field(default=None, compare=False, repr=False)
    native: object = field(default=None, compare=False, repr=False)

    def walk(self) -> Iterator[tuple[Path, Field]]:
        """Every field of every dataset, with paths by name; a dataset's root first."""
        for dataset in self.datasets:
            yield from dataset.root.walk((dataset.name,))
