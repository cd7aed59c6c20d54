"""A rule at length, for a terminal: what it stops and why, an example, the way out, and what clears it. The text is the rule's own page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from countersign.render.rule_pages import body
from countersign.rules import Rule

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def explained(rule: Rule, width: int = 100) -> str:
    """Its name, its level and its page in lines of at most ``width`` columns; examples keep their lines."""
    return "\n".join([f"{rule.id} ({rule.level.value} at most)", "", *lines_of(body(rule), width)])


def lines_of(markdown: str, width: int, indent: str = "") -> Iterator[str]:
    """Markdown as a terminal shows it best: paragraphs filled, examples as they are, headings with a colon."""
    for at, block in enumerate(_blocks(markdown)):
        if at:
            yield ""
        if block[0].startswith("```"):
            yield from (f"{indent}    {line}".rstrip() for line in block[1:-1])
        elif block[0].startswith("#"):
            yield f"{indent}{block[0].lstrip('# ')}:"
        elif block[0].startswith(("- ", "| ", "1. ")):
            yield from (indent + line for line in block)
        else:
            text = _LINK.sub(r"\1", " ".join(block))
            yield from textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _blocks(markdown: str) -> Iterator[list[str]]:
    """What stands between empty lines; an example is one block, whatever is in it."""
    block: list[str] = []
    fenced = False
    for line in markdown.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if line or fenced:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block
