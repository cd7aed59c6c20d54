"""What a schema says, as a formula over JSON values.

An atom speaks of one kind of value and holds of every value of another kind (JSON Schema 2020-12 Core §7.6.1): ``minLength`` allows every
number. Numbers are exact: 1 and 1.0 are one value, 0.1 is a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any as Anything
from typing import NamedTuple

from countersign.model.contract import canonical

#: The kinds of value, in the order in which an example is looked for. ``integer`` is a number without a fraction.
KINDS = ("string", "number", "boolean", "null", "object", "array")


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class No:
    """The formula does not hold."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema that is read when it is needed, as a formula or keyword by keyword.

    digest: two schemas of one digest say the same. pointer: where it stands, for people.
    """

    digest: str
    read: Callable[[], Formula] = field(compare=False, repr=False)
    keywords: Callable[[], Said] = field(compare=False, repr=False)
    pointer: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """The value is of one of these types, in the words of ``type``."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Values:
    """The value is one of these. keys: their `key_of`."""

    keys: frozenset[str]
    values: tuple[Anything, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """A number between two limits; None: none. lo_open, hi_open: the limit itself is outside."""

    lo: Fraction | None = None
    lo_open: bool = False
    hi: Fraction | None = None
    hi_open: bool = False


@dataclass(frozen=True, slots=True)
class Multiple:
    """A number that is a whole multiple. of: above 0."""

    of: Fraction


@dataclass(frozen=True, slots=True)
class Size:
    """How many characters, elements or members (kind: string, array, object)."""

    kind: str
    lo: int = 0
    hi: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text in which the regular expression (ECMA-262) finds something."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A text of a named set: a ``format``, a ``contentEncoding``, a ``contentMediaType``."""

    keyword: str
    name: str


@dataclass(frozen=True, slots=True)
class Every:
    """Each member whose name fulfils ``key`` has a value that fulfils ``value``.

    declares: the author lists these members (``properties``, ``patternProperties``), rather than speaking of the rest or of names.
    """

    key: Formula
    value: Formula
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """The object has this member."""

    name: str


@dataclass(frozen=True, slots=True)
class Elements:
    """Each element from ``start`` up to (not with) ``stop`` fulfils ``value``; stop None: to the end."""

    start: int
    stop: int | None
    value: Formula


@dataclass(frozen=True, slots=True)
class Count:
    """So many elements fulfil ``value``."""

    value: Formula
    lo: int = 1
    hi: int | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    """No two elements are equal."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is not decided. Two of one text say the same. kind: of which values it speaks, "" for all. pointer: where it stands."""

    keyword: str
    text: str
    kind: str = ""
    pointer: str = field(default="", compare=False)


Formula = (
    All | Any | No | Schema | Kind | Values | Range | Multiple | Size | Pattern | Named | Every | Has | Elements | Count | Unique | Opaque
)

#: keyword -> what it says; a schema in it is a `Formula`, at the place in the value where it stands.
Said = Mapping[str, Anything]

TRUE = All(())
FALSE = Any(())


class Literal(NamedTuple):
    """A formula that is to hold, or not to hold. inner: it comes from the schema that is asked to lie inside the other."""

    inner: bool
    holds: bool
    formula: Formula

    def opposite(self) -> Literal:
        return Literal(self.inner, not self.holds, self.formula)


#: What one value has to fulfil.
Goal = frozenset[Literal]

_KIND_OF: dict[type, str] = {
    Range: "number",
    Multiple: "number",
    Pattern: "string",
    Named: "string",
    Every: "object",
    Has: "object",
    Elements: "array",
    Count: "array",
    Unique: "array",
}


def kind_spoken_of(formula: Formula) -> str:
    """The kind of value that an atom speaks of; "" if it speaks of all."""
    if isinstance(formula, Size | Opaque):
        return formula.kind
    return _KIND_OF.get(type(formula), "")


def kind_of(value: Anything) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return kinds[type(value)]


def exact(number: float) -> Fraction:
    """The number as it is written: 0.1 is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def key_of(value: Anything) -> str:
    """The same text for equal values and for no others: 1.0 is 1, and no boolean is a number."""
    return canonical(_plain(value))


def _plain(value: Anything) -> Anything:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def values(those: Iterable[Anything]) -> Values:
    known = {key_of(value): value for value in those}
    return Values(frozenset(known), tuple(known.values()))


def named(name: str) -> Values:
    """The text ``name`` alone."""
    return Values(frozenset({canonical(name)}), (name,))


def only_text(formula: Formula) -> str | None:
    """The one text that a formula over names allows, where it is written so."""
    if isinstance(formula, Values) and len(formula.values) == 1 and isinstance(formula.values[0], str):
        return formula.values[0]
    return None


def brief(formula: Formula) -> str:
    """A short text of a formula, by which formulas are put into an order that is the same in every run."""
    if isinstance(formula, Schema):
        return formula.digest
    if isinstance(formula, All | Any):
        return f"{type(formula).__name__} {len(formula.parts)} {brief(formula.parts[0]) if formula.parts else ''}"
    if isinstance(formula, Values):
        return f"Values {min(formula.keys, default='')}"
    if isinstance(formula, No):
        return "No " + brief(formula.formula)
    if isinstance(formula, Every):
        return f"Every {brief(formula.key)} {brief(formula.value)}"
    if isinstance(formula, Elements):
        return f"Elements {formula.start} {formula.stop} {brief(formula.value)}"
    return f"Count {formula.lo} {formula.hi} {brief(formula.value)}" if isinstance(formula, Count) else repr(formula)
