"""Notices: promised time, and whether it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countersign.model.fact import Announced, Facts, Row
from countersign.scores.names import rename

JSON = Any

#: What lets a removal land that its readers have not signed (`model.verdict.ClearedBy`).
_PAST_READERS = frozenset({"nothing", "override", "break-glass"})


class Notices:
    """A notice is over when what it announced lands. It is broken if that was by an override or a broken glass while it ran."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._running: dict[tuple[str, str, str], Announced] = {}

    def begun(self, entry: Row) -> None:
        what = entry.what
        notice = Announced(
            repository=entry.repository,
            contract=what["contract"],
            path=what["path"],
            since=entry.at,
            remove_after=what.get("remove_after") or "",
        )
        self._running[entry.repository, what["contract"], what["path"]] = notice
        self._facts.notices.append(notice)

    def landed(self, entry: Row, said: Sequence[JSON]) -> None:
        """A merge, with what the check said last of its breaking findings; ``notice`` is how the notice of each stood."""
        for one in said:
            notice = self._running.get((entry.repository, one["contract"], one["path"]))
            if notice is not None and one["rule"].endswith("-removed"):
                passed = one["cleared_by"] in _PAST_READERS and one.get("notice") != "over"
                notice.ended_at, notice.end = entry.at, "broken" if passed else "kept"

    def renamed(self, old: str, new: str) -> None:
        rename(self._running, old, new)

    def ended(self, entry: Row) -> None:
        notice = self._running.pop((entry.repository, entry.what["contract"], entry.what["path"]), None)
        if notice is not None and not notice.end:
            notice.ended_at, notice.end = entry.at, "withdrawn"
