"""Numbers by domain team, worked out of the ledger: entries -> facts -> scores. Pure; docs/metrics.md is the law of it."""

from countersign.scores.attention import Need, by_attention, need
from countersign.scores.history import History
from countersign.scores.lines import lasted, lasting, repository_lines, rule_lines, wait_lines
from countersign.scores.owners import Domains
from countersign.scores.scoring import score, standings
from countersign.scores.sheets import held, of_organisation, sheet
from countersign.scores.spread import spread
from countersign.scores.trend import trends

__all__ = [
    "Domains",
    "History",
    "Need",
    "by_attention",
    "held",
    "lasted",
    "lasting",
    "need",
    "of_organisation",
    "repository_lines",
    "rule_lines",
    "score",
    "sheet",
    "spread",
    "standings",
    "trends",
    "wait_lines",
]
