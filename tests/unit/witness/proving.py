"""What the tests of witnesses ask: two texts, judged and proved as in the child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from countersign.diff import diff
from countersign.formats import Source, parse, relate
from countersign.model.change import Direction
from countersign.model.finding import Finding
from countersign.model.path import show
from countersign.model.profile import USUAL, Profile
from countersign.rules import judge
from countersign.witness import Documents, prove

Siblings = dict[str, str | None]


def findings(
    file: str,
    old: Any,
    new: Any,
    protects: str = "readers",
    *,
    profile: Profile = USUAL,
    siblings: tuple[Siblings, Siblings] = ({}, {}),
    more: Callable[[], bool] = lambda: True,
) -> dict[str, Finding]:
    """``rule path detail`` -> finding, of those that break. old, new: texts, or JSON data."""
    direction = Direction(protects)
    sources = [
        Source(file, text if isinstance(text, str) else json.dumps(text), beside) for text, beside in zip((old, new), siblings, strict=True)
    ]
    sides = [Documents(parse(source, "orders"), source) for source in sources]
    before, after = (side.contract for side in sides)
    judged = judge(diff(before, after, relate(before, after, profile)), direction, "orders")
    proved = [one for one in prove(judged, *sides, direction, more, profile) if one.level == "breaking"]
    return {" ".join(filter(None, (one.rule, show(one.path), one.detail))): one for one in proved}


def only(found: dict[str, Finding]) -> Finding:
    (finding,) = found.values()
    return finding


def shown(finding: Finding) -> tuple[Any, str, str]:
    """The value, who allows it, and what is said by the other."""
    assert finding.witness is not None, finding
    return json.loads(finding.witness.value), finding.witness.allowed_by.value, finding.witness.said
