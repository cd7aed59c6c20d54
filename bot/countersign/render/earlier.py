"""Which earlier versions of a contract a change breaks, where the policy protects all of them."""

from __future__ import annotations

from collections.abc import Callable

from countersign.model.finding import EarlierBreak, Finding
from countersign.render.words import listed

#: Versions that a sentence names.
_NAMED = 3


def earlier_sentence(finding: Finding, quote: Callable[[str], str]) -> str:
    """``It breaks 1.3.0 (a1b2c3d, contracts/orders.odcs.yaml:9), which the policy protects as well.``"""
    return f"It breaks {listed([_named(one, quote) for one in finding.breaks], _NAMED)}, which the policy protects as well."


def _named(one: EarlierBreak, quote: Callable[[str], str]) -> str:
    """A commit stands for a version where the format has none."""
    commit, place = quote(one.commit[:7]), quote(f"{one.place.file}:{one.place.line}")
    return f"{quote(one.version)} ({commit}, {place})" if one.version else f"{commit} ({place})"
