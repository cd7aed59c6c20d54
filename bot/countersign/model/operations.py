"""How the process and its work stand, for whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from countersign.model.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """jobs: ``waiting``, ``running`` and ``failed`` -> how many. incidents: those that are not over, by state. guards: contract
    (``org/repo#id/dataset``) -> seconds since the partition that is silent the longest was heard of. ledger: entries ever written.
    scores: of this quarter so far, by domain.
    """

    jobs: Mapping[str, int] = field(default_factory=dict)
    incidents: Mapping[str, int] = field(default_factory=dict)
    guards: Mapping[str, float] = field(default_factory=dict)
    ledger: int = 0
    scores: tuple[Score, ...] = ()
