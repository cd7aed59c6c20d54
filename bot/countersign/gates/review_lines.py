"""The ``countersign:`` lines of a review: what it signs, from which day, and until when it objects (GATE §4, A signature)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from countersign.gates.own_words import lines_of

_MARK = "countersign:"
#: Characters of a line that are read; no line that anybody means is longer.
_LONGEST = 2000
#: Each is run on one word.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HANDLE = re.compile(r"[A-Z2-7]{6,16}")


@dataclass(frozen=True, slots=True)
class Line:
    """handles: upper case, without ``C-``. since: 00:00 UTC of the day that it signs from; None: at once."""

    handles: tuple[str, ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """signing: the lines that name findings; without any, all is signed. unclear: a line says something else, whatever that signs."""

    signing: tuple[Line, ...] = ()
    unclear: bool = False

    def naming(self, fingerprint: str) -> tuple[Line, ...]:
        return tuple(line for line in self.signing if any(fingerprint.startswith(handle) for handle in line.handles))


def handles_in(word: str) -> tuple[str, ...]:
    """The handles that a word is made of, upper case and without ``C-``; none if it holds anything else."""
    before, *found = word.upper().split("C-")
    return tuple(found) if not before and all(_HANDLE.fullmatch(one) for one in found) else ()


def lines_in(body: str) -> Lines:
    """What an approving review says. An objection's line has no place in it.

    Lines in code, quotes or comments were said by nobody. If they are the only ones, some line was meant, so not all is signed either.
    """
    said, aside = _texts(body)
    lines = [_signs(text) for text in said]
    if None in lines or (aside and not said):
        return Lines(unclear=True)
    return Lines(tuple(line for line in lines if line))


def objects_until(body: str) -> datetime | None:
    """The last second of the day that a request for changes names, UTC; None if it names none, or several."""
    lines = [_words(text) for text in _texts(body)[0]]
    days = {words[2] for words in lines if len(words) == 3 and [word.lower() for word in words[:2]] == ["objection", "until"]}
    day = _day(days.pop()) if len(days) == 1 else None
    return datetime.combine(day, time(23, 59, 59), UTC) if day else None


def _texts(body: str) -> tuple[list[str], bool]:
    """(what stands behind the mark in each line that is its writer's own, whether there are others)."""
    said: list[str] = []
    aside = False
    for line, own in lines_of(body):
        text = line.strip(" \t") if own else line.lstrip("> \t")
        if text[:1] in ("-", "*", "+") and text[1:2] in (" ", "\t"):
            text = text[1:].lstrip(" \t")
        if text[: len(_MARK)].lower() == _MARK:
            said += [text[len(_MARK) :]] if own else []
            aside = aside or not own
    return said, aside


def _signs(text: str) -> Line | None:
    """``C-…, C-… from 2026-12-15.``; None for anything else."""
    words = _words(text.replace(",", " "))
    since = None
    if len(words) > 2 and words[-2].lower() == "from":
        since = _day(words[-1])
        if since is None:
            return None
        words = words[:-2]
    named = [handles_in(word) for word in words]
    return Line(tuple(handle for handles in named for handle in handles), since) if named and all(named) else None


def _words(text: str) -> list[str]:
    """Of a line that may end in a full stop; none of one that is too long."""
    return text.strip(" \t").removesuffix(".").split() if len(text) <= _LONGEST else []


def _day(written: str) -> datetime | None:
    """00:00 UTC of the day; None if there is no such day."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), UTC) if _DATE.fullmatch(written) else None
    except ValueError:
        return None
