"""Findings as other people's programs take them: how heavy each is, and what it says. `sarif` and `junit` write them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from countersign.model.contract import Place
from countersign.model.finding import Finding, Level
from countersign.model.verdict import ClearedBy, Verdict
from countersign.render.changes import Names, change_plainly, effect_plainly, gone
from countersign.render.check import CLEARED
from countersign.render.proof import proof_plainly
from countersign.render.secrecy import veiled
from countersign.render.words import clean


class Weight(StrEnum):
    """In SARIF's words."""

    ERROR = "error"  # it stops the merge
    WARNING = "warning"  # it would, where the gate is enforced; or it has been cleared
    NOTE = "note"  # readers are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """sentence: the change in a few words. effect: what a reader will feel, and an example where there is one. cleared: by what, or ""."""

    finding: Finding
    weight: Weight
    sentence: str
    effect: str
    cleared: str = ""

    @property
    def place(self) -> Place | None:
        """Where it shows in the files as they would be; of what has no place there, where it was."""
        return self.finding.new or self.finding.old

    @property
    def was(self) -> Place | None:
        """The line that is gone, unless `place` shows it."""
        return self.finding.old if gone(self.finding) and self.finding.new is not None else None


def of_verdict(verdict: Verdict) -> tuple[Reported, ...]:
    """All but what is safe, strictest first, as everybody may see it."""
    verdict = veiled(verdict)
    names = Names(one.finding for one in verdict.judged)
    return tuple(
        _reported(
            one.finding,
            names,
            Weight.NOTE if one.cleared_by is ClearedBy.HARMLESS else Weight.ERROR if one.blocks else Weight.WARNING,
            CLEARED.get(one.cleared_by, ""),
        )
        for one in verdict.judged
        if one.finding.level is not Level.SAFE
    )


def of_findings(findings: Sequence[Finding]) -> tuple[Reported, ...]:
    """As `of_verdict`, where nothing is known but two files."""
    names = Names(findings)
    return tuple(
        _reported(one, names, Weight.ERROR if one.level.blocks else Weight.NOTE) for one in findings if one.level is not Level.SAFE
    )


def _reported(finding: Finding, names: Names, weight: Weight, cleared: str = "") -> Reported:
    return Reported(
        finding=finding,
        weight=weight,
        sentence=change_plainly(finding, names),
        effect=" ".join([effect_plainly(finding, names), *([proof_plainly(finding)] if finding.witness else [])]),
        cleared=cleared,
    )


def old_line(place: Place) -> str:
    """``Old line 13: - {name: region}``."""
    return f"Old line {place.line}" + (f": {clean(place.text)}" if place.text else "")
