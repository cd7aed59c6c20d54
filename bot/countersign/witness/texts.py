"""Texts to try: of a format, of a length, of a pattern, of one pattern and not of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from math import prod

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
#: A larger pattern costs more to take apart than an example of it is worth.
_LONGEST_PATTERN = 120
_MOST_REPEATS = 150
_REPEATS = re.compile(r"\{([0-9]+)?(?:,([0-9]+)?)?\}")
_ESCAPED = re.compile(r"\\([-/ #&~@%:;,<>=!\"'_`])")
_TRIED = 4


def texts_of(pattern: str | None, form: str | None, least: int) -> Iterator[str]:
    """A few texts of a pattern; else one of a format; else one that is ``least`` characters long, if that is not much."""
    if isinstance(pattern, str):
        yield from like(pattern, least=least)
    elif isinstance(form, str) and form in SAMPLES:
        yield SAMPLES[form]
    elif least <= _MOST_REPEATS:
        yield "x" * least


def like(pattern: str, unlike: str | None = None, least: int = 0) -> list[str]:
    """A few texts of a pattern that are not of another. None if either is too large, or says what regular languages cannot."""
    from greenery import parse

    if not _small(pattern) or (unlike is not None and not _small(unlike)):
        return []
    try:
        language = parse(_whole(pattern))
        if unlike is not None:
            language = language.difference(parse(_whole(unlike)))
        if least:
            language = language & parse(f".{{{least},}}") if least <= _MOST_REPEATS else language
        return list(islice(language.strings("x"), _TRIED))
    except Exception:  # greenery names no errors of its own, and an example is worth no failure
        return []


def _small(pattern: str) -> bool:
    repeats = [max(int(number[:4]) for number in found if number) for found in _REPEATS.findall(pattern) if any(found)]
    return len(pattern) <= _LONGEST_PATTERN and prod(max(one, 1) for one in repeats) <= _MOST_REPEATS


def _whole(pattern: str) -> str:
    """A pattern of JSON Schema finds its text anywhere; examples are whole, which is found as well."""
    bare = pattern.removeprefix("^")
    bare = bare[:-1] if bare.endswith("$") and not bare.endswith("\\$") else bare
    return _ESCAPED.sub(lambda found: found[1] if found[1] not in "-" else "\\-", bare)
