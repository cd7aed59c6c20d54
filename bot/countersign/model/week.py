"""What leadership is told of a week."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.model.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """total, teams: of the week; before: the total of the week before. head: sequence and digest of the ledger's last entry, as it was
    when the digest was made. url: of the pages, "" without."""

    organisation: str
    total: Score
    before: Score
    teams: tuple[Score, ...]
    head: tuple[int, str]
    url: str = ""
