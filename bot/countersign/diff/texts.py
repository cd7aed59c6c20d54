"""Normalised texts of what a contract says: they go into fingerprints, so nothing here depends on order or formatting."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace

from countersign.model.contract import Enum, Field, canonical

#: Stripped from the ends of words only: inside a word (1.5) and in front of a number (-5) a sign says something.
_PUNCTUATION = ".,;:!?…'\"`“”„‘’«»()[]"
#: A longer text of a type is cut here and told apart by a digest of 80 bits, as a fingerprint is.
_LONGEST = 160


def truth(value: bool) -> str:
    return "true" if value else "false"


def openness(value: bool) -> str:
    return "open" if value else "closed"


def tidy(text: str | None) -> str | None:
    """The text with single spaces; None if nothing is left."""
    return " ".join(text.split()) or None if text else None


def gist(text: str | None) -> list[str]:
    """The words, without white space, case and punctuation (GATE §3, notice)."""
    words = unicodedata.normalize("NFC", text or "").casefold().split()
    return [word for word in (word.strip(_PUNCTUATION) for word in words) if word]


def values(enum: Enum | None) -> str | None:
    return None if enum is None else canonical(sorted({value.value for value in enum.values}))


def word(field: Field) -> str:
    """The type in a word: ``string``, ``union``, ``ref<Node>``."""
    return f"ref<{_name(field.type_text)}>" if field.type == "ref" else _name(field.type)


def _name(name: str) -> str:
    """Quoted unless it is a plain (or dotted) name, so that no name can look like another shape."""
    return name if name.replace(".", "_").isidentifier() else canonical(name)


def shape(field: Field) -> str:
    """Everything that says which values the type allows: ``object{note?: string|null, sku: string(maxLength=12)}``."""
    pieces: list[str] = []
    todo: list[str | Field] = [field]
    while todo:  # a list and no recursion: a contract may be deep
        piece = todo.pop()
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        pieces.append(_head(piece))
        todo.extend(reversed(_inside(piece)))
    text = "".join(pieces)
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… {hashlib.sha256(text.encode()).hexdigest()[:20]}"


def retyped(field: Field, other: Field) -> str:
    """The shape of a field that has another type in ``other``. Its number goes without saying where both have the same."""
    number = field.constraints.get("number")
    if number is None or number != other.constraints.get("number"):
        return shape(field)
    return shape(replace(field, constraints={name: said for name, said in field.constraints.items() if name != "number"}))


def member(field: Field) -> str:
    """A new field whole, as far as it bears on values: ``string, optional, null allowed, default ""``."""
    said = [shape(field)]
    said += [] if field.required else ["optional"]
    said += ["null allowed"] if field.nullable else []
    said += [] if field.default is None else [f"default {field.default}"]
    return ", ".join(said)


def _head(field: Field) -> str:
    limits = [f"{_name(name)}={said}" for name, said in (*sorted(field.constraints.items()), *sorted(field.unread.items()))]
    if field.enum is not None:
        limits.append(f"{'open ' if field.enum.open else ''}enum={values(field.enum)}")
    if field.type == "object" and not field.open:
        limits.append("closed")
    return f"{word(field)}({', '.join(limits)})" if limits else word(field)


def _inside(field: Field) -> list[str | Field]:
    """What follows the head: members, element, branches, with the signs between them."""
    pieces: list[str | Field] = []
    if field.fields:
        pieces.append("{")
        for member in sorted(field.fields, key=lambda member: member.name):
            pieces += [", "] if len(pieces) > 1 else []
            pieces += [f"{_name(member.name)}{'' if member.required else '?'}: ", member, "|null" if member.nullable else ""]
        pieces.append("}")
    if field.items is not None:
        pieces += ["[", field.items, "|null]" if field.items.nullable else "]"]
    if field.branches:
        pieces.append("<")
        for branch in sorted(field.branches, key=lambda branch: branch.name):
            pieces += [", "] if pieces[-1] != "<" else []
            pieces += [f"{_name(branch.name)}: ", branch]
        pieces.append(">")
    return pieces
