"""How the work stands, out of the records: asked whenever somebody scrapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from countersign.model.incident import ENDS, State
from countersign.model.operations import Operations
from countersign.model.quarter import quarter_of
from countersign.services.context import Ports
from countersign.services.scores import Scores

#: Of each kind of label; the rest is on the pages. Every value is a time series that somebody stores.
_MOST = 500


def operations(ports: Ports, scores: Scores, jobs: Mapping[str, int]) -> Operations:
    """jobs: as the queue counts them."""
    now = ports.calendar.now()
    standing = Counter(one.state for one in ports.records.incidents(live=True))
    silent: dict[str, float] = {}
    for one in ports.records.sightings():
        name = f"{one.report.contract}/{one.report.dataset}"
        silent[name] = max(silent.get(name, 0.0), (now - one.received_at).total_seconds())
    longest = sorted(silent.items(), key=lambda item: (-item[1], item[0]))[:_MOST]
    return Operations(
        jobs=jobs,
        incidents={state.value: standing[state] for state in State if state not in ENDS},
        guards=dict(longest),
        ledger=ports.records.ledger_head()[0],
        scores=scores.standings(quarter_of(now)).teams[:_MOST],
    )
