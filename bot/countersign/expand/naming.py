"""What the new form of a field is called while the old one is still there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from countersign.expand.editors import Editor
from countersign.model.finding import Finding
from countersign.model.path import Path

_VERSIONED = re.compile(r"(.*)_v([1-9][0-9]{0,3})\Z", re.DOTALL)
#: What can stand in a column's name as it is.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,15}\Z")
_SAID_BY = {"unit-changed": "unit", "currency-changed": "currency"}


def new_name(path: Path, findings: Sequence[Finding], text: Editor) -> str:
    """A free name: ``amount_cents`` where the unit becomes cents, else ``amount_v2``."""
    old, taken = path[-1], text.names(path)
    said = [finding.after or "" for finding in findings if finding.rule in _SAID_BY]
    for word in said:
        name = f"{old}_{word.lower()}"
        if _WORD.match(word) and name not in taken:
            return name
    versioned = _VERSIONED.match(old)
    stem, number = (versioned[1], int(versioned[2])) if versioned else (old, 1)
    while f"{stem}_v{number + 1}" in taken:
        number += 1
    return f"{stem}_v{number + 1}"
