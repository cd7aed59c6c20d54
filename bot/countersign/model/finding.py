"""A rule's judgement of a change."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from countersign.model.contract import Place, canonical
from countersign.model.path import Path
from countersign.model.witness import Witness


class Level(StrEnum):
    """GATE §3, strictest first. ``blocks`` tells those that somebody has to clear."""

    INVALID = "invalid"
    BREAKING = "breaking"
    SEMANTIC = "semantic"
    UNDECIDED = "undecided"
    UNSEEN = "unseen"
    CORRECTION = "correction"
    NOTICE = "notice"
    SAFE = "safe"

    @property
    def blocks(self) -> bool:
        return self not in (Level.NOTICE, Level.SAFE)

    @property
    def rank(self) -> int:
        """0 is strictest."""
        return list(Level).index(self)


class Question(StrEnum):
    """Which question a rule answers (GATE §2); ``existence`` alone asks for notice."""

    EXISTENCE = "existence"
    COMPATIBILITY = "compatibility"
    MEANING = "meaning"
    FORM = "form"  # can it be read, is it in order
    GATE = "gate"  # does it weaken the gate
    TOLD = "told"  # for information


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLevel:
    """The level of a finding for who reads with ``engine`` (a word of `model.engine.Engine`)."""

    engine: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierBreak:
    """An earlier version that a change breaks. version: "" where the format has none. commit: the newest that brought its text.

    place: the line there that no longer holds.
    """

    version: str
    commit: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """contract: its id ("" for findings about the policy itself). path and identity: as in `Change`.

    before, after: only what the rule reads, normalised; they go into the fingerprint.
    notes: facts for the sentence people read (``message``, ``remedy``, ``nearest``, ``detail``), never in the fingerprint.
    witness: proof by example, never in the fingerprint; where one was looked for in vain, there is a note ``unproved`` instead.
    old, new: the places on either side; ``new`` carries the annotation.
    also: further paths at which the same declaration is used: it hits whoever reads one of them.
    team: for findings that one named team must sign (registration-removed): that team. any_of: for those that one of several must sign.
    breaks: the earlier versions that it breaks, newest first, where it breaks none but those.
    engines: those whose readers it is another level for; for all others ``level`` holds.
    """

    rule: str
    level: Level
    question: Question
    contract: str
    path: Path
    identity: Path
    before: str | None = None
    after: str | None = None
    detail: str = ""
    old: Place | None = None
    new: Place | None = None
    notes: tuple[tuple[str, str], ...] = ()
    team: str = ""
    any_of: tuple[str, ...] = ()
    breaks: tuple[EarlierBreak, ...] = ()
    engines: tuple[EngineLevel, ...] = ()
    also: tuple[Path, ...] = ()
    witness: Witness | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Everywhere that it hits."""
        return (self.path, *self.also)

    @property
    def fingerprint(self) -> str:
        """16 base32 characters: 80 bits of SHA-256 over what GATE §4 names, and nothing else."""
        said = [1, self.contract, self.rule, list(self.identity), self.before, self.after]
        return base64.b32encode(hashlib.sha256(canonical(said).encode()).digest()[:10]).decode()

    @property
    def handle(self) -> str:
        """The fingerprint as people type it: ``C-7QK2MA``."""
        return "C-" + self.fingerprint[:6]

    def level_for(self, engine: str) -> Level:
        """The level for who reads with ``engine``; "" if nothing is known."""
        return next((one.level for one in self.engines if one.engine == engine), self.level)

    def note(self, name: str) -> str:
        return dict(self.notes).get(name, "")
