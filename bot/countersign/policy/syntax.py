"""The small languages inside a policy: field paths, references, dates, files. Each raises ValueError with what is wrong."""

from __future__ import annotations

import re
from datetime import date

from countersign.model.consumer import Reference
from countersign.model.path import ELEMENT, VALUE, Path, branch_step, enum_step

_REFERENCE = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)#([^/#\s]+)(?:/([^#\s]+))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_path(text: str) -> Path:
    """A path as people write it, the reverse of `model.path.show`: ``lines[].sku``, ``orders.status=paid``, ``card<acme.Card>.number``.

    A name ends at a dot, a bracket or ``=``; what follows ``=`` is the enum value, to the end.
    """
    path: list[str] = []
    at, name_due = 0, True
    while at < len(text):
        if text.startswith((ELEMENT, VALUE), at) and not name_due:
            path.append(text[at : at + 2])
            at += 2
        elif text[at] == "<" and not name_due:
            end = text.find(">", at)
            if end < at + 2:
                raise ValueError("it has a `<` without a name and `>` behind it")
            path.append(branch_step(text[at + 1 : end]))
            at = end + 1
        elif text[at] == "=" and not name_due:
            path.append(enum_step(text[at + 1 :]))
            return tuple(path)
        elif text[at] == "." and not name_due:
            at, name_due = at + 1, True
        elif name_due:
            end = next((i for i in range(at, len(text)) if text[i] in ".[]{}<>="), len(text))
            if not text[at:end].strip():
                raise ValueError("a name is missing in it")
            path.append(text[at:end])
            at, name_due = end, False
        else:
            raise ValueError(f"`{text[at]}` cannot stand there")
    if name_due:
        raise ValueError("a name is missing in it")
    return tuple(path)


def parse_reference(text: str) -> Reference:
    """``org/repo#id`` or ``org/repo#id/dataset``."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise ValueError("it is not written as `org/repo#id` or `org/repo#id/dataset`")
    return Reference(match[1], match[2], match[3] or "")


def parse_date(text: str) -> date:
    """A day as ``2027-06-30``, and in no other way that ISO 8601 knows."""
    if not _DATE.fullmatch(text):
        raise ValueError("it is not a day written as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


def check_file(text: str) -> None:
    """A file of the same repository, from its root."""
    if not text or text.startswith("/") or any(part in ("", ".", "..") for part in text.split("/")):
        raise ValueError("it is not a file's path from the repository's root")
