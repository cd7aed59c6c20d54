"""The guard, measured: messages one at a time, batches in columns, and a topic of Kafka."""

from __future__ import annotations

import sys

from benchmarks.guarding import batches, kafka, messages
from benchmarks.results import Row


def run(rounds: int = 0) -> list[Row]:
    """rounds: of each; 0 leaves each its own number."""
    rows: list[Row] = []
    for part in (messages, batches, kafka):
        print(f"  {part.__name__.rpartition('.')[2]} …", file=sys.stderr, flush=True)
        rows += part.run(rounds) if rounds else part.run()
    return rows
