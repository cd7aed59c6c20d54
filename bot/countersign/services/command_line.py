"""Commands that people write in comments and reviews. Only what counts is read here; every answer is made in `render`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time

from countersign.gates.signatures import handles_in
from countersign.model.pull_request import Override

_COMMAND = re.compile(r"^/countersign[ \t]+override[ \t]+(.{1,2000})$", re.MULTILINE)


def overrides_of(body: str, *, by: str, at: datetime, url: str, shown: Collection[str]) -> Iterator[Override]:
    """Each ``/countersign override C-… [C-…] --reason "…" --until YYYY-MM-DD`` that is whole, in order.

    The override runs to the end of that day, UTC. shown: the fingerprints in the check as it stands. A handle means what it means
    there, now; one that means nothing or several things is kept as unclear.
    """
    for match in _COMMAND.finditer(body.replace("“", '"').replace("”", '"').replace("\r", "\n")):
        handles, options = _read(match.group(1))
        until = _end_of_day(options.get("--until", ""))
        reason = options.get("--reason", "").strip()
        if not handles or not reason or until is None:
            continue
        meant = {handle: [fingerprint for fingerprint in sorted(shown) if fingerprint.startswith(handle)] for handle in handles}
        yield Override(
            handles=tuple(handles),
            fingerprints=tuple(found[0] for found in meant.values() if len(found) == 1),
            unclear=tuple(handle for handle, found in meant.items() if len(found) != 1),
            by=by,
            reason=reason,
            until=until,
            received_at=at,
            url=url,
        )


def _read(text: str) -> tuple[list[str], dict[str, str]]:
    """(handles, options) of a command's words; nothing if a quote is left open."""
    try:
        words = shlex.split(text)
    except ValueError:
        return [], {}
    handles: list[str] = []
    options: dict[str, str] = {}
    left = iter(words)
    for word in left:
        if word in ("--reason", "--until"):
            options[word] = next(left, "")
        else:
            handles += handles_in(word)
    return handles, options


def _end_of_day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
    except ValueError:
        return None
