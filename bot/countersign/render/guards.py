"""The guards as they were last heard of, on a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from countersign.model.guarded import Sighting
from countersign.model.report import Counts, Enforced, Report
from countersign.render.words import clean, moment


def guards_text(sightings: Sequence[Sighting]) -> str:
    """sightings: in order of their contracts and sources."""
    if not sightings:
        return "No guard has reported yet."
    return "\n".join(line for where, some in groupby(sightings, _where) for line in (where, *_lines(list(some))))


def guards_json(sightings: Sequence[Sighting]) -> str:
    return json.dumps([msgspec.to_builtins(one) for one in sightings], indent=2)


def _where(one: Sighting) -> str:
    report = one.report
    return f"{clean(report.contract)}/{clean(report.dataset)} at {clean(report.source)}"


def _lines(some: Sequence[Sighting]) -> Iterator[str]:
    """A line for each partition; what its partitions have in common, once."""
    for one in some:
        stopped = f" at offset {clean(one.report.first_bad)}" if one.report.first_bad else ""
        state = f"{one.report.breaker.value}{stopped}, {one.report.mode.value}"
        yield f"  {clean(one.report.partition) or 'the only one'}: {state}; {_counts(one.total)}; heard of {moment(one.received_at)}"
    for held in dict.fromkeys(_held(one.report) for one in some):
        yield f"  held to {held}"
    for warning in dict.fromkeys(warning for one in some for warning in one.report.warnings):
        yield f"  The guard says: {clean(warning)}"


def _counts(total: Counts) -> str:
    told = [f"{total.checked:,} {'record' if total.checked == 1 else 'records'}", f"{total.bad:,} bad"]
    told += [f"{total.missing:,} missing"] if total.missing is not None else []
    return ", ".join(told)


def _held(report: Report) -> str:
    return ", and ".join(map(_version, report.enforced)) or "no version"


def _version(one: Enforced) -> str:
    commit = f" ({clean(one.commit[:7])})" if one.commit else ""
    return f"{clean(one.version) or 'a version without a number'}{commit}" + (f" until {moment(one.until)}" if one.until else "")
