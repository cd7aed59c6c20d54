"""Where something is, by the names that lead to it: in a plan, and in a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countersign.guard.plan import Check
from countersign.model.path import Path


def member(root: Check, names: Path) -> Check | None:
    """The check at that path; None where the way leads through an array or a union."""
    found: Check | None = root
    for name in names:
        found = found.members.get(name) if found is not None else None
    return found


def within(record: Any, names: Path) -> Any:
    """The value; None where there is none."""
    for name in names:
        record = record.get(name) if isinstance(record, Mapping) else None
    return record
