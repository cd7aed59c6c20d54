"""Markdown that hostile text cannot shape.

Names, reasons and descriptions come from pull requests and from other repositories. None of them may open a table cell, a tag,
a link or a code block, ping anybody, or cross-link an issue. Everything that is not ours goes through `code`, `plain` or `prose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from countersign.render.words import clean, shortened, visible

#: What can open structure inside a line, and at its start.
_STRUCTURE = re.compile(r"[\\`*_\[\]<>|~&$]|^[-+#=]")
#: GitHub finds these in the finished text, so escaping them in Markdown does not help: an invisible break after the sign does.
_AUTOMATIC = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=//)|\bwww(?=\.)", re.IGNORECASE)
_BREAK = "\u200b"
_UNNAMED = re.compile(r"a secret team( \(\d+\))?")
_PING = re.compile(r"(```.*?```|`[^`\n]*`)|@(?=\w)", re.DOTALL)
_TEAM = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9_.-]+)?")
_WEB = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%-]+")


def code(text: str, most: int = 80) -> str:
    """The text as code, in or out of a table. GitHub neither pings nor links inside code."""
    text = shortened(clean(text), most) or " "
    if not set("`|\\") & set(text):
        return f"`{text}`"
    # A backtick, pipe or backslash means different things in and out of tables; as HTML entities they are inert in both.
    return f"<code>{_entities(_unlinked(text))}</code>"


def plain(text: str, most: int = 300) -> str:
    """The text as prose without any structure, mention or link."""
    return _entities(_unlinked(shortened(clean(text), most)))


def prose(text: str, most: int = 600) -> str:
    """As `plain`, but what stands between backticks becomes code: for the messages of rules and readers, which quote names so."""
    parts = shortened(clean(text), most).split("`")
    if len(parts) % 2 == 0:
        return plain(text, most)
    return "".join(_keep_edges(part) if at % 2 == 0 else code(part, most) for at, part in enumerate(parts))


def _keep_edges(part: str) -> str:
    """`plain`, with the space between a word and the code beside it."""
    inner = plain(part, len(part))
    return (" " if part[:1] == " " else "") + inner + (" " if part[-1:] == " " and inner else "")


def mention(team: str) -> str:
    """A team (``@org/team``) or person (``@login``) so that GitHub links and tells them; a secret team as it is; the rest as code."""
    if _UNNAMED.fullmatch(team):
        return team
    return team.replace("_", "&#95;") if _TEAM.fullmatch(team) else code(team)


def unpinged(markdown: str) -> str:
    """Finished Markdown in which nobody is told: what stands in the check may be said again in a comment. Code stays as it is."""
    return _PING.sub(lambda found: found.group(1) or f"@{_BREAK}", markdown)


def link(label: str, url: str) -> str:
    """``label`` is Markdown already. A URL that is no plain web address is left out."""
    url = url.replace("(", "%28").replace(")", "%29")
    return f"[{label}]({url})" if _WEB.fullmatch(url) else label


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already; `code`, `plain` and `prose` leave no bare pipe in them."""
    lines = [head, [":--"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def fenced(lines: Iterable[str], language: str, indent: str = "", *, exact: bool = False) -> str:
    """A code block that no line in it can close. exact: white space stays, because somebody may copy it."""
    body = [visible(line) if exact else clean_line(line) for line in lines]
    longest = max((len(run) for line in body for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join(indent + line for line in (f"{fence}{language}", *body, fence))


def clean_line(line: str) -> str:
    """`clean`, with the indentation kept, also behind the sign of a difference's line."""
    ahead = (
        len(line) - len(line.removeprefix("+").removeprefix("-").lstrip(" "))
        if line[:1] in ("+", "-")
        else len(line) - len(line.lstrip(" "))
    )
    return line[:ahead] + clean(line[ahead:])


def folded(summary: str, body: str) -> str:
    """A block that opens on a click. Both are Markdown already; GitHub wants the blank lines."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _unlinked(text: str) -> str:
    """With an invisible break wherever GitHub would make a mention or a link, and after a number that would begin a list."""
    broken = _AUTOMATIC.sub(lambda found: found.group() + _BREAK, text)
    return re.sub(r"^(\d+)(?=[.)] )", rf"\1{_BREAK}", broken)


def _entities(text: str) -> str:
    return _STRUCTURE.sub(lambda found: f"&#{ord(found.group())};", text)
