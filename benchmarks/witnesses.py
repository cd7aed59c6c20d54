"""``python -m benchmarks.witnesses [DIR] [--draws N] [--missing]``: how many breaking findings have a proof by example, by format.

The pairs are those of the suites in DIR (see `benchmarks.conformance`) and pairs that are drawn (see `benchmarks.draws`), judged for
readers and for history. ``--missing`` prints each finding that has none, with what differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.conformance import cases, source_of
from benchmarks.draws import DRAWS, draw
from countersign.diff import diff
from countersign.formats import NeedsFiles, Source, Unreadable, parse, relate
from countersign.model.change import Direction
from countersign.model.finding import Finding, Level
from countersign.model.path import show
from countersign.model.profile import Profile
from countersign.rules import judge
from countersign.services.child import PROVING_SECONDS
from countersign.witness import Documents, prove

#: Of breaking findings about values, the share that is aimed at.
TARGET = 0.9


class _Pair(NamedTuple):
    format: str
    old: Source
    new: Source
    profile: Profile


class Proved(NamedTuple):
    """One finding that a value could show, and the texts that it is about."""

    format: str
    finding: Finding
    old: str
    new: str


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every format reaches the target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.witnesses", description="How many breaking findings have a proof.")
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="files of vectors")
    parser.add_argument("--draws", type=int, default=100, metavar="N", help="pairs drawn of each format (default: 100)")
    parser.add_argument("--missing", action="store_true", help="print each finding without a proof")
    options = parser.parse_args(arguments)
    seconds: Counter[str] = Counter()
    found = [one for pair in _pairs(options.folder, options.draws) for one in _proved(pair, seconds)]
    print(f"{'format':<14}{'findings':>10}{'proved':>9}{'share':>8}{'none':>7}{'late':>7}{'ms each':>9}")
    reached = True
    for name in sorted({one.format for one in found}):
        mine = [one.finding for one in found if one.format == name]
        proved = sum(1 for one in mine if one.witness)
        late = sum(1 for one in mine if one.note("unproved") == "no time")
        share = proved / len(mine)
        reached &= share >= TARGET
        cost = seconds[name] * 1000 / len(mine)
        print(f"{name:<14}{len(mine):>10}{proved:>9}{share:>8.0%}{len(mine) - proved - late:>7}{late:>7}{cost:>9.1f}")
    for one in found if options.missing else ():
        if one.finding.witness is None:
            finding = one.finding
            print(f"\n{one.format}: {finding.rule} {show(finding.path)} {finding.detail} {finding.before} -> {finding.after}")
            print(f"  old  {one.old.strip()[:1500]}\n  new  {one.new.strip()[:1500]}")
    return 0 if reached else 1


def _pairs(folder: Path | None, draws: int) -> Iterator[_Pair]:
    for case in cases(folder) if folder else ():
        if not case.format.endswith("-type"):
            yield _Pair(case.format, source_of(case, case.old), source_of(case, case.new), case.profile)
    for name in DRAWS:
        for number in range(draws):
            drawn = draw(name, Random(f"1 {number}"))
            yield _Pair(name, drawn.old, drawn.new, drawn.profile)


def _proved(pair: _Pair, seconds: Counter[str]) -> Iterator[Proved]:
    try:
        sides = [Documents(parse(source, "contract", pair.format), source) for source in (pair.old, pair.new)]
    except (Unreadable, NeedsFiles):
        return
    old, new = (side.contract for side in sides)
    changes = diff(old, new, relate(old, new, pair.profile))
    for direction in (Direction.READERS, Direction.HISTORY):
        judged = judge(changes, direction, "contract")
        started = time.perf_counter()
        for one in prove(judged, *sides, direction, _clock(), pair.profile):
            if one.level is Level.BREAKING and (one.witness or one.note("unproved")):
                yield Proved(pair.format, one, pair.old.text, pair.new.text)
        seconds[pair.format] += time.perf_counter() - started


def _clock() -> Callable[[], bool]:
    end = time.process_time() + PROVING_SECONDS
    return lambda: time.process_time() < end


if __name__ == "__main__":
    sys.exit(main())
