"""Parquet's own text of a schema (``message orders { required int64 id = 1; … }``) -> elements with their lines.

Read are the words of parquet-java, which prints and parses this text, and those of Arrow, which only prints it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from countersign.formats.marked import Unreadable
from countersign.formats.parquet.columns import MAX_DEPTH, MAX_FIELDS
from countersign.formats.parquet.elements import Annotation, Element
from countersign.formats.source import MAX_SHOWN
from countersign.formats.violations import nearest
from countersign.model.contract import Place

PHYSICAL = frozenset({"binary", "boolean", "double", "fixed_len_byte_array", "float", "int32", "int64", "int96"})
_REPETITIONS = ("required", "optional", "repeated")
#: A statement is one line in every tool's output. Longer ones would only cost time.
_LONGEST = 10_000
_END = re.compile(r"[;{}]")
_HEAD = re.compile(r"(\w+) (\w+)(?: ?\( ?([0-9]{1,9}) ?\))? (?:field_id ?= ?(-?[0-9]{1,9}) )?(.+)\Z")
_REST = re.compile(r"([^\s(){};=,]+)(?: ?\((.+)\))?(?: ?= ?([0-9]{1,9}))?\Z")
_ANNOTATION = re.compile(r" ?(\w+)(?: ?\((.*)\))? ?\Z")
_ROOT = re.compile(r"(?:message|\w+ group(?: field_id ?= ?-?[0-9]{1,9})?) ([^\s(){};=,]+)\Z")
_REMEDY = "Write it as Parquet's tools print it: `required int64 id;`, `optional binary name (STRING);`"


def read_message(file: str, text: str) -> Element:
    """The root of the schema. Raises `Unreadable` with the line."""
    statements = _statements(file, text)
    first, end, place = next(statements, ("", "", Place(file=file, line=1)))
    named = _ROOT.match(first)
    if named is None or end != "{":
        raise _refuse(place, "a schema begins with `message` and its name", "Begin with `message orders {`")
    root = Element(name=named[1], repetition="required", type="group", place=place)
    open_groups, fields = [root], 0
    for statement, end, place in statements:
        if not open_groups:
            raise _refuse(place, "there is more text behind the end of the message", "Take it out, or put it into a file of its own")
        if end == "}":
            if statement:
                raise _refuse(place, f"`{statement[:60]}` has no semicolon behind it", "End it with `;`")
            open_groups.pop()
            continue
        fields += 1
        if fields > MAX_FIELDS or len(open_groups) > MAX_DEPTH:
            raise _refuse(
                place, f"the schema has more than {MAX_FIELDS:,} fields, or more than {MAX_DEPTH} levels", "Split it, or flatten it"
            )
        element = _element(statement, end, place)
        open_groups[-1].children.append(element)
        if end == "{":
            open_groups.append(element)
    if open_groups:
        raise _refuse(place, "the message is not closed", "Add `}` at the end")
    return root


def head(statement: str, place: Place) -> tuple[Element, str]:
    """The element that a statement begins with, nameless yet, and what follows: its name and more. Raises `Unreadable`."""
    found = _HEAD.match(statement)
    repetition, type_ = (found[1].lower(), found[2].lower()) if found else ("", "")
    if found is None or repetition not in _REPETITIONS:
        raise _refuse(place, f"`{statement[:60]}` is no field of a Parquet schema", _REMEDY)
    if type_ != "group" and type_ not in PHYSICAL:
        raise _refuse(place, f"`{found[2]}` is no type that Parquet stores{nearest(type_, {*PHYSICAL, 'group'})}", _REMEDY)
    if (type_ == "fixed_len_byte_array") != (found[3] is not None):
        raise _refuse(place, "`fixed_len_byte_array`, and only that, has a length", "Write it as `fixed_len_byte_array(16)`")
    length = int(found[3]) if found[3] else None
    id_ = found[4] if found[4] and not found[4].startswith("-") else ""
    return Element(name="", repetition=repetition, type=type_, place=place, length=length, id=id_), found[5]


def annotation(text: str) -> Annotation | None:
    """``DECIMAL(10,2)``; None if it is not written like one."""
    found = _ANNOTATION.match(text)
    if found is None:
        return None
    return Annotation(found[1].lower(), tuple(one.strip() for one in found[2].split(",")) if found[2] else ())


def _element(statement: str, end: str, place: Place) -> Element:
    element, rest = head(statement, place)
    named = _REST.match(rest)
    said = annotation(named[2]) if named and named[2] else None
    if named is None or (named[2] and said is None):
        raise _refuse(place, f"`{rest[:60]}` is no name with an annotation", _REMEDY)
    if (end == "{") != (element.type == "group"):
        raise _refuse(place, "a group, and only that, has fields in braces", _REMEDY)
    element.name, element.annotation, element.id = named[1], said, named[3] or element.id
    return element


def _statements(file: str, text: str) -> Iterator[tuple[str, str, Place]]:
    """Each statement with single spaces, the sign that ends it, and the line on which it begins."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    lines = text.split("\n")
    at = 0
    for found in _END.finditer(text):
        raw = text[at : found.start()]
        begins = at + len(raw) - len(raw.lstrip())
        line = bisect_left(breaks, begins) + 1
        place = Place(file=file, line=line, text=lines[line - 1].strip()[:MAX_SHOWN])
        if len(raw) > _LONGEST:
            raise _refuse(place, f"this statement is longer than {_LONGEST:,} characters", _REMEDY)
        yield " ".join(raw.split()), found.group(), place
        at = found.end()
    if left := text[at:].strip():
        line = bisect_left(breaks, text.index(left[0], at)) + 1
        place = Place(file=file, line=line, text=lines[line - 1].strip()[:MAX_SHOWN])
        yield " ".join(left[:_LONGEST].split()), ";", place


def _refuse(place: Place, message: str, remedy: str) -> Unreadable:
    return Unreadable(place.file, place.line, message, remedy)
