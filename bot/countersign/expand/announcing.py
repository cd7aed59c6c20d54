"""The end of the old, in the policy: for contracts whose format has no place for a date."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.expand.surgery import CannotEdit, Text
from countersign.model.path import Path, show

#: What ends, what takes its place (() for nothing), and the ISO date on which it may go.
Ending = tuple[Path, Path, str]


def announce(file: str, text: str, pattern: str, endings: Sequence[Ending]) -> str:
    """The policy's text with ``notices:`` in the entry of this pattern. Raises `CannotEdit`."""
    policy = Text(file, text)
    entries = policy.at("publishes") or []
    at = next((at for at, entry in enumerate(entries) if isinstance(entry, dict) and entry.get("contract") == pattern), None)
    if at is None:
        raise CannotEdit(f"`{pattern}` is no entry of {file}")
    for path, replacement, date in endings:
        notice = {"field": show(path), "remove_after": date, "replacement": show(replacement) if replacement else "none"}
        policy.append(("publishes", at), "notices", notice)
    return policy.text
