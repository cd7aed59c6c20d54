"""Folders of migrations in a history: one contract each, which its first migration stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from countersign.formats import reading_order, whole
from countersign.ports import Past
from countersign.services.backtest.versions import Version
from countersign.services.kept import Kept

#: Folders as they stood in a commit: a few kilobytes each.
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Folders:
    """Of one repository."""

    past: Past
    repository: str
    _known: Kept[tuple[str, str], Mapping[str, str]] = field(default_factory=lambda: Kept(_KEPT))

    def below(self, commit: str, folder: str) -> Mapping[str, str]:
        """path -> blob of the files below it."""
        known = self._known.get((commit, folder))
        return self._known.put((commit, folder), self.past.below(self.repository, commit, folder)) if known is None else known

    def first(self, commit: str, folder: str) -> Version | None:
        """The migration that stands for the folder in that commit; None if it has none."""
        files = self.below(commit, folder)
        steps = [file for file in files if whole(file) == folder]
        if not steps:
            return None
        file = min(steps, key=reading_order)
        return Version(file, files[file], commit)
