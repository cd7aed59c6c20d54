"""Numbers by domain team, worked out of the ledger: entries -> facts -> scores. Pure; docs/metrics.md is the law of it."""

from countersign.scores.history import History
from countersign.scores.owners import Domains
from countersign.scores.scoring import score, standings
from countersign.scores.spread import spread

__all__ = ["Domains", "History", "score", "spread", "standings"]
