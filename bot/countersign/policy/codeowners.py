"""GitHub's CODEOWNERS file: the last pattern that matches a file says who owns it."""

from __future__ import annotations

import re
from collections.abc import Callable

from countersign.policy.pattern import Pattern, compile_pattern

#: A pattern (white space in it is escaped), then the owners.
_LINE = re.compile(r"((?:\\.|[^\s\\])+)(.*)")
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?")


def codeowners(text: str) -> Callable[[str], tuple[str, ...]]:
    """file -> its owners, as ``@org/team`` or ``@login`` in lower case; () if the last matching line names none, or nothing matches.

    Mail addresses name nobody whom the gate could ask, and are passed over. So are lines that GitHub calls invalid.
    """
    lines: list[tuple[Pattern, tuple[str, ...]]] = []
    for line in text.split("\n"):
        match = _LINE.match(line.strip())
        if match is None or match[1].startswith("#"):
            continue
        try:
            pattern = compile_pattern(match[1])
        except ValueError:
            continue
        named = (word.lower() for word in re.split(r"\s#", match[2])[0].split() if _OWNER.fullmatch(word))
        lines.append((pattern, tuple(dict.fromkeys(named))))
    lines.reverse()

    def owners(file: str) -> tuple[str, ...]:
        return next((named for pattern, named in lines if pattern.matches(file)), ())

    return owners
