"""GitHub's limits on texts. Its documentation says characters; its refusals say bytes ("exceeds a maximum bytesize of 65535")."""

from __future__ import annotations

CHECK_TEXT = 65_535  # bytes of a check run's summary, of its text, and of an annotation's message (64 KB)
TITLE = 255  # bytes, of a check run's or annotation's title; an issue's title may have 256 characters
BODY = 65_536  # of a comment or issue; in bytes here, so that it holds whichever way GitHub counts


def cut(text: str, limit: int, whole: str) -> str:
    """Markdown of at most ``limit`` bytes: whole lines, open fences and details closed, and a sentence that says what is missing.

    whole: where all of it can be read, for people.
    """
    if _size(text) <= limit:
        return text
    lines = text.split("\n")
    kept: list[str] = []
    room = limit - _size(_ending(kept=[], dropped=len(lines), whole=whole)) - _size("\n```\n</details>\n</details>\n</details>")
    for line in lines:
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(line)
    if not kept:  # one line fills it
        kept = [shorten(lines[0], max(room + _size(lines[0]), 0))]
    return "\n".join(kept) + _ending(kept=kept, dropped=len(lines) - len(kept), whole=whole)


def shorten(text: str, limit: int) -> str:
    """One line of at most ``limit`` bytes, ending in an ellipsis if something is missing."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: max(limit - len("…".encode()), 0)].decode(errors="ignore") + "…"


def _ending(*, kept: list[str], dropped: int, whole: str) -> str:
    fenced = sum(line.lstrip().startswith("```") for line in kept) % 2
    text = "\n".join(kept)
    opened = max(text.count("<details") - text.count("</details>"), 0)
    closing = "\n```" * fenced + "\n</details>" * min(opened, 3)
    return f"{closing}\n\n**Cut here:** {dropped:,} more lines are too long for GitHub. {whole}"


def _size(text: str) -> int:
    return len(text.encode())
