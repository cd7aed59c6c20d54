"""A measurement, and how measurements are printed."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    what: in a few words. unit: ``ms`` (less is better) or ``/s`` (more is better). ours: a median; p99: in ms. cpu: ms of processor time
    (user and system, ours and our processes'). target, target_p99: None where none was set. peer: what was measured beside, in the
    same unit as ours; peer_value is None where it could not be had, and note says why. note: a line below the table.
    """

    what: str
    unit: str
    ours: float
    p99: float | None = None
    cpu: float | None = None
    target: float | None = None
    target_p99: float | None = None
    peer: str = ""
    peer_value: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        if not self.peer_value:
            return None
        return self.peer_value / self.ours if self.unit == "ms" else self.ours / self.peer_value

    @property
    def met(self) -> bool | None:
        """Whether every target was met; None without one."""
        checks = []
        if self.target is not None:
            checks.append(self.ours <= self.target if self.unit == "ms" else self.ours >= self.target)
        if self.target_p99 is not None:
            checks.append(self.p99 is not None and self.p99 <= self.target_p99)
        return all(checks) if checks else None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98] if len(values) > 1 else values[0]


def table(rows: Sequence[Row]) -> str:
    """A table in Markdown that reads well in a terminal, and the notes below it."""
    head = ("what", "ours", "p99", "CPU", "peer", "its", "ratio", "target", "met")
    body = [
        (
            row.what,
            _value(row.ours, row.unit),
            _value(row.p99, "ms"),
            _value(row.cpu, "ms"),
            row.peer or "-",
            _value(row.peer_value, row.unit) if row.peer_value is not None or not row.peer else "missing",
            "-" if row.ratio is None else f"{row.ratio:.1f} x",
            _target(row),
            {None: "-", True: "yes", False: "no"}[row.met],
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in (head, *body)) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in (head, *body)]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"- {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}/s" if unit == "/s" else f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"


def _target(row: Row) -> str:
    texts = [] if row.target is None else [_value(row.target, row.unit)]
    texts += [] if row.target_p99 is None else [f"p99 {_value(row.target_p99, 'ms')}"]
    return ", ".join(texts) or "-"


def machine() -> dict[str, Any]:
    """What the figures were taken on. load: the mean number of processes that wanted a processor over the last minute."""
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "git": git,
        "load": round(os.getloadavg()[0], 1),
    }


def machine_line(facts: dict[str, Any], load_after: float) -> str:
    return (
        f"{facts['cores']} cores, {facts['processor']}, {facts['system']}, Python {facts['python']}, Git {facts['git']}; "
        f"load {facts['load']:.1f} before, {load_after:.1f} after"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    return named[1] if named else platform.processor() or "unknown processor"
