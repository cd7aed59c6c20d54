"""A file's change in rows, each with the annotations that stand at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from countersign.sandbox.git import FileChange

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)")


@dataclass
class Row:
    """kind: ``hunk``, ``added``, ``removed`` or ``same``. old, new: line numbers, None on a side where the line is not."""

    kind: str
    text: str
    old: int | None = None
    new: int | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ShownFile:
    """stray: annotations at lines that the change does not show."""

    change: FileChange
    rows: list[Row]
    stray: list[dict[str, Any]]


def shown_files(changes: list[FileChange], annotations: list[dict[str, Any]]) -> list[ShownFile]:
    """Files in the order of the change, with annotations put at their last line of the new side."""
    shown = []
    for change in changes:
        rows = list(_rows(change.patch))
        here = [one for one in annotations if one["path"] == change.path]
        by_line = {row.new: row for row in rows if row.new is not None}
        stray: list[dict[str, Any]] = []
        for one in here:
            row = by_line.get(one["end_line"])
            (row.annotations if row else stray).append(one)
        shown.append(ShownFile(change, rows, stray))
    return shown


def elsewhere(changes: list[FileChange], annotations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Annotations of files that the pull request does not change."""
    paths = {change.path for change in changes}
    return [one for one in annotations if one["path"] not in paths]


def _rows(patch: str) -> Iterator[Row]:
    old = new = 0
    for line in patch.split("\n") if patch else []:
        match = _HUNK.fullmatch(line)
        if match:
            old, new = int(match.group(1)), int(match.group(2))
            yield Row("hunk", line)
        elif line.startswith("+"):
            yield Row("added", line[1:], None, new)
            new += 1
        elif line.startswith("-"):
            yield Row("removed", line[1:], old, None)
            old += 1
        elif not line.startswith("\\"):
            yield Row("same", line[1:], old, new)
            old, new = old + 1, new + 1
