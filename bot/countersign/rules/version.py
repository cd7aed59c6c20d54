"""Which version is greater."""

from __future__ import annotations

import re

#: Semantic Versioning 2.0.0, with a leading ``v`` and one to four numbers allowed, since contracts are written by hand.
#: At most 9 digits a number: a longer one is no version that a person counts.
_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:-([0-9A-Za-z.-]{1,64}))?(?:\+[0-9A-Za-z.-]{1,64})?", re.ASCII)

#: numbers, then 1 for a release and 0 for a pre-release, then the pre-release's identifiers
_Order = tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]


def raised(before: str, after: str) -> bool:
    """True if ``after`` is greater than ``before``; where either is not of that form, if it is any other text at all."""
    old, new = _order(before), _order(after)
    if old is None or new is None:
        return after.strip() not in ("", before.strip())
    return new > old


def next_major(version: str) -> str:
    """The version to write for a breaking change: ``1.4.0`` -> ``2.0.0``; "" if the form is not known."""
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        return ""
    first, *rest = match[1].split(".")
    return ".".join([str(int(first) + 1), *("0" for _ in rest)])


def next_minor(version: str) -> str:
    """The version to write for a change that breaks nobody: ``1.4.0`` -> ``1.5.0``; "" if the form is not known or has no second number."""
    match = _VERSION.fullmatch(version.strip())
    if match is None or "." not in match[1]:
        return ""
    first, second, *rest = match[1].split(".")
    return ".".join([first, str(int(second) + 1), *("0" for _ in rest)])


def _order(version: str) -> _Order | None:
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    numbers += [0] * (4 - len(numbers))
    if not match[2]:
        return (tuple(numbers), 1, ())
    # SemVer §11: numbers compare as numbers and come before words.
    identifiers = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in match[2].split("."))
    return (tuple(numbers), 0, identifiers)
