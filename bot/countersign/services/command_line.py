"""Commands that people write in comments. In this room only what counts is read; every answer is made in `render`."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, date, datetime, time

from countersign.gates.signatures import handles_in
from countersign.model.pull_request import Override

_COMMAND = re.compile(r"^/countersign[ \t]+override[ \t]+(.{1,2000})$", re.MULTILINE)


def override_of(body: str, *, by: str, at: datetime, url: str) -> Override | None:
    """``/countersign override C-… [C-…] --reason "…" --until YYYY-MM-DD``; None if the comment holds none that is whole.

    The override runs to the end of that day, UTC.
    """
    match = _COMMAND.search(body.replace("“", '"').replace("”", '"').replace("\r", ""))
    if match is None:
        return None
    try:
        words = shlex.split(match.group(1))
    except ValueError:
        return None
    options: dict[str, str] = {}
    handles: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        if word in ("--reason", "--until") and position + 1 < len(words):
            options[word] = words[position + 1]
            position += 1
        else:
            handles += handles_in(word)
        position += 1
    if not handles or not options.get("--reason", "").strip() or "--until" not in options:
        return None
    try:
        until = datetime.combine(date.fromisoformat(options["--until"]), time(23, 59, 59), UTC)
    except ValueError:
        return None
    return Override(handles=tuple(handles), by=by, reason=options["--reason"].strip(), until=until, received_at=at, url=url)
