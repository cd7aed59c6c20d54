"""The Grafana dashboard of docs/, and the names in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "docs" / "grafana" / "countersign.json"


def expressions() -> Iterator[str]:
    def below(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if "expr" in node:
                yield node["expr"]
            for child in node.values():
                yield from below(child)
        if isinstance(node, list):
            for child in node:
                yield from below(child)

    yield from below(json.loads(FILE.read_text(encoding="utf-8")))


def names_used(text: str) -> set[str]:
    """Names of time series in expressions, alerts or prose."""
    return set(re.findall(r"\bcountersign_[a-z_]+\b", text))


def names_shown(scraped: str) -> set[str]:
    """Names of time series that /metrics knows: of samples, and of those that have none yet."""
    found = set(re.findall(r"^(countersign_[a-z_]+)", scraped, re.MULTILINE))
    for name, kind in re.findall(r"^# TYPE (countersign_[a-z_]+) (\w+)", scraped, re.MULTILINE):
        found |= {f"{name}{end}" for end in ("_bucket", "_count", "_sum")} if kind == "histogram" else {name}
    return found
