"""Whom a finding asks by what they read with: an engine reads some changes through by itself, and is hurt by others alone (GATE §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countersign.gates.registrations import Hit
from countersign.model.finding import Finding, Level


def hurts(finding: Finding, hit: Hit) -> bool:
    """Whether the finding blocks for this reader."""
    return finding.level_for(hit.reader.registration.reads_with).blocks


def as_read(finding: Finding, counting: Sequence[Hit]) -> tuple[Finding, list[Hit], list[Hit]]:
    """(the finding, whom it asks, whom their engines spare). One that hurts the readers of some engine alone has the level that it has
    for them, and asks nobody else."""
    asked = [hit for hit in counting if hurts(finding, hit)]
    if finding.level.blocks:
        return finding, asked, [hit for hit in counting if hit not in asked]
    levels = {finding.level_for(hit.reader.registration.reads_with) for hit in asked}
    return replace(finding, level=min(levels, key=_rank)) if levels else finding, asked, []


def _rank(level: Level) -> int:
    return level.rank
