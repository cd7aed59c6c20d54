"""What differs between two texts, line by line, as people know it from Git. Runs in the bounded child process: both texts are hostile."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

JSON = Any

#: A person stops reading long before; GitHub cuts a text at 65,536 characters.
MOST_LINES, LONGEST_LINE = 150, 200


def differing_lines(item: JSON) -> JSON:
    """item: old, new (texts, "" where there is none). Answer: lines, without the header; cut: there are more of them."""
    found = unified_diff(item["old"].splitlines(), item["new"].splitlines(), lineterm="", n=3)
    lines = [line[:LONGEST_LINE] for line, _ in zip(_without_header(found), range(MOST_LINES + 1), strict=False)]
    return {"lines": lines[:MOST_LINES], "cut": len(lines) > MOST_LINES}


def _without_header(lines: Any) -> Any:
    for number, line in enumerate(lines):
        if number > 1:
            yield line
