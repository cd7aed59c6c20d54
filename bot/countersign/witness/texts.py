"""Texts to try: of a format, of a length, of a pattern, of one pattern and not of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from countersign.formats.jsonschema.containment.budget import Budget, Exhausted
from countersign.formats.jsonschema.containment.regular import compile_pattern
from countersign.formats.jsonschema.containment.words import word

#: Format or type -> a text of it.
SAMPLES: Mapping[str, str] = {
    "date": "2024-01-01",
    "date-time": "2024-01-01T00:00:00Z",
    "duration": "P1D",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "::1",
    "json-pointer": "/a",
    "regex": "a",
    "time": "00:00:00Z",
    "timestamp": "2024-01-01T00:00:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/a",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
#: Characters of a text beyond which it is no small example.
MOST = 250
#: A larger pattern costs more to take apart than an example of it is worth.
_LONGEST_PATTERN = 200
_STEPS = 6_000
_TRIED = 3


def texts_of(pattern: str | None, form: str | None, least: int) -> Iterator[str]:
    """A few texts of a pattern; else one of a format; else one that is ``least`` characters long, if that is not much."""
    if isinstance(pattern, str):
        yield from like(pattern, least=least)
    elif isinstance(form, str) and form in SAMPLES:
        yield SAMPLES[form]
    elif least <= MOST:
        yield "x" * least


def like(pattern: str, unlike: str | None = None, least: int = 0) -> list[str]:
    """A few texts of a pattern that are not of another. None if that takes long to find, or if either is no regular language."""
    accepted = compile_pattern(pattern) if len(pattern) <= _LONGEST_PATTERN else None
    refused = compile_pattern(unlike) if unlike is not None and len(unlike) <= _LONGEST_PATTERN else None
    if accepted is None or (unlike is not None and refused is None):
        return []
    found: list[str] = []
    budget = Budget(_STEPS)
    try:
        while len(found) < _TRIED:
            text = word([accepted], [refused] if refused is not None else [], least, MOST, found, budget)
            if text is None:
                break
            found.append(text)
    except Exhausted:
        pass
    return found
