"""JSON -> JSON data with lines. The standard library's decoder gives no lines, recurses, and takes NaN and repeated keys."""

from __future__ import annotations

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # public by its use, absent from typeshed

from countersign.formats.marked.builder import Builder, Marked, Unreadable, fraction, whole

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")


def load_json(text: str, file: str) -> Marked:
    """One JSON text (RFC 8259, nothing more) as JSON data with lines. Integers are exact. Raises `Unreadable`."""
    builder = Builder(text, file)
    at = _space(text, 1 if text.startswith("\ufeff") else 0)
    while True:
        # A value, or the end of an empty container.
        if (
            builder.containers
            and text[at : at + 1] == ("}" if isinstance(builder.containers[-1], dict) else "]")
            and not builder.containers[-1]
        ):
            builder.close()
            at += 1
        else:
            if builder.wants_key:
                at = _member(text, at, builder)
            at, opened = _value(text, at, builder)
            if opened:
                continue
        # What follows a value: a comma, the ends of containers, the end of the text.
        at = _space(text, at)
        while builder.containers and text[at : at + 1] == ("}" if isinstance(builder.containers[-1], dict) else "]"):
            builder.close()
            at = _space(text, at + 1)
        if not builder.containers:
            if at != len(text):
                raise _not_json(builder, at, "there is more text behind the end of the value")
            return builder.done()
        if text[at : at + 1] != ",":
            raise _not_json(builder, at, "a comma or the end of the list or object is missing")
        at = _space(text, at + 1)
        if text[at : at + 1] in ("}", "]"):
            raise _not_json(builder, at, "a comma stands before the end of a list or object")


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None, "it matches the empty text"
    return match.end()


def _not_json(builder: Builder, at: int, what: str) -> Unreadable:
    return builder.refuse(builder.line(at), f"this is not JSON: {what}", "Correct the text at this line or just above it")


def _text(text: str, at: int, builder: Builder) -> tuple[str, int]:
    try:
        value, behind = scanstring(text, at + 1, True)
    except JSONDecodeError as error:
        raise _not_json(builder, error.pos, error.msg[:1].lower() + error.msg[1:].removesuffix(" at")) from None
    if _SURROGATE.search(value):
        raise _not_json(builder, at, "this text holds half of a surrogate pair, which is no character")
    return value, behind


def _member(text: str, at: int, builder: Builder) -> int:
    if text[at : at + 1] != '"':
        raise _not_json(builder, at, "a key in double quotes is missing")
    key, behind = _text(text, at, builder)
    builder.take_key(key, builder.line(at))
    behind = _space(text, behind)
    if text[behind : behind + 1] != ":":
        raise _not_json(builder, behind, f'the colon behind the key "{key}" is missing')
    return _space(text, behind + 1)


def _value(text: str, at: int, builder: Builder) -> tuple[int, bool]:
    """Read what begins at ``at``: (where it ends, or where the first thing in it begins; whether it is an open list or object)."""
    line = builder.line(at)
    first = text[at : at + 1]
    if first in ("{", "["):
        builder.open({} if first == "{" else [], line)
        return _space(text, at + 1), True
    if first == '"':
        string, behind = _text(text, at, builder)
        builder.put(string, line)
        return behind, False
    if word := _WORD.match(text, at):
        builder.put(_WORDS[word.group()], line)
        return word.end(), False
    if number := _NUMBER.match(text, at):
        digits, decimals, exponent = number.groups()
        value = fraction(number.group(), builder, line) if decimals or exponent else whole(digits, 10, builder, line)
        builder.put(value, line)
        return number.end(), False
    raise _not_json(builder, at, "a value is missing" if not first else f"no value begins with `{first}`")
