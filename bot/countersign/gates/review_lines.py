"""The ``countersign:`` lines of a review: what it signs, from which day, and until when it objects (GATE §4, A signature)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

_LINE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?countersign:(.*)$", re.MULTILINE | re.IGNORECASE)
_DATE = r"(\d{4}-\d{2}-\d{2})"
_SIGNS = re.compile(rf"[ \t]*((?:C-[A-Za-z2-7]{{6,16}}[ \t,]*)+)(?:(?<=[ \t,])from[ \t]+{_DATE})?[ \t]*\.?[ \t]*", re.IGNORECASE)
_OBJECTS = re.compile(rf"[ \t]*objection[ \t]+until[ \t]+{_DATE}[ \t]*\.?[ \t]*", re.IGNORECASE)
_HANDLE = re.compile(r"C-([A-Za-z2-7]{6,16})", re.IGNORECASE)


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


def handles_in(text: str) -> tuple[str, ...]:
    """The handles of a text, upper case and without ``C-``."""
    return tuple(match.upper() for match in _HANDLE.findall(text))


def lines_in(body: str) -> Lines:
    """What an approving review says. An objection's line has no place in it."""
    signing: list[Line] = []
    for text in _texts(body):
        found = _SIGNS.fullmatch(text)
        since = _day(found.group(2)) if found and found.group(2) else None
        if found is None or (found.group(2) and since is None):
            return Lines(unclear=True)
        signing.append(Line(handles_in(found.group(1)), since))
    return Lines(tuple(signing))


def objects_until(body: str) -> datetime | None:
    """The last second of the day that a request for changes names, UTC; None if it names none, or several."""
    days = {found.group(1) for text in _texts(body) if (found := _OBJECTS.fullmatch(text))}
    day = _day(days.pop()) if len(days) == 1 else None
    return datetime.combine(day, time(23, 59, 59), UTC) if day else None


def _texts(body: str) -> list[str]:
    return _LINE.findall(body.replace("\r", "\n"))


def _day(written: str) -> datetime | None:
    """00:00 UTC of the day; None if there is no such day."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), UTC)
    except ValueError:
        return None
