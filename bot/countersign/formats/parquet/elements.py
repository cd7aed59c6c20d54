"""A Parquet schema as the file has it (elements with annotations) -> fields.

The rules are those of parquet-format's LogicalTypes.md, with those for lists and maps that older writers left behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from countersign.formats.parquet.columns import Count, decimal, key_text, members, named, scalar, timestamp
from countersign.model.contract import Field, Place, canonical
from countersign.model.path import ELEMENT, VALUE

_UNITS = {"millis": "millis", "micros": "micros", "nanos": "nanos", "milliseconds": "millis", "microseconds": "micros"}
_UNITS["nanoseconds"] = "nanos"
_PLAIN = {"boolean": "boolean", "int32": "int", "int64": "long", "int96": "int96", "float": "float", "double": "double", "binary": "bytes"}
_SIGNED = {8: "byte", 16: "short", 32: "int", 64: "long"}
#: Annotations without arguments -> the word. An ENUM's values are listed nowhere: it is a text.
_WORDS = {
    "bson": "bson",
    "date": "date",
    "enum": "string",
    "float16": "half",
    "interval": "interval",
    "json": "json",
    "null": "null",
    "string": "string",
    "unknown": "null",
    "utf8": "string",
    "uuid": "uuid",
}
_LISTS, _MAPS = frozenset({"list"}), frozenset({"map", "map_key_value"})


@dataclass(frozen=True)
class Annotation:
    """A logical type: ``DECIMAL(10,2)``, or in other words ``Decimal(precision=10, scale=2)``. word: in lower case."""

    word: str
    arguments: tuple[str, ...] = ()

    def argument(self, at: int, name: str) -> str:
        """By its name where arguments have names, else by its place; "" if it is not given. In lower case."""
        by_name = {key.strip().lower(): value.strip() for key, _, value in (one.partition("=") for one in self.arguments) if value}
        found = by_name.get(name) if by_name else next(iter(self.arguments[at : at + 1]), "")
        return (found or "").strip().lower()

    def number(self, at: int, name: str) -> int | None:
        found = self.argument(at, name)
        return int(found) if found.isdecimal() and len(found) < 10 else None

    @property
    def text(self) -> str:
        return f"{self.word}({','.join(self.arguments)})" if self.arguments else self.word


@dataclass
class Element:
    """One line of a schema. repetition: ``required optional repeated``. type: the physical type, ``group`` where there are children.

    length: of ``fixed_len_byte_array``. id: the field's number, "" if it has none.
    """

    name: str
    repetition: str
    type: str
    place: Place
    length: int | None = None
    id: str = ""
    annotation: Annotation | None = None
    children: list[Element] = field(default_factory=list)


class Elements:
    """Reads the fields of one schema. Raises `Unreadable` where it is too large."""

    def __init__(self, file: str) -> None:
        self._count = Count(file)

    def members(self, group: Element, depth: int = 0) -> tuple[Field, ...]:
        return members(self.field(one, depth + 1) for one in group.children)

    def field(self, element: Element, depth: int) -> Field:
        """A repeated element that stands in no list is a list of values that are there."""
        self._count.one_more(depth, element.place.line)
        said: dict[str, Any] = {"identity": element.id, "nullable": element.repetition == "optional"}
        if element.repetition == "repeated":
            return named(_array(self._item(element, depth)), element.name, element.place, identity=element.id)
        found = self._type(element, depth)
        limits = {**found.constraints, **({"fieldId": canonical(int(element.id))} if element.id else {})}
        return named(replace(found, constraints=limits), element.name, element.place, **said)

    def _item(self, element: Element, depth: int) -> Field:
        return named(self._type(element, depth), ELEMENT, element.place)

    def _type(self, element: Element, depth: int) -> Field:
        word = element.annotation.word if element.annotation else ""
        if element.type != "group":
            return primitive(element)
        if word == "variant":
            return scalar("variant")
        only = element.children[0] if len(element.children) == 1 else None
        if only is not None and only.repetition == "repeated":
            if word in _LISTS:
                return self._list(element, only, depth)
            if word in _MAPS and only.type == "group" and 1 <= len(only.children) <= 2:
                return self._map(only, depth)
        unread = {"annotation": canonical(element.annotation.text)} if element.annotation else {}
        return replace(scalar("object"), fields=self.members(element, depth), unread=unread)

    def _list(self, element: Element, repeated: Element, depth: int) -> Field:
        """Three levels, unless the names or the number of the fields show an older writer's two."""
        inner = repeated.children
        older = len(inner) != 1 or inner[0].repetition == "repeated" or repeated.name in ("array", f"{element.name}_tuple")
        if repeated.type != "group" or older:
            return _array(self._item(repeated, depth + 1))
        return _array(replace(self.field(inner[0], depth + 1), name=ELEMENT))

    def _map(self, entry: Element, depth: int) -> Field:
        key = self.field(entry.children[0], depth + 1)
        value = self.field(entry.children[1], depth + 1) if len(entry.children) == 2 else named(scalar("null"), VALUE, entry.place)
        return replace(scalar("map", keyType=key_text(key)), type_text="map", items=replace(value, name=VALUE))


def primitive(element: Element) -> Field:
    """The type of an element without children. An annotation that nobody knows, or not on this type, is kept unread."""
    base = (
        scalar("fixed", size=element.length) if element.type == "fixed_len_byte_array" else scalar(_PLAIN.get(element.type, element.type))
    )
    if element.annotation is None or element.annotation.word in ("none", "undefined"):
        return base
    return _logical(element.annotation) or replace(base, unread={"annotation": canonical(element.annotation.text)})


def _logical(annotation: Annotation) -> Field | None:
    word, argument = annotation.word, annotation.argument
    if word in _WORDS:
        return scalar(_WORDS[word])
    if word == "decimal":
        precision, scale = annotation.number(0, "precision"), annotation.number(1, "scale")
        return decimal(precision, scale or 0) if precision else None
    if word in ("int", "integer"):
        return _integer(annotation.number(0, "bitwidth"), signed=argument(1, "issigned") != "false")
    if word.startswith(("int_", "uint_")):
        return _integer(int(word.partition("_")[2]) if word.partition("_")[2].isdecimal() else None, signed=word.startswith("int_"))
    if word in ("geometry", "geography"):
        return scalar(word, crs=argument(0, "crs") or None, algorithm=argument(1, "algorithm") or None)
    kind, _, older = word.partition("_")  # TIMESTAMP_MILLIS is what writers said before TIMESTAMP(MILLIS,true)
    if kind not in ("time", "timestamp"):
        return None
    names = (_UNITS.get(argument(0, "timeunit"), ""), argument(1, "isadjustedtoutc")) if not older else (_UNITS.get(older, ""), "true")
    if kind == "time":
        return scalar("time", timeUnit=names[0], adjustedToUTC=names[1] == "true") if names[0] else None
    return timestamp(names[0], adjusted=names[1] == "true") if names[0] else None


def _integer(bits: int | None, *, signed: bool) -> Field | None:
    word = _SIGNED.get(bits or 0)
    return None if word is None else scalar(word if signed else f"u{word}")


def _array(element: Field) -> Field:
    return replace(scalar("array"), items=element)
