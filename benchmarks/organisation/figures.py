"""What came of a simulated day: what is printed, and what must hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.organisation.github import Limit
from benchmarks.organisation.plan import Kind

#: Hours of a working week of days like the simulated one.
_WEEK = 5 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """undecided: pull requests without a verdict on their last head. vain: teams asked that the oracle does not know to be hit.

    unasked: teams that are hit and were not asked. asks: team -> review requests. slowest: seconds from a push to its first check.
    cpu: seconds. refused: calls that a limit put off.
    """

    hours: float
    repositories: int
    contracts: int
    registrations: int
    kinds: Mapping[Kind, int]
    done: Mapping[str, int]
    slowest: float
    undecided: Sequence[str]
    vain: Sequence[str]
    unasked: Sequence[str]
    limits: Mapping[str, Limit]
    calls: Mapping[str, int]
    refused: int
    asks: Mapping[str, int]
    cpu: float

    @property
    def faults(self) -> tuple[str, ...]:
        """What did not hold."""
        found = [
            (self.undecided, "pull requests were left undecided"),
            (self.vain, "readers were asked whom nothing hits"),
            (self.unasked, "readers were hit and not asked"),
        ]
        said = [f"{len(which):,} {what}: {', '.join(which[:3])}" for which, what in found if which]
        full = [name for name, one in self.limits.items() if one.peak >= one.most]
        return (*said, *(f"no headroom is left of {name}" for name in full))

    @property
    def asks_a_week(self) -> tuple[float, float, float]:
        """Of a reviewing team in five such days: median, 90th percentile, most. Teams that nobody asked count as well."""
        counts = sorted(count * _WEEK / self.hours for count in self.asks.values())
        return counts[_rank(len(counts), 0.5)], counts[_rank(len(counts), 0.9)], counts[-1]


def _rank(count: int, share: float) -> int:
    return max(math.ceil(count * share) - 1, 0)


def report(outcome: Outcome) -> str:
    """Markdown, for the terminal and for docs/benchmarks.md."""
    pulls = sum(outcome.kinds.values())
    lines = [
        f"{outcome.repositories:,} repositories, {outcome.contracts:,} contracts, {outcome.registrations:,} registrations;"
        f" {pulls:,} pull requests in {outcome.hours:g} hours. {outcome.cpu:,.0f} s of CPU, {outcome.cpu / pulls * 1000:,.0f} ms each.",
        "",
        "| limit | allowed | at the peak | headroom |",
        "|---|---|---|---|",
        *(f"| {name} | {one.most:,} | {one.peak:,} | {1 - one.peak / one.most:.0%} |" for name, one in outcome.limits.items()),
        "",
        f"Calls that a limit put off: {outcome.refused:,}. The slowest first check came {outcome.slowest:,.0f} s after its push.",
        "",
        "- Pull requests: " + ", ".join(f"{count:,} {kind}" for kind, count in outcome.kinds.items()) + ".",
        "- People: " + ", ".join(f"{count:,} {what}" for what, count in sorted(outcome.done.items())) + ".",
        "- Calls: " + ", ".join(f"{count:,} {what}" for what, count in sorted(outcome.calls.items(), key=lambda one: -one[1])) + ".",
        "- Asks of a reviewing team in a week of five such days: median {:,.0f}, p90 {:,.0f}, most {:,.0f}.".format(*outcome.asks_a_week),
        f"- Asked without a hit: {len(outcome.vain):,}. Hit and not asked: {len(outcome.unasked):,}."
        f" Undecided: {len(outcome.undecided):,}.",
    ]
    return "\n".join([*lines, *(f"\nDoes not hold: {fault}." for fault in outcome.faults)])
