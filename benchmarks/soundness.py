"""``python -m benchmarks.soundness [--draws N] [--format NAME]… [--seed N]``: is any verdict contradicted by a value?

Pairs of contracts are drawn (`benchmarks.draws`), the engine says how they stand to one another, and an independent validator is asked
about values: where the engine says that today's readers are safe, no value that the new contract's writer allows may be refused by the old
one's reader; where it says so of history, the reverse. Undecided verdicts cannot be contradicted, so they are counted: a table says how
many there are, and what the others were. A draw has its own seed, which is printed with whatever it contradicts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.draws import DRAWS, Drawn, draw
from countersign.formats import Unreadable, overall, parse
from countersign.model.change import Direction, Relation

#: Contradictions that are printed in full.
_MOST_SHOWN = 10


@dataclass(frozen=True)
class Contradiction:
    """A value that the writer of a direction allows and its reader refuses, although nothing was said to break."""

    drawn: Drawn
    seed: str
    direction: Direction
    relation: Relation
    value: Any


def verdict(drawn: Drawn) -> Relation | None:
    """None if a drawn text is none that the engine reads."""
    try:
        old, new = (parse(source, "drawn", drawn.format) for source in (drawn.old, drawn.new))
    except Unreadable:
        return None
    return overall(old, new, drawn.profile)


def contradictions(drawn: Drawn, relation: Relation, seed: str) -> Iterator[Contradiction]:
    for direction, writer_is_new in ((Direction.READERS, True), (Direction.HISTORY, False)):
        if relation is Relation.UNDECIDED or direction.broken_by(relation):
            continue
        for value in drawn.values:
            if drawn.allows(writer_is_new, value) and not drawn.reads(not writer_is_new, value):
                yield Contradiction(drawn, seed, direction, relation, value)
                break


def run(name: str, draws: int, seed: int) -> tuple[Counter[str], list[Contradiction]]:
    """Verdict -> how many draws had it, ``unread`` for what could not be read; and what contradicts them."""
    counts: Counter[str] = Counter()
    found: list[Contradiction] = []
    for number in range(draws):
        own = f"{seed} {number}"
        drawn = draw(name, Random(own))
        relation = verdict(drawn)
        counts["unread" if relation is None else relation.value] += 1
        if relation is not None:
            found += contradictions(drawn, relation, own)
    return counts, found


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if no verdict is contradicted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soundness", description="Is any verdict contradicted by a value?")
    parser.add_argument("--draws", type=int, default=20_000, metavar="N", help="pairs of each format (default: 20,000)")
    parser.add_argument("--format", action="append", choices=DRAWS, help="this format alone; may be given several times")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="other draws (default: 1)")
    options = parser.parse_args(arguments)
    columns = [*(relation.value for relation in Relation), "unread"]
    print(f"{'format':<12}{'draws':>8}" + "".join(f"{column:>11}" for column in columns) + f"{'contradicted':>14}{'seconds':>9}")
    shown: list[Contradiction] = []
    for name in options.format or DRAWS:
        started = time.perf_counter()
        counts, found = run(name, options.draws, options.seed)
        taken = time.perf_counter() - started
        print(
            f"{name:<12}{options.draws:>8}" + "".join(f"{counts[column]:>11}" for column in columns) + f"{len(found):>14}{taken:>9.1f}",
            flush=True,
        )
        shown += found
    for one in shown[:_MOST_SHOWN]:
        print(f"\n{one.drawn.format}, seed {one.seed!r}: {one.relation}, {one.direction} are said to be safe, but not from {one.value!r}")
        print(f"  old  {one.drawn.old.text}\n  new  {one.drawn.new.text}")
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
